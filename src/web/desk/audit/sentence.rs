//! One change of the journal as one plain sentence: who did what. Texts about persons are not in the public side of a
//! record, and what anybody looked up is not in the journal at all.

use super::{
    account::{account, session},
    administration::{clock, key, ledger, official, partner, registry},
    approval::approval,
    listing::{erasure, import, listing},
    names::{Names, Sentence},
    report::report,
    trail::trail,
};
use crate::domain::change::{Change, Entry};

/// What a change says.
pub fn sentence(names: &mut Names<'_>, entry: &Entry, change: &Change) -> Sentence {
    let by = entry.by;
    let who = names.actor(by);
    match change {
        Change::Registry(change) => registry(names, who, change),
        Change::Listing(change) => listing(names, who, change),
        Change::Import(change) => import(names, who, change),
        Change::Official(change) => official(names, who, change),
        Change::Account(change) => account(names, who, entry, change),
        Change::Session(change) => session(names, by, change),
        Change::Partner(change) => partner(names, who, change),
        Change::Key(change) => key(names, who, change),
        Change::Ledger(change) => ledger(names, who, change),
        Change::Erasure(change) => erasure(names, who, change),
        Change::Clock(change) => clock(names, who, change),
        Change::Approval(change) => approval(names, who, change),
        Change::Trail(change) => trail(names, who, change),
        Change::Report(change) => report(names, who, change),
    }
}
