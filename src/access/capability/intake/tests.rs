//! What the capabilities for reports promise.

use super::{super::tests::*, *};
use crate::access::capability::Supervisor;

fn unit(code: &str) -> UnitCode {
    UnitCode::parse(code).unwrap()
}

#[test]
fn reports_are_read_by_the_unit_and_by_who_oversees_it_and_not_by_administrators() {
    for (role, sees_beside, opens) in [
        (Role::Officer, false, true),
        (Role::Supervisor, false, true),
        (Role::Auditor, true, false),
        (Role::Procurator, false, false),
    ] {
        let reader = IntakeReader::of(&signed_in(role)).unwrap();
        assert!(reader.sees(unit("14812")), "{role:?}");
        assert_eq!(reader.sees(unit("14818")), sees_beside, "{role:?}");
        assert_eq!(reader.sees(unit("38")), sees_beside, "{role:?}");
        assert_eq!(reader.may_open_sealed(), opens, "{role:?}");
        assert_eq!((reader.role(), reader.unit()), (role, unit("14812")));
        assert_eq!(reader.reach().is_none(), sees_beside, "{role:?}");
    }
    let denied = IntakeReader::of(&signed_in(Role::Admin)).unwrap_err();
    assert_eq!(denied, Denied::Forbidden);
}

#[test]
fn a_procurator_sees_everything_below_the_own_unit() {
    let province = SignedIn::new(user(Role::Procurator, "38"), session(), at(1_000)).unwrap();
    let reader = IntakeReader::of(&province).unwrap();
    assert!(reader.sees(unit("38")) && reader.sees(unit("14812")) && reader.sees(unit("14818")));
    assert!(!reader.sees(unit("VN")));
    let nation = SignedIn::new(user(Role::Procurator, "VN"), session(), at(1_000)).unwrap();
    let reader = IntakeReader::of(&nation).unwrap();
    assert!(reader.sees(unit("VN")) && reader.sees(unit("14812")));
}

#[test]
fn reports_are_handled_with_a_second_factor_of_the_last_five_minutes() {
    for (role, is_supervisor) in [(Role::Officer, false), (Role::Supervisor, true)] {
        let who = signed_in(role);
        let officer = Officer::fresh(&who, at(1_300)).unwrap();
        assert_eq!(officer.is_supervisor(), is_supervisor);
        assert!(officer.covers(unit("14812")) && !officer.covers(unit("14818")));
        let denied = Officer::fresh(&who, at(1_301)).unwrap_err();
        assert_eq!(denied, Denied::StepUpRequired, "{role:?}");
        // It is read again where it is decided.
        let read = |now| {
            let user = Some(user(role, "14812"));
            officer.acting().still_stands(user, Some(session()), now)
        };
        assert_eq!(read(at(1_300)), Ok(()));
        assert_eq!(read(at(1_301)), Err(Denied::StepUpRequired));
        assert_eq!(Officer::from(officer.clone()).unit(), officer.unit());
    }
    for role in [Role::Auditor, Role::Procurator, Role::Admin] {
        let denied = Officer::fresh(&signed_in(role), at(1_000)).unwrap_err();
        assert_eq!(denied, Denied::Forbidden, "{role:?}");
    }
    let supervisor = Supervisor::fresh(&signed_in(Role::Supervisor), at(1_000)).unwrap();
    assert!(FreshOfficer::from(supervisor).is_supervisor());
}

#[test]
fn a_supervisor_behind_whom_nobody_stands_handles_no_report() {
    let waits = crate::domain::user::User {
        approval: Some(Uuid::from_u128(5)),
        ..user(Role::Supervisor, "14812")
    };
    let who = SignedIn::new(waits, session(), at(1_000)).unwrap();
    let denied = Officer::fresh(&who, at(1_000)).unwrap_err();
    assert_eq!(denied, Denied::AwaitsApproval);
}
