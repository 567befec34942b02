//! Supervisors give outcomes, suspend, prolong and take up again.

use super::*;
use crate::{
    domain::{
        intake::clock::{ClockKind::*, PauseReason},
        report::words::{Outcome, ReportState},
    },
    state::refused::ReportRefusal,
};

pub(super) fn resolve(outcome: Outcome) -> Decision {
    Decision::Resolve {
        outcome,
        reason: reason(),
        message: "Kết quả như sau.".into(),
        document: String::new(),
        document_date: None,
    }
}

pub(super) fn opened_a_case() -> Decision {
    Decision::Resolve {
        outcome: Outcome::CaseOpened,
        reason: reason(),
        message: "Đã khởi tố vụ án.".into(),
        document: "12/QĐ-CSĐT".into(),
        document_date: Some("2026-11-29".into()),
    }
}

fn extend(document: &str) -> Decision {
    Decision::Extend {
        reason: reason(),
        document: document.into(),
        until: None,
    }
}

pub(super) fn suspend() -> Decision {
    Decision::Suspend {
        reason: PauseReason::ExpertOpinion,
        words: reason(),
        document: "7/QĐ".into(),
    }
}

#[test]
fn a_ward_never_resolves_a_loss_and_closes_an_attempt() {
    for outcome in [
        Outcome::Insufficient,
        Outcome::NotAScam,
        Outcome::NotForUs,
        Outcome::Spam,
    ] {
        let mut scene = Scene::new();
        scene.comes(IT, ReportKind::Loss, loss());
        scene.taken();
        let binh = scene.binh.clone();
        let refused = scene.decides(&binh, resolve(outcome));
        assert!(matches!(
            refused,
            Err(Refused::Report(ReportRefusal::NotCompetent))
        ));
        let mut scene = Scene::new();
        scene.comes(IT, ReportKind::Attempt, attempt());
        scene.taken();
        scene.decides(&binh, resolve(outcome)).unwrap();
        assert_eq!(scene.it().resolution.map(|it| it.outcome), Some(outcome));
        for kind in [ReportAttempt, ReportResolve, ReportTell] {
            assert!(scene.clock(kind).met_at.is_some(), "{kind:?}");
        }
        scene.replays();
    }
}

#[test]
fn a_formal_decision_has_a_number_and_a_date_and_is_the_investigating_units() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    scene.taken();
    let (binh, chief) = (scene.binh.clone(), scene.chief.clone());
    let refused = scene.decides(&binh, opened_a_case());
    assert!(matches!(
        refused,
        Err(Refused::Report(ReportRefusal::NotCompetent))
    ));
    let bare = scene.decides(&chief, resolve(Outcome::NoCase));
    assert!(matches!(
        bare,
        Err(Refused::Field {
            pointer: "/document_no",
            ..
        })
    ));
    scene.decides(&chief, opened_a_case()).unwrap();
}

#[test]
fn nobody_calls_a_loss_spam_or_withdrawn_what_was_not() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Loss, loss());
    scene.taken();
    let chief = scene.chief.clone();
    for outcome in [Outcome::Spam, Outcome::Withdrawn] {
        assert!(matches!(
            scene.decides(&chief, resolve(outcome)),
            Err(Refused::Field { .. })
        ));
    }
}

#[test]
fn an_outcome_without_a_word_leaves_the_reporter_to_be_told() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Loss, loss());
    scene.taken();
    let (chief, an) = (scene.chief.clone(), scene.an.clone());
    let decision = Decision::Resolve {
        outcome: Outcome::Insufficient,
        reason: reason(),
        message: String::new(),
        document: String::new(),
        document_date: None,
    };
    scene.decides(&chief, decision).unwrap();
    assert!(scene.clock(ReportTell).is_open());
    scene
        .does(&an, OfficerAct::Message { message: reason() })
        .unwrap();
    assert!(scene.clock(ReportTell).met_at.is_some());
}

#[test]
fn a_handling_is_suspended_after_its_term_and_has_another_when_it_is_taken_up_again() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Loss, loss());
    scene.taken();
    let (binh, chief) = (scene.binh.clone(), scene.chief.clone());
    assert!(matches!(
        scene.decides(&binh, suspend()),
        Err(Refused::Report(ReportRefusal::NotCompetent))
    ));
    assert!(matches!(
        scene.decides(&chief, suspend()),
        Err(Refused::Report(ReportRefusal::TooEarly))
    ));
    scene.later(41);
    scene.decides(&chief, suspend()).unwrap();
    assert_eq!(scene.it().state, ReportState::Suspended);
    let clock = scene.clock(ReportResolve);
    assert!(clock.stopped_at.is_some() && clock.missed_at.is_some());
    assert!(matches!(
        scene.decides(&chief, resolve(Outcome::Insufficient)),
        Err(Refused::Report(ReportRefusal::NotOpen))
    ));
    let now = scene.machine.now;
    scene
        .decides(&chief, Decision::Resume { reason: reason() })
        .unwrap();
    assert_eq!(scene.clock(ReportResume).due_at, now.plus_seconds(30));
    scene.decides(&chief, opened_a_case()).unwrap();
    assert!(scene.clock(ReportResume).met_at.is_some());
    assert!(scene.it().was_late());
    scene.replays();
}

#[test]
fn the_term_is_prolonged_once_and_once_more_with_the_procuracys_document() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Loss, loss());
    scene.taken();
    let (binh, chief) = (scene.binh.clone(), scene.chief.clone());
    let first = scene.clock(ReportResolve).due_at;
    assert!(matches!(
        scene.decides(&binh, extend("")),
        Err(Refused::Report(ReportRefusal::NotCompetent))
    ));
    scene.decides(&chief, extend("")).unwrap();
    assert_eq!(scene.clock(ReportResolve).due_at, first.plus_seconds(40));
    assert!(matches!(
        scene.decides(&chief, extend("")),
        Err(Refused::Field {
            pointer: "/document_no",
            ..
        })
    ));
    scene.decides(&chief, extend("3/VKS")).unwrap();
    assert_eq!(scene.clock(ReportResolve).due_at, first.plus_seconds(80));
    assert!(matches!(
        scene.decides(&chief, extend("4/VKS")),
        Err(Refused::Report(ReportRefusal::NoMoreExtensions))
    ));
    let clock = scene.clock(ReportResolve);
    assert_eq!((clock.first_due_at, clock.extended.len()), (first, 2));
    scene.replays();
}

#[test]
fn a_date_beyond_what_the_law_allows_is_refused() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Loss, loss());
    scene.taken();
    let chief = scene.chief.clone();
    let due = scene.clock(ReportResolve).due_at;
    for (seconds, fits) in [(0, false), (41, false), (40, true)] {
        let decision = Decision::Extend {
            reason: reason(),
            document: String::new(),
            until: Some(due.plus_seconds(seconds)),
        };
        assert_eq!(scene.decides(&chief, decision).is_ok(), fits, "{seconds}");
    }
}

#[test]
fn what_was_late_is_late_for_ever_whatever_is_done_to_it() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    scene.later(26);
    assert!(scene.it().is_late(scene.machine.now));
    scene.taken();
    let (binh, an) = (scene.binh.clone(), scene.an.clone());
    scene.decides(&binh, resolve(Outcome::NotAScam)).unwrap();
    let missed = |scene: &Scene| {
        let report = scene.it();
        let late = report
            .clocks
            .iter()
            .filter(|clock| clock.missed_at.is_some());
        late.map(|clock| (clock.kind, clock.missed_at))
            .collect::<Vec<_>>()
    };
    let before = missed(&scene);
    assert_eq!(before.len(), 2);
    scene
        .decides(&binh, Decision::Reopen { reason: reason() })
        .unwrap();
    let transfer = OfficerAct::Transfer {
        unit: unit(OTHER_WARD),
        reason: reason(),
    };
    scene.does(&an, transfer).unwrap();
    let cuc = scene.cuc.clone();
    scene.does(&cuc, OfficerAct::Accept).unwrap();
    assert_eq!(missed(&scene), before);
    assert!(scene.clock(ReportResolve).is_open());
    scene.replays();
}
