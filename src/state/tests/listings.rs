//! Decisions on listings.

use super::machine::{
    COMMUNE, ELSEWHERE, Machine, PROVINCE, at, id, last_change, officer, subject, supervisor,
};
use crate::{
    access::capability::{Acting, Denied, FreshSupervisor, Officer},
    domain::{
        change::{Actor, Change, ListingChange},
        listing::{Decision, Refusal, Status, Validity},
        method::MethodId,
        role::Role,
    },
    state::{
        expiry::{self, Expire},
        listing::{self, Decide, Propose},
        official,
        plan::Plan,
        refused::Refused,
    },
    store::StoreError,
};

const NUMBER: &str = "0950 001 001";

struct Scene {
    machine: Machine,
    officer: Officer,
    own: FreshSupervisor,
    above: FreshSupervisor,
    elsewhere: FreshSupervisor,
}

/// An officer, and supervisors of the own unit, of the one above and of another.
fn scene() -> Scene {
    let mut machine = Machine::new();
    let people = [
        machine.person(1, "an.ng", Role::Officer, COMMUNE),
        machine.person(2, "binh", Role::Supervisor, COMMUNE),
        machine.person(3, "chi", Role::Supervisor, PROVINCE),
        machine.person(4, "dung", Role::Supervisor, ELSEWHERE),
    ];
    Scene {
        machine,
        officer: officer(&people[0]),
        own: supervisor(&people[1]),
        above: supervisor(&people[2]),
        elsewhere: supervisor(&people[3]),
    }
}

#[test]
fn who_may_decide_what_on_which_state() {
    use Decision::{Confirm, Delist, Reject, Renew};
    use Status::{Delisted, Listed, Proposed, Rejected};
    let not_open = || Err(Refusal::NotOpen);
    for (state, decision, wanted) in [
        (Proposed, Confirm, Ok(Listed)),
        (Proposed, Reject, Ok(Rejected)),
        (Proposed, Renew, not_open()),
        (Proposed, Delist, not_open()),
        (Listed, Confirm, not_open()),
        (Listed, Reject, not_open()),
        (Listed, Renew, Ok(Listed)),
        (Listed, Delist, Ok(Delisted)),
        (Rejected, Confirm, not_open()),
        (Rejected, Renew, not_open()),
        (Delisted, Confirm, not_open()),
        (Delisted, Renew, not_open()),
        (Delisted, Delist, not_open()),
    ] {
        let Scene {
            mut machine,
            officer,
            own,
            above,
            elsewhere,
        } = scene();
        machine.propose(&officer, 9, NUMBER).unwrap();
        match state {
            Listed => machine.decide(&own, 9, Confirm).map(drop).unwrap(),
            Rejected => machine.decide(&own, 9, Reject).map(drop).unwrap(),
            Delisted => {
                machine.decide(&own, 9, Confirm).unwrap();
                machine.decide(&own, 9, Delist).unwrap();
            }
            Proposed | Status::Expired => {}
        }
        let outside = machine.decide(&elsewhere, 9, decision);
        assert!(
            matches!(outside, Err(Refused::NotFound)),
            "{state:?} {decision:?}"
        );
        let decided = machine.decide(&above, 9, decision);
        match wanted {
            Ok(status) => {
                decided.unwrap();
                assert_eq!(machine.listing(9).status, status, "{state:?} {decision:?}");
            }
            Err(refusal) => assert!(
                matches!(decided, Err(Refused::Listing(found)) if found == refusal),
                "{state:?} {decision:?}"
            ),
        }
        assert!(
            machine.memory == machine.replayed(),
            "{state:?} {decision:?}"
        );
    }
}

#[test]
fn nobody_is_the_second_person_to_the_own_proposal_whatever_wrote_it() {
    let Scene {
        mut machine, own, ..
    } = scene();
    let as_officer = officer(&machine.user(2));
    machine.propose(&as_officer, 9, NUMBER).unwrap();
    let alone = machine.decide(&own, 9, Decision::Confirm);
    assert!(matches!(alone, Err(Refused::Listing(Refusal::FourEyes))));
    // Even a record that nobody decided is not applied.
    let forged = Plan::one(ListingChange::Confirmed {
        id: id(9),
        valid_until: at(90),
        reason: None,
    });
    let applied = machine.record(own.acting(), forged);
    assert!(matches!(applied, Err(StoreError::Misfit(_))));
    assert_eq!(machine.listing(9).status, Status::Proposed);
}

#[test]
fn a_decision_is_on_what_was_read() {
    let Scene {
        mut machine,
        officer,
        own,
        ..
    } = scene();
    machine.propose(&officer, 9, NUMBER).unwrap();
    let request = |version| Decide {
        who: own.clone(),
        id: id(9),
        version,
        decision: Decision::Confirm,
        reason: String::new(),
        validity: Validity::default(),
        terms: Default::default(),
    };
    for version in [0, 2] {
        let decided = machine.commit(own.acting(), |view, now| {
            listing::decide(view, &request(version), now)
        });
        assert!(
            matches!(decided, Err(Refused::Listing(Refusal::Stale))),
            "{version}"
        );
    }
    let decided = machine.commit(own.acting(), |view, now| {
        listing::decide(view, &request(1), now)
    });
    assert!(decided.is_ok());
}

#[test]
fn a_number_is_proposed_once_and_an_official_one_never() {
    let Scene {
        mut machine,
        officer,
        own,
        ..
    } = scene();
    machine.propose(&officer, 9, NUMBER).unwrap();
    let again = machine.propose(&officer, 10, "+84 950001001");
    assert!(matches!(again, Err(Refused::AlreadyProposed(found)) if found == id(9)));
    machine.decide(&own, 9, Decision::Confirm).unwrap();
    let again = machine.propose(&officer, 10, NUMBER);
    assert!(matches!(again, Err(Refused::AlreadyListed(found)) if found == id(9)));
    assert!(matches!(
        machine.propose(&officer, 10, "113"),
        Err(Refused::Official)
    ));

    let protect = official::Add {
        identifier: super::machine::identifier("0950 001 002"),
        name_vi: "Tổng đài".to_owned(),
        name_en: "Hotline".to_owned(),
    };
    machine
        .commit(Acting::schedule(), |view, now| {
            official::add(view, &protect, now)
        })
        .unwrap();
    let guarded = machine.propose(&officer, 10, "0950001002");
    assert!(matches!(guarded, Err(Refused::Official)));
    // Over, it may come again.
    machine.decide(&own, 9, Decision::Delist).unwrap();
    assert!(machine.propose(&officer, 10, NUMBER).is_ok());
    assert!(machine.memory == machine.replayed());
}

#[test]
fn what_became_official_meanwhile_is_not_confirmed_but_may_be_rejected() {
    let Scene {
        mut machine,
        officer,
        own,
        ..
    } = scene();
    machine.propose(&officer, 9, NUMBER).unwrap();
    let protect = official::Add {
        identifier: super::machine::identifier(NUMBER),
        name_vi: "Tổng đài".to_owned(),
        name_en: "Hotline".to_owned(),
    };
    let added = machine.commit(Acting::schedule(), |view, now| {
        official::add(view, &protect, now)
    });
    assert!(matches!(added, Err(Refused::AlreadyProposed(_))));
    machine.decide(&own, 9, Decision::Reject).unwrap();
    let added = machine.commit(Acting::schedule(), |view, now| {
        official::add(view, &protect, now)
    });
    assert!(added.is_ok());
}

#[test]
fn only_what_is_over_expires() {
    let Scene {
        mut machine,
        officer,
        own,
        ..
    } = scene();
    machine.propose(&officer, 9, NUMBER).unwrap();
    machine.decide(&own, 9, Decision::Confirm).unwrap();
    let until = machine.listing(9).valid_until.unwrap();
    assert_eq!(until, at(0).plus_days(90));
    for (time, expired) in [
        (until.plus_seconds(-1), false),
        (until, true),
        (until, false),
    ] {
        machine.now = time;
        let request = Expire {
            due: vec![id(9), id(77)],
            at: time,
        };
        let before = machine.records.len();
        machine
            .commit(Acting::schedule(), |view, now| {
                expiry::expire(view, &request, now)
            })
            .unwrap();
        assert_eq!(machine.records.len() > before, expired);
    }
    assert!(matches!(
        last_change(&machine),
        Change::Listing(ListingChange::Expired { .. })
    ));
    assert_eq!(
        machine.listing(9).history.last().unwrap().by,
        Actor::Schedule
    );
}

#[test]
fn of_many_only_the_free_ones_are_proposed() {
    let Scene {
        mut machine,
        officer,
        ..
    } = scene();
    machine.propose(&officer, 9, NUMBER).unwrap();
    let many: Vec<Propose> = [
        (10, NUMBER),
        (11, "0950001002"),
        (12, "113"),
        (13, "0950001003"),
    ]
    .into_iter()
    .map(|(number, text)| Propose {
        id: id(number),
        subject: subject(number, text),
        method: MethodId::other(),
        unit: officer.unit(),
        evidence: String::new(),
    })
    .collect();
    machine
        .commit(officer.acting(), |view, now| {
            listing::propose_free(view, &many, now)
        })
        .unwrap();
    let there = |number| machine.view().listing(id(number)).unwrap().is_some();
    assert_eq!([10, 11, 12, 13].map(there), [false, true, false, true]);
}

#[test]
fn what_a_right_rests_on_is_read_again_when_it_is_decided() {
    let Scene {
        mut machine,
        officer,
        own,
        ..
    } = scene();
    machine.propose(&officer, 9, NUMBER).unwrap();
    let suspend = crate::state::account::Edit {
        id: id(2),
        version: None,
        role: None,
        unit: None,
        suspended: Some(true),
        vouching: super::machine::vouching(900),
    };
    machine
        .commit(Acting::schedule(), |view, now| {
            crate::state::account::edit(view, &suspend, now)
        })
        .unwrap();
    // The capability was given before.
    let decided = machine.decide(&own, 9, Decision::Confirm);
    assert!(matches!(
        decided,
        Err(Refused::Denied(Denied::Unauthenticated))
    ));
}
