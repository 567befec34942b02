//! What capabilities promise, and the accounts that other tests of this layer use.

use super::*;
use crate::domain::{
    change::Actor,
    client_key::ClientKeys,
    partner::{Partner, PartnerKind, PartnerStatus, Scope},
};

/// An active user of a role and unit.
pub fn user(role: Role, unit: &str) -> User {
    User {
        id: Uuid::from_u128(1),
        username: Username::parse("an.nguyen").unwrap(),
        role,
        unit: UnitCode::parse(unit).unwrap(),
        status: UserStatus::Active,
        credentials: Vec::new(),
        generation: 1,
        enrolment: None,
        invited_until: at(0),
        created_at: at(0),
        version: 1,
        approval: None,
    }
}

/// An active partner with these scopes.
pub fn partner(scopes: &[Scope]) -> Partner {
    Partner {
        id: Uuid::from_u128(2),
        name: "Bank".to_owned(),
        kind: PartnerKind::Bank,
        scopes: scopes.to_vec(),
        kinds: crate::domain::identifier::Kinds::ALL,
        status: PartnerStatus::Active,
        generation: 1,
        old_secret_until: None,
        keys: ClientKeys::None,
        created_at: at(0),
        version: 1,
    }
}

/// A time in seconds.
pub fn at(seconds: i64) -> Time {
    Time::from_millis(seconds * 1000)
}

/// A session of [`user`] from 1,000 to 5,000 seconds, its second factor shown at its start.
pub fn session() -> Session {
    Session {
        id: Uuid::from_u128(3),
        user: Uuid::from_u128(1),
        refresh: [0; 32],
        second_factor_at: at(1_000),
        started_at: at(1_000),
        expires_at: at(5_000),
    }
}

/// Somebody of a role in the ward 14812, just signed in.
pub fn signed_in(role: Role) -> SignedIn {
    SignedIn::new(user(role, "14812"), session(), at(1_000)).unwrap()
}

#[test]
fn only_an_active_account_with_its_own_unexpired_session_is_signed_in() {
    let active = user(Role::Officer, "14812");
    assert!(SignedIn::new(active.clone(), session(), at(4_999)).is_ok());
    let refused = |user, session, now| SignedIn::new(user, session, at(now)).unwrap_err();
    assert_eq!(
        refused(active.clone(), session(), 5_000),
        Denied::Unauthenticated
    );
    for status in [UserStatus::Invited, UserStatus::Suspended] {
        let other = User {
            status,
            ..active.clone()
        };
        assert_eq!(refused(other, session(), 1_000), Denied::Unauthenticated);
    }
    let stranger = Session {
        user: Uuid::from_u128(9),
        ..session()
    };
    assert_eq!(refused(active, stranger, 1_000), Denied::Unauthenticated);
}

#[test]
fn each_role_gets_its_capabilities_and_no_other() {
    for (role, [officer, supervisor, auditor, admin]) in [
        (Role::Officer, [true, false, false, false]),
        (Role::Supervisor, [true, true, false, false]),
        (Role::Auditor, [false, false, true, false]),
        (Role::Admin, [false, false, true, true]),
        (Role::Procurator, [false, false, false, false]),
    ] {
        let who = signed_in(role);
        assert_eq!(Officer::of(&who).is_ok(), officer, "{role:?}");
        assert_eq!(Supervisor::of(&who).is_ok(), supervisor, "{role:?}");
        assert_eq!(
            Supervisor::fresh(&who, at(1_000)).is_ok(),
            supervisor,
            "{role:?}"
        );
        assert_eq!(Auditor::of(&who).is_ok(), auditor, "{role:?}");
        assert_eq!(Admin::of(&who).is_ok(), admin, "{role:?}");
        assert!(Reader::of(&who).is_ok(), "{role:?}");
    }
    let procurator = signed_in(Role::Procurator);
    assert_eq!(
        ApprovalReader::of(&procurator).unwrap_err(),
        Denied::Forbidden
    );
    assert_eq!(
        SecondPerson::of(&procurator, at(1_000)).unwrap_err(),
        Denied::Forbidden
    );
    assert_eq!(
        Admin::of(&signed_in(Role::Officer)).unwrap_err(),
        Denied::Forbidden
    );
}

#[test]
fn a_decision_needs_a_second_factor_of_the_last_five_minutes() {
    let who = signed_in(Role::Supervisor);
    assert!(Supervisor::fresh(&who, at(1_300)).is_ok());
    for stale in [1_301, 4_000, 994] {
        let denied = Supervisor::fresh(&who, at(stale)).unwrap_err();
        assert_eq!(denied, Denied::StepUpRequired, "{stale}");
    }
    let officer = signed_in(Role::Officer);
    assert_eq!(
        Supervisor::fresh(&officer, at(4_000)).unwrap_err(),
        Denied::Forbidden
    );
}

#[test]
fn rights_reach_the_own_unit_and_those_below_it() {
    let supervisor = Supervisor::of(&signed_in(Role::Supervisor)).unwrap();
    let (own, other) = (
        UnitCode::parse("14812").unwrap(),
        UnitCode::parse("14818").unwrap(),
    );
    assert!(supervisor.covers(own) && !supervisor.covers(other));
    let officer = Officer::from(supervisor);
    assert!(officer.covers(own) && !officer.covers(other));
    assert_eq!(officer.acting().actor(), Actor::User(Uuid::from_u128(1)));
    for (role, all) in [
        (Role::Officer, false),
        (Role::Supervisor, false),
        (Role::Auditor, true),
        (Role::Admin, true),
        (Role::Procurator, false),
    ] {
        let reader = Reader::of(&signed_in(role)).unwrap();
        assert!(reader.sees(own));
        assert_eq!(reader.sees(other), all, "{role:?}");
    }
}

#[test]
fn a_partner_needs_the_scope_in_its_token_and_in_its_present_account() {
    let (feed, flags) = (Scope::FeedRead, Scope::FlagsWrite);
    let mut bank = partner(&[feed]);
    let caller = PartnerCaller::of(bank.clone(), &[feed, flags], feed).unwrap();
    assert_eq!(caller.actor(), Actor::Partner(bank.id));
    for granted in [&[] as &[Scope], &[flags]] {
        let denied = PartnerCaller::of(bank.clone(), granted, feed).unwrap_err();
        assert_eq!(denied, Denied::Forbidden);
    }
    let denied = PartnerCaller::of(bank.clone(), &[feed, flags], flags).unwrap_err();
    assert_eq!(denied, Denied::Forbidden, "the account lost the scope");
    let caller = PartnerCaller::of(bank.clone(), &[feed, flags], None).unwrap();
    assert_eq!(caller.scopes(), [feed]);
    bank.status = PartnerStatus::Suspended;
    let denied = PartnerCaller::of(bank.clone(), &[feed], feed).unwrap_err();
    assert_eq!(denied, Denied::Unauthenticated);
}

#[test]
fn the_console_administers_as_itself_and_lists_only_as_people_who_may() {
    assert_eq!(Console::admin().acting().actor(), Actor::Console);
    assert_eq!(Console::auditor().user_id(), None);
    assert!(Console::reader().sees(UnitCode::parse("14812").unwrap()));
    let officer = user(Role::Officer, "38");
    let proposes = Console::officer(&officer).unwrap();
    assert_eq!(proposes.user_id(), officer.id);
    assert_eq!(proposes.acting().through(), Some(Actor::Console));
    assert_eq!(
        Console::officer(&user(Role::Admin, "38")).unwrap_err(),
        Denied::Forbidden
    );
    let suspended = User {
        status: UserStatus::Suspended,
        ..officer
    };
    assert_eq!(
        Console::officer(&suspended).unwrap_err(),
        Denied::Unauthenticated
    );
}

#[test]
fn debug_of_a_capability_names_nobody() {
    let officer = Officer::of(&signed_in(Role::Officer)).unwrap();
    assert!(!format!("{officer:?} {:?}", signed_in(Role::Officer)).contains("nguyen"));
}

#[test]
fn what_was_given_at_the_head_of_a_request_is_read_again_where_it_is_decided() {
    let who = signed_in(Role::Supervisor);
    let (looks, decides) = (
        Supervisor::of(&who).unwrap().acting(),
        Supervisor::fresh(&who, at(1_000)).unwrap().acting(),
    );
    type Change = fn(&mut User, &mut Session);
    let now = |change: Change| {
        let (mut user, mut session) = (user(Role::Supervisor, "14812"), session());
        change(&mut user, &mut session);
        (Some(user), Some(session))
    };
    let table: [(Change, i64, _, _); 7] = [
        (|_, _| (), 1_100, Ok(()), Ok(())),
        (
            |user, _| user.status = UserStatus::Suspended,
            1_100,
            Err(Denied::Unauthenticated),
            Err(Denied::Unauthenticated),
        ),
        (
            |user, _| user.status = UserStatus::Invited,
            1_100,
            Err(Denied::Unauthenticated),
            Err(Denied::Unauthenticated),
        ),
        (
            |_, session| session.expires_at = at(1_050),
            1_100,
            Err(Denied::Unauthenticated),
            Err(Denied::Unauthenticated),
        ),
        (
            |user, _| user.role = Role::Officer,
            1_100,
            Err(Denied::Forbidden),
            Err(Denied::Forbidden),
        ),
        (
            |user, _| user.unit = UnitCode::parse("14818").unwrap(),
            1_100,
            Err(Denied::Forbidden),
            Err(Denied::Forbidden),
        ),
        (|_, _| (), 1_301, Ok(()), Err(Denied::StepUpRequired)),
    ];
    for (row, (change, seconds, looking, deciding)) in table.into_iter().enumerate() {
        let (user, session) = now(change);
        let read = |acting: Acting| acting.still_stands(user.clone(), session.clone(), at(seconds));
        assert_eq!(
            (read(looks), read(decides)),
            (looking, deciding),
            "row {row}"
        );
        // The session was ended, or the account is gone.
        assert!(looks.still_stands(user.clone(), None, at(1_100)).is_err());
        assert_eq!(
            looks.still_stands(None, session.clone(), at(1_100)),
            Err(Denied::Unauthenticated)
        );
    }
    let console = Console::admin().acting();
    assert_eq!(console.still_stands(None, None, at(1_100)), Ok(()));
    // In the name of a user at the console there is no session, but the account must stand.
    let officer = user(Role::Officer, "14812");
    let import = Console::officer(&officer).unwrap().acting();
    assert_eq!(
        import.still_stands(Some(officer.clone()), None, at(1_100)),
        Ok(())
    );
    let suspended = User {
        status: UserStatus::Suspended,
        ..officer
    };
    assert_eq!(
        import.still_stands(Some(suspended), None, at(1_100)),
        Err(Denied::Unauthenticated)
    );
}
