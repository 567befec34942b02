//! What the journal says of time: which time was trusted last ([`Trusted`]), and that an administrator confirmed the
//! machine's clock.

use super::{
    plan::{Now, Plan},
    record::Applied,
    refused::Refused,
    view::View,
};
use crate::{
    domain::{
        change::{ClockChange, Holder},
        time::Time,
    },
    store::{
        StoreError,
        schema::{META_TRUSTED, Meta, Trusted},
    },
};

/// Says that the machine's clock is right.
///
/// # Errors
/// None.
pub fn confirm(_view: &View<'_>, reason: &str, _now: Now) -> Result<Plan, Refused> {
    let mut plan = Plan::default();
    let reason = plan.keep(Holder::Registry, reason);
    plan.push(ClockChange::Confirmed { reason });
    Ok(plan)
}

pub(super) fn apply(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &ClockChange,
) -> Result<(), StoreError> {
    let at = match change {
        ClockChange::Confirmed { reason: _ } => record.entry.at,
        ClockChange::Trusted { at } => *at,
    };
    let minute = row(view)?.map_or(0, |row| row.minute);
    put(view, Trusted { at, minute })
}

/// A leaf was made. One that tells the minute of the leaf before it says nothing of time: it may have been lifted there.
pub(super) fn leaf_appended(view: &mut View<'_>, at: Time, minute: u64) -> Result<(), StoreError> {
    match row(view)? {
        Some(row) if minute <= row.minute => Ok(()),
        Some(_) | None => put(view, Trusted { at, minute }),
    }
}

fn row(view: &View<'_>) -> Result<Option<Trusted>, StoreError> {
    Trusted::read(view.get::<Meta>(META_TRUSTED)?)
}

fn put(view: &mut View<'_>, row: Trusted) -> Result<(), StoreError> {
    view.put::<Meta>(META_TRUSTED, &row.encode())
}
