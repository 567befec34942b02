//! What a person may do with reports.

use uuid::Uuid;

use super::{Acting, Denied, FreshSupervisor, Holder, Officer, SignedIn, proposes};
use crate::domain::{role::Role, time::Time, unit::UnitCode};

/// May handle reports: the second factor was shown in the last five minutes.
#[derive(Clone, Debug)]
pub struct FreshOfficer {
    pub(super) holder: Holder,
    pub(super) is_supervisor: bool,
}

impl Officer {
    /// The right to handle reports now, which supervisors have too.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] for another role; [`Denied::AwaitsApproval`] for a supervisor behind whom nobody stands yet;
    /// [`Denied::StepUpRequired`] when the second factor was shown longer ago than
    /// [`SECOND_FACTOR_FRESH_SECONDS`](super::SECOND_FACTOR_FRESH_SECONDS).
    pub fn fresh(who: &SignedIn, now: Time) -> Result<FreshOfficer, Denied> {
        let Self { holder } = Self::of(who)?;
        Ok(FreshOfficer {
            holder: who.deciding(holder, now)?,
            is_supervisor: who.user.role == Role::Supervisor,
        })
    }
}

impl FreshOfficer {
    /// Whether it is a supervisor's, for what only supervisors decide.
    pub const fn is_supervisor(&self) -> bool {
        self.is_supervisor
    }
}

impl From<FreshSupervisor> for FreshOfficer {
    fn from(FreshSupervisor { holder }: FreshSupervisor) -> Self {
        Self {
            holder,
            is_supervisor: true,
        }
    }
}

impl From<FreshOfficer> for Officer {
    fn from(FreshOfficer { holder, .. }: FreshOfficer) -> Self {
        Self { holder }
    }
}

/// May read the register of reports, their clocks and outcomes.
#[derive(Clone, Debug)]
pub struct IntakeReader {
    holder: Holder,
    role: Role,
    /// The unit whose subtree is seen; everything when there is none.
    reach: Option<UnitCode>,
}

impl IntakeReader {
    /// The right to read: officers, supervisors and procurators their subtree, auditors everything.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] for administrators, who have no part in what citizens tell.
    pub fn of(who: &SignedIn) -> Result<Self, Denied> {
        let role = who.user.role;
        let reach = match role {
            Role::Officer | Role::Supervisor | Role::Procurator => Some(who.user.unit),
            Role::Auditor => None,
            Role::Admin => return Err(Denied::Forbidden),
        };
        let holder = who.holder_if(|_| true)?;
        Ok(Self {
            holder,
            role,
            reach,
        })
    }

    /// The account.
    pub const fn user_id(&self) -> Uuid {
        self.holder.id
    }

    /// Its unit, which is no limit to an auditor.
    pub const fn unit(&self) -> UnitCode {
        self.holder.unit
    }

    /// Its role.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// In whose name it is read.
    pub const fn acting(&self) -> Acting {
        self.holder.acting
    }

    /// Whether things of this unit are seen. What isn't seen is answered as if it weren't there.
    pub fn sees(&self, unit: UnitCode) -> bool {
        self.reach.is_none_or(|reach| reach.covers(unit))
    }

    /// The unit whose subtree is seen; `None` is everything.
    pub const fn reach(&self) -> Option<UnitCode> {
        self.reach
    }

    /// Whether sealed parts (a reporter's contact, an original file) may be opened: by who handles reports, and not by
    /// who looks over their shoulder.
    pub const fn may_open_sealed(&self) -> bool {
        proposes(self.role)
    }
}

#[cfg(test)]
mod tests;
