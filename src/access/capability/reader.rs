//! Who may read listings and imports.

use uuid::Uuid;

use super::{Denied, SignedIn};
use crate::domain::{role::Role, unit::UnitCode};

/// May read listings and imports.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Who reads; nobody in particular at the console.
    pub(super) user: Option<Uuid>,
    /// The unit whose subtree is seen; everything when there is none.
    pub(super) reach: Option<UnitCode>,
}

impl Reader {
    /// The right to read: officers, supervisors and procurators their subtree, auditors and admins everything.
    ///
    /// # Errors
    /// None at present, since each role may read.
    pub fn of(who: &SignedIn) -> Result<Self, Denied> {
        let reach = match who.user.role {
            Role::Officer | Role::Supervisor | Role::Procurator => Some(who.user.unit),
            Role::Auditor | Role::Admin => None,
        };
        Ok(Self {
            user: Some(who.user.id),
            reach,
        })
    }

    /// The account; `None` is the console.
    pub const fn user_id(&self) -> Option<Uuid> {
        self.user
    }

    /// Whether things of this unit are seen. What isn't seen is answered as if it weren't there.
    pub fn sees(&self, unit: UnitCode) -> bool {
        self.reach.is_none_or(|reach| reach.covers(unit))
    }

    /// The unit whose subtree is seen; `None` is everything.
    pub const fn reach(&self) -> Option<UnitCode> {
        self.reach
    }
}
