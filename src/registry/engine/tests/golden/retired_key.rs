//! What the golden journal tells of a ledger key that a leaf retires. Append to it; never change what is there.

use super::story::write;
use crate::{
    domain::change::{Actor, LedgerChange},
    state::tests::machine::{Machine, id},
};

/// A key that was retired without a leaf, and one that was in use until now.
pub(super) fn retirement(machine: &mut Machine) {
    let retired = |name: &str| {
        let verifier_key = format!("canhgiac/sample+{name}");
        LedgerChange::KeyRetiredByLeaf { verifier_key }.into()
    };
    let both = vec![retired("00000001+AQ"), retired("00000002+AQ")];
    write(machine, Actor::User(id(1)), both, &[]);
}

/// A key that led over to the next before it was retired.
pub(super) fn hand_over(machine: &mut Machine) {
    let named = |name: &str| format!("canhgiac/sample+{name}");
    let (from, to) = (named("00000003+AQ"), named("00000004+AQ"));
    for verifier_key in [&from, &to] {
        let verifier_key = verifier_key.clone();
        let wrapped = None;
        let added = LedgerChange::KeyAdded {
            verifier_key,
            wrapped,
        };
        write(machine, Actor::User(id(1)), vec![added.into()], &[]);
    }
    let changes = vec![
        LedgerChange::HandedOver {
            verifier_key: from.clone(),
            to,
            checkpoint: "canhgiac/sample\n".to_owned(),
        }
        .into(),
        LedgerChange::KeyRetiredByLeaf { verifier_key: from }.into(),
    ];
    write(machine, Actor::User(id(1)), changes, &[]);
}
