//! Keys that sign tokens. Which of them count follows from the journal, never from the files that lie there.

use super::{
    plan::{Now, Plan},
    record::Applied,
    refused::{Refused, field},
    view::View,
};
use crate::{
    access::key_ring::{MAX_KEYS, OVERLAP_SECONDS},
    domain::{change::KeyChange, time::Time},
    store::{
        StoreError,
        schema::{SigningKeyRow, SigningKeys},
    },
};

/// Brings a key into use, named by its id; without one, asks whether one more could come.
///
/// # Errors
/// [`Refused::TooManyKeys`].
pub fn rotate(view: &View<'_>, kid: &Option<String>, now: Now) -> Result<Plan, Refused> {
    has_room(&view.signing_keys()?, now.wall)?;
    Ok(match kid {
        None => Plan::default(),
        Some(kid) => Plan::one(KeyChange::Added {
            kid: kid.clone(),
            wrapped: None,
        }),
    })
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
        KeyChange::Added { kid, wrapped: _ } => {
            let row = SigningKeyRow {
                kid: kid.clone(),
                added_at: record.entry.at,
                retired_at: None,
            };
            let number = u32::try_from(keys.len()).unwrap_or(u32::MAX);
            view.put::<SigningKeys>(&number, &row)
        }
        // Marked wherever it stands: a key that was withdrawn never counts again.
        KeyChange::Retired { kid } => {
            for (number, mut key) in (0..).zip(keys) {
                if key.kid == *kid {
                    key.retired_at = Some(record.entry.at);
                    view.put::<SigningKeys>(&number, &key)?;
                }
            }
            Ok(())
        }
    }
}
