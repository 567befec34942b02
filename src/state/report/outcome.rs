//! What supervisors decide.

use std::sync::Arc;

use uuid::Uuid;

use super::{Doing, as_read, is_in_hand, load, only, steps};
use crate::domain::report::acts::{Decision, DecisionKind};
use crate::{
    access::capability::FreshSupervisor,
    domain::{
        intake::{
            clock::{Clock, ClockKind, PauseReason},
            step::ClockStep,
            terms::Terms,
        },
        listing::Status,
        report::{
            Report,
            deed::Deed,
            told::Told,
            words::{Outcome, ReportKind, ReportState, Side},
        },
        time::Time,
        unit::UnitCode,
    },
    state::{
        plan::{Now, Plan},
        refused::{Refused, ReportRefusal, field},
        view::View,
    },
    store::schema::Listings,
};

/// Longest hold before it is looked at again, in days.
const MOST_HOLD_DAYS: u32 = 366;

/// A supervisor's decision on what was read.
pub struct Decide {
    pub who: FreshSupervisor,
    pub id: Uuid,
    pub version: u32,
    pub decision: Decision,
    pub terms: Arc<Terms>,
}

/// Whether a supervisor may decide this at all.
///
/// # Errors
/// [`Refused::NotFound`] for another unit's; [`ReportRefusal::NotCompetent`].
pub fn may_decide(
    report: &Report,
    own: UnitCode,
    kind: DecisionKind,
    terms: &Terms,
) -> Result<(), Refused> {
    is_in_hand(report, |unit| own.covers(unit))?;
    let wants = match kind {
        DecisionKind::Competent => true,
        DecisionKind::Outcome(_) => report.kind == ReportKind::Loss,
        DecisionKind::Other => false,
    };
    let is_formal = match kind {
        DecisionKind::Outcome(outcome) => outcome.is_some_and(Outcome::is_formal),
        DecisionKind::Competent | DecisionKind::Other => false,
    };
    if (wants || is_formal) && !terms.is_investigating(own) {
        return Err(ReportRefusal::NotCompetent.into());
    }
    Ok(())
}

/// Takes a supervisor's decision.
///
/// # Errors
/// [`Refused::NotFound`] for another unit's; [`Refused::Report`]; [`Refused::Field`].
pub fn decide(view: &View<'_>, request: &Decide, now: Now) -> Result<Plan, Refused> {
    let report = load(view, request.id)?;
    let terms = &*request.terms;
    may_decide(&report, request.who.unit(), request.decision.kind(), terms)?;
    as_read(&report, request.version)?;
    let mut doing = Doing::on(&report);
    match &request.decision {
        Decision::Suspend {
            reason,
            words,
            document,
        } => suspend(&mut doing, &report, (*reason, words, document), now)?,
        Decision::Resume { reason } => {
            only(report.state == ReportState::Suspended)?;
            let reason = doing.text(reason);
            let clock = steps::started(terms, ClockKind::ReportResume, report.unit, now.wall);
            doing.done(Deed::Resumed { reason }, vec![clock]);
        }
        Decision::Extend {
            reason,
            document,
            until,
        } => extend(&mut doing, &report, terms, (reason, document, *until), now)?,
        Decision::Resolve { .. } => resolve(&mut doing, view, &report, request, now)?,
        Decision::Reopen { reason } => {
            only(report.state == ReportState::Resolved && report.clocks_count())?;
            let reason = doing.text(reason);
            let side = Side::Unit;
            doing.done(
                Deed::Reopened { side, reason },
                steps::of_a_reopening(terms, &report, now.wall),
            );
        }
        Decision::Hold { until, reason } => {
            let most = now.wall.plus_days(MOST_HOLD_DAYS);
            if *until <= now.wall || *until > most {
                return Err(field("/until", "out-of-range"));
            }
            let (until, reason) = (*until, doing.text(reason));
            doing.done(Deed::Held { until, reason }, Vec::new());
        }
        Decision::Unhold { reason } => {
            only(report.held_until.is_some())?;
            let reason = doing.text(reason);
            doing.done(Deed::Unheld { reason }, Vec::new());
        }
    }
    Ok(doing.plan())
}

/// The clock of the law that runs: that of the first handling, or of the one after a suspension.
fn running(report: &Report) -> Option<&Clock> {
    let kinds = [ClockKind::ReportResume, ClockKind::ReportResolve];
    let mut clocks = kinds.into_iter().filter_map(|kind| report.clock(kind));
    clocks.find(|clock| clock.is_open())
}

fn suspend(
    doing: &mut Doing,
    report: &Report,
    (reason, words, document): (PauseReason, &str, &str),
    now: Now,
) -> Result<(), Refused> {
    only(report.state == ReportState::Verifying)?;
    let clock = running(report).ok_or(ReportRefusal::NotOpen)?;
    if now.wall <= clock.due_at {
        return Err(ReportRefusal::TooEarly.into());
    }
    let stop = ClockStep::Stopped { kind: clock.kind };
    let (words, document) = (doing.text(words), doing.text(document));
    let deed = Deed::Suspended {
        reason,
        words,
        document,
    };
    doing.done(deed, vec![stop]);
    Ok(())
}

/// The head of the competent unit prolongs once by himself; the second time the procuracy's document is wanted.
fn extend(
    doing: &mut Doing,
    report: &Report,
    terms: &Terms,
    (reason, document, until): (&str, &str, Option<Time>),
    now: Now,
) -> Result<(), Refused> {
    only(report.is_open() && report.clocks_count())?;
    let clock = running(report).ok_or(ReportRefusal::NotOpen)?;
    let mut step = terms
        .extension(clock)
        .ok_or(ReportRefusal::NoMoreExtensions)?;
    if Terms::wants_document(clock) && document.is_empty() {
        return Err(field("/document_no", "required"));
    }
    if let (ClockStep::Extended { until: most, .. }, Some(until)) = (&mut step, until) {
        if until <= now.wall.max(clock.due_at) || until > *most {
            return Err(field("/until", "out-of-range"));
        }
        *most = until;
    }
    let (reason, document) = (doing.text(reason), doing.some_text(document));
    doing.done(Deed::Extended { reason, document }, vec![step]);
    Ok(())
}

/// Whether a listing that was proposed from a report waits to be confirmed, or is in force.
fn warns(view: &View<'_>, report: &Report) -> Result<bool, Refused> {
    for id in &report.listings {
        let listing = view.get::<Listings>(id)?;
        let stands = listing.is_some_and(|listing| match listing.status {
            Status::Proposed | Status::Listed => true,
            Status::Rejected | Status::Expired | Status::Delisted => false,
        });
        if stands {
            return Ok(true);
        }
    }
    Ok(false)
}

fn resolve(
    doing: &mut Doing,
    view: &View<'_>,
    report: &Report,
    request: &Decide,
    now: Now,
) -> Result<(), Refused> {
    let Decision::Resolve {
        outcome,
        reason,
        message,
        document,
        document_date,
    } = &request.decision
    else {
        return Ok(());
    };
    let was_listed = report
        .resolution
        .is_some_and(|known| known.outcome == Outcome::Listed);
    let wants_the_law = report.kind == ReportKind::Loss && was_listed;
    if !outcome.is_decided() {
        return Err(field("/outcome", "invalid"));
    }
    only(report.clocks_count())?;
    only(match report.state {
        ReportState::Received
        | ReportState::Acknowledged
        | ReportState::Verifying
        | ReportState::WaitingReporter => true,
        ReportState::Suspended => false,
        ReportState::Resolved => wants_the_law,
    })?;
    let has_lost = report.told.as_ref().is_some_and(Told::tells_of_a_loss);
    if *outcome == Outcome::Spam && has_lost {
        return Err(field("/outcome", "has-a-loss"));
    }
    if *outcome == Outcome::NotAScam && warns(view, report)? {
        return Err(field("/outcome", "listed-from-it"));
    }
    if *outcome == Outcome::Withdrawn && report.withdrawn_at.is_none() {
        return Err(field("/outcome", "not-withdrawn"));
    }
    if outcome.is_formal() && document.is_empty() {
        return Err(field("/document_no", "required"));
    }
    if outcome.is_formal() && document_date.is_none() {
        return Err(field("/document_date", "required"));
    }
    let reason = doing.text(reason);
    let message = doing.some_text(message);
    let document = doing.some_text(document);
    let told = message.is_some();
    let deed = Deed::Resolved {
        outcome: *outcome,
        reason,
        message,
        document,
        document_date: document_date.clone(),
    };
    let clocks = steps::of_an_outcome(&request.terms, report, true, told, now.wall);
    doing.done(deed, clocks);
    doing.keep_until(report, *outcome, &request.terms, now);
    Ok(())
}
