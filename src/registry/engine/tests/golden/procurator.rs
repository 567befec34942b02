//! What the golden journal tells of procurators. Append to it; never change what is there.

use super::story::write;
use crate::{
    domain::{
        change::{AccountChange, Actor},
        role::Role,
        user::{UserStatus, Username},
    },
    state::tests::machine::{Machine, PROVINCE, at, id, unit},
};

/// One who was invited, and an account that became one.
pub(super) fn invited(machine: &mut Machine) {
    let invited = AccountChange::Invited {
        id: id(4),
        username: Username::parse("dung.vo").unwrap(),
        role: Role::Procurator,
        unit: unit(PROVINCE),
        generation: 1,
        until: at(86_400),
    };
    let changed = AccountChange::Changed {
        id: id(3),
        role: Role::Procurator,
        unit: unit(PROVINCE),
        status: UserStatus::Active,
    };
    write(machine, Actor::User(id(2)), vec![invited.into()], &[]);
    write(machine, Actor::User(id(2)), vec![changed.into()], &[]);
}
