//! The second person to what one person alone may not do.

use uuid::Uuid;

use super::{Acting, Denied, Holder, SignedIn};
use crate::domain::{role::Role, time::Time, unit::UnitCode};

/// May agree to what somebody else asked for: an administrator, or a supervisor within the own units. The second factor
/// was shown in the last five minutes.
#[derive(Clone, Debug)]
pub struct SecondPerson {
    pub(super) holder: Holder,
    pub(super) role: Role,
}

impl SecondPerson {
    /// The right to agree or refuse now.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] for another role; [`Denied::AwaitsApproval`] while a second person is missing for the own
    /// account; [`Denied::StepUpRequired`].
    pub fn of(who: &SignedIn, now: Time) -> Result<Self, Denied> {
        let holder = who.holder_if(Role::decides)?;
        Ok(Self {
            holder: who.deciding(holder, now)?,
            role: who.user.role,
        })
    }

    /// The account.
    pub const fn user_id(&self) -> Uuid {
        self.holder.id
    }

    /// Whether the rights reach what happens in a unit.
    pub fn covers(&self, unit: UnitCode) -> bool {
        self.role == Role::Admin || self.holder.unit.covers(unit)
    }

    /// In whose name it is decided.
    pub const fn acting(&self) -> Acting {
        self.holder.acting
    }
}

/// May look at what waits for a second person: who may be one, and auditors.
#[derive(Clone, Debug)]
pub struct ApprovalReader {
    user: Uuid,
    /// The unit whose subtree is seen; everything when there is none.
    reach: Option<UnitCode>,
}

impl ApprovalReader {
    /// The right to look: supervisors at their subtree, administrators and auditors at everything.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] for officers and procurators.
    pub fn of(who: &SignedIn) -> Result<Self, Denied> {
        match who.user.role {
            Role::Officer | Role::Procurator => Err(Denied::Forbidden),
            Role::Supervisor => Ok(Self {
                user: who.user.id,
                reach: Some(who.user.unit),
            }),
            Role::Auditor | Role::Admin => Ok(Self {
                user: who.user.id,
                reach: None,
            }),
        }
    }

    /// The account.
    pub const fn user_id(&self) -> Uuid {
        self.user
    }

    /// Whether what concerns this unit is seen.
    pub fn sees(&self, unit: UnitCode) -> bool {
        self.reach.is_none_or(|reach| reach.covers(unit))
    }
}
