//! What one person alone may not do: accounts that decide, official numbers, erasures, proposals of the machine itself.

use super::machine::{COMMUNE, ELSEWHERE, Machine, PROVINCE, id, identifier, unit, vouching};
use crate::{
    access::capability::{Acting, Console, Denied, Sample},
    domain::{
        approval::{Act, ApprovalStatus},
        listing::{Decision, EventKind, Refusal, Status},
        role::Role,
        user::Username,
    },
    state::{
        account::{self, Edit, Invite, InviteAgain, Vouching},
        approval::{self, Ask, Reply},
        listing,
        plan::Plan,
        refused::Refused,
    },
};

const NUMBER: &str = "0950001001";

/// Two administrators, a supervisor of the province and one of the commune, an officer.
fn scene() -> Machine {
    let mut machine = Machine::new();
    machine.person(1, "admin.one", Role::Admin, PROVINCE);
    machine.person(2, "admin.two", Role::Admin, PROVINCE);
    machine.person(3, "binh.tran", Role::Supervisor, PROVINCE);
    machine.person(4, "chi.le", Role::Supervisor, COMMUNE);
    machine.person(5, "an.nguyen", Role::Officer, COMMUNE);
    machine.person(6, "dung.vo", Role::Supervisor, ELSEWHERE);
    machine
}

fn edit(machine: &mut Machine, by: Acting, edit: &Edit) -> Result<(), Refused> {
    let done = machine.commit(by, |view, now| account::edit(view, edit, now));
    done.map(drop)
}

fn admin(machine: &Machine, number: u128) -> Acting {
    Sample::admin(&machine.user(number)).unwrap().acting()
}

fn unchanged(number: u128, approval: u128) -> Edit {
    Edit {
        id: id(number),
        version: None,
        role: None,
        unit: None,
        suspended: None,
        vouching: vouching(approval),
    }
}

fn reply(machine: &mut Machine, by: u128, approval: u128, agrees: bool) -> Result<(), Refused> {
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

fn ask(machine: &mut Machine, by: u128, approval: u128, act: Act) -> Result<(), Refused> {
    let who = Sample::admin(&machine.user(by)).unwrap();
    let request = Ask {
        id: id(approval),
        who: who.clone(),
        act,
        reason: "theo công văn".to_owned(),
        until: machine.now.plus_days(7),
    };
    let done = machine.commit(who.acting(), |view, now| approval::ask(view, &request, now));
    done.map(drop)
}

fn status(machine: &Machine, approval: u128) -> ApprovalStatus {
    approval::load(&machine.view(), id(approval))
        .unwrap()
        .status
}

fn is_four_eyes(outcome: Result<(), Refused>) -> bool {
    matches!(outcome, Err(Refused::Listing(Refusal::FourEyes)))
}

#[test]
fn an_account_that_may_decide_waits_whatever_way_it_came_to_it() {
    let ways: [(&str, u128, fn(u128) -> Edit); 4] = [
        ("another role", 5, |approval| Edit {
            role: Some(Role::Supervisor),
            ..unchanged(5, approval)
        }),
        ("another unit", 4, |approval| Edit {
            unit: Some(unit(PROVINCE)),
            ..unchanged(4, approval)
        }),
        ("back from a suspension", 4, |approval| Edit {
            suspended: Some(false),
            ..unchanged(4, approval)
        }),
        ("an administrator", 3, |approval| Edit {
            role: Some(Role::Admin),
            ..unchanged(3, approval)
        }),
    ];
    for (way, number, change) in ways {
        let mut machine = scene();
        if way == "back from a suspension" {
            let suspend = Edit {
                suspended: Some(true),
                ..unchanged(number, 99)
            };
            let by = admin(&machine, 1);
            edit(&mut machine, by, &suspend).unwrap();
            assert_eq!(machine.user(number).approval, None, "{way}");
        }
        let by = admin(&machine, 1);
        edit(&mut machine, by, &change(100)).unwrap();
        assert_eq!(machine.user(number).approval, Some(id(100)), "{way}");
        let refused = reply(&mut machine, number, 100, true);
        assert!(
            matches!(refused, Err(Refused::Denied(Denied::AwaitsApproval))),
            "{way}"
        );
        assert!(is_four_eyes(reply(&mut machine, 1, 100, true)), "{way}");
        reply(&mut machine, 2, 100, true).unwrap();
        assert_eq!(machine.user(number).approval, None, "{way}");
        assert!(machine.memory == machine.replayed(), "{way}");
    }
}

#[test]
fn who_only_proposes_or_reads_needs_nobody() {
    let mut machine = scene();
    let by = admin(&machine, 1);
    for role in [Role::Auditor, Role::Officer] {
        let change = Edit {
            role: Some(role),
            unit: Some(unit(PROVINCE)),
            ..unchanged(4, 100)
        };
        edit(&mut machine, by, &change).unwrap();
        assert_eq!(machine.user(4).approval, None);
    }
}

#[test]
fn a_new_or_reinvited_account_decides_nothing_until_somebody_stands_behind_it() {
    let mut machine = scene();
    let by = admin(&machine, 1);
    let invite = Invite {
        id: id(7),
        username: Username::parse("moi.vao").unwrap(),
        role: Role::Supervisor,
        unit: unit(COMMUNE),
        until: machine.now.plus_days(3),
        vouching: vouching(100),
    };
    machine
        .commit(by, |view, now| account::invite(view, &invite, now))
        .unwrap();
    assert_eq!(machine.user(7).approval, Some(id(100)));
    // Another unit's supervisor does not even see it, the unit's own one may agree.
    let elsewhere = reply(&mut machine, 6, 100, true);
    assert!(matches!(elsewhere, Err(Refused::NotFound)));
    reply(&mut machine, 4, 100, true).unwrap();
    assert_eq!(machine.user(7).approval, None);
    let again = InviteAgain {
        id: id(4),
        until: machine.now.plus_days(3),
        vouching: vouching(101),
    };
    machine
        .commit(by, |view, now| account::invite_again(view, &again, now))
        .unwrap();
    assert_eq!(machine.user(4).approval, Some(id(101)));
    assert!(machine.memory == machine.replayed());
}

#[test]
fn what_was_given_before_a_second_person_is_missing_decides_nothing_more() {
    let mut machine = scene();
    let (officer, own) = (
        Sample::officer(&machine.user(5)).unwrap(),
        Sample::supervisor(&machine.user(4)).unwrap(),
    );
    machine.propose(&officer, 50, NUMBER).unwrap();
    // The capability was given before the account was invited again and enrolled anew.
    let by = admin(&machine, 1);
    let change = Edit {
        unit: Some(unit(PROVINCE)),
        ..unchanged(4, 100)
    };
    edit(&mut machine, by, &change).unwrap();
    let back = Edit {
        unit: Some(unit(COMMUNE)),
        ..unchanged(4, 101)
    };
    edit(&mut machine, by, &back).unwrap();
    let refused = machine.decide(&own, 50, Decision::Confirm);
    assert!(matches!(
        refused,
        Err(Refused::Denied(Denied::AwaitsApproval))
    ));
    assert_eq!(status(&machine, 100), ApprovalStatus::Superseded);
    let over = reply(&mut machine, 2, 100, true);
    assert!(matches!(over, Err(Refused::Listing(Refusal::NotOpen))));
    reply(&mut machine, 3, 101, true).unwrap();
    machine.decide(&own, 50, Decision::Confirm).unwrap();
}

#[test]
fn an_edit_that_gains_nothing_does_not_rid_an_account_of_its_second_person() {
    let mut machine = scene();
    let by = admin(&machine, 1);
    let change = Edit {
        role: Some(Role::Supervisor),
        ..unchanged(5, 100)
    };
    edit(&mut machine, by, &change).unwrap();
    edit(&mut machine, by, &unchanged(5, 101)).unwrap();
    assert_eq!(machine.user(5).approval, Some(id(101)));
    // No longer one that decides: nothing is left to agree to.
    let down = Edit {
        role: Some(Role::Officer),
        ..unchanged(5, 102)
    };
    edit(&mut machine, by, &down).unwrap();
    assert_eq!(machine.user(5).approval, None);
    assert_eq!(status(&machine, 101), ApprovalStatus::Superseded);
    assert!(machine.memory == machine.replayed());
}

fn at_console(number: u128) -> Vouching {
    Vouching {
        at_console: true,
        ..vouching(number)
    }
}

#[test]
fn the_console_founds_administrators_while_fewer_than_two_can_act_and_no_others() {
    let mut machine = Machine::new();
    let console = Console::admin().acting();
    let invite = |machine: &mut Machine, number: u128, role| {
        let invite = Invite {
            id: id(number),
            username: Username::parse(&format!("nguoi.{number}")).unwrap(),
            role,
            unit: unit(PROVINCE),
            until: machine.now.plus_days(3),
            vouching: at_console(100 + number),
        };
        machine
            .commit(console, |view, now| account::invite(view, &invite, now))
            .unwrap();
        machine.user(number).approval.is_some()
    };
    assert!(!invite(&mut machine, 11, Role::Admin));
    assert!(!invite(&mut machine, 12, Role::Admin));
    assert!(invite(&mut machine, 13, Role::Supervisor));
    machine.person(1, "admin.one", Role::Admin, PROVINCE);
    assert!(
        !invite(&mut machine, 14, Role::Admin),
        "one can't agree alone"
    );
    machine.person(2, "admin.two", Role::Admin, PROVINCE);
    assert!(invite(&mut machine, 15, Role::Admin));
    // Whoever sat at the machine may be one of those who agree: two of them must.
    reply(&mut machine, 1, 115, true).unwrap();
    assert!(machine.user(15).approval.is_some());
    assert!(is_four_eyes(reply(&mut machine, 1, 115, true)));
    reply(&mut machine, 2, 115, true).unwrap();
    assert!(machine.user(15).approval.is_none());
    assert!(machine.memory == machine.replayed());
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
    // A supervisor of the asker's unit will do as well.
    reply(&mut machine, 3, 103, true).unwrap();
    assert!(!is_official(&machine));
    let none = ask(&mut machine, 1, 104, remove());
    assert!(matches!(none, Err(Refused::NotFound)));
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
        machine
            .commit(Acting::schedule(), |view, now| approval::lapse(view, now))
            .unwrap();
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
fn a_record_that_one_person_agreed_to_alone_does_not_apply() {
    let mut machine = scene();
    let by = admin(&machine, 1);
    let change = Edit {
        role: Some(Role::Supervisor),
        ..unchanged(5, 100)
    };
    edit(&mut machine, by, &change).unwrap();
    let agreed = crate::domain::change::ApprovalChange::Agreed {
        id: id(100),
        reason: None,
    };
    assert!(machine.record(by, Plan::one(agreed)).is_err());
}
