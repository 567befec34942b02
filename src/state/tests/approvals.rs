//! What one person alone may not do: official numbers, erasures, proposals of the machine itself, renewals.

use super::machine::{COMMUNE, ELSEWHERE, Machine, PROVINCE, id, identifier};
use crate::{
    access::capability::{Acting, Console, Sample},
    domain::{
        approval::{Act, ApprovalStatus},
        listing::{Decision, EventKind, Refusal, Status},
        role::Role,
    },
    state::{
        approval::{self, Ask, MAX_WAITING_OF_ONE, Reply},
        listing,
        refused::Refused,
    },
    store::schema::PendingApprovals,
};

const NUMBER: &str = "0950001001";

/// Two administrators, a supervisor of the province and one of the commune, an officer.
pub(super) fn scene() -> Machine {
    let mut machine = Machine::new();
    machine.person(1, "admin.one", Role::Admin, PROVINCE);
    machine.person(2, "admin.two", Role::Admin, PROVINCE);
    machine.person(3, "binh.tran", Role::Supervisor, PROVINCE);
    machine.person(4, "chi.le", Role::Supervisor, COMMUNE);
    machine.person(5, "an.nguyen", Role::Officer, COMMUNE);
    machine.person(6, "dung.vo", Role::Supervisor, ELSEWHERE);
    machine
}

pub(super) fn reply(
    machine: &mut Machine,
    by: u128,
    approval: u128,
    agrees: bool,
) -> Result<(), Refused> {
    let who = Sample::second_person(&machine.user(by)).map_err(Refused::Denied)?;
    let request = Reply {
        who: who.clone(),
        id: id(approval),
        agrees,
        reason: "đã gặp".to_owned(),
        rows: Vec::new(),
    };
    let done = machine.commit(who.acting(), |view, now| {
        approval::reply(view, &request, now)
    });
    done.map(drop)
}

pub(super) fn ask(
    machine: &mut Machine,
    by: u128,
    approval: u128,
    act: Act,
) -> Result<(), Refused> {
    let who = Sample::admin(&machine.user(by)).unwrap();
    let request = Ask {
        id: id(approval),
        by: who.acting().actor(),
        act,
        reason: "theo công văn".to_owned(),
        until: machine.now.plus_days(7),
    };
    let done = machine.commit(who.acting(), |view, now| approval::ask(view, &request, now));
    done.map(drop)
}

pub(super) fn status(machine: &Machine, approval: u128) -> ApprovalStatus {
    approval::load(&machine.view(), id(approval))
        .unwrap()
        .status
}

pub(super) fn is_four_eyes(outcome: Result<(), Refused>) -> bool {
    matches!(outcome, Err(Refused::Listing(Refusal::FourEyes)))
}

#[test]
fn a_number_is_protected_and_unprotected_by_two() {
    let mut machine = scene();
    let key = identifier(NUMBER).key();
    let add = || Act::AddOfficial {
        key: identifier(NUMBER).key(),
        name_vi: "Tổng đài".to_owned(),
        name_en: "Hotline".to_owned(),
    };
    let is_official =
        |machine: &Machine| listing::is_official(&machine.view(), &identifier(NUMBER)).unwrap();
    ask(&mut machine, 1, 100, add()).unwrap();
    assert!(!is_official(&machine));
    let twice = ask(&mut machine, 2, 101, add());
    assert!(matches!(twice, Err(Refused::AlreadyExists)));
    assert!(is_four_eyes(reply(&mut machine, 1, 100, true)));
    reply(&mut machine, 2, 100, false).unwrap();
    assert_eq!(status(&machine, 100), ApprovalStatus::Refused);
    ask(&mut machine, 1, 102, add()).unwrap();
    reply(&mut machine, 2, 102, true).unwrap();
    assert!(is_official(&machine));
    let remove = || Act::RemoveOfficial { key: key.clone() };
    ask(&mut machine, 1, 103, remove()).unwrap();
    assert!(is_official(&machine));
    // It holds for the whole country: a supervisor of a province does not reach that far.
    let beyond = reply(&mut machine, 3, 103, true);
    assert!(matches!(beyond, Err(Refused::NotFound)));
    reply(&mut machine, 2, 103, true).unwrap();
    assert!(!is_official(&machine));
    let none = ask(&mut machine, 1, 104, remove());
    assert!(matches!(none, Err(Refused::NotFound)));
    assert!(machine.memory == machine.replayed());
}

#[test]
fn two_hundred_acts_wait_at_the_wish_of_one_and_no_more() {
    let mut machine = scene();
    let add = |nth: usize| Act::AddOfficial {
        key: identifier(&format!("0950{nth:06}")).key(),
        name_vi: "Tổng đài".to_owned(),
        name_en: "Hotline".to_owned(),
    };
    let waiting = |machine: &Machine| machine.view().all::<PendingApprovals>().unwrap().len();
    for nth in 0..MAX_WAITING_OF_ONE {
        ask(&mut machine, 1, 1_000 + nth as u128, add(nth)).unwrap();
    }
    let full = ask(&mut machine, 1, 2_000, add(MAX_WAITING_OF_ONE));
    let code = "too-many-waiting";
    assert!(matches!(full, Err(Refused::Field { code: found, .. }) if found == code));
    // Nobody else is kept from it, and an answer makes room.
    ask(&mut machine, 2, 2_001, add(MAX_WAITING_OF_ONE)).unwrap();
    reply(&mut machine, 2, 1_000, true).unwrap();
    reply(&mut machine, 2, 1_001, false).unwrap();
    assert_eq!(waiting(&machine), MAX_WAITING_OF_ONE - 1);
    ask(&mut machine, 1, 2_002, add(MAX_WAITING_OF_ONE + 1)).unwrap();
    machine.now = machine.now.plus_days(8);
    let lapsed = machine.commit(Acting::schedule(), approval::lapse);
    assert!(lapsed.is_ok());
    assert_eq!(waiting(&machine), 0);
    assert!(machine.memory == machine.replayed());
}

#[test]
fn what_came_in_between_is_decided_anew_when_somebody_agrees() {
    let mut machine = scene();
    let officer = Sample::officer(&machine.user(5)).unwrap();
    let act = Act::AddOfficial {
        key: identifier(NUMBER).key(),
        name_vi: "Tổng đài".to_owned(),
        name_en: "Hotline".to_owned(),
    };
    ask(&mut machine, 1, 100, act).unwrap();
    machine.propose(&officer, 50, NUMBER).unwrap();
    let refused = reply(&mut machine, 2, 100, true);
    assert!(matches!(refused, Err(Refused::AlreadyProposed(_))));
    assert_eq!(status(&machine, 100), ApprovalStatus::Pending);
}

#[test]
fn an_erasure_waits_and_spares_the_evidence_of_what_is_in_force() {
    let mut machine = scene();
    let (officer, own) = (
        Sample::officer(&machine.user(5)).unwrap(),
        Sample::supervisor(&machine.user(4)).unwrap(),
    );
    let notes = || Act::EraseNotes { listing: id(50) };
    machine.propose(&officer, 50, NUMBER).unwrap();
    for decision in [Decision::Confirm, Decision::Delist] {
        let refused = ask(&mut machine, 1, 100, notes());
        assert!(matches!(refused, Err(Refused::Listing(Refusal::NotOpen))));
        machine.decide(&own, 50, decision).unwrap();
    }
    ask(&mut machine, 1, 100, notes()).unwrap();
    assert!(machine.listing(50).history[0].why.is_some());
    reply(&mut machine, 2, 100, true).unwrap();
    assert!(machine.listing(50).history[0].why.is_none());
    let version = machine.listing(50).version;
    let whole = Act::EraseListing {
        listing: id(50),
        version,
    };
    ask(&mut machine, 1, 101, whole).unwrap();
    assert!(machine.listing(50).subject.is_some());
    reply(&mut machine, 4, 101, true).unwrap();
    assert!(machine.listing(50).subject.is_none());
    machine.destroy();
    assert!(machine.memory == machine.replayed());
}

#[test]
fn what_nobody_agrees_to_lapses_and_can_be_asked_for_again() {
    let mut machine = scene();
    let key = identifier("0950003001").key();
    let act = || Act::AddOfficial {
        key: key.clone(),
        name_vi: "Tổng đài".to_owned(),
        name_en: "Hotline".to_owned(),
    };
    ask(&mut machine, 1, 100, act()).unwrap();
    let lapse = |machine: &mut Machine| {
        machine.commit(Acting::schedule(), approval::lapse).unwrap();
    };
    machine.now = machine.now.plus_days(7).plus_seconds(-1);
    lapse(&mut machine);
    assert_eq!(status(&machine, 100), ApprovalStatus::Pending);
    machine.now = machine.now.plus_seconds(1);
    let late = reply(&mut machine, 2, 100, true);
    assert!(matches!(late, Err(Refused::Listing(Refusal::NotOpen))));
    lapse(&mut machine);
    assert_eq!(status(&machine, 100), ApprovalStatus::Lapsed);
    ask(&mut machine, 1, 101, act()).unwrap();
    reply(&mut machine, 2, 101, true).unwrap();
    assert!(machine.memory == machine.replayed());
}

#[test]
fn what_was_proposed_at_the_machine_itself_is_public_only_with_two_persons() {
    let mut machine = scene();
    let (own, above) = (
        Sample::supervisor(&machine.user(4)).unwrap(),
        Sample::supervisor(&machine.user(3)).unwrap(),
    );
    let lent = Console::officer(&machine.user(4)).unwrap();
    machine.propose(&lent, 50, NUMBER).unwrap();
    assert!(machine.listing(50).wants_adoption());
    // Whose name was lent is one of the two at most.
    machine.decide(&own, 50, Decision::Confirm).unwrap();
    let taken = machine.listing(50);
    assert_eq!(taken.status, Status::Proposed);
    assert_eq!(taken.history.last().unwrap().deed, EventKind::Adopted);
    let alone = machine.decide(&own, 50, Decision::Confirm);
    assert!(matches!(alone, Err(Refused::Listing(Refusal::FourEyes))));
    machine.decide(&above, 50, Decision::Confirm).unwrap();
    assert_eq!(machine.listing(50).status, Status::Listed);
    assert!(machine.memory == machine.replayed());
}

#[test]
fn a_proposer_renews_alone_once_in_a_row() {
    let mut machine = scene();
    let (own, above) = (
        Sample::supervisor(&machine.user(4)).unwrap(),
        Sample::supervisor(&machine.user(3)).unwrap(),
    );
    let proposer = Sample::officer(&machine.user(4)).unwrap();
    machine.propose(&proposer, 50, NUMBER).unwrap();
    machine.decide(&above, 50, Decision::Confirm).unwrap();
    machine.decide(&own, 50, Decision::Renew).unwrap();
    let again = machine.decide(&own, 50, Decision::Renew);
    assert!(matches!(again, Err(Refused::Listing(Refusal::FourEyes))));
    machine.decide(&above, 50, Decision::Renew).unwrap();
    machine.decide(&own, 50, Decision::Renew).unwrap();
    // Nobody else is bound by it.
    machine.decide(&above, 50, Decision::Renew).unwrap();
    machine.decide(&above, 50, Decision::Renew).unwrap();
}

#[test]
fn a_text_that_another_listing_rests_on_stays() {
    let mut machine = scene();
    let (proposer, own) = (
        Sample::officer(&machine.user(5)).unwrap(),
        Sample::supervisor(&machine.user(4)).unwrap(),
    );
    super::lists::proposed(&mut machine, &proposer).unwrap();
    // 101 and 102 are confirmed together, for one reason.
    super::lists::decide(&mut machine, &own, true, Some(vec![1, 2]), 1).unwrap();
    machine.decide(&own, 101, Decision::Delist).unwrap();
    let notes = Act::EraseNotes { listing: id(101) };
    let refused = ask(&mut machine, 1, 100, notes.clone());
    assert!(matches!(refused, Err(Refused::Listing(Refusal::NotOpen))));
    let version = machine.listing(101).version;
    let whole = Act::EraseListing {
        listing: id(101),
        version,
    };
    ask(&mut machine, 1, 101, whole).unwrap();
    reply(&mut machine, 2, 101, true).unwrap();
    assert!(machine.listing(101).subject.is_none());
    let told = |machine: &Machine, number| {
        let history = machine.listing(number).history;
        history.iter().filter(|event| event.why.is_some()).count()
    };
    assert_eq!(told(&machine, 102), 2);
    // Once nobody rests on it any more it can go.
    machine.decide(&own, 102, Decision::Delist).unwrap();
    ask(&mut machine, 1, 102, notes).unwrap();
    reply(&mut machine, 2, 102, true).unwrap();
    assert_eq!(told(&machine, 101), 0);
    machine.destroy();
    assert!(machine.memory == machine.replayed());
}
