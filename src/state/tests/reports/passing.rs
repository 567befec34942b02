//! Reports go from unit to unit.

use super::*;
use crate::{
    domain::{
        intake::clock::ClockKind::*,
        report::words::{Outcome, ReportState},
    },
    state::refused::ReportRefusal,
};

fn offer(unit_code: &str) -> OfficerAct {
    OfficerAct::Transfer {
        unit: unit(unit_code),
        reason: reason(),
    }
}

#[test]
fn a_transfer_moves_the_report_and_no_due_date() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Loss, loss());
    let (an, cuc) = (scene.an.clone(), scene.cuc.clone());
    let due: Vec<_> = scene.it().clocks.iter().map(|clock| clock.due_at).collect();
    scene.later(3);
    scene.does(&an, offer(OTHER_WARD)).unwrap();
    assert_eq!(scene.it().unit, unit(COMMUNE));
    assert!(matches!(
        scene.does(&an, OfficerAct::Accept),
        Err(Refused::Report(ReportRefusal::NotOpen))
    ));
    scene.does(&cuc, OfficerAct::Accept).unwrap();
    let report = scene.it();
    assert_eq!(
        (report.unit, report.assignee, report.offer),
        (unit(OTHER_WARD), None, None)
    );
    let kept = report
        .clocks
        .iter()
        .filter(|clock| clock.kind != ReportTransfer);
    assert!(kept.map(|clock| clock.due_at).eq(due));
    scene.machine.now = scene.machine.now.plus_seconds(5);
    let report = scene.it();
    let held = report.held(scene.machine.now);
    let seconds = held.map(|(unit, since, until)| (unit, until.seconds() - since.seconds()));
    let expected = [(unit(COMMUNE), 3), (unit(OTHER_WARD), 5)];
    assert_eq!(seconds.collect::<Vec<_>>(), expected, "its time is split");
    assert!(matches!(
        scene.does(&an, acknowledge()),
        Err(Refused::NotFound)
    ));
    scene.replays();
}

#[test]
fn after_the_second_return_the_unit_above_both_decides() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Loss, loss());
    let (an, cuc) = (scene.an.clone(), scene.cuc.clone());
    for returned in 1..=2 {
        scene.does(&an, offer(OTHER_WARD)).unwrap();
        scene
            .does(&cuc, OfficerAct::Return { reason: reason() })
            .unwrap();
        let holder = if returned == 1 { COMMUNE } else { PROVINCE };
        assert_eq!(scene.it().unit, unit(holder));
    }
    assert!(scene.clock(ReportTransfer).met_at.is_some());
    let province = scene.province.clone();
    scene.does(&province, acknowledge()).unwrap();
    scene.replays();
}

#[test]
fn nothing_is_offered_to_the_unit_that_has_it_and_another_offer_takes_the_place_of_the_first() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Loss, loss());
    let an = scene.an.clone();
    assert!(matches!(
        scene.does(&an, offer(COMMUNE)),
        Err(Refused::Field { .. })
    ));
    scene.does(&an, offer(OTHER_WARD)).unwrap();
    scene.does(&an, offer(PROVINCE)).unwrap();
    assert_eq!(scene.it().offer.map(|offer| offer.to), Some(unit(PROVINCE)));
    assert!(scene.clock(ReportTransfer).is_open());
}

#[test]
fn the_competent_unit_is_told_and_takes_it_over_by_giving_it_to_a_person() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Loss, loss());
    scene.taken();
    let (an, chief) = (scene.an.clone(), scene.chief.clone());
    let hand_over = |code| OfficerAct::HandOver {
        unit: unit(code),
        reason: reason(),
    };
    assert!(matches!(
        scene.does(&an, hand_over(OTHER_WARD)),
        Err(Refused::Field { .. })
    ));
    scene.does(&an, hand_over(PROVINCE)).unwrap();
    assert!(scene.clock(ReportHandover).met_at.is_some());
    assert_eq!(scene.it().unit, unit(COMMUNE));
    assert!(matches!(
        scene.assigns(&chief, 3),
        Err(Refused::Field { .. })
    ));
    scene.assigns(&chief, 4).unwrap();
    let report = scene.it();
    assert_eq!(
        (report.unit, report.assignee),
        (unit(PROVINCE), Some(id(4)))
    );
    assert!(scene.clock(ReportPrecheck).met_at.is_some());
    scene.replays();
}

#[test]
fn an_attempt_is_handed_over_to_nobody() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    let an = scene.an.clone();
    let wanted = OfficerAct::HandOver {
        unit: unit(PROVINCE),
        reason: reason(),
    };
    assert!(matches!(
        scene.does(&an, wanted),
        Err(Refused::Report(ReportRefusal::NotOpen))
    ));
}

#[test]
fn a_link_stops_no_clock_for_good_and_is_undone() {
    let mut scene = Scene::new();
    scene.comes(1, ReportKind::Loss, loss());
    scene.comes(IT, ReportKind::Loss, loss());
    scene.taken();
    let an = scene.an.clone();
    let link = |to| OfficerAct::Link {
        to: id(to),
        reason: reason(),
    };
    assert!(matches!(
        scene.does(&an, link(IT)),
        Err(Refused::Field { .. })
    ));
    assert!(matches!(
        scene.does(&an, link(77)),
        Err(Refused::Field { .. })
    ));
    scene.later(11);
    assert!(scene.clock(ReportHandover).missed_at.is_some());
    scene.does(&an, link(1)).unwrap();
    assert_eq!(scene.it().state, ReportState::Resolved);
    assert!(matches!(
        scene.does_on(&an, 1, link(IT)),
        Err(Refused::Field { .. })
    ));
    scene.later(40);
    assert!(scene.clock(ReportResolve).missed_at.is_none());
    assert!(scene.it().was_late());
    scene
        .does(&an, OfficerAct::Unlink { reason: reason() })
        .unwrap();
    assert_eq!(scene.it().state, ReportState::Verifying);
    scene.later(1);
    assert!(scene.clock(ReportResolve).missed_at.is_some());
    scene.replays();
}

#[test]
fn a_suspended_report_is_linked_to_nothing_and_a_link_brings_nothing_forward() {
    let mut scene = Scene::new();
    scene.comes(1, ReportKind::Loss, loss());
    scene.comes(IT, ReportKind::Loss, loss());
    let (an, chief) = (scene.an.clone(), scene.chief.clone());
    let link = || OfficerAct::Link {
        to: id(1),
        reason: reason(),
    };
    // What was only taken is still to be checked after a link was undone.
    scene.does(&an, acknowledge()).unwrap();
    scene.does(&an, link()).unwrap();
    scene
        .does(&an, OfficerAct::Unlink { reason: reason() })
        .unwrap();
    assert_eq!(scene.it().state, ReportState::Acknowledged);
    let told = Box::new(scene.it().told.unwrap());
    scene.does(&an, OfficerAct::Classify { told }).unwrap();
    assert!(scene.clock(ReportPrecheck).is_open());
    scene.later(41);
    scene.decides(&chief, ending::suspend()).unwrap();
    let refused = scene.does(&an, link());
    assert!(matches!(
        refused,
        Err(Refused::Report(ReportRefusal::NotOpen))
    ));
}

#[test]
fn handing_on_for_ever_leaves_room_for_the_clocks_of_the_law() {
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, attempt());
    scene.taken();
    let (an, binh) = (scene.an.clone(), scene.binh.clone());
    let refused = (0..100).find_map(|_| scene.does(&an, offer(OTHER_WARD)).err());
    assert!(matches!(
        refused,
        Some(Refused::Report(ReportRefusal::Full))
    ));
    scene
        .decides(&binh, super::ending::resolve(Outcome::NotAScam))
        .unwrap();
    assert!(scene.clock(ReportTell).met_at.is_some(), "told with it");
    scene.replays();
}

#[test]
fn a_loss_is_linked_to_no_attempt_and_called_none_by_whatever_it_says_was_lost() {
    let mut scene = Scene::new();
    scene.comes(1, ReportKind::Attempt, attempt());
    scene.comes(IT, ReportKind::Loss, loss());
    let (an, binh) = (scene.an.clone(), scene.binh.clone());
    let link = OfficerAct::Link {
        to: id(1),
        reason: reason(),
    };
    assert!(matches!(
        scene.does(&an, link),
        Err(Refused::Field {
            pointer: "/to",
            code: "no-loss"
        })
    ));
    let foreign = Told {
        currency: Some("500 USD".into()),
        ..attempt()
    };
    scene.comes(2, ReportKind::Loss, foreign.clone());
    let act = OfficerAct::Acknowledge {
        message: "Đã nhận.".into(),
        kind: Some(ReportKind::Attempt),
    };
    assert!(matches!(
        scene.does_on(&an, 2, act),
        Err(Refused::Field {
            code: "has-a-loss",
            ..
        })
    ));
    let mut scene = Scene::new();
    scene.comes(IT, ReportKind::Attempt, foreign);
    assert!(matches!(
        scene.decides(&binh, super::ending::resolve(Outcome::Spam)),
        Err(Refused::Field {
            code: "has-a-loss",
            ..
        })
    ));
}
