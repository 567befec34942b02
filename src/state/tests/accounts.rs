//! Decisions on accounts and sessions.

use super::machine::{COMMUNE, Machine, PROVINCE, at, id, unit, vouching};
use crate::{
    access::{
        capability::{Acting, Console},
        totp,
    },
    domain::{
        change::Factor,
        credential::Credential,
        listing::Refusal,
        role::Role,
        user::{UserStatus, Username},
    },
    state::{
        account::{self, Edit, Invite, InviteAgain},
        plan::Plan,
        refused::Refused,
        session::{self, Lasts, Otp, Refresh, Start, StepUp, Use},
    },
    store::schema::Sessions,
};

const SECRET: &[u8] = b"12345678901234567890";

fn edit(machine: &mut Machine, edit: Edit) -> Result<(), Refused> {
    let admin = Console::admin().acting();
    let done = machine.commit(admin, |view, now| account::edit(view, &edit, now));
    done.map(drop)
}

fn nothing(number: u128) -> Edit {
    Edit {
        id: id(number),
        version: None,
        role: None,
        unit: None,
        suspended: None,
        vouching: vouching(900),
    }
}

#[test]
fn a_name_belongs_to_one_person_for_ever() {
    let mut machine = Machine::new();
    machine.person(1, "an.nguyen", Role::Officer, COMMUNE);
    let again = Invite {
        id: id(2),
        username: Username::parse("An.Nguyen").unwrap(),
        role: Role::Officer,
        unit: unit(COMMUNE),
        until: at(60),
        vouching: vouching(900),
    };
    let refused = machine.commit(Console::admin().acting(), |view, now| {
        account::invite(view, &again, now)
    });
    assert!(matches!(refused, Err(Refused::AlreadyExists)));
}

#[test]
fn the_last_administrator_who_can_work_stays_one() {
    let mut machine = Machine::new();
    machine.person(1, "admin.one", Role::Admin, PROVINCE);
    let suspend = || Edit {
        suspended: Some(true),
        ..nothing(1)
    };
    let demote = || Edit {
        role: Some(Role::Auditor),
        ..nothing(1)
    };
    for change in [suspend(), demote()] {
        assert!(matches!(
            edit(&mut machine, change),
            Err(Refused::LastAdmin)
        ));
    }
    machine.person(2, "admin.two", Role::Admin, PROVINCE);
    edit(&mut machine, suspend()).unwrap();
    assert_eq!(machine.user(1).status, UserStatus::Suspended);
    let other = Edit {
        role: Some(Role::Officer),
        ..nothing(2)
    };
    assert!(matches!(edit(&mut machine, other), Err(Refused::LastAdmin)));
    assert!(machine.memory == machine.replayed());
}

#[test]
fn an_account_is_changed_as_it_was_read_and_comes_back_as_far_as_it_was() {
    let mut machine = Machine::new();
    machine.person(1, "an.nguyen", Role::Officer, COMMUNE);
    let version = machine.user(1).version;
    let stale = Edit {
        version: Some(version + 1),
        ..nothing(1)
    };
    let refused = edit(&mut machine, stale);
    assert!(matches!(refused, Err(Refused::Listing(Refusal::Stale))));
    for (suspended, status) in [(true, UserStatus::Suspended), (false, UserStatus::Active)] {
        let change = Edit {
            suspended: Some(suspended),
            ..nothing(1)
        };
        edit(&mut machine, change).unwrap();
        assert_eq!(machine.user(1).status, status);
    }
    // An invitation lifts no suspension, and takes everything that one signed in with.
    let invite = InviteAgain {
        id: id(1),
        until: at(600),
        vouching: vouching(900),
    };
    let again = |machine: &mut Machine| {
        machine.commit(Console::admin().acting(), |view, now| {
            account::invite_again(view, &invite, now)
        })
    };
    again(&mut machine).unwrap();
    let user = machine.user(1);
    assert_eq!((user.generation, user.status), (2, UserStatus::Invited));
    assert!(user.credentials.is_empty());
    for (suspended, status) in [(true, UserStatus::Suspended), (false, UserStatus::Invited)] {
        let change = Edit {
            suspended: Some(suspended),
            ..nothing(1)
        };
        edit(&mut machine, change).unwrap();
        assert_eq!(machine.user(1).status, status);
        let refused = again(&mut machine);
        assert_eq!(refused.is_err(), suspended);
    }
}

#[test]
fn a_code_is_good_for_its_invitation_and_a_password_comes_first() {
    let mut machine = Machine::new();
    let invite = Invite {
        id: id(1),
        username: Username::parse("an.nguyen").unwrap(),
        role: Role::Officer,
        unit: unit(COMMUNE),
        until: at(60),
        vouching: vouching(900),
    };
    machine
        .commit(Console::admin().acting(), |view, now| {
            account::invite(view, &invite, now)
        })
        .unwrap();
    let enrol = |generation, nonce: u8| account::Enrol {
        user: id(1),
        generation,
        nonce: Some([nonce; 16]),
        factor: Factor::Totp { step: 5 },
    };
    let choose = |generation, nonce: u8| account::ChoosePassword {
        user: id(1),
        generation,
        hash: "$argon2id$x".to_owned(),
        nonce: [nonce; 16],
    };
    let owner = Acting::signing_in(id(1));
    let try_to_enrol = |machine: &mut Machine, nonce| {
        machine.commit(owner, |view, now| {
            account::enrol(view, &enrol(1, nonce), now)
        })
    };
    let early = try_to_enrol(&mut machine, 1);
    assert!(matches!(early, Err(Refused::BadEnrolment)));
    let old = machine.commit(owner, |view, now| {
        account::choose_password(view, &choose(0, 1), now)
    });
    assert!(matches!(old, Err(Refused::BadEnrolment)));
    for nonce in 1..=2 {
        machine
            .commit(owner, |view, now| {
                account::choose_password(view, &choose(1, nonce), now)
            })
            .unwrap();
    }
    // Beginning again made the first beginning's second factor worthless.
    let first = try_to_enrol(&mut machine, 1);
    assert!(matches!(first, Err(Refused::BadEnrolment)));
    try_to_enrol(&mut machine, 2).unwrap();
    let user = machine.user(1);
    assert_eq!(user.status, UserStatus::Active);
    assert_eq!(
        (user.password(), user.last_step()),
        (Some("$argon2id$x"), 5)
    );
    assert_eq!(user.credentials.len(), 2);
    let late = try_to_enrol(&mut machine, 2);
    assert!(matches!(late, Err(Refused::BadEnrolment)));
}

#[test]
fn other_second_factors_have_their_place() {
    let mut machine = Machine::new();
    machine.person(1, "an.nguyen", Role::Officer, COMMUNE);
    let passkey = |counter| Factor::Passkey {
        credential: vec![7; 16],
        counter,
    };
    let oidc = Factor::Oidc {
        issuer: "https://id.example".to_owned(),
        subject: "an".to_owned(),
    };
    for (number, factor) in (0..).zip([passkey(1), oidc, passkey(2)]) {
        let started = crate::domain::change::SessionChange::Started {
            id: id(40 + number),
            user: id(1),
            refresh: [0; 32],
            factor,
            expires_at: at(3_600),
        };
        machine
            .record(Acting::signing_in(id(1)), Plan::one(started))
            .unwrap();
    }
    let credentials = machine.user(1).credentials;
    assert_eq!(credentials.len(), 4);
    let counter = credentials.iter().find_map(|credential| match credential {
        Credential::Passkey { counter, .. } => Some(*counter),
        Credential::Password { .. } | Credential::Totp { .. } | Credential::Oidc { .. } => None,
    });
    assert_eq!(counter, Some(2));
    assert!(machine.memory == machine.replayed());
}

fn otp(machine: &Machine, steps: u64) -> Otp {
    let step = totp::step_at(machine.now).unwrap() + steps;
    Otp {
        secret: SECRET.to_vec(),
        code: totp::code_at(SECRET, step),
    }
}

/// An hour without use, three in all.
const LASTS: Lasts = Lasts {
    idle: 3_600,
    whole: 3 * 3_600,
};

fn start(machine: &mut Machine, number: u128, generation: u32) -> Result<(), Refused> {
    let request = Start {
        id: id(number),
        user: id(1),
        generation,
        otp: otp(machine, 0),
        refresh: [1; 32],
        lasts: LASTS,
    };
    let started = machine.commit(Acting::signing_in(id(1)), |view, now| {
        session::start(view, &request, now)
    });
    started.map(drop)
}

#[test]
fn a_code_is_taken_once_and_a_password_of_its_invitation_only() {
    let mut machine = Machine::new();
    machine.person(1, "an.nguyen", Role::Officer, COMMUNE);
    let old = start(&mut machine, 40, 0);
    assert!(matches!(old, Err(Refused::BadCredentials)));
    start(&mut machine, 40, 1).unwrap();
    let again = start(&mut machine, 41, 1);
    assert!(matches!(again, Err(Refused::BadCredentials)));
    let step_up = StepUp {
        id: id(40),
        user: id(1),
        otp: otp(&machine, 0),
        next: [9; 32],
        lasts: LASTS,
    };
    let again = machine.commit(Acting::visitor(), |view, now| {
        session::step_up(view, &step_up, now)
    });
    assert!(matches!(again, Err(Refused::BadCredentials)));
    machine.now = machine.now.plus_seconds(60);
    let step_up = StepUp {
        id: id(40),
        user: id(1),
        otp: otp(&machine, 0),
        next: [9; 32],
        lasts: LASTS,
    };
    machine
        .commit(Acting::visitor(), |view, now| {
            session::step_up(view, &step_up, now)
        })
        .unwrap();
    let row = machine.view().get::<Sessions>(&id(40)).unwrap().unwrap();
    assert_eq!(row.second_factor_at, machine.now);
    assert_eq!(row.refresh, [9; 32], "whoever copied the one before is out");
    assert!(machine.memory == machine.replayed());
}

#[test]
fn a_refresh_token_is_good_once_and_an_old_one_ends_the_session() {
    let mut machine = Machine::new();
    machine.person(1, "an.nguyen", Role::Officer, COMMUNE);
    start(&mut machine, 40, 1).unwrap();
    let mut refresh = |shown: u8, seconds: i64| {
        let request = Refresh {
            id: id(40),
            shown: [shown; 32],
            next: [shown + 1; 32],
            lasts: LASTS,
        };
        machine.now = at(seconds);
        let done = machine.commit(Acting::visitor(), |view, now| {
            session::refresh(view, &request, now)
        });
        let there = machine.view().get::<Sessions>(&id(40)).unwrap().is_some();
        (done.is_ok(), there)
    };
    assert_eq!(refresh(1, 0), (true, true));
    assert_eq!(refresh(2, 1), (true, true));
    assert_eq!(refresh(3, 3_601), (false, true), "its time is over");
    assert_eq!(refresh(2, 2), (true, false), "an old one was copied");
    assert_eq!(refresh(3, 3), (false, false));
}

#[test]
fn a_session_that_is_refreshed_ends_at_its_absolute_limit() {
    let mut machine = Machine::new();
    machine.person(1, "an.nguyen", Role::Officer, COMMUNE);
    machine.now = at(0);
    start(&mut machine, 40, 1).unwrap();
    let mut shown = 1;
    let mut refresh = |machine: &mut Machine, seconds: i64| {
        let request = Refresh {
            id: id(40),
            shown: [shown; 32],
            next: [shown + 1; 32],
            lasts: LASTS,
        };
        machine.now = at(seconds);
        shown += 1;
        let done = machine.commit(Acting::visitor(), |view, now| {
            session::refresh(view, &request, now)
        });
        done.is_ok()
    };
    for seconds in [3_000, 6_000, 9_000] {
        assert!(refresh(&mut machine, seconds));
    }
    let row = |machine: &Machine| machine.view().get::<Sessions>(&id(40)).unwrap().unwrap();
    assert_eq!(row(&machine).expires_at, at(LASTS.whole));
    assert!(refresh(&mut machine, LASTS.whole - 1));
    assert_eq!(row(&machine).expires_at, at(LASTS.whole));
    assert!(!refresh(&mut machine, LASTS.whole));
}

#[test]
fn a_session_at_the_desk_goes_on_while_it_is_used_and_not_past_its_limit() {
    let mut machine = Machine::new();
    machine.person(1, "an.nguyen", Role::Officer, COMMUNE);
    machine.now = at(0);
    start(&mut machine, 40, 1).unwrap();
    let mut used = |seconds: i64| {
        machine.now = at(seconds);
        let request = Use {
            id: id(40),
            lasts: LASTS,
        };
        let before = machine.records.len();
        machine
            .commit(Acting::visitor(), |view, now| {
                session::note_use(view, &request, now)
            })
            .unwrap();
        let row = machine.view().get::<Sessions>(&id(40)).unwrap().unwrap();
        assert_eq!(row.refresh, [1; 32]);
        (machine.records.len() - before, row.expires_at)
    };
    // Not before a quarter of the idle time is gone.
    assert_eq!(used(899), (0, at(3_600)));
    assert_eq!(used(900), (1, at(4_500)));
    assert_eq!(used(4_499), (1, at(8_099)));
    assert_eq!(used(8_000), (1, at(LASTS.whole)));
    assert_eq!(used(10_799), (0, at(LASTS.whole)));
}
