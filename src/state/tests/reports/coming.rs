//! What a report has when it comes.

use super::*;
use crate::domain::{intake::clock::ClockKind::*, report::words::ReportState};

fn kinds(report: &Report) -> Vec<ClockKind> {
    report.clocks.iter().map(|clock| clock.kind).collect()
}

#[test]
fn a_report_comes_with_the_clocks_of_its_kind_and_unit() {
    let mut scene = Scene::new();
    scene.comes(1, ReportKind::Loss, loss());
    let urgent = scene.report(1);
    assert!(urgent.urgent && urgent.state == ReportState::Received);
    let all = [ReportUrgent, ReportAck, ReportHandover, ReportResolve];
    assert_eq!(kinds(&urgent), all);

    let mut old = loss();
    old.transfers[0].at = at(-73 * 3_600);
    scene.comes(2, ReportKind::Loss, old);
    assert!(!scene.report(2).urgent);
    assert_eq!(
        kinds(&scene.report(2)),
        [ReportAck, ReportHandover, ReportResolve]
    );

    scene.comes(3, ReportKind::Attempt, attempt());
    assert_eq!(
        kinds(&scene.report(3)),
        [ReportAck, ReportAttempt, ReportResolve]
    );

    let mut request = receiving(4, ReportKind::Loss, loss(), &scene.terms);
    request.unit = unit(PROVINCE);
    scene.receive(&request).unwrap();
    assert_eq!(
        kinds(&scene.report(4)),
        [ReportUrgent, ReportAck, ReportResolve]
    );
    scene.replays();
}

#[test]
fn a_remote_unit_has_longer_to_hand_over() {
    let mut scene = Scene::new();
    let mut terms = terms(&[]);
    terms.remote = vec![unit(COMMUNE)];
    scene.terms = Arc::new(terms);
    scene.comes(IT, ReportKind::Loss, loss());
    let clock = scene.clock(ReportHandover);
    assert_eq!(clock.due_at, at(0).plus_seconds(24 * 3_600));
}

#[test]
fn an_official_number_was_impersonated_and_leads_to_no_other_report() {
    let mut scene = Scene::new();
    let mut about = attempt();
    about.identifiers = vec![told("113", IdentifierRole::ContactedMe)];
    scene.comes(IT, ReportKind::Attempt, about);
    let told = scene.it().told.unwrap();
    assert_eq!(told.identifiers[0].role, IdentifierRole::Impersonated);
}

#[test]
fn an_id_or_a_reference_is_used_once() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    let again = receiving(IT, ReportKind::Attempt, attempt(), &scene.terms);
    assert!(matches!(scene.receive(&again), Err(Refused::AlreadyExists)));
    let mut other = receiving(2, ReportKind::Attempt, attempt(), &scene.terms);
    other.reference = scene.it().reference;
    assert!(matches!(scene.receive(&other), Err(Refused::AlreadyExists)));
}
