//! What officers do in the course of their work.

use std::sync::Arc;

use uuid::Uuid;

use super::{Doing, as_read, is_in_hand, is_theirs, load, only, passing, steps};
use crate::domain::report::acts::OfficerAct;
use crate::{
    access::capability::{Officer, Supervisor},
    domain::{
        change::{ErasureChange, Holder},
        intake::{clock::ClockKind, terms::Terms},
        report::{
            Report,
            deed::Deed,
            told::Told,
            words::{Outcome, ReportKind, ReportState, Side},
        },
        user::UserStatus,
    },
    state::{
        plan::{Now, Plan},
        refused::{Refused, ReportRefusal, field},
        view::View,
    },
    store::schema::Users,
};

/// An act of an officer on what was read.
pub struct OfficerRequest {
    pub who: Officer,
    pub id: Uuid,
    pub version: u32,
    pub act: OfficerAct,
    pub terms: Arc<Terms>,
}

/// A supervisor gives it to a person.
pub struct Assign {
    pub who: Supervisor,
    pub id: Uuid,
    pub version: u32,
    pub user: Uuid,
}

/// Does what an officer wants.
///
/// # Errors
/// [`Refused::NotFound`] for another unit's; [`Refused::Report`].
pub fn act(view: &View<'_>, request: &OfficerRequest, now: Now) -> Result<Plan, Refused> {
    let report = load(view, request.id)?;
    let covers = |unit| request.who.covers(unit);
    match request.act.answers_an_offer() {
        true => is_theirs(&report, covers)?,
        false => is_in_hand(&report, covers)?,
    }
    as_read(&report, request.version)?;
    if report.is_full() {
        return Err(ReportRefusal::Full.into());
    }
    let (mut doing, terms) = (Doing::on(&report), &*request.terms);
    match &request.act {
        OfficerAct::Acknowledge { message, kind } => {
            // Who withdrew is told all the same that it came.
            let is_new = report.state == ReportState::Received
                || report.withdrawn_at.is_some() && steps::is_open(&report, ClockKind::ReportAck);
            only(is_new && report.is_open() && report.clocks_count())?;
            acknowledge(&mut doing, &report, request, message, *kind, now)?;
        }
        OfficerAct::Classify { told } => classify(&mut doing, &report, terms, told, now)?,
        OfficerAct::Transfer { unit, reason } => {
            passing::offer(&mut doing, &report, terms, *unit, reason, now)?;
        }
        OfficerAct::Accept => passing::accept(&mut doing, &report, &request.who, terms, now)?,
        OfficerAct::Return { reason } => {
            passing::send_back(&mut doing, &report, &request.who, reason)?;
        }
        OfficerAct::HandOver { unit, reason } => {
            passing::hand_over(&mut doing, &report, terms, *unit, reason)?;
        }
        OfficerAct::Ask { message } => {
            only(report.state == ReportState::Verifying)?;
            let message = doing.text(message);
            let until = terms.answer_until(now.wall);
            let clocks = steps::paused_targets(&report);
            doing.done(Deed::Asked { message, until }, clocks);
        }
        OfficerAct::Message { message } => {
            let text = doing.text(message);
            let side = Side::Unit;
            let clocks = match report.state {
                ReportState::Resolved => steps::met(&report, &[ClockKind::ReportTell]),
                ReportState::Received
                | ReportState::Acknowledged
                | ReportState::Verifying
                | ReportState::WaitingReporter
                | ReportState::Suspended => Vec::new(),
            };
            doing.done(Deed::Messaged { side, text }, clocks);
        }
        OfficerAct::BankCall { called, at, note } => {
            only(report.is_open() && report.urgent)?;
            let (called, at, note) = (*called, *at, doing.text(note));
            let clocks = steps::met(&report, &[ClockKind::ReportUrgent]);
            doing.done(Deed::BankCalled { called, at, note }, clocks);
        }
        OfficerAct::Link { to, reason } => {
            link(&mut doing, &report, view, request, (*to, reason), now)?;
        }
        OfficerAct::Unlink { reason } => {
            let from = report.duplicate_of.ok_or(ReportRefusal::NotOpen)?;
            let reason = doing.text(reason);
            doing.done(Deed::Unlinked { from, reason }, Vec::new());
        }
    }
    Ok(doing.plan())
}

fn acknowledge(
    doing: &mut Doing,
    report: &Report,
    request: &OfficerRequest,
    message: &str,
    kind: Option<ReportKind>,
    now: Now,
) -> Result<(), Refused> {
    let kind = kind.unwrap_or(report.kind);
    let has_lost = report.told.as_ref().is_some_and(Told::tells_of_a_loss);
    // Who lost money is no attempt, whoever says so: a ward would decide what is not its to decide.
    if kind == ReportKind::Attempt && report.kind == ReportKind::Loss && has_lost {
        return Err(field("/kind", "has-a-loss"));
    }
    let message = doing.text(message);
    let mut clocks = steps::met(report, &[ClockKind::ReportAck]);
    let moved = steps::of_another_kind(&request.terms, report, kind, now.wall);
    clocks.extend(moved);
    doing.done(Deed::Acknowledged { kind, message }, clocks);
    Ok(())
}

/// The first time, a ward's files begin to be due at the unit that may resolve a loss.
fn classify(
    doing: &mut Doing,
    report: &Report,
    terms: &Terms,
    told: &Told,
    now: Now,
) -> Result<(), Refused> {
    only(matches!(
        report.state,
        ReportState::Acknowledged | ReportState::Verifying | ReportState::WaitingReporter
    ))?;
    if report.told.is_none() {
        return Err(ReportRefusal::NothingSealed.into());
    }
    let own_given = told.own_given;
    let told = doing.bytes(told.encode());
    let wants_precheck = report.state == ReportState::Acknowledged
        && report.kind == ReportKind::Loss
        && !terms.is_investigating(report.unit);
    let precheck = wants_precheck
        .then(|| steps::started(terms, ClockKind::ReportPrecheck, report.unit, now.wall));
    doing.done(Deed::Classified { told }, precheck.into_iter().collect());
    // One turned out to be the reporter's own: what it was told in is destroyed.
    let before = report.told.as_ref().map_or(0, |told| told.own_given);
    if own_given > before && !report.is_held(now.wall) {
        let holder = Holder::Report(report.id);
        for part in report.told_parts.iter().copied() {
            doing.plan.push(ErasureChange::Part { holder, part });
        }
    }
    Ok(())
}

/// A report follows one that is no follower itself, and that the officer sees.
fn link(
    doing: &mut Doing,
    report: &Report,
    view: &View<'_>,
    request: &OfficerRequest,
    (to, reason): (Uuid, &str),
    now: Now,
) -> Result<(), Refused> {
    only(report.is_open() && report.clocks_count() && report.state != ReportState::Suspended)?;
    let main = load(view, to).map_err(|_| field("/to", "unknown"))?;
    let seen = main.units().any(|unit| request.who.covers(unit));
    if !seen || main.id == report.id {
        return Err(field("/to", "unknown"));
    }
    if main.duplicate_of.is_some() {
        return Err(field("/to", "duplicate"));
    }
    // A loss has the outcome of a loss, which a ward does not give.
    if report.kind == ReportKind::Loss && main.kind != ReportKind::Loss {
        return Err(field("/to", "no-loss"));
    }
    let reason = doing.text(reason);
    let mut clocks = steps::stopped(report, &[ClockKind::ReportTransfer]);
    clocks.extend(steps::resumed_targets(report, now.wall));
    doing.done(Deed::Linked { to, reason }, clocks);
    doing.keep_until(report, Outcome::Duplicate, &request.terms, now);
    Ok(())
}

/// Gives it to a person. Where the unit that may resolve it was told, its supervisor takes it over with that.
///
/// # Errors
/// [`Refused::NotFound`]; [`Refused::Report`]; [`Refused::Field`] for an account that can't have it.
pub fn assign(view: &View<'_>, request: &Assign, _now: Now) -> Result<Plan, Refused> {
    let report = load(view, request.id)?;
    is_in_hand(&report, |unit| request.who.covers(unit))?;
    as_read(&report, request.version)?;
    only(report.is_open() && report.clocks_count())?;
    let user = view.get::<Users>(&request.user)?;
    let user = user.filter(|user| {
        user.status == UserStatus::Active
            && user.role.handles_reports()
            && request.who.covers(user.unit)
    });
    let user = user.ok_or(field("/user", "unknown"))?;
    let competent = report.competent_unit.filter(|unit| *unit == user.unit);
    let unit = competent.unwrap_or(report.unit);
    if user.unit != unit && !user.unit.covers(unit) {
        return Err(field("/user", "another-unit"));
    }
    let mut doing = Doing::on(&report);
    let clocks = match competent {
        Some(_) => {
            let mut clocks = steps::met(&report, &[ClockKind::ReportPrecheck]);
            clocks.extend(steps::stopped(&report, &[ClockKind::ReportTransfer]));
            clocks
        }
        None => Vec::new(),
    };
    let user = user.id;
    doing.done(Deed::Assigned { user, unit }, clocks);
    Ok(doing.plan())
}
