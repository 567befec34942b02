//! `apply` for what the ledger says of itself: its keys, and that it is alive.

use super::{
    StoreError,
    publishing::{About, tell},
    schema::{LedgerKey, LedgerKeys, Told},
    state::Applied,
    view::View,
};
use crate::{domain::change::Change, ledger::leaf::LeafOp};

pub(super) fn apply(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &Change,
) -> Result<(), StoreError> {
    match change {
        Change::LedgerKeyAdded { verifier_key } => add(view, record, verifier_key),
        Change::LedgerKeyRetired { verifier_key } => {
            for (number, mut key) in (0..).zip(view.all::<LedgerKeys>()?) {
                if key.verifier_key == *verifier_key {
                    key.retired_at = Some(record.entry.at);
                    view.put::<LedgerKeys>(&number, &key)?;
                }
            }
            Ok(())
        }
        _ => mark(view, record, LeafOp::Beat, Told::Nothing),
    }
}

/// The first key is handed to whoever wants to verify. Every later one is announced by a leaf, under
/// the signature of those before it.
fn add(view: &mut View<'_>, record: &Applied<'_>, verifier_key: &str) -> Result<(), StoreError> {
    let keys = view.all::<LedgerKeys>()?;
    let row = LedgerKey {
        verifier_key: verifier_key.to_owned(),
        added_at: record.entry.at,
        retired_at: None,
    };
    let number = u32::try_from(keys.len()).unwrap_or(u32::MAX);
    view.put::<LedgerKeys>(&number, &row)?;
    if keys.is_empty() {
        return Ok(());
    }
    let verifier_key = row.verifier_key;
    mark(view, record, LeafOp::Key, Told::LedgerKey { verifier_key })
}

fn mark(
    view: &mut View<'_>,
    record: &Applied<'_>,
    op: LeafOp,
    told: Told,
) -> Result<(), StoreError> {
    let about = About {
        op,
        kind: None,
        about: None,
    };
    tell(view, record, about, told, false).map(drop)
}
