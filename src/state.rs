//! The machine: what may happen on a state, and what it does to the state.
//!
//! A *decision* is a plain function from a [`view::View`] of the tables, a request and the time to a [`plan::Plan`] of
//! changes, or to a [`refused::Refused`]. An *effect* is what one change does to the tables. Both stand in one file for
//! each subject, and [`View::apply`] is the only way from one to the other: it answers a request, replays the journal,
//! rebuilds the store and serves `verify`. Nothing here reads a clock, a disk or chance: ids, secrets and times are
//! arguments, so that deciding again on another state (after a [`crate::journal::AppendError::Conflict`]) is possible,
//! and deciding twice on the same state gives the same plan.
//!
//! ```text
//! request ─► decide(&View, &Request, Now) ─► Plan { changes, private parts } ─► journal ─► View::apply(record) ─► rows
//! ```

pub mod account;
pub mod approval;
mod approval_row;
pub mod clock;
pub mod erasure;
pub mod expiry;
pub mod import;
pub mod key;
pub mod lapsing;
pub mod ledger;
pub mod listing;
pub mod official;
pub mod own_account;
pub mod partner;
pub mod plan;
mod publication;
pub mod record;
pub mod refused;
pub mod registry;
pub mod report;
pub mod session;
pub mod standing;
pub mod trail;
pub mod view;
pub mod withdrawal;

use crate::{
    domain::change::Change,
    ledger::Hash,
    store::{
        StoreError,
        schema::{IdempotencyKeys, ReceiptRow},
    },
};

#[cfg(test)]
pub mod tests;

use record::{Applied, Source};
use view::View;

impl View<'_> {
    /// Applies one record, or leaves the view as it was. Returns the commitments of its leaves.
    ///
    /// # Errors
    /// [`StoreError::Misfit`] when a change contradicts the state: the journal and this program disagree, and going on
    /// would be guessing. Others when the store fails.
    pub fn apply(&mut self, record: &Applied<'_>) -> Result<Vec<Hash>, StoreError> {
        self.begin();
        let applied = apply(self, record);
        self.end(applied)
    }
}

fn apply(view: &mut View<'_>, record: &Applied<'_>) -> Result<(), StoreError> {
    lapsing::keep_parts(view, record)?;
    for change in &record.entry.changes {
        apply_change(view, record, change)?;
    }
    let made = view.commitments.len();
    if record.source == Source::Replaying && made != record.entry.commitments.len() {
        return Err(StoreError::Misfit("a record has more leaves than changes"));
    }
    if let Some(receipt) = &record.entry.receipt {
        let row = ReceiptRow {
            receipt: receipt.clone(),
            at: record.entry.at,
            by: record.entry.by,
        };
        view.put::<IdempotencyKeys>(&receipt.key, &row)?;
    }
    let revision = &mut view.position.revision;
    *revision = record.entry.must_understand().max(*revision);
    view.position.seq = record.seq;
    view.position.chain = record.chain;
    Ok(())
}

/// What each change does, by subject. A subject that is forgotten here does not compile, and neither does a change that is
/// forgotten in its subject's file.
fn apply_change(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &Change,
) -> Result<(), StoreError> {
    match change {
        Change::Registry(change) => registry::apply(view, record, change),
        Change::Listing(change) => listing::apply(view, record, change),
        Change::Import(change) => import::apply(view, record, change),
        Change::Official(change) => official::apply(view, record, change),
        Change::Account(change) => account::apply(view, record, change),
        Change::Session(change) => session::apply(view, record, change),
        Change::Partner(change) => partner::apply(view, record, change),
        Change::Key(change) => key::apply(view, record, change),
        Change::Ledger(change) => ledger::apply(view, record, change),
        Change::Erasure(change) => erasure::apply(view, record, change),
        Change::Clock(change) => clock::apply(view, record, change),
        Change::Approval(change) => approval::apply(view, record, change),
        Change::Trail(change) => trail::apply(view, record, change),
        Change::Report(change) => report::apply(view, record, change),
    }
}
