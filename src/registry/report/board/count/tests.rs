use uuid::Uuid;

use super::*;
use crate::domain::{
    change::Actor,
    intake::{step::apply_step, terms::Terms},
    report::{Resolution, deed::ReportEvent, sample, words::ReportState},
};

const DAY: u64 = 24 * 3_600_000;

fn month() -> Month {
    Month::parse("2026-11").unwrap()
}

fn on(day: u32) -> Time {
    month().begins().plus_days(day - 1).plus_seconds(3_600)
}

fn resolved(day: u32, after_days: u32, outcome: Outcome) -> Report {
    let mut report = sample::report("14812", on(day));
    let at = on(day + after_days);
    report.state = ReportState::Resolved;
    report.resolution = Some(Resolution { outcome, at });
    for clock in &mut report.clocks {
        clock.met_at = Some(at);
    }
    report
}

fn board(unit: &str, reports: &[Report], now: Time) -> Board {
    let unit = UnitCode::parse(unit).unwrap();
    let mut count = Count::begin(unit, month(), now);
    for report in reports {
        count.add(report);
    }
    count.end(None, false)
}

#[test]
fn a_small_month_is_counted_by_hand() {
    let mut reports = vec![
        resolved(1, 2, Outcome::NoCase),
        resolved(2, 4, Outcome::Insufficient),
        // These still run: half of the four were over after four days, and nine of ten are not yet.
        sample::report("14812", on(3)),
        sample::report("14812", on(20)),
    ];
    reports[3].kind = ReportKind::Attempt;
    let board = board("38", &reports, on(30));
    let told = board.months.last().unwrap();
    assert_eq!(told.month, month());
    assert_eq!((told.received, told.open), (4, 2));
    assert_eq!(
        told.kinds,
        [(ReportKind::Loss, 3), (ReportKind::Attempt, 1)]
    );
    assert_eq!(told.channels, [(Channel::Web, 4)]);
    assert_eq!(
        told.outcomes,
        [(Outcome::NoCase, 1), (Outcome::Insufficient, 1)]
    );
    assert_eq!((told.median, told.p90), (Some(4 * DAY), None));
    // The one of the third day was due after twenty days, and nobody took either of them.
    assert_eq!(board.open.ages, [0, 1, 1, 0]);
    assert_eq!((board.open.late, board.open.ever_late), (2, 2));
    assert_eq!(board.months.len(), BOARD_MONTHS);
    assert!(board.months[..6].iter().all(|month| month.received == 0));
}

#[test]
fn a_unit_sees_its_own_and_those_below_and_competent_units_what_they_may_resolve() {
    let own = sample::report("14812", on(2));
    let mut handed = sample::report("14818", on(2));
    handed.competent_unit = UnitCode::parse("38").ok();
    let count = |unit: &str| {
        let board = board(unit, &[own.clone(), handed.clone()], on(30));
        board.months.last().unwrap().received
    };
    assert_eq!((count("14812"), count("38"), count("VN")), (1, 2, 2));
    assert_eq!(count("01"), 0);
}

#[test]
fn a_month_stands_beside_the_six_before_it() {
    let now = on(30);
    let before = sample::report("14812", month().before(6).begins());
    let too_old = sample::report("14812", month().before(7).begins());
    let later = sample::report("14812", month().before(-1).begins());
    let board = board("14812", &[before, too_old, later], now);
    let received: Vec<u64> = board.months.iter().map(|month| month.received).collect();
    assert_eq!(received, [1, 0, 0, 0, 0, 0, 0]);
    assert_eq!(
        board.open.ages.iter().sum::<u64>(),
        3,
        "all of them are open"
    );
}

#[test]
fn a_report_that_was_linked_makes_nobody_quicker() {
    let alone = board("14812", &[resolved(1, 8, Outcome::NoCase)], on(30));
    let linked = [
        resolved(1, 8, Outcome::NoCase),
        resolved(2, 0, Outcome::Duplicate),
        resolved(3, 0, Outcome::Duplicate),
    ];
    let linked = board("14812", &linked, on(30));
    let median = |board: &Board| board.months.last().unwrap().median;
    assert_eq!(median(&alone), Some(8 * DAY));
    assert_eq!(median(&linked), Some(8 * DAY));
}

#[test]
fn deeds_and_the_telling_are_counted() {
    let mut report = resolved(1, 2, Outcome::CaseOpened);
    let unit = report.unit;
    let start = |kind, report: &mut Report, at| {
        let step = Terms::default().start(kind, unit, at);
        apply_step(&mut report.clocks, &step, at);
    };
    start(ClockKind::ReportTell, &mut report, on(3));
    report.clocks.last_mut().unwrap().met_at = Some(on(4));
    report.urgent = true;
    start(ClockKind::ReportUrgent, &mut report, on(1));
    report.clocks.last_mut().unwrap().met_at = Some(on(1).plus_seconds(600));
    for _ in 0..2 {
        report.events.push(ReportEvent {
            at: on(2),
            by: Actor::Schedule,
            deed: Deed::Listed {
                listing: Uuid::from_u128(1),
            },
            texts: Vec::new(),
        });
    }
    let mut silent = resolved(1, 2, Outcome::NoCase);
    start(ClockKind::ReportTell, &mut silent, on(3));
    let board = board("14812", &[report, silent], on(30));
    let told = board.months.last().unwrap();
    assert_eq!((told.to_tell, told.told_in_time), (2, 1));
    assert_eq!((told.urgent, told.urgent_median), (1, Some(600_000)));
    assert_eq!(told.listings, 2);
}

#[test]
fn what_is_erased_in_the_next_two_weeks_is_named_unless_it_is_held() {
    let now = on(30);
    let report = |days: u32, id: u128| {
        let mut report = resolved(1, 2, Outcome::NoCase);
        report.id = Uuid::from_u128(id);
        report.kept.contact = Some(now.plus_days(days));
        report.kept.words = Some(now.plus_days(700));
        report
    };
    let mut held = report(2, 4);
    held.held_until = Some(now.plus_days(100));
    let board = board(
        "14812",
        &[report(14, 1), report(15, 2), report(1, 3), held],
        now,
    );
    let named: Vec<_> = board
        .erasures
        .iter()
        .map(|(ahead, _)| ahead.report)
        .collect();
    assert_eq!(named, [3, 1].map(Uuid::from_u128));
}
