use super::*;
use crate::domain::{
    report::{Offer, sample},
    time::Time,
};

const NOW: i64 = 1_787_191_200_000;

fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).expect(code)
}

fn ward() -> Looking {
    Looking {
        unit: unit("14812"),
        supervises: false,
    }
}

/// A loss that a ward verifies.
fn verified() -> Report {
    let mut report = sample::report("14812", Time::from_millis(NOW));
    report.state = ReportState::Verifying;
    report
}

fn next(report: &Report, who: Looking) -> Option<Act> {
    next_step(report, who, &Terms::default())
}

#[test]
fn a_loss_is_told_to_the_investigating_unit_and_then_passed_on_to_it() {
    let mut report = verified();
    assert_eq!(next(&report, ward()), Some(Act::HandOver));
    report.competent_unit = Some(unit("38"));
    assert_eq!(next(&report, ward()), Some(Act::Transfer));
    let terms = Terms::default();
    assert!(
        !Act::HandOver.is_open(&report, ward(), &terms),
        "it was told once"
    );
    let to = unit("38");
    let at = Time::from_millis(NOW);
    report.offer = Some(Offer { to, at });
    assert_eq!(next(&report, ward()), None, "it is for the other to answer");
}

#[test]
fn the_investigating_unit_itself_resolves_what_it_was_told_of() {
    let mut report = verified();
    report.competent_unit = Some(unit("38"));
    let province = Looking {
        unit: unit("38"),
        supervises: true,
    };
    assert_eq!(next(&report, province), Some(Act::Resolve));
}

#[test]
fn who_withdrew_a_report_is_asked_nothing() {
    let mut report = verified();
    let terms = Terms::default();
    assert!(Act::Ask.is_open(&report, ward(), &terms));
    report.withdrawn_at = Some(Time::from_millis(NOW));
    assert!(!Act::Ask.is_open(&report, ward(), &terms));
}
