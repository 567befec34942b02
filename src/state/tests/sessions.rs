//! Tests of sessions, and of what people change in them of their own account.

use uuid::Uuid;

use super::machine::{COMMUNE, HASH, Machine, at, id};
use crate::{
    access::{capability::Acting, totp},
    domain::role::Role,
    state::{
        own_account::{self, ReplaceFactor, ReplacePassword},
        refused::Refused,
        session::{self, Lasts, NewSession, Otp, Refresh, Start, StepUp, Use},
    },
    store::schema::Sessions,
};

const SECRET: &[u8] = b"12345678901234567890";

/// What stands of the second factor.
fn read(machine: &Machine) -> (u32, Option<[u8; 16]>) {
    let user = machine.user(1);
    (user.generation, user.enrolment)
}

fn otp(machine: &Machine, steps: u64) -> Otp {
    let step = totp::step_at(machine.now).unwrap() + steps;
    Otp {
        secret: SECRET.to_vec(),
        code: totp::code_at(SECRET, step),
        read: read(machine),
    }
}

/// An hour without use, three in all.
const LASTS: Lasts = Lasts {
    idle: 3_600,
    whole: 3 * 3_600,
};

fn start(machine: &mut Machine, number: u128, hash: &str) -> Result<(), Refused> {
    let request = Start {
        user: id(1),
        hash: hash.to_owned(),
        otp: otp(machine, 0),
        session: NewSession {
            id: id(number),
            refresh: [1; 32],
            lasts: LASTS,
        },
    };
    let started = machine.commit(Acting::signing_in(id(1)), |view, now| {
        session::start(view, &request, now)
    });
    started.map(drop)
}

#[test]
fn a_code_is_taken_once_and_only_with_the_password_that_stands() {
    let mut machine = Machine::new();
    machine.person(1, "an.nguyen", Role::Officer, COMMUNE);
    let old = start(&mut machine, 40, "$argon2id$old");
    assert!(matches!(old, Err(Refused::BadCredentials)));
    start(&mut machine, 40, HASH).unwrap();
    let again = start(&mut machine, 41, HASH);
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
    start(&mut machine, 40, HASH).unwrap();
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
    start(&mut machine, 40, HASH).unwrap();
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
    start(&mut machine, 40, HASH).unwrap();
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

fn sessions(machine: &Machine) -> Vec<Uuid> {
    let sessions = machine.view().sessions_of(id(1)).unwrap();
    sessions.into_iter().map(|session| session.id).collect()
}

/// Two sessions of one person; the first is the one that things are done in.
fn signed_in_twice() -> Machine {
    let mut machine = Machine::new();
    machine.person(1, "an.nguyen", Role::Officer, COMMUNE);
    start(&mut machine, 40, HASH).unwrap();
    machine.now = machine.now.plus_seconds(60);
    start(&mut machine, 41, HASH).unwrap();
    machine.now = machine.now.plus_seconds(60);
    machine
}

#[test]
fn another_password_ends_the_other_sessions_and_the_one_before_signs_nobody_in() {
    let mut machine = signed_in_twice();
    let replace = |machine: &mut Machine, session: u128, before: &str| {
        let request = ReplacePassword {
            user: id(1),
            session: id(session),
            before: before.to_owned(),
            hash: "$argon2id$new".to_owned(),
        };
        let done = machine.commit(Acting::visitor(), |view, now| {
            own_account::replace_password(view, &request, now)
        });
        done.map(drop)
    };
    for (session, before) in [(40, "$argon2id$other"), (42, HASH)] {
        let refused = replace(&mut machine, session, before);
        assert!(matches!(refused, Err(Refused::BadCredentials)), "{session}");
    }
    replace(&mut machine, 40, HASH).unwrap();
    assert_eq!(sessions(&machine), [id(40)]);
    machine.now = machine.now.plus_seconds(60);
    let old = start(&mut machine, 43, HASH);
    assert!(matches!(old, Err(Refused::BadCredentials)));
    start(&mut machine, 43, "$argon2id$new").unwrap();
    assert!(machine.memory == machine.replayed());
}

#[test]
fn a_new_telephone_takes_the_place_of_the_old_one_once_it_has_shown_its_code() {
    const NEW: &[u8] = b"09876543210987654321";
    let mut machine = signed_in_twice();
    let nonce = [5; 16];
    let replace = |machine: &mut Machine, secret: &[u8], read| {
        let step = totp::step_at(machine.now).unwrap();
        let request = ReplaceFactor {
            user: id(1),
            session: id(40),
            nonce,
            otp: Otp {
                secret: NEW.to_vec(),
                code: totp::code_at(secret, step),
                read,
            },
        };
        let done = machine.commit(Acting::visitor(), |view, now| {
            own_account::replace_factor(view, &request, now)
        });
        done.map(drop)
    };
    // A code of the old telephone, and a factor that was changed meanwhile.
    let stands = read(&machine);
    for (secret, read) in [(SECRET, stands), (NEW, (1, Some([4; 16])))] {
        let refused = replace(&mut machine, secret, read);
        assert!(matches!(refused, Err(Refused::BadCredentials)));
    }
    replace(&mut machine, NEW, stands).unwrap();
    assert_eq!(sessions(&machine), [id(40)]);
    assert_eq!(machine.user(1).enrolment, Some(nonce));
    machine.now = machine.now.plus_seconds(60);
    // A code of the old one that was read before is of a telephone that is gone.
    let late = StepUp {
        id: id(40),
        user: id(1),
        otp: Otp {
            read: stands,
            ..otp(&machine, 0)
        },
        next: [9; 32],
        lasts: LASTS,
    };
    let late = machine.commit(Acting::visitor(), |view, now| {
        session::step_up(view, &late, now)
    });
    assert!(matches!(late, Err(Refused::BadCredentials)));
    assert!(machine.memory == machine.replayed());
}

#[test]
fn a_session_is_ended_by_its_owner_alone() {
    let mut machine = signed_in_twice();
    machine.person(2, "binh.tran", Role::Officer, COMMUNE);
    let end = |machine: &mut Machine, user: u128, session: u128| {
        let done = machine.commit(Acting::visitor(), |view, now| {
            session::end_own(view, &(id(user), id(session)), now)
        });
        done.map(drop)
    };
    assert!(matches!(end(&mut machine, 2, 41), Err(Refused::NotFound)));
    end(&mut machine, 1, 41).unwrap();
    assert_eq!(sessions(&machine), [id(40)]);
    assert!(matches!(end(&mut machine, 1, 41), Err(Refused::NotFound)));
}
