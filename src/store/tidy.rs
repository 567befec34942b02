//! What is dropped when its time is over: receipts, ended sessions, office lists that were put down
//! but never proposed.

use super::{
    StoreError,
    schema::{ImportRows, Receipts, Sessions, Staging},
    view::View,
};
use crate::domain::time::Time;

/// Drops receipts made, sessions ended and staging begun before `before`. Which rows these are
/// follows from the state alone, so a replay drops the same ones.
pub(super) fn apply(view: &mut View<'_>, before: Time) -> Result<(), StoreError> {
    for receipt in view.all::<Receipts>()? {
        if receipt.at < before {
            view.remove::<Receipts>(&receipt.receipt.key);
        }
    }
    for session in view.all::<Sessions>()? {
        if session.expires_at < before {
            view.remove::<Sessions>(&session.id);
        }
    }
    for (import, since) in view.all::<Staging>()? {
        if since < before {
            for stored in view.staged_rows(import)? {
                for part in stored.parts() {
                    super::erasing::destroy(view, part)?;
                }
                view.remove::<ImportRows>(&(import, stored.row.line));
            }
            view.remove::<Staging>(&import);
        }
    }
    Ok(())
}

impl View<'_> {
    /// Whether [`crate::domain::change::Change::Tidied`] would drop anything.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn has_untidy(&self, before: Time) -> Result<bool, StoreError> {
        Ok(self.all::<Receipts>()?.iter().any(|row| row.at < before)
            || self
                .all::<Sessions>()?
                .iter()
                .any(|session| session.expires_at < before)
            || self
                .all::<Staging>()?
                .iter()
                .any(|(_, since)| *since < before))
    }
}
