//! Whoever lost the slip shows an identity at the counter and gets another receipt code.

use uuid::Uuid;

use super::{Doing, as_read, is_in_hand, load};
use crate::{
    access::capability::Officer,
    domain::report::deed::Deed,
    state::{
        plan::{Now, Plan},
        refused::{Refused, ReportRefusal},
        view::View,
    },
};

/// Another receipt code for a report as it was read.
pub struct Reissue {
    pub who: Officer,
    pub id: Uuid,
    pub version: u32,
    /// The one after the present code's.
    pub generation: u32,
    /// HMAC of the code of that generation.
    pub lookup: [u8; 32],
    /// How the identity was shown; never a number of it.
    pub reason: String,
}

/// Gives another receipt code. The old one is dead at once: who has the lost slip must not follow with it. The officer saw
/// the new one, so it is replaced at its first use.
///
/// # Errors
/// [`Refused::NotFound`] for another unit's; [`Refused::Report`] where there is nothing left to follow, or another code was
/// made meanwhile.
pub fn reissue(view: &View<'_>, request: &Reissue, _now: Now) -> Result<Plan, Refused> {
    let report = load(view, request.id)?;
    is_in_hand(&report, |unit| request.who.covers(unit))?;
    as_read(&report, request.version)?;
    if report.erased_at.is_some() {
        return Err(ReportRefusal::NotOpen.into());
    }
    if request.generation != report.receipt_generation + 1 {
        return Err(ReportRefusal::Stale.into());
    }
    let mut doing = Doing::on(&report);
    let reason = doing.text(&request.reason);
    let deed = Deed::ReceiptReissued {
        generation: request.generation,
        lookup: request.lookup,
        reason,
    };
    doing.done(deed, Vec::new());
    Ok(doing.plan())
}
