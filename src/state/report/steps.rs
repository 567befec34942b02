//! Steps of a report's clocks, as decisions write them down.

use crate::domain::{
    intake::{
        clock::{ClockKind, PauseReason},
        step::ClockStep,
        terms::Terms,
    },
    report::{Report, words::ReportKind},
    time::Time,
    unit::UnitCode,
};

/// A clock that starts now.
pub(super) fn started(terms: &Terms, kind: ClockKind, unit: UnitCode, now: Time) -> ClockStep {
    terms.start(kind, unit, now)
}

/// The clocks of a report that comes in. Both kinds have the term of the law; a loss at a unit that may not resolve it
/// wants to be handed over, an attempt has a target of the police's own.
pub(super) fn of_a_new_report(
    terms: &Terms,
    kind: ReportKind,
    urgent: bool,
    unit: UnitCode,
    now: Time,
) -> Vec<ClockStep> {
    let mut kinds = Vec::new();
    if urgent {
        kinds.push(ClockKind::ReportUrgent);
    }
    kinds.push(ClockKind::ReportAck);
    kinds.extend(of_kind(terms, kind, unit));
    kinds.push(ClockKind::ReportResolve);
    let start = |kind| started(terms, kind, unit, now);
    kinds.into_iter().map(start).collect()
}

/// The clock that a kind of report has of its own.
fn of_kind(terms: &Terms, kind: ReportKind, unit: UnitCode) -> Option<ClockKind> {
    match kind {
        ReportKind::Attempt => Some(ClockKind::ReportAttempt),
        ReportKind::Loss => (!terms.is_investigating(unit)).then_some(ClockKind::ReportHandover),
    }
}

/// How clocks move when it turns out to be of another kind.
pub(super) fn of_another_kind(
    terms: &Terms,
    report: &Report,
    kind: ReportKind,
    now: Time,
) -> Vec<ClockStep> {
    if report.kind == kind {
        return Vec::new();
    }
    let ends = match report.kind {
        ReportKind::Loss => &[ClockKind::ReportHandover, ClockKind::ReportPrecheck][..],
        ReportKind::Attempt => &[ClockKind::ReportAttempt],
    };
    let ended = ends.iter().copied().filter(|kind| is_open(report, *kind));
    let mut steps: Vec<_> = ended.map(|kind| ClockStep::Stopped { kind }).collect();
    let starts = of_kind(terms, kind, report.unit).filter(|_| report.competent_unit.is_none());
    steps.extend(starts.map(|kind| started(terms, kind, report.unit, now)));
    steps
}

/// Whether a clock of this kind waits to be met.
pub(super) fn is_open(report: &Report, kind: ClockKind) -> bool {
    report.clock(kind).is_some_and(|clock| clock.is_open())
}

/// Meets those that wait.
pub(super) fn met(report: &Report, kinds: &[ClockKind]) -> Vec<ClockStep> {
    let open = kinds.iter().copied().filter(|kind| is_open(report, *kind));
    open.map(|kind| ClockStep::Met { kind }).collect()
}

/// Ends those that wait and that nobody has to meet any more.
pub(super) fn stopped(report: &Report, kinds: &[ClockKind]) -> Vec<ClockStep> {
    let open = kinds.iter().copied().filter(|kind| is_open(report, *kind));
    open.map(|kind| ClockStep::Stopped { kind }).collect()
}

/// What an outcome does: the terms for it are met, what was to be done before it ends, and the reporter is to be told.
/// Who is told in the same stroke is told in time.
pub(super) fn of_an_outcome(
    terms: &Terms,
    report: &Report,
    meets_the_law: bool,
    told: bool,
    now: Time,
) -> Vec<ClockStep> {
    let mut steps = match meets_the_law {
        true => met(report, &[ClockKind::ReportResolve, ClockKind::ReportResume]),
        false => Vec::new(),
    };
    steps.extend(met(
        report,
        &[ClockKind::ReportAttempt, ClockKind::ReportTell],
    ));
    if meets_the_law {
        let before = [
            ClockKind::ReportUrgent,
            ClockKind::ReportHandover,
            ClockKind::ReportPrecheck,
            ClockKind::ReportTransfer,
        ];
        steps.extend(stopped(report, &before));
    }
    steps.push(started(terms, ClockKind::ReportTell, report.unit, now));
    if told {
        steps.push(ClockStep::Met {
            kind: ClockKind::ReportTell,
        });
    }
    // Whoever hears the outcome heard that it was received.
    if told {
        steps.extend(met(report, &[ClockKind::ReportAck]));
    }
    steps
}

/// Targets of the police's own rest while the reporter is asked something. Terms of the law do not.
pub(super) fn paused_targets(report: &Report) -> Vec<ClockStep> {
    let kind = ClockKind::ReportAttempt;
    let reason = PauseReason::ReporterAsked;
    let runs = report.clock(kind).is_some_and(|clock| clock.is_running());
    runs.then_some(ClockStep::Paused { kind, reason })
        .into_iter()
        .collect()
}

/// They run again, and are due as much later as they rested.
pub(super) fn resumed_targets(report: &Report, now: Time) -> Vec<ClockStep> {
    let kind = ClockKind::ReportAttempt;
    let clock = report.clock(kind).filter(|clock| clock.is_open());
    let step = clock.and_then(|clock| {
        let rested = now.millis() - clock.pause()?.from.millis();
        let due_at = Time::from_millis(clock.due_at.millis().saturating_add(rested.max(0)));
        Some(ClockStep::Resumed { kind, due_at })
    });
    step.into_iter().collect()
}

/// A report that is taken up again has the term of the law anew; one that never ended runs on.
pub(super) fn of_a_reopening(terms: &Terms, report: &Report, now: Time) -> Vec<ClockStep> {
    let kind = ClockKind::ReportResolve;
    let runs = is_open(report, kind);
    (!runs)
        .then(|| started(terms, kind, report.unit, now))
        .into_iter()
        .collect()
}
