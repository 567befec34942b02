//! The registry as a whole: founded once, tidied by itself.

use super::{
    erasure::destroy,
    plan::{Now, Plan},
    record::Applied,
    refused::Refused,
    view::View,
};
use crate::{
    domain::{change::RegistryChange, time::Time},
    store::{
        StoreError,
        schema::{IdempotencyKeys, ImportRows, META_MASTER, Meta, Sessions, Staging},
    },
};

/// Drops receipts made, sessions ended and staging begun before a time, if there are any.
///
/// # Errors
/// [`Refused::Store`].
pub fn prune(view: &View<'_>, before: Time, _now: Now) -> Result<Plan, Refused> {
    let receipts = view.all::<IdempotencyKeys>()?;
    let is_needed = receipts.iter().any(|row| row.at < before)
        || view
            .all::<Sessions>()?
            .iter()
            .any(|row| row.expires_at < before)
        || view
            .all::<Staging>()?
            .iter()
            .any(|(_, since)| *since < before);
    Ok(match is_needed {
        true => Plan::one(RegistryChange::Pruned { before }),
        false => Plan::default(),
    })
}

pub(super) fn apply(
    view: &mut View<'_>,
    _record: &Applied<'_>,
    change: &RegistryChange,
) -> Result<(), StoreError> {
    match change {
        // The journal keeps it; nobody else needs to.
        RegistryChange::Founded { installation: _ } => Ok(()),
        RegistryChange::MasterSecretNamed { check } => {
            view.put::<Meta>(META_MASTER, &check.to_vec())
        }
        RegistryChange::Pruned { before } => pruned(view, *before),
    }
}

/// Which rows these are follows from the state alone, so a replay drops the same ones.
fn pruned(view: &mut View<'_>, before: Time) -> Result<(), StoreError> {
    for receipt in view.all::<IdempotencyKeys>()? {
        if receipt.at < before {
            view.remove::<IdempotencyKeys>(&receipt.receipt.key);
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
                    destroy(view, part)?;
                }
                view.remove::<ImportRows>(&(import, stored.row.line));
            }
            view.remove::<Staging>(&import);
        }
    }
    Ok(())
}
