//! What reporters do with their codes.

use super::*;
use crate::{
    domain::{
        intake::clock::ClockKind::*,
        report::{
            MAX_REPORTER_MESSAGES, MAX_REPORTER_MESSAGES_A_DAY, REOPEN_DAYS,
            words::{Outcome, ReportState},
        },
    },
    state::{
        refused::ReportRefusal,
        report::reporter::{Replace, replace, take_receipt},
    },
    store::schema::ReportReceipts,
};

fn tell(nth: usize) -> Wish {
    tell_with(nth, Vec::new())
}

fn tell_with(nth: usize, files: Vec<NewFile>) -> Wish {
    let text = format!("Tôi nhớ thêm: {nth}.");
    Wish::Tell { text, files }
}

#[test]
fn a_message_that_comes_again_on_a_bad_network_is_the_same_one() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    let count = |scene: &Scene| (scene.it().messages().count(), scene.it().files.len());
    for _ in 0..MAX_REPORTER_MESSAGES_A_DAY + 1 {
        scene.wishes(tell_with(1, vec![file(7)])).unwrap();
    }
    assert_eq!(count(&scene), (1, 1));
    let other = NewFile {
        sha256: [8; 32],
        ..file(8)
    };
    scene.wishes(tell_with(1, vec![file(9), other])).unwrap();
    assert_eq!(count(&scene).0, 2, "another file");
    scene.wishes(tell(2)).unwrap();
    scene.wishes(tell(1)).unwrap();
    assert_eq!(count(&scene).0, 4, "another message came between");
    scene.machine.now = scene.machine.now.plus_seconds(3_600);
    scene.wishes(tell(1)).unwrap();
    assert_eq!(count(&scene).0, 4);
    scene.machine.now = scene.machine.now.plus_seconds(1);
    scene.wishes(tell(1)).unwrap();
    assert_eq!(count(&scene).0, 5, "an hour later it is said again");
    scene.replays();
}

#[test]
fn a_reporter_writes_so_much_a_day_and_so_much_altogether() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    let mut written = 0;
    while written < MAX_REPORTER_MESSAGES {
        for _ in 0..MAX_REPORTER_MESSAGES_A_DAY {
            scene.wishes(tell(written)).unwrap();
            written += 1;
        }
        let more = scene.wishes(tell(written));
        assert!(matches!(
            more,
            Err(Refused::Report(ReportRefusal::TooManyMessages))
        ));
        scene.machine.now = scene.machine.now.plus_seconds(24 * 3_600 + 1);
    }
    let more = scene.wishes(tell(written));
    assert!(matches!(
        more,
        Err(Refused::Report(ReportRefusal::TooManyMessages))
    ));
    scene.replays();
}

#[test]
fn what_was_asked_is_answered_and_new_facts_are_heard_however_much_was_written() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    scene.taken();
    for nth in 0..MAX_REPORTER_MESSAGES_A_DAY {
        scene.wishes(tell(nth)).unwrap();
    }
    assert!(scene.wishes(tell(9)).is_err());
    let (an, binh) = (scene.an.clone(), scene.binh.clone());
    scene
        .does(&an, OfficerAct::Ask { message: reason() })
        .unwrap();
    scene.wishes(tell(9)).unwrap();
    assert!(
        scene.wishes(tell(10)).is_err(),
        "one answer to one question"
    );
    scene
        .decides(&binh, ending::resolve(Outcome::Insufficient))
        .unwrap();
    scene.wishes(Wish::Review { text: reason() }).unwrap();
    scene.wishes(Wish::Reopen { text: reason() }).unwrap();
    assert_eq!(scene.it().state, ReportState::Verifying);
    scene.replays();
}

#[test]
fn who_withdraws_is_forgotten_and_the_police_may_go_on() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    scene.wishes(Wish::Withdraw { reason: reason() }).unwrap();
    let report = scene.it();
    assert_eq!(report.state, ReportState::Verifying);
    assert!(report.contact.is_none() && report.withdrawn_at.is_some());
    assert!(report.told.is_some());
    assert!(scene.wishes(Wish::Withdraw { reason: reason() }).is_err());
    assert!(scene.wishes(tell(1)).is_err());
    let binh = scene.binh.clone();
    scene
        .decides(&binh, ending::resolve(Outcome::Withdrawn))
        .unwrap();
    scene.replays();
    assert!(
        scene
            .machine
            .records
            .iter()
            .any(|kept| kept.private.contains(&None))
    );
}

#[test]
fn what_has_an_outcome_is_taken_up_again_with_new_facts_for_a_while() {
    for (days, fits) in [(REOPEN_DAYS, true), (REOPEN_DAYS + 1, false)] {
        let mut scene = Scene::with(&[("keep_attempt", "365d"), ("keep_contact", "365d")]);
        scene.comes(IT, ReportKind::Attempt, attempt());
        scene.taken();
        let reopen = || Wish::Reopen { text: reason() };
        assert!(scene.wishes(reopen()).is_err());
        let binh = scene.binh.clone();
        scene
            .decides(&binh, ending::resolve(Outcome::Insufficient))
            .unwrap();
        scene.machine.now = scene.machine.now.plus_days(days);
        assert_eq!(scene.wishes(reopen()).is_ok(), fits, "{days}");
        if fits {
            assert_eq!(scene.it().state, ReportState::Verifying);
            assert!(scene.clock(ReportResolve).is_open());
            assert!(scene.it().kept.words.is_none());
            scene.replays();
        }
    }
}

#[test]
fn the_unit_above_is_asked_once_after_a_miss_or_an_outcome() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    let review = || Wish::Review { text: reason() };
    assert!(scene.wishes(review()).is_err());
    scene.later(21);
    scene.wishes(review()).unwrap();
    assert!(scene.it().review_asked_at.is_some());
    assert!(scene.wishes(review()).is_err());
}

#[test]
fn a_code_that_somebody_else_saw_leads_to_the_next_until_that_was_used() {
    let mut scene = Scene::new();
    let mut request = receiving(IT, ReportKind::Attempt, attempt(), &scene.terms);
    request.channel = Channel::Counter;
    scene.receive(&request).unwrap();
    let known = |scene: &Scene, number| {
        let found = scene.machine.view().get::<ReportReceipts>(&lookup(number));
        found.unwrap() == Some(id(IT))
    };
    assert!(scene.it().replaces_receipt && known(&scene, IT));
    let next = Replace {
        id: id(IT),
        lookup: lookup(7),
        generation: 1,
    };
    let visitor = Acting::visitor;
    scene
        .machine
        .commit(visitor(), |view, now| replace(view, &next, now))
        .unwrap();
    assert!(known(&scene, IT) && known(&scene, 7));
    let again = scene
        .machine
        .commit(visitor(), |view, now| replace(view, &next, now));
    assert!(again.is_err());
    scene
        .machine
        .commit(visitor(), |view, now| take_receipt(view, id(IT), now))
        .unwrap();
    assert!(!known(&scene, IT) && known(&scene, 7));
    scene.replays();
}
