//! Keys that sign tokens. Which of them count follows from the journal, never from the files that lie there.

use super::{
    erasure,
    plan::{Now, Plan},
    record::Applied,
    refused::{Refused, field},
    view::View,
};
use crate::{
    access::key_ring::{MAX_KEYS, OVERLAP_SECONDS},
    domain::{
        change::{Holder, KeyChange},
        part::{Part, PartRef},
        time::Time,
    },
    store::{
        StoreError,
        schema::{SigningKeyRow, SigningKeys, WrappedKey},
    },
};

/// A key that is to come into use.
#[derive(Clone)]
pub struct NewKey {
    /// Its id, or for the ledger its verifier key.
    pub name: String,
    /// The private key, sealed under the master secret.
    pub sealed: Vec<u8>,
}

/// Brings a key into use, named by its id; without one, asks whether one more could come.
///
/// # Errors
/// [`Refused::TooManyKeys`].
pub fn rotate(view: &View<'_>, key: &Option<NewKey>, now: Now) -> Result<Plan, Refused> {
    has_room(&view.signing_keys()?, now.wall)?;
    let mut plan = Plan::default();
    if let Some(key) = key {
        let wrapped = plan.keep_bytes(Holder::Registry, key.sealed.clone());
        plan.push(KeyChange::Added {
            kid: key.name.clone(),
            wrapped: Some(wrapped),
        });
    }
    Ok(plan)
}

/// The sealed key that a record brings; an empty one where it was erased meanwhile.
pub(super) fn wrapped(record: &Applied<'_>, part: Option<Part>) -> Option<WrappedKey> {
    let part = part?;
    let sealed = record.private.get(usize::from(part)).cloned().flatten();
    let seq = record.seq;
    Some(WrappedKey {
        sealed: sealed.unwrap_or_default(),
        place: PartRef { seq, part },
    })
}

/// Forgets a private key for good.
pub(super) fn destroy_wrapped(
    view: &mut View<'_>,
    wrapped: &mut Option<WrappedKey>,
) -> Result<(), StoreError> {
    match wrapped.take() {
        Some(wrapped) => erasure::destroy(view, wrapped.place),
        None => Ok(()),
    }
}

/// Withdraws a key: every token it signed is worthless.
///
/// # Errors
/// [`Refused::NotFound`]; [`Refused::Field`] for the key that signs now, which must be replaced first.
pub fn retire(view: &View<'_>, kid: &str, _now: Now) -> Result<Plan, Refused> {
    let keys = view.signing_keys()?;
    let counts = |row: &SigningKeyRow| row.kid == kid && row.retired_at.is_none();
    match keys.iter().position(counts) {
        None => Err(Refused::NotFound),
        Some(place) if place + 1 == keys.len() => Err(field("/kid", "active-key")),
        Some(_) => Ok(Plan::one(KeyChange::Retired {
            kid: kid.to_owned(),
        })),
    }
}

/// Until when a key's signatures are good: the overlap after its successor came. For ever for the newest.
pub fn good_until(keys: &[SigningKeyRow], place: usize) -> Option<Time> {
    let successor = keys.get(place + 1)?;
    Some(successor.added_at.plus_seconds(OVERLAP_SECONDS))
}

/// Whether one more key can come into use: those whose overlap is over don't count.
fn has_room(keys: &[SigningKeyRow], now: Time) -> Result<(), Refused> {
    let counts = |place: usize, row: &SigningKeyRow| {
        row.retired_at.is_none() && good_until(keys, place).is_none_or(|until| now < until)
    };
    let used = keys
        .iter()
        .enumerate()
        .filter(|(place, row)| counts(*place, row));
    match used.count() {
        used if used < MAX_KEYS => Ok(()),
        _ => Err(Refused::TooManyKeys),
    }
}

pub(super) fn apply(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &KeyChange,
) -> Result<(), StoreError> {
    let keys = view.signing_keys()?;
    match change {
        KeyChange::Added { kid, wrapped: part } => {
            let row = SigningKeyRow {
                kid: kid.clone(),
                added_at: record.entry.at,
                retired_at: None,
                wrapped: wrapped(record, *part),
            };
            let number = u32::try_from(keys.len()).unwrap_or(u32::MAX);
            // Those whose last token ran out sign nothing any more.
            for (place, mut old) in keys.iter().cloned().enumerate() {
                let is_over =
                    good_until(&keys, place).is_some_and(|until| until <= record.entry.at);
                if is_over && old.wrapped.is_some() {
                    destroy_wrapped(view, &mut old.wrapped)?;
                    view.put::<SigningKeys>(&u32::try_from(place).unwrap_or(u32::MAX), &old)?;
                }
            }
            view.put::<SigningKeys>(&number, &row)
        }
        // Marked wherever it stands: a key that was withdrawn never counts again.
        KeyChange::Retired { kid } => {
            for (number, mut key) in (0..).zip(keys) {
                if key.kid == *kid {
                    key.retired_at = Some(record.entry.at);
                    destroy_wrapped(view, &mut key.wrapped)?;
                    view.put::<SigningKeys>(&number, &key)?;
                }
            }
            Ok(())
        }
    }
}
