//! What the ledger says of itself: its keys, and that it is alive.

use super::{
    key::{NewKey, destroy_wrapped, wrapped},
    official,
    plan::{Now, Plan},
    publication::{LeafHeader, append_leaf},
    record::Applied,
    refused::{Refused, field},
    view::View,
};
use crate::{
    domain::{
        change::{ClockChange, Holder, LedgerChange},
        time::Time,
    },
    ledger::leaf::LeafOp,
    store::{
        StoreError,
        schema::{HandOver, LedgerKey, LedgerKeys, Opening, WrappedKey},
    },
};

/// Keys that sign at the same time at most: each adds a line to every checkpoint.
const MAX_SIGNERS: usize = 4;

/// The ledger is to say that it is alive.
pub struct BeatWhenQuiet {
    /// The time that counts.
    pub steady: Time,
    /// Only when the last leaf is this many seconds old.
    pub after_seconds: Option<i64>,
}

/// Brings a key into use, named by its verifier key; without one, asks whether one more could come.
///
/// # Errors
/// [`Refused::TooManyKeys`].
pub fn add_key(view: &View<'_>, key: &Option<NewKey>, _now: Now) -> Result<Plan, Refused> {
    if view.ledger_keys_in_use()?.len() >= MAX_SIGNERS {
        return Err(Refused::TooManyKeys);
    }
    let mut plan = Plan::default();
    if let Some(key) = key {
        let wrapped = plan.keep_bytes(Holder::Registry, key.sealed.clone());
        plan.push(LedgerChange::KeyAdded {
            verifier_key: key.name.clone(),
            wrapped: Some(wrapped),
        });
    }
    Ok(plan)
}

/// A key is to be taken out of use.
pub struct RetireKey {
    pub verifier_key: String,
    /// The log's last checkpoint, which it signed beside the others.
    pub checkpoint: String,
}

/// Takes a key out of use, and lets leaves say so of it and of those that were before leaves did. The newest key that
/// stays and that a leaf announced is the one that copies are led to.
///
/// # Errors
/// [`Refused::NotFound`]; [`Refused::Field`] for the only key.
pub fn retire_key(view: &View<'_>, request: &RetireKey, _now: Now) -> Result<Plan, Refused> {
    let verifier_key = &request.verifier_key;
    let used = view.ledger_keys_in_use()?;
    match (used.contains(verifier_key), used.len()) {
        (false, _) => Err(Refused::NotFound),
        (true, 1) => Err(field("/kid", "active-key")),
        (true, _) => {
            let mut plan = Plan::default();
            let rows = view.ledger_keys()?;
            let stays =
                |row: &&LedgerKey| row.retired_at.is_none() && row.verifier_key != *verifier_key;
            let announced = |row: &&LedgerKey| row.announced_by.is_some();
            if let Some(heir) = rows.iter().filter(stays).rfind(announced) {
                plan.push(LedgerChange::HandedOver {
                    verifier_key: verifier_key.clone(),
                    to: heir.verifier_key.clone(),
                    checkpoint: request.checkpoint.clone(),
                });
            }
            for row in rows {
                let untold = row.retired_at.is_some() && row.retired_by.is_none();
                if untold || row.verifier_key == *verifier_key {
                    let verifier_key = row.verifier_key;
                    plan.push(LedgerChange::KeyRetiredByLeaf { verifier_key });
                }
            }
            Ok(plan)
        }
    }
}

/// Appends a leaf that tells the time, if there are leaves at all.
///
/// # Errors
/// [`Refused::Store`].
pub fn beat(view: &View<'_>, request: &BeatWhenQuiet, _now: Now) -> Result<Plan, Refused> {
    let Some(leaf) = view.last_leaf()? else {
        return Ok(Plan::default());
    };
    let (last, steady) = (Time::from_minutes(leaf.minute), request.steady);
    let quiet = request.after_seconds;
    if quiet.is_some_and(|seconds| last.plus_seconds(seconds) > steady) {
        return Ok(Plan::default());
    }
    // What the ledger still owes is told first.
    let mut plan = official::outstanding(view)?;
    plan.push(LedgerChange::Heartbeat);
    // The leaf can't tell a time before the last one: the journal does.
    if last > steady {
        plan.push(ClockChange::Trusted { at: steady });
    }
    Ok(plan)
}

pub(super) fn apply(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &LedgerChange,
) -> Result<(), StoreError> {
    match change {
        LedgerChange::KeyAdded {
            verifier_key,
            wrapped: part,
        } => key_added(view, record, verifier_key, wrapped(record, *part)),
        LedgerChange::KeyRetired { verifier_key } => key_retired(view, record, verifier_key, None),
        LedgerChange::Heartbeat => mark(view, record, LeafOp::Beat, Opening::Nothing),
        LedgerChange::KeyRetiredByLeaf { verifier_key } => {
            let leaf = view.position.ledger_size();
            key_retired(view, record, verifier_key, Some(leaf))?;
            let verifier_key = verifier_key.clone();
            mark(
                view,
                record,
                LeafOp::Retire,
                Opening::LedgerKey { verifier_key },
            )
        }
        LedgerChange::HandedOver {
            verifier_key,
            to,
            checkpoint,
        } => handed_over(view, verifier_key, to, checkpoint),
    }
}

/// The first key is handed to whoever wants to verify. Every later one is announced by a leaf, under
/// the signature of those before it.
fn key_added(
    view: &mut View<'_>,
    record: &Applied<'_>,
    verifier_key: &str,
    wrapped: Option<WrappedKey>,
) -> Result<(), StoreError> {
    let keys = view.all::<LedgerKeys>()?;
    let row = LedgerKey {
        verifier_key: verifier_key.to_owned(),
        added_at: record.entry.at,
        retired_at: None,
        retired_by: None,
        announced_by: (!keys.is_empty()).then(|| view.position.ledger_size()),
        hand_over: None,
        wrapped,
    };
    let number = u32::try_from(keys.len()).unwrap_or(u32::MAX);
    view.put::<LedgerKeys>(&number, &row)?;
    if keys.is_empty() {
        return Ok(());
    }
    let verifier_key = row.verifier_key;
    mark(
        view,
        record,
        LeafOp::Key,
        Opening::LedgerKey { verifier_key },
    )
}

fn key_retired(
    view: &mut View<'_>,
    record: &Applied<'_>,
    verifier_key: &str,
    by: Option<u64>,
) -> Result<(), StoreError> {
    for (number, mut key) in (0..).zip(view.all::<LedgerKeys>()?) {
        if key.verifier_key == verifier_key {
            key.retired_at = key.retired_at.or(Some(record.entry.at));
            key.retired_by = by;
            destroy_wrapped(view, &mut key.wrapped)?;
            view.put::<LedgerKeys>(&number, &key)?;
        }
    }
    Ok(())
}

fn handed_over(
    view: &mut View<'_>,
    from: &str,
    to: &str,
    checkpoint: &str,
) -> Result<(), StoreError> {
    let keys = view.all::<LedgerKeys>()?;
    let heir = keys.iter().find(|key| key.verifier_key == to);
    let announced_by = heir.and_then(|key| key.announced_by);
    let announced_by = announced_by.ok_or(StoreError::Misfit("no leaf announced that key"))?;
    for (number, mut key) in (0..).zip(keys) {
        if key.verifier_key == from {
            key.hand_over = Some(HandOver {
                checkpoint: checkpoint.to_owned(),
                to: to.to_owned(),
                announced_by,
            });
            view.put::<LedgerKeys>(&number, &key)?;
        }
    }
    Ok(())
}

fn mark(
    view: &mut View<'_>,
    record: &Applied<'_>,
    op: LeafOp,
    opening: Opening,
) -> Result<(), StoreError> {
    let header = LeafHeader {
        op,
        kind: None,
        about: None,
    };
    append_leaf(view, record, header, opening, false).map(drop)
}
