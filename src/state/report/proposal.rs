//! A listing is proposed from a report, and confirmed.

use uuid::Uuid;

use super::{Doing, as_read, is_in_hand, load, steps};
use crate::{
    access::capability::Officer,
    domain::{
        change::{Change, ReportChange},
        intake::{clock::ClockKind, terms::Terms},
        report::{
            Report,
            deed::Deed,
            words::{Outcome, ReportKind, ReportState},
        },
    },
    state::{
        listing::{self, Propose},
        plan::{Now, Plan},
        refused::{Refused, ReportRefusal},
        view::View,
    },
    store::schema::ListingReports,
};

/// An officer proposes a listing from a report.
pub struct ProposeFrom {
    pub who: Officer,
    pub report: Uuid,
    pub version: u32,
    pub listing: Propose,
    /// Said twice: also where the identifier neither called nor took money.
    pub is_sure: bool,
}

/// Proposes a listing, and notes where it came from.
///
/// # Errors
/// As [`listing::propose`]; [`Refused::NotFound`] for another unit's report; [`ReportRefusal::OtherRole`].
pub fn propose(view: &View<'_>, request: &ProposeFrom, now: Now) -> Result<Plan, Refused> {
    let report = load(view, request.report)?;
    is_in_hand(&report, |unit| request.who.covers(unit))?;
    as_read(&report, request.version)?;
    let told = report.told.as_ref().ok_or(ReportRefusal::NothingSealed)?;
    let identifier = &request.listing.subject.identifier;
    let mut suspects = told
        .identifiers
        .iter()
        .filter(|told| told.role.is_suspect());
    if !suspects.any(|told| told.identifier == *identifier) && !request.is_sure {
        return Err(ReportRefusal::OtherRole.into());
    }
    let mut plan = listing::propose(view, &request.listing, now)?;
    plan.push(ReportChange::Done {
        id: report.id,
        deed: Deed::ListingProposed {
            listing: request.listing.id,
        },
        clocks: Vec::new(),
    });
    Ok(plan)
}

/// What the confirmation of a listing does to the report that it was proposed from: an attempt has its outcome with it. A
/// loss is not decided by it: the decision that the law wants is still due.
pub fn confirmed(
    view: &View<'_>,
    listing: Uuid,
    terms: &Terms,
    now: Now,
) -> Result<Vec<Change>, Refused> {
    let Some(id) = view.get::<ListingReports>(&listing)? else {
        return Ok(Vec::new());
    };
    let report = load(view, id)?;
    let mut doing = Doing::on(&report);
    let mut clocks = Vec::new();
    let resolves = resolves(&report);
    if resolves {
        let meets_the_law = report.kind == ReportKind::Attempt;
        clocks = steps::of_an_outcome(terms, &report, meets_the_law, true, now.wall);
        clocks.extend(steps::stopped(&report, &[ClockKind::ReportTransfer]));
    }
    doing.done(Deed::Listed { listing }, clocks);
    if resolves && report.kind == ReportKind::Attempt {
        doing.keep_until(&report, Outcome::Listed, terms, now);
    }
    Ok(doing.plan().changes)
}

/// Whether a listing is the outcome of a report.
pub(super) fn resolves(report: &Report) -> bool {
    report.clocks_count()
        && match report.state {
            ReportState::Received
            | ReportState::Acknowledged
            | ReportState::Verifying
            | ReportState::WaitingReporter => true,
            ReportState::Suspended | ReportState::Resolved => false,
        }
}
