//! What the audit trail tells beside changes: written down, and nothing follows from it.

use super::{
    plan::{Now, Plan},
    record::Applied,
    refused::Refused,
    view::View,
};
use crate::{
    domain::change::{Holder, TrailChange},
    store::StoreError,
};

/// Writes down what was gathered.
///
/// # Errors
/// None.
pub fn tell(_view: &View<'_>, gathered: &[TrailChange], _now: Now) -> Result<Plan, Refused> {
    let mut plan = Plan::default();
    for told in gathered {
        plan.push(told.clone());
    }
    Ok(plan)
}

/// Says why something is done, where the record would not say it otherwise. What does nothing needs no reason.
#[must_use]
pub fn because(mut plan: Plan, holder: Holder, reason: &str) -> Plan {
    if !plan.changes.is_empty()
        && let Some(reason) = plan.keep(holder, reason)
    {
        plan.push(TrailChange::Reasoned { reason });
    }
    plan
}

/// Nothing but the trail itself.
#[expect(
    clippy::unnecessary_wraps,
    reason = "every subject has an effect of this form"
)]
pub(super) fn apply(
    _view: &mut View<'_>,
    _record: &Applied<'_>,
    change: &TrailChange,
) -> Result<(), StoreError> {
    match change {
        TrailChange::CameFrom { .. }
        | TrailChange::Reasoned { .. }
        | TrailChange::Refused { .. }
        | TrailChange::Read { .. }
        | TrailChange::Pulled { .. }
        | TrailChange::Untold { .. }
        | TrailChange::OpenedMuch { .. } => Ok(()),
    }
}
