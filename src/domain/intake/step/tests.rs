//! What may happen to clocks, and what nothing takes back.

use proptest::prelude::*;

use super::*;
use crate::domain::intake::clock::{latest, next_due};

const ACK: ClockKind = ClockKind::ReportAck;

fn at(seconds: i64) -> Time {
    Time::from_millis(1_800_000_000_000).plus_seconds(seconds)
}

fn started(kind: ClockKind, due_at: i64) -> ClockStep {
    ClockStep::Started {
        kind,
        length: Length::Seconds(10),
        due_at: at(due_at),
        skipped: Vec::new(),
        estimated: false,
    }
}

fn extended(until: i64) -> ClockStep {
    ClockStep::Extended {
        kind: ACK,
        until: at(until),
        skipped: Vec::new(),
        estimated: true,
    }
}

fn corrected(old: i64, new: i64) -> ClockStep {
    ClockStep::Corrected {
        kind: ACK,
        old: at(old),
        new: at(new),
        skipped: Vec::new(),
        estimated: false,
    }
}

fn resumed(due_at: i64) -> ClockStep {
    ClockStep::Resumed {
        kind: ACK,
        due_at: at(due_at),
    }
}

const MET: ClockStep = ClockStep::Met { kind: ACK };
const MISSED: ClockStep = ClockStep::Missed { kind: ACK };
const STOPPED: ClockStep = ClockStep::Stopped { kind: ACK };
const PAUSED: ClockStep = ClockStep::Paused {
    kind: ACK,
    reason: PauseReason::ExpertOpinion,
};

/// The clocks after a first one that is due at 10, and whether each step fitted.
fn after(steps: &[(i64, ClockStep)]) -> (Vec<Clock>, Vec<bool>) {
    let mut clocks = Vec::new();
    assert!(apply_step(&mut clocks, &started(ACK, 10), at(0)));
    let fits = steps
        .iter()
        .map(|(second, step)| apply_step(&mut clocks, step, at(*second)))
        .collect();
    (clocks, fits)
}

#[test]
fn a_clock_is_late_after_its_due_time_and_not_at_it() {
    let (clocks, _) = after(&[]);
    assert!(!clocks[0].is_late(at(10)));
    assert!(clocks[0].is_late(Time::from_millis(at(10).millis() + 1)));
    assert_eq!(due_steps(&clocks, at(10)), []);
    assert_eq!(due_steps(&clocks, at(11)), [MISSED]);
    assert_eq!(next_due(&clocks), Some(at(10)));
}

#[test]
fn met_in_time_is_never_late_and_the_first_time_counts() {
    let (clocks, fits) = after(&[(10, MET), (12, MET), (99, MISSED)]);
    assert_eq!(fits, [true, false, false]);
    assert_eq!(clocks[0].met_at, Some(at(10)));
    assert!(!clocks[0].is_late(at(1_000)) && clocks[0].missed_at.is_none());
    assert_eq!(next_due(&clocks), None);
}

#[test]
fn met_too_late_stays_late_though_the_schedule_had_not_looked() {
    let (clocks, _) = after(&[(11, MET)]);
    assert!(clocks[0].is_late(at(11)));
    assert_eq!(clocks[0].missed_at, Some(at(11)));
}

#[test]
fn a_miss_is_written_once_and_nothing_that_comes_later_takes_it_back() {
    let (clocks, fits) = after(&[
        (11, MISSED),
        (12, MISSED),
        (13, extended(90)),
        (14, corrected(90, 95)),
        (15, PAUSED),
        (16, resumed(99)),
        (17, MET),
        (18, started(ACK, 200)),
    ]);
    assert_eq!(fits, [true, false, true, true, true, true, true, true]);
    assert_eq!(clocks[0].missed_at, Some(at(11)));
    assert!(clocks[0].is_late(at(0)));
    // Reopening starts a clock of its own.
    assert_eq!(latest(&clocks, ACK), clocks.last());
    assert!(!clocks[1].is_late(at(19)) && clocks[1].missed_at.is_none());
}

#[test]
fn whatever_is_done_to_a_clock_whose_time_has_passed_notes_the_miss_first() {
    for step in [extended(90), corrected(10, 90), PAUSED, STOPPED, MET] {
        let (clocks, fits) = after(&[(11, step)]);
        assert_eq!((clocks[0].missed_at, fits), (Some(at(11)), vec![true]));
    }
}

#[test]
fn an_extension_makes_a_term_longer_and_keeps_when_it_was_due_first() {
    let (clocks, fits) = after(&[(5, extended(10)), (6, extended(11)), (7, extended(9))]);
    assert_eq!(fits, [false, true, false]);
    let clock = &clocks[0];
    assert_eq!((clock.due_at, clock.first_due_at), (at(11), at(10)));
    let (until, at) = (at(11), at(6));
    assert_eq!(clock.extended, [Extension { at, until }]);
    assert!(clock.estimated);
}

#[test]
fn time_does_not_go_by_while_a_clock_rests() {
    let (mut clocks, fits) = after(&[(10, PAUSED), (11, PAUSED), (12, extended(99)), (13, MISSED)]);
    assert_eq!(fits, [true, false, false, false]);
    assert!(!clocks[0].is_running() && clocks[0].is_open());
    assert!(!clocks[0].is_late(at(1_000)));
    assert_eq!(due_steps(&clocks, at(1_000)), []);
    assert_eq!(next_due(&clocks), None);
    assert!(apply_step(&mut clocks, &resumed(50), at(20)));
    assert_eq!(clocks[0].due_at, at(50));
    assert_eq!(clocks[0].pauses[0].until, Some(at(20)));
    assert!(!apply_step(&mut clocks, &resumed(60), at(21)));
    assert!(apply_step(&mut clocks, &PAUSED, at(22)));
    // Never due earlier than before.
    assert!(apply_step(&mut clocks, &resumed(1), at(23)));
    assert_eq!(clocks[0].due_at, at(50));
}

#[test]
fn what_is_met_or_stopped_while_it_rests_rests_no_more() {
    for step in [MET, STOPPED] {
        let (clocks, _) = after(&[(5, PAUSED), (50, step)]);
        assert_eq!(clocks[0].pauses[0].until, Some(at(50)));
        assert!(!clocks[0].is_open());
    }
}

#[test]
fn a_clock_that_was_stopped_in_time_is_not_late() {
    let (clocks, fits) = after(&[(10, STOPPED), (11, MET), (12, MISSED), (13, STOPPED)]);
    assert_eq!(fits, [true, false, false, false]);
    assert!(!clocks[0].is_late(at(1_000)));
    assert_eq!(due_steps(&clocks, at(1_000)), []);
}

#[test]
fn a_correction_names_the_time_that_stands() {
    let (clocks, fits) = after(&[(1, corrected(9, 20)), (2, corrected(10, 20))]);
    assert_eq!(fits, [false, true]);
    assert_eq!((clocks[0].due_at, clocks[0].first_due_at), (at(20), at(10)));
    let (at, old, new) = (at(2), at(10), at(20));
    assert_eq!(clocks[0].corrected, [Correction { at, old, new }]);
}

#[test]
fn one_clock_of_a_kind_is_open_and_others_run_beside_it() {
    let (mut clocks, fits) = after(&[(1, started(ACK, 99))]);
    assert_eq!((clocks.len(), fits), (1, vec![false]));
    let tell = started(ClockKind::ReportTell, 5);
    assert!(apply_step(&mut clocks, &tell, at(1)));
    assert_eq!(next_due(&clocks), Some(at(5)));
    assert!(apply_step(&mut clocks, &MET, at(6)));
    assert_eq!(
        due_steps(&clocks, at(6)),
        [ClockStep::Missed {
            kind: ClockKind::ReportTell
        }]
    );
}

#[test]
fn an_item_has_a_bounded_number_of_clocks_and_a_clock_of_entries() {
    let mut clocks = Vec::new();
    for count in 1..=MOST_CLOCKS + 1 {
        let fits = apply_step(&mut clocks, &started(ACK, 10), at(0));
        assert_eq!(fits, count <= MOST_CLOCKS);
        apply_step(&mut clocks, &MET, at(0));
    }
    let (mut clocks, _) = after(&[]);
    for count in 1..=MOST_ENTRIES + 1 {
        let due = 10 + i64::try_from(count).unwrap();
        let fits = count <= MOST_ENTRIES;
        assert_eq!(apply_step(&mut clocks, &extended(due), at(0)), fits);
        assert_eq!(apply_step(&mut clocks, &PAUSED, at(0)), fits);
        apply_step(&mut clocks, &resumed(0), at(0));
    }
    for count in 1..=MOST_ENTRIES + 1 {
        let fits = apply_step(&mut clocks, &corrected(26, 26), at(0));
        assert_eq!(fits, count <= MOST_ENTRIES);
    }
}

#[test]
fn a_step_without_its_clock_changes_nothing() {
    for step in [
        MET,
        MISSED,
        STOPPED,
        PAUSED,
        resumed(1),
        extended(1),
        corrected(0, 1),
    ] {
        let mut clocks = Vec::new();
        assert!(!apply_step(&mut clocks, &step, at(0)) && clocks.is_empty());
    }
}

#[test]
fn kinds_reasons_and_steps_keep_their_numbers_and_words() {
    for (number, kind) in (0_u8..).zip(ClockKind::ALL) {
        assert_eq!(postcard::to_stdvec(&kind).unwrap(), [number]);
        let word = serde_json::to_string(&kind).unwrap();
        assert_eq!(word, format!("\"{}\"", kind.as_str()));
        assert!(unicode_normalization::is_nfc(kind.basis()) && !kind.basis().is_empty());
    }
    for (number, reason) in (0_u8..).zip(PauseReason::ALL) {
        assert_eq!(postcard::to_stdvec(&reason).unwrap(), [number]);
        let word = serde_json::to_string(&reason).unwrap();
        assert_eq!(word, format!("\"{}\"", reason.as_str()));
    }
    for (number, step) in [
        (0, started(ACK, 0)),
        (1, MET),
        (2, MISSED),
        (3, extended(0)),
        (4, PAUSED),
        (5, resumed(0)),
        (6, corrected(0, 0)),
        (7, STOPPED),
    ] {
        let bytes = postcard::to_stdvec(&step).unwrap();
        assert_eq!(bytes[..2], [number, 2]);
        assert_eq!(postcard::from_bytes::<ClockStep>(&bytes).unwrap(), step);
    }
}

#[test]
fn only_what_the_police_set_themselves_is_no_law() {
    let own = ClockKind::ALL
        .into_iter()
        .filter(|kind| !kind.is_statutory());
    let own: Vec<ClockKind> = own.collect();
    assert_eq!(
        own,
        [
            ClockKind::ReportUrgent,
            ClockKind::ReportAttempt,
            ClockKind::ReportTransfer
        ]
    );
    assert!(
        own.iter()
            .all(|kind| kind.basis().starts_with("Chỉ tiêu riêng"))
    );
}

fn steps() -> impl Strategy<Value = ClockStep> {
    (0..9_u8, any::<bool>(), 0..60_i64, 0..60_i64).prop_map(|(which, other, one, two)| {
        let kind = if other { ClockKind::ReportTell } else { ACK };
        let (skipped, estimated) = (Vec::new(), false);
        match which {
            0 => started(kind, one),
            1 => ClockStep::Met { kind },
            2 => ClockStep::Missed { kind },
            3 => ClockStep::Extended {
                kind,
                until: at(one),
                skipped,
                estimated,
            },
            4 => ClockStep::Paused {
                kind,
                reason: PauseReason::Valuation,
            },
            5 => ClockStep::Resumed {
                kind,
                due_at: at(one),
            },
            6 => ClockStep::Corrected {
                kind,
                old: at(one),
                new: at(two),
                skipped,
                estimated,
            },
            7 => corrected(10, one),
            _ => ClockStep::Stopped { kind },
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_steps_in_any_order_clear_a_miss_a_meeting_or_a_lateness(
        steps in proptest::collection::vec((steps(), 0..5_i64), 1..40),
    ) {
        let (mut clocks, mut now) = (after(&[]).0, 0);
        for (step, later) in steps {
            now += later;
            let before = clocks.clone();
            let fits = apply_step(&mut clocks, &step, at(now));
            prop_assert_eq!(fits, clocks != before);
            prop_assert!(clocks.len() >= before.len());
            for (was, is) in before.iter().zip(&clocks) {
                prop_assert!(was.missed_at.is_none() || was.missed_at == is.missed_at);
                prop_assert!(was.met_at.is_none() || was.met_at == is.met_at);
                prop_assert!(was.stopped_at.is_none() || was.stopped_at == is.stopped_at);
                prop_assert!(!was.is_late(at(now)) || is.is_late(at(now)));
                prop_assert_eq!(
                    (was.kind, was.started_at, was.first_due_at),
                    (is.kind, is.started_at, is.first_due_at)
                );
            }
            for kind in ClockKind::ALL {
                let open = clocks.iter().filter(|clock| clock.kind == kind && clock.is_open());
                prop_assert!(open.count() <= 1);
            }
            // The schedule's steps fit, and then there are none left.
            let mut looked_at = clocks.clone();
            for missed in due_steps(&clocks, at(now)) {
                prop_assert!(apply_step(&mut looked_at, &missed, at(now)));
            }
            prop_assert_eq!(due_steps(&looked_at, at(now)), []);
            let bytes = postcard::to_stdvec(&clocks).unwrap();
            prop_assert_eq!(postcard::from_bytes::<Vec<Clock>>(&bytes).unwrap(), clocks.clone());
        }
    }
}
