//! Parts of records that are kept until a time, and erased when it is over.

use super::{
    plan::{Now, Plan},
    record::Applied,
    refused::Refused,
    view::View,
};
use crate::{
    domain::change::{Change, ErasureChange, PartRef},
    store::{
        StoreError,
        schema::{Lapse, Lapsing},
    },
};

/// Erases the parts that were kept until a time that is over, at most `limit`.
///
/// # Errors
/// [`Refused::Store`].
pub fn lapse(view: &View<'_>, limit: usize, now: Now) -> Result<Plan, Refused> {
    let due = view.all::<Lapsing>()?.into_iter();
    let due = due
        .take_while(|lapse| lapse.until <= now.ledger)
        .take(limit);
    let erased = due.map(|lapse| {
        Change::Erasure(ErasureChange::Part {
            holder: lapse.holder,
            part: lapse.place,
        })
    });
    Ok(Plan {
        changes: erased.collect(),
        ..Plan::default()
    })
}

/// Notes the parts of a record that are kept until a time.
pub(super) fn keep_parts(view: &mut View<'_>, record: &Applied<'_>) -> Result<(), StoreError> {
    for (number, kept) in (0..).zip(&record.entry.parts) {
        if let Some(until) = kept.keep_until {
            let place = record.place(number);
            let lapse = Lapse {
                until,
                holder: kept.holder,
                place,
            };
            view.put::<Lapsing>(&(until, place), &lapse)?;
        }
    }
    Ok(())
}

/// A part is kept until no time any more: it was erased.
pub(super) fn no_longer(view: &mut View<'_>, part: PartRef) -> Result<(), StoreError> {
    let kept = view.all::<Lapsing>()?.into_iter();
    for lapse in kept.filter(|lapse| lapse.place == part) {
        view.remove::<Lapsing>(&(lapse.until, part));
    }
    Ok(())
}
