//! `apply` for what the journal says of time: which time was trusted last ([`Trusted`]).

use super::{
    StoreError,
    schema::{META_TRUSTED, Meta, Trusted},
    view::View,
};
use crate::domain::time::Time;

/// A leaf was made. One that tells the minute of the leaf before it says nothing of time: it may have been lifted there.
pub(super) fn leaf(view: &mut View<'_>, at: Time, minute: u64) -> Result<(), StoreError> {
    match row(view)? {
        Some(row) if minute <= row.minute => Ok(()),
        Some(_) | None => put(view, Trusted { at, minute }),
    }
}

/// A time was trusted, whatever the leaves tell.
pub(super) fn told(view: &mut View<'_>, at: Time) -> Result<(), StoreError> {
    let minute = row(view)?.map_or(0, |row| row.minute);
    put(view, Trusted { at, minute })
}

fn row(view: &View<'_>) -> Result<Option<Trusted>, StoreError> {
    Trusted::read(view.get::<Meta>(META_TRUSTED)?)
}

fn put(view: &mut View<'_>, row: Trusted) -> Result<(), StoreError> {
    view.put::<Meta>(META_TRUSTED, &row.encode())
}
