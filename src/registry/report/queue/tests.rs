use super::*;
use crate::domain::{
    identifier::Identifier,
    intake::{clock::ClockKind, reference::Reference, step::apply_step, terms::Terms},
    report::{
        sample,
        told::{Contact, Told, ToldIdentifier},
        words::{IdentifierRole, ReportKind},
    },
};

const NOW: i64 = 1_800_000_000_000;

fn report(nth: u128, number: &str) -> Report {
    let now = Time::from_millis(NOW);
    let told = ToldIdentifier {
        identifier: Identifier::from_key(&format!("phone:+84{number}")).expect("a key"),
        role: IdentifierRole::ContactedMe,
    };
    Report {
        id: Uuid::from_u128(nth),
        reference: Reference::of_random(u32::try_from(nth).expect("small")),
        kind: ReportKind::Attempt,
        told: Some(Told {
            identifiers: vec![told],
            ..Told::default()
        }),
        contact: None,
        clocks: Vec::new(),
        ..sample::report("14812", now)
    }
}

fn with_clock(mut report: Report, kind: ClockKind) -> Report {
    let now = Time::from_millis(NOW);
    let step = Terms::default().start(kind, report.unit, now);
    apply_step(&mut report.clocks, &step, now);
    report
}

#[test]
fn many_that_name_the_same_number_are_one_line_with_their_sources_counted_once() {
    let mut reports: Vec<Report> = (1..=4).map(|nth| report(nth, "950001001")).collect();
    reports[0].source = Some([1; 32]);
    reports[1].source = Some([1; 32]);
    reports[2].contact = Some(Contact::default());
    reports.push(report(5, "950001002"));
    reports.push(report(6, "950001002"));
    let lines = grouped(reports);
    let told: Vec<(u128, Option<(usize, usize)>)> = lines
        .iter()
        .map(|line| {
            let alike = line.alike.as_ref();
            let alike = alike.map(|alike| (alike.reports, alike.sources));
            (line.report.id.as_u128(), alike)
        })
        .collect();
    assert_eq!(told, [(1, Some((4, 3))), (5, None), (6, None)]);
}

#[test]
fn nobody_in_particular_is_one_source_a_day() {
    let mut reports: Vec<Report> = (1..=3).map(|nth| report(nth, "950001001")).collect();
    assert_eq!(sources(&reports), 1);
    reports[2].received_at = reports[2].received_at.plus_days(1);
    assert_eq!(sources(&reports), 2);
}

#[test]
fn an_urgent_report_is_never_hidden_among_others() {
    let mut reports: Vec<Report> = (1..=4).map(|nth| report(nth, "950001001")).collect();
    reports[3] = with_clock(report(4, "950001001"), ClockKind::ReportUrgent);
    let lines = grouped(reports);
    let alike = |line: &Line| line.alike.is_some();
    assert_eq!(lines.iter().map(alike).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn what_is_due_first_is_what_an_open_clock_says() {
    let now = Time::from_millis(NOW);
    let one = with_clock(report(1, "950001001"), ClockKind::ReportResolve);
    let mut one = with_clock(one, ClockKind::ReportAck);
    assert_eq!(
        next_clock(&one).map(|clock| clock.kind),
        Some(ClockKind::ReportAck)
    );
    assert!(!is_late_now(&one, now));
    assert!(is_late_now(&one, now.plus_days(30)));
    one.duplicate_of = Some(Uuid::from_u128(9));
    assert!(
        next_clock(&one).is_none(),
        "a linked one's clocks stand still"
    );
}

#[test]
fn the_unit_above_looks_at_what_missed_a_term_of_the_law() {
    let (me, ward, province) = (
        Uuid::from_u128(9),
        UnitCode::parse("14812").expect("a unit"),
        UnitCode::parse("38").expect("a unit"),
    );
    let now = Time::from_millis(NOW);
    let mut late = with_clock(report(1, "950001001"), ClockKind::ReportAck);
    assert!(!Part::Escalated.has(&late, me, province, now));
    late.clocks[0].missed_at = Some(now);
    assert!(Part::Escalated.has(&late, me, province, now));
    assert!(
        !Part::Escalated.has(&late, me, ward, now),
        "its own unit has it as late"
    );
}

#[test]
fn what_comes_after_a_report_is_what_its_queue_has_behind_it() {
    let mut reports = vec![
        with_clock(report(1, "950001001"), ClockKind::ReportResolve),
        with_clock(report(2, "950001001"), ClockKind::ReportAck),
        with_clock(report(3, "950001001"), ClockKind::ReportUrgent),
        with_clock(report(4, "950001001"), ClockKind::ReportAck),
    ];
    reports[3].duplicate_of = Some(Uuid::from_u128(1));
    sort(&mut reports);
    let after = |id| behind(&reports, Uuid::from_u128(id)).map(|id| id.as_u128());
    assert_eq!(after(3), Some(2), "what can't wait is first");
    assert_eq!(after(2), Some(1), "then by what is due");
    assert_eq!(after(1), None, "what was linked is done with");
    assert_eq!(after(9), Some(3), "the first one, for what is not in it");
}

#[test]
fn words_of_parts_lead_there_and_back() {
    for part in Part::ALL {
        assert_eq!(Part::parse(part.as_str()), part);
    }
    assert_eq!(Part::parse("nothing"), Part::Open);
}
