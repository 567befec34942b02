//! How long what was told is kept, and that it is gone then.

use super::*;
use crate::{
    domain::report::{file::CopyState, told::SmsSender, words::Outcome},
    state::report::files::{Copied, copied},
    store::schema::{
        PendingCopies, ReportFiles, ReportKeys, ReportReceipts, ReportSenders, ReportSources,
    },
};

/// A report with everything, which has an outcome.
fn ended(scene: &mut Scene) {
    let mut request = receiving(IT, ReportKind::Attempt, attempt(), &scene.terms);
    request.sender = Some(SmsSender {
        number: "0950009009".into(),
        lookup: [8; 32],
    });
    request.files = vec![file(50), file(51)];
    scene.receive(&request).unwrap();
    scene.taken();
    let binh = scene.binh.clone();
    scene
        .decides(&binh, ending::resolve(Outcome::NotAScam))
        .unwrap();
}

#[test]
fn each_thing_is_erased_when_its_time_is_over() {
    let mut scene = Scene::new();
    ended(&mut scene);
    let has = |scene: &Scene| {
        let report = scene.it();
        (
            report.source.is_some(),
            report.sender.is_some(),
            report.contact.is_some(),
            report.told.is_some(),
        )
    };
    assert_eq!(has(&scene), (true, true, true, true));
    scene.later(31);
    assert_eq!(has(&scene), (false, true, true, true));
    scene.later(30);
    assert_eq!(has(&scene), (false, false, true, true));
    scene.later(40);
    assert_eq!(has(&scene), (false, false, false, true));
    scene.later(100);
    assert_eq!(has(&scene), (false, false, false, false));
    let report = scene.it();
    assert!(report.erased_at.is_some() && report.parts.is_empty());
    assert_eq!(report.messages().count(), 0);
    assert_eq!(
        report.resolution.map(|it| it.outcome),
        Some(Outcome::NotAScam)
    );
    let view = scene.machine.view();
    assert!(view.get::<ReportReceipts>(&lookup(IT)).unwrap().is_none());
    assert!(view.all::<ReportKeys>().unwrap().is_empty());
    assert!(view.all::<ReportFiles>().unwrap().is_empty());
    assert!(view.all::<PendingCopies>().unwrap().is_empty());
    assert!(view.all::<ReportSenders>().unwrap().is_empty());
    assert!(view.all::<ReportSources>().unwrap().is_empty());
    scene.replays();
    // Nothing private of it is left in any record.
    let left = scene.machine.records.iter().flat_map(|kept| {
        let holders = kept.entry.parts.iter().zip(&kept.private);
        holders.filter(|(part, bytes)| {
            part.holder == crate::domain::change::Holder::Report(id(IT)) && bytes.is_some()
        })
    });
    assert_eq!(left.count(), 0);
}

#[test]
fn a_hold_keeps_it_and_its_end_does_not() {
    let mut scene = Scene::new();
    ended(&mut scene);
    let binh = scene.binh.clone();
    let until = scene.machine.now.plus_seconds(1_000);
    scene
        .decides(
            &binh,
            Decision::Hold {
                until,
                reason: reason(),
            },
        )
        .unwrap();
    scene.later(500);
    assert!(scene.it().contact.is_some() && scene.it().told.is_some());
    scene.later(501);
    assert!(scene.it().told.is_none());
    scene.replays();
}

#[test]
fn what_is_withdrawn_under_a_hold_is_forgotten_when_that_is_over() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    let binh = scene.binh.clone();
    let until = scene.machine.now.plus_seconds(10);
    scene
        .decides(
            &binh,
            Decision::Hold {
                until,
                reason: reason(),
            },
        )
        .unwrap();
    scene.wishes(Wish::Withdraw { reason: reason() }).unwrap();
    assert!(scene.it().contact.is_some());
    scene.later(11);
    assert!(scene.it().contact.is_none());
    scene.replays();
}

#[test]
fn a_hold_is_looked_at_again_within_a_year() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    let (binh, now) = (scene.binh.clone(), scene.machine.now);
    for (until, fits) in [
        (now, false),
        (now.plus_days(367), false),
        (now.plus_days(366), true),
    ] {
        let decision = Decision::Hold {
            until,
            reason: reason(),
        };
        assert_eq!(scene.decides(&binh, decision).is_ok(), fits);
    }
    scene
        .decides(&binh, Decision::Unhold { reason: reason() })
        .unwrap();
    assert!(
        scene
            .decides(&binh, Decision::Unhold { reason: reason() })
            .is_err()
    );
}

#[test]
fn an_original_that_nobody_wants_kept_goes_when_the_safe_copy_is_there() {
    for keeps in [true, false] {
        let mut scene = Scene::new();
        let mut request = receiving(IT, ReportKind::Attempt, attempt(), &scene.terms);
        request.keep_original = keeps;
        request.files = vec![file(50)];
        scene.receive(&request).unwrap();
        assert!(scene.it().files[0].copy == CopyState::Pending);
        let done = Copied {
            report: id(IT),
            file: 1,
            copy: Some(file(60)),
        };
        let copy = |view: &crate::state::view::View<'_>, now| copied(view, &done, now);
        scene.machine.commit(Acting::schedule(), copy).unwrap();
        let files = scene.it().files;
        assert_eq!(files[0].original.is_some(), keeps);
        assert!(matches!(files[0].copy, CopyState::Made(_)));
        assert!(scene.machine.commit(Acting::schedule(), copy).is_err());
        scene.replays();
    }
}

#[test]
fn nobody_else_is_named_by_what_is_left() {
    let mut scene = Scene::new();
    ended(&mut scene);
    scene.later(300);
    let report = scene.it();
    let by: Vec<_> = report.events.iter().map(|event| event.by).collect();
    assert!(by.contains(&user(1)) && report.events.iter().all(|event| event.texts.is_empty()));
}

#[test]
fn what_there_is_nothing_of_never_falls_due() {
    let mut scene = Scene::new();
    let mut request = receiving(IT, ReportKind::Attempt, attempt(), &scene.terms);
    request.contact = Default::default();
    scene.receive(&request).unwrap();
    scene.wishes(Wish::Withdraw { reason: reason() }).unwrap();
    let binh = scene.binh.clone();
    scene
        .decides(&binh, ending::resolve(Outcome::Withdrawn))
        .unwrap();
    scene.later(100);
    assert!(scene.due().is_empty() && scene.it().told.is_some());
    scene.later(101);
    assert!(scene.due().is_empty() && scene.it().told.is_none());
    scene.replays();
}

#[test]
fn a_linked_report_is_erased_like_any_other_that_ended() {
    let mut scene = Scene::new();
    scene.comes(1, ReportKind::Attempt, attempt());
    scene.comes(IT, ReportKind::Attempt, attempt());
    let an = scene.an.clone();
    let link = OfficerAct::Link {
        to: id(1),
        reason: reason(),
    };
    scene.does(&an, link).unwrap();
    scene.later(101);
    assert!(scene.it().contact.is_none() && scene.it().told.is_some());
    scene.later(100);
    assert!(scene.it().told.is_none());
    scene.replays();
}

#[test]
fn who_withdraws_is_forgotten_also_when_an_outcome_comes_after_a_hold() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    let binh = scene.binh.clone();
    let until = scene.machine.now.plus_seconds(10);
    scene
        .decides(
            &binh,
            Decision::Hold {
                until,
                reason: reason(),
            },
        )
        .unwrap();
    scene.wishes(Wish::Withdraw { reason: reason() }).unwrap();
    scene
        .decides(&binh, ending::resolve(Outcome::Withdrawn))
        .unwrap();
    scene
        .decides(&binh, Decision::Reopen { reason: reason() })
        .unwrap();
    assert!(scene.it().contact.is_some());
    scene.later(11);
    assert!(scene.it().contact.is_none());
    scene.replays();
}
