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
