//! Officers take reports, check them, ask, and propose listings from them.

use super::*;
use crate::{
    domain::{
        intake::clock::ClockKind::*,
        listing::{Decision as OnListing, Status},
        method::MethodId,
        report::{
            reading::{GivenIdentifier, reclassified},
            words::{Outcome, ReportState, SealedPart},
        },
    },
    state::{
        listing::Propose,
        refused::ReportRefusal,
        report::{
            proposal::{ProposeFrom, propose},
            sealed::{Open, open},
        },
    },
};

fn propose_from(scene: &mut Scene, text: &str, is_sure: bool) -> Result<(), Refused> {
    let who = scene.an.clone();
    let request = ProposeFrom {
        who: who.clone(),
        report: id(IT),
        version: scene.it().version,
        listing: Propose {
            id: id(900),
            subject: super::super::machine::subject(900, text),
            method: MethodId::other(),
            unit: unit(COMMUNE),
            evidence: reason(),
        },
        is_sure,
    };
    let done = scene
        .machine
        .commit(who.acting(), |view, now| propose(view, &request, now));
    done.map(drop)
}

#[test]
fn who_takes_a_report_has_it_and_has_told_the_reporter() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Loss, loss());
    let an = scene.an.clone();
    scene.does(&an, acknowledge()).unwrap();
    let report = scene.it();
    assert_eq!(report.state, ReportState::Acknowledged);
    assert_eq!(report.assignee, Some(id(1)));
    assert!(scene.clock(ReportAck).met_at.is_some());
    assert_eq!(report.messages().count(), 1);
    let again = scene.does(&an, acknowledge());
    assert!(matches!(
        again,
        Err(Refused::Report(ReportRefusal::NotOpen))
    ));
}

#[test]
fn another_unit_sees_nothing_and_an_old_reading_decides_nothing() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Loss, loss());
    let cuc = scene.cuc.clone();
    assert!(matches!(
        scene.does(&cuc, acknowledge()),
        Err(Refused::NotFound)
    ));
    let request = OfficerRequest {
        who: scene.an.clone(),
        id: id(IT),
        version: 0,
        act: acknowledge(),
        terms: Arc::clone(&scene.terms),
    };
    let stale = scene
        .machine
        .commit(request.who.acting(), |view, now| act(view, &request, now));
    assert!(matches!(stale, Err(Refused::Report(ReportRefusal::Stale))));
}

#[test]
fn a_report_that_turns_out_to_be_a_loss_has_the_clocks_of_one() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    let an = scene.an.clone();
    let kind = Some(ReportKind::Loss);
    let message = reason();
    scene
        .does(&an, OfficerAct::Acknowledge { message, kind })
        .unwrap();
    assert_eq!(scene.it().kind, ReportKind::Loss);
    assert!(scene.clock(ReportAttempt).stopped_at.is_some());
    assert!(scene.clock(ReportHandover).is_open());
}

#[test]
fn checking_the_identifiers_begins_the_work_and_keeps_what_money_went_to() {
    let mut scene = Scene::new();
    let mut about = loss();
    about
        .identifiers
        .push(told("0950 009 009", IdentifierRole::ContactedMe));
    scene.comes(IT, ReportKind::Loss, about);
    let an = scene.an.clone();
    scene.does(&an, acknowledge()).unwrap();
    let given = [
        GivenIdentifier::of(PHONE, "contacted_me"),
        GivenIdentifier::of(ACCOUNT, "received_money"),
        GivenIdentifier::of("0950 009 009", "mine"),
    ];
    let told = Box::new(reclassified(&scene.it().told.unwrap(), &given).unwrap());
    let classify = OfficerAct::Classify { told };
    scene.does(&an, classify).unwrap();
    let report = scene.it();
    assert_eq!(report.state, ReportState::Verifying);
    assert!(scene.clock(ReportPrecheck).is_open());
    let told = report.told.unwrap();
    assert_eq!((told.transfers[0].to, told.own_given), (Some(1), 1));
    scene.replays();
    // What named the reporter's own number is in no record any more.
    assert!(scene.it().told.is_some());
    let kept = scene.machine.records.iter().flat_map(|kept| &kept.private);
    let own = b"+84950009009";
    assert!(
        !kept
            .flatten()
            .any(|bytes| bytes.windows(own.len()).any(|part| part == own))
    );
}

#[test]
fn a_question_rests_the_target_and_not_the_term_of_the_law() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    scene.taken();
    let an = scene.an.clone();
    let (target, term) = (
        scene.clock(ReportAttempt).due_at,
        scene.clock(ReportResolve).due_at,
    );
    scene
        .does(&an, OfficerAct::Ask { message: reason() })
        .unwrap();
    assert_eq!(scene.it().state, ReportState::WaitingReporter);
    assert!(!scene.clock(ReportAttempt).is_running());
    assert!(scene.clock(ReportResolve).is_running());
    scene.later(7);
    let text = "Họ gọi lúc 9 giờ.".to_owned();
    let files = Vec::new();
    scene.wishes(Wish::Tell { text, files }).unwrap();
    assert_eq!(scene.it().state, ReportState::Verifying);
    assert_eq!(scene.clock(ReportAttempt).due_at, target.plus_seconds(7));
    assert_eq!(scene.clock(ReportResolve).due_at, term);
}

#[test]
fn an_answer_that_does_not_come_is_not_waited_for_for_ever() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    scene.taken();
    let an = scene.an.clone();
    scene
        .does(&an, OfficerAct::Ask { message: reason() })
        .unwrap();
    scene.later(12);
    assert_eq!(scene.it().state, ReportState::WaitingReporter);
    scene.later(1);
    assert_eq!(scene.it().state, ReportState::Verifying);
    assert!(scene.clock(ReportAttempt).is_running());
}

#[test]
fn a_listing_proposed_from_an_attempt_is_its_outcome_once_two_persons_stand_behind_it() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    scene.taken();
    propose_from(&mut scene, PHONE, false).unwrap();
    assert_eq!(scene.it().state, ReportState::Verifying);
    let binh = scene.binh.clone();
    scene
        .machine
        .decide(&binh, 900, OnListing::Confirm)
        .unwrap();
    assert_eq!(scene.machine.listing(900).status, Status::Listed);
    let report = scene.it();
    assert_eq!(
        report.resolution.map(|it| it.outcome),
        Some(Outcome::Listed)
    );
    assert!(scene.clock(ReportResolve).met_at.is_some());
    assert!(scene.clock(ReportTell).met_at.is_some());
    scene.replays();
}

#[test]
fn what_a_listing_was_proposed_from_is_no_scam_only_when_it_does_not_stand() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    scene.taken();
    propose_from(&mut scene, PHONE, false).unwrap();
    let binh = scene.binh.clone();
    let no_scam = || ending::resolve(Outcome::NotAScam);
    assert!(matches!(
        scene.decides(&binh, no_scam()),
        Err(Refused::Field {
            code: "listed-from-it",
            ..
        })
    ));
    scene.machine.decide(&binh, 900, OnListing::Reject).unwrap();
    scene.decides(&binh, no_scam()).unwrap();
    scene.replays();
}

#[test]
fn what_is_done_beside_an_officer_takes_no_message_away() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Loss, loss());
    let read = scene.it().version;
    scene.later(40);
    let report = scene.it();
    assert!(report.was_late());
    assert_eq!(report.version, read, "a missed clock");
    scene.taken();
    assert!(scene.it().version > read);
}

#[test]
fn a_listing_does_not_decide_a_loss() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Loss, loss());
    scene.taken();
    propose_from(&mut scene, ACCOUNT, false).unwrap();
    let (binh, chief) = (scene.binh.clone(), scene.chief.clone());
    scene
        .machine
        .decide(&binh, 900, OnListing::Confirm)
        .unwrap();
    assert_eq!(
        scene.it().resolution.map(|it| it.outcome),
        Some(Outcome::Listed)
    );
    assert!(scene.clock(ReportResolve).is_running());
    // It stays on the desk of who has to decide.
    assert!(scene.it().is_open() && scene.it().awaits_bank_call());
    let an = scene.an.clone();
    let competent = unit(super::super::machine::PROVINCE);
    let reason = reason();
    scene
        .does(
            &an,
            OfficerAct::HandOver {
                unit: competent,
                reason,
            },
        )
        .unwrap();
    scene.later(41);
    assert!(scene.clock(ReportResolve).missed_at.is_some());
    scene.decides(&chief, ending::opened_a_case()).unwrap();
    assert_eq!(
        scene.it().resolution.map(|it| it.outcome),
        Some(Outcome::CaseOpened)
    );
    assert!(scene.clock(ReportResolve).met_at.is_some());
    assert!(!scene.it().is_open());
    scene.replays();
}

#[test]
fn who_neither_called_nor_took_money_is_proposed_only_by_who_says_so_twice() {
    let mut scene = Scene::new();
    let mut about = attempt();
    about.identifiers[0].role = IdentifierRole::Mentioned;
    scene.comes(IT, ReportKind::Attempt, about);
    scene.taken();
    let once = propose_from(&mut scene, PHONE, false);
    assert!(matches!(
        once,
        Err(Refused::Report(ReportRefusal::OtherRole))
    ));
    propose_from(&mut scene, PHONE, true).unwrap();
}

#[test]
fn a_sealed_part_is_opened_by_who_has_the_report_and_counted_to_the_reporter() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Loss, loss());
    let opens = |scene: &mut Scene, who: &Officer, is_supervisor, part| {
        let request = Open {
            who: who.clone(),
            is_supervisor,
            id: id(IT),
            part,
            reason: reason(),
        };
        let done = scene
            .machine
            .commit(who.acting(), |view, now| open(view, &request, now));
        done.map(drop)
    };
    let (an, cuc, chief) = (scene.an.clone(), scene.cuc.clone(), scene.province.clone());
    let contact = SealedPart::Contact;
    assert!(matches!(
        opens(&mut scene, &an, false, contact),
        Err(Refused::Denied(_))
    ));
    assert!(matches!(
        opens(&mut scene, &cuc, true, contact),
        Err(Refused::NotFound)
    ));
    scene.does(&an, acknowledge()).unwrap();
    opens(&mut scene, &an, false, contact).unwrap();
    opens(&mut scene, &chief, true, contact).unwrap();
    let nothing = opens(&mut scene, &an, false, SealedPart::File(1));
    assert!(matches!(
        nothing,
        Err(Refused::Report(ReportRefusal::NothingSealed))
    ));
    assert_eq!(scene.it().opened(), 2);
    assert_eq!(
        scene.it().openings,
        [(unit(COMMUNE), 1), (unit(PROVINCE), 1)]
    );
}

#[test]
fn an_urgent_report_is_acted_on_by_a_call_or_a_reason_not_to() {
    for called in [true, false] {
        let mut scene = Scene::new();
        scene.comes(IT, ReportKind::Loss, loss());
        let an = scene.an.clone();
        let at = scene.machine.now;
        let note = reason();
        scene
            .does(&an, OfficerAct::BankCall { called, at, note })
            .unwrap();
        assert!(scene.clock(ReportUrgent).met_at.is_some());
    }
}

#[test]
fn a_loss_is_called_an_attempt_by_nobody() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Loss, loss());
    let an = scene.an.clone();
    let wanted = OfficerAct::Acknowledge {
        message: reason(),
        kind: Some(ReportKind::Attempt),
    };
    let refused = scene.does(&an, wanted);
    assert!(matches!(
        refused,
        Err(Refused::Field {
            pointer: "/kind",
            ..
        })
    ));
}

#[test]
fn who_asked_the_unit_above_is_seen_there_until_somebody_does_something() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    scene.taken();
    let (an, binh) = (scene.an.clone(), scene.binh.clone());
    scene
        .decides(&binh, ending::resolve(Outcome::Insufficient))
        .unwrap();
    scene.machine.now = scene.machine.now.plus_seconds(1);
    scene.wishes(Wish::Review { text: reason() }).unwrap();
    assert!(scene.it().awaits_review());
    scene.machine.now = scene.machine.now.plus_seconds(1);
    scene
        .does(&an, OfficerAct::Message { message: reason() })
        .unwrap();
    assert!(!scene.it().awaits_review());
    scene.replays();
}
