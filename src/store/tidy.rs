//! What is dropped when its time is over: receipts, ended sessions.

use super::{
    StoreError,
    schema::{Receipts, Sessions},
    view::View,
};
use crate::domain::time::Time;

/// Drops receipts made before `before` and sessions that ended before it. Which rows these are
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
    Ok(())
}
