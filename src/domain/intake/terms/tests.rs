//! Lengths by their names, and what they come to.

use super::*;
use crate::domain::intake::{calendar::Day, step::apply_step};

fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).unwrap()
}

/// 10:00 in Vietnam on 2026-06-`day`.
fn june(day: i64) -> Time {
    Time::from_millis(1_780_282_800_000).plus_seconds((day - 1) * 86_400)
}

fn last_day(step: &ClockStep) -> String {
    match step {
        ClockStep::Started { due_at: due, .. } | ClockStep::Extended { until: due, .. } => {
            Day::last_of(*due).to_string()
        }
        ClockStep::Met { .. }
        | ClockStep::Missed { .. }
        | ClockStep::Paused { .. }
        | ClockStep::Resumed { .. }
        | ClockStep::Corrected { .. }
        | ClockStep::Stopped { .. } => String::new(),
    }
}

#[test]
fn each_clock_runs_as_long_as_its_rule_says() {
    let terms = Terms::default();
    for (kind, text) in ClockKind::ALL
        .into_iter()
        .zip(["15m", "12h", "3wd", "7d", "20d", "1mo", "3d", "10wd", "1wd"])
    {
        assert_eq!(terms.length(kind, unit("14812")).to_string(), text);
    }
    let kept = &terms.retention;
    let kept = [
        kept.contact,
        kept.story,
        kept.spam,
        kept.attempt,
        kept.sms_sender,
        kept.source,
        kept.openings,
    ];
    assert_eq!(
        kept.map(|length| length.to_string()),
        ["180d", "730d", "30d", "365d", "90d", "24h", "60mo"]
    );
    assert!(terms.is_investigating(unit("38")) && !terms.is_investigating(unit("14812")));
}

#[test]
fn every_length_can_be_set_by_its_name_down_to_seconds() {
    let names = [
        "report_urgent",
        "report_handover",
        "report_handover_remote",
        "report_ack",
        "report_precheck",
        "report_resolve",
        "report_resolve_extension",
        "report_resume",
        "report_tell",
        "report_attempt",
        "report_transfer",
        "keep_contact",
        "keep_story",
        "keep_spam",
        "keep_attempt",
        "keep_sms_sender",
        "keep_source",
        "keep_openings",
    ];
    let mut terms = Terms::default();
    for name in names {
        let before = terms.clone();
        assert_eq!(terms.set(name, "5s"), Ok(()), "{name}");
        assert_ne!(terms, before, "{name}");
        assert_eq!(terms.set(name, "5 s"), Err(LengthError::Form.into()));
    }
    for kind in ClockKind::ALL {
        assert_eq!(terms.length(kind, unit("38")), Length::Seconds(5));
    }
    for name in ["", "report", "report.urgent", "urgent", "keep_"] {
        assert_eq!(terms.set(name, "5s"), Err(TermError::Unknown), "{name}");
    }
}

#[test]
fn a_unit_that_is_hard_to_reach_has_longer_to_hand_a_loss_over_and_for_nothing_else() {
    let terms = Terms {
        remote: vec![unit("14812")],
        ..Terms::default()
    };
    for kind in ClockKind::ALL {
        let differs = terms.length(kind, unit("14812")) != terms.length(kind, unit("38"));
        assert_eq!(differs, kind == ClockKind::ReportHandover);
    }
    let remote = terms.length(ClockKind::ReportHandover, unit("14812"));
    assert_eq!(remote, Length::Hours(24));
}

#[test]
fn a_clock_starts_with_its_due_time_and_what_was_skipped() {
    let terms = Terms::default();
    let started = |kind, day| terms.start(kind, unit("38"), june(day));
    // 2026-06-01 is a Monday; 20 days from then end on a Sunday, seven from the sixth on a Saturday.
    for (kind, day, last) in [
        (ClockKind::ReportResolve, 1, "2026-06-22"),
        (ClockKind::ReportPrecheck, 6, "2026-06-13"),
        (ClockKind::ReportAck, 5, "2026-06-10"),
        (ClockKind::ReportTell, 4, "2026-06-07"),
    ] {
        assert_eq!(last_day(&started(kind, day)), last, "{kind:?}");
    }
    let mut clocks = Vec::new();
    let step = started(ClockKind::ReportResolve, 1);
    assert!(apply_step(&mut clocks, &step, june(1)));
    assert_eq!(clocks[0].skipped[0].name, "chủ nhật");
}

#[test]
fn the_handling_of_a_report_is_prolonged_twice_from_the_day_on_which_it_is_due() {
    let terms = Terms::default();
    let mut clocks = Vec::new();
    let step = terms.start(ClockKind::ReportResolve, unit("38"), june(1));
    apply_step(&mut clocks, &step, june(1));
    // Saturday 2026-08-22 is worked.
    for (last, wants_document, skipped) in [("2026-08-22", false, 1), ("2026-10-22", true, 1)] {
        assert_eq!(Terms::wants_document(&clocks[0]), wants_document);
        let longer = terms.extension(&clocks[0]).unwrap();
        assert_eq!(last_day(&longer), last);
        assert!(apply_step(&mut clocks, &longer, june(2)));
        assert_eq!(clocks[0].skipped.len(), skipped);
    }
    assert_eq!(terms.extension(&clocks[0]), None);
}

#[test]
fn what_is_over_or_of_another_kind_is_not_prolonged() {
    let terms = Terms::default();
    for kind in ClockKind::ALL {
        let mut clocks = Vec::new();
        apply_step(
            &mut clocks,
            &terms.start(kind, unit("38"), june(1)),
            june(1),
        );
        let may = kind == ClockKind::ReportResolve;
        assert_eq!(terms.extension(&clocks[0]).is_some(), may, "{kind:?}");
        apply_step(&mut clocks, &ClockStep::Met { kind }, june(1));
        assert_eq!(terms.extension(&clocks[0]), None);
    }
}

#[test]
fn an_extension_in_seconds_counts_from_the_due_time() {
    let mut terms = Terms::default();
    terms.set("report_resolve", "5s").unwrap();
    terms.set("report_resolve_extension", "10s").unwrap();
    let mut clocks = Vec::new();
    let step = terms.start(ClockKind::ReportResolve, unit("38"), june(1));
    apply_step(&mut clocks, &step, june(1));
    let longer = terms.extension(&clocks[0]).unwrap();
    assert!(apply_step(&mut clocks, &longer, june(1)));
    assert_eq!(clocks[0].due_at, june(1).plus_seconds(15));
}
