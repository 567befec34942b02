//! Changes of user accounts.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{
    credential::Factor,
    part::Part,
    role::Role,
    time::Time,
    unit::UnitCode,
    user::{UserStatus, Username},
};

/// What happened to one account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountChange {
    /// It was made, or invited again with a fresh one-time code.
    Invited {
        id: Uuid,
        username: Username,
        role: Role,
        unit: UnitCode,
        generation: u32,
        until: Time,
    },
    /// The person chose a password; the second factor is not shown to work yet. Written by earlier versions, whose second
    /// factor followed from the invitation alone.
    PasswordChosen { user: Uuid, password: Part },
    /// The second factor worked: the account may sign in.
    Enrolled { user: Uuid, factor: Factor },
    /// Role, unit or status were changed.
    Changed {
        id: Uuid,
        role: Role,
        unit: UnitCode,
        status: UserStatus,
    },
    /// The person chose a password; the second factor, which follows from the nonce, is not shown to work yet.
    EnrolmentBegun {
        user: Uuid,
        password: Part,
        nonce: [u8; 16],
    },
    /// Its owner chose another password; every session but the one that it was done in ended.
    PasswordReplaced {
        user: Uuid,
        password: Part,
        session: Uuid,
    },
    /// Its owner showed a second factor that follows from another nonce, and the one before is worthless; every session but
    /// the one that it was done in ended.
    FactorReplaced {
        user: Uuid,
        nonce: [u8; 16],
        factor: Factor,
        session: Uuid,
    },
}

impl AccountChange {
    /// The [`super::REVISION`] that each came with.
    pub(super) const fn since(&self) -> u16 {
        match self {
            Self::Invited { role, .. } | Self::Changed { role, .. } => role.since(),
            Self::PasswordChosen { .. } | Self::Enrolled { .. } => 1,
            Self::EnrolmentBegun { .. } => 2,
            Self::PasswordReplaced { .. } | Self::FactorReplaced { .. } => 5,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_not_know_a_role_does_not_read_on_where_somebody_got_it() {
        let unit = UnitCode::parse("38").unwrap();
        for (role, since) in [(Role::Auditor, 1), (Role::Admin, 1), (Role::Procurator, 6)] {
            let invited = AccountChange::Invited {
                id: Uuid::nil(),
                username: Username::parse("an.nguyen").unwrap(),
                role,
                unit,
                generation: 1,
                until: Time::from_millis(0),
            };
            let changed = AccountChange::Changed {
                id: Uuid::nil(),
                role,
                unit,
                status: UserStatus::Active,
            };
            assert_eq!((invited.since(), changed.since()), (since, since));
        }
    }
}
