//! What a partner's program may do.

use uuid::Uuid;

use super::{Acting, Denied};
use crate::domain::{
    change::Actor,
    identifier::Kinds,
    partner::{Partner, PartnerKind, PartnerStatus, Scope},
};

/// A partner's program that may do one thing.
#[derive(Clone, Debug)]
pub struct PartnerCaller {
    partner: Partner,
    granted: Vec<Scope>,
}

impl PartnerCaller {
    /// The right to what `needed` stands for, when the token has it (`granted`) and the partner, as
    /// the store has it now, still has it too. `None` is for what every partner may do, such as
    /// asking who it is.
    ///
    /// # Errors
    /// [`Denied::Unauthenticated`] when the partner is suspended; [`Denied::Forbidden`] without the
    /// scope.
    pub fn of(
        partner: Partner,
        granted: &[Scope],
        needed: impl Into<Option<Scope>>,
    ) -> Result<Self, Denied> {
        if partner.status != PartnerStatus::Active {
            return Err(Denied::Unauthenticated);
        }
        let mut granted = granted.to_vec();
        granted.retain(|scope| partner.scopes.contains(scope));
        if needed.into().is_some_and(|scope| !granted.contains(&scope)) {
            return Err(Denied::Forbidden);
        }
        Ok(Self { partner, granted })
    }

    /// The right to what `needed` stands for.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] without the scope.
    pub fn with(self, needed: Scope) -> Result<Self, Denied> {
        match self.granted.contains(&needed) {
            true => Ok(self),
            false => Err(Denied::Forbidden),
        }
    }

    /// The partner.
    pub const fn partner(&self) -> &Partner {
        &self.partner
    }

    /// Its id.
    pub const fn partner_id(&self) -> Uuid {
        self.partner.id
    }

    /// What kind of institution it is.
    pub const fn kind(&self) -> PartnerKind {
        self.partner.kind
    }

    /// The kinds of identifier that its feed holds.
    pub const fn kinds(&self) -> Kinds {
        self.partner.kinds
    }

    /// The scopes of its token that it still has.
    pub fn scopes(&self) -> &[Scope] {
        &self.granted
    }

    /// In whose name it is written down.
    pub const fn acting(&self) -> Acting {
        Acting::partner(self.partner.id)
    }

    /// Who is written down as having done it.
    pub const fn actor(&self) -> Actor {
        Actor::Partner(self.partner.id)
    }
}
