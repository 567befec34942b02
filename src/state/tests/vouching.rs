//! Accounts that may decide, and the second person that they want.

use super::{
    approvals::{is_four_eyes, reply, scene, status},
    machine::{COMMUNE, Machine, PROVINCE, id, unit, vouching},
};
use crate::{
    access::capability::{Acting, Console, Denied, Sample},
    domain::{
        approval::ApprovalStatus,
        listing::{Decision, Refusal},
        role::Role,
        user::Username,
    },
    state::{
        account::{self, Edit, Invite, InviteAgain, Vouching},
        plan::Plan,
        refused::Refused,
    },
};

const NUMBER: &str = "0950001001";

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

#[test]
fn an_account_that_may_decide_waits_whatever_way_it_came_to_it() {
    type Way = (&'static str, u128, fn(u128) -> Edit);
    let ways: [Way; 4] = [
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
    for role in [Role::Auditor, Role::Procurator, Role::Officer] {
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

#[test]
fn the_console_takes_over_no_administrator_while_two_can_act() {
    let mut machine = scene();
    let again = InviteAgain {
        id: id(2),
        until: machine.now.plus_days(3),
        vouching: at_console(100),
    };
    let console = Console::admin().acting();
    machine
        .commit(console, |view, now| {
            account::invite_again(view, &again, now)
        })
        .unwrap();
    assert_eq!(machine.user(2).approval, Some(id(100)));
}

#[test]
fn the_last_administrator_is_not_invited_away() {
    let mut machine = scene();
    let by = admin(&machine, 1);
    let suspend = Edit {
        suspended: Some(true),
        ..unchanged(2, 99)
    };
    edit(&mut machine, by, &suspend).unwrap();
    let again = InviteAgain {
        id: id(1),
        until: machine.now.plus_days(3),
        vouching: vouching(100),
    };
    let refused = machine.commit(by, |view, now| account::invite_again(view, &again, now));
    assert!(matches!(refused, Err(Refused::LastAdmin)));
}

#[test]
fn what_holds_for_the_whole_country_is_agreed_to_by_who_reaches_it() {
    let mut machine = scene();
    let by = admin(&machine, 1);
    // An administrator of a commune administers everything.
    let change = Edit {
        role: Some(Role::Admin),
        ..unchanged(5, 100)
    };
    edit(&mut machine, by, &change).unwrap();
    for number in [3, 4] {
        let refused = reply(&mut machine, number, 100, true);
        assert!(matches!(refused, Err(Refused::NotFound)), "{number}");
    }
    reply(&mut machine, 2, 100, true).unwrap();
}
