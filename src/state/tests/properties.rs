//! Whatever is tried in whatever order: what is accepted replays to the same, and nobody lists alone.

use proptest::prelude::*;

use super::machine::{COMMUNE, ELSEWHERE, Machine, PROVINCE, id, officer, supervisor, vouching};
use crate::{
    access::capability::{Acting, Console, Sample},
    domain::{
        listing::{Decision, Status},
        role::Role,
        user::User,
    },
    formats::ndjson::{PAYLOAD, TEST_PAYLOAD},
    state::{
        account,
        approval::{self, Reply},
        erasure::{self, EraseListing},
        expiry::{self, Expire},
        ledger::{self, BeatWhenQuiet},
    },
};

/// Something that somebody tries.
#[derive(Clone, Debug)]
enum Try {
    Propose { who: usize, listing: u8, number: u8 },
    Decide { who: usize, listing: u8, what: u8 },
    Move { who: usize, unit: u8 },
    Suspend { who: usize, suspended: bool },
    Agree { who: usize, about: usize },
    Erase { listing: u8 },
    Destroy,
    Expire { days: u32 },
    Beat,
    Grow,
}

fn attempt() -> impl Strategy<Value = Try> {
    let who = || 0..5_usize;
    let listing = || 0..6_u8;
    prop_oneof![
        4 => (who(), listing(), 0..4_u8).prop_map(|(who, listing, number)| Try::Propose { who, listing, number }),
        8 => (who(), listing(), 0..4_u8).prop_map(|(who, listing, what)| Try::Decide { who, listing, what }),
        1 => (who(), 0..3_u8).prop_map(|(who, unit)| Try::Move { who, unit }),
        1 => (who(), any::<bool>()).prop_map(|(who, suspended)| Try::Suspend { who, suspended }),
        3 => (who(), who()).prop_map(|(who, about)| Try::Agree { who, about }),
        2 => listing().prop_map(|listing| Try::Erase { listing }),
        1 => Just(Try::Destroy),
        1 => (0..200_u32).prop_map(|days| Try::Expire { days }),
        1 => Just(Try::Beat),
        1 => Just(Try::Grow),
    ]
}

const UNITS: [&str; 3] = [COMMUNE, PROVINCE, ELSEWHERE];

struct Scene {
    machine: Machine,
    /// As their capabilities were given, which may be long ago.
    people: Vec<User>,
    /// Number of the next approval.
    fresh: u128,
}

impl Scene {
    fn new() -> Self {
        let mut machine = Machine::new();
        let people = [
            ("an.ng", Role::Officer, COMMUNE),
            ("binh", Role::Supervisor, COMMUNE),
            ("chi", Role::Supervisor, PROVINCE),
            ("dung", Role::Supervisor, ELSEWHERE),
            ("em.ho", Role::Supervisor, COMMUNE),
        ];
        let people = (1..)
            .zip(people)
            .map(|(number, (name, role, unit))| machine.person(number, name, role, unit))
            .collect();
        Self {
            machine,
            people,
            fresh: 1_000,
        }
    }

    /// Tries it; a refusal is as good as anything.
    fn attempt(&mut self, what: &Try) {
        self.fresh += 1;
        let machine = &mut self.machine;
        match *what {
            Try::Propose {
                who,
                listing,
                number,
            } => {
                let id = 100 + u128::from(listing);
                if machine
                    .view()
                    .listing(super::machine::id(id))
                    .unwrap()
                    .is_none()
                {
                    let text = format!("095000100{number}");
                    let _ = machine.propose(&officer(&self.people[who]), id, &text);
                }
            }
            Try::Decide { who, listing, what } if self.people[who].role == Role::Supervisor => {
                let decision = [
                    Decision::Confirm,
                    Decision::Reject,
                    Decision::Renew,
                    Decision::Delist,
                ][usize::from(what)];
                let who = supervisor(&self.people[who]);
                let _ = machine.decide(&who, 100 + u128::from(listing), decision);
            }
            Try::Decide { .. } => {}
            Try::Move { who, unit } => {
                let edit = account::Edit {
                    id: self.people[who].id,
                    version: None,
                    role: None,
                    unit: Some(super::machine::unit(UNITS[usize::from(unit)])),
                    suspended: None,
                    vouching: vouching(self.fresh),
                };
                let by = Console::admin().acting();
                let _ = machine.commit(by, |view, now| account::edit(view, &edit, now));
            }
            Try::Suspend { who, suspended } => {
                let edit = account::Edit {
                    id: self.people[who].id,
                    version: None,
                    role: None,
                    unit: None,
                    suspended: Some(suspended),
                    vouching: vouching(self.fresh),
                };
                let by = Console::admin().acting();
                let _ = machine.commit(by, |view, now| account::edit(view, &edit, now));
            }
            Try::Agree { who, about } => {
                let waits = machine.user(self.people[about].id.as_u128()).approval;
                if let (Some(approval), Ok(second)) =
                    (waits, Sample::second_person(&self.people[who]))
                {
                    let by = second.acting();
                    let reply = Reply {
                        who: second,
                        id: approval,
                        agrees: true,
                        reason: String::new(),
                        rows: Vec::new(),
                    };
                    let agreed = machine.commit(by, |view, now| approval::reply(view, &reply, now));
                    assert!(
                        who != about || agreed.is_err(),
                        "stood behind the own account"
                    );
                }
            }
            Try::Erase { listing } => {
                let number = id(100 + u128::from(listing));
                let version = machine
                    .view()
                    .listing(number)
                    .unwrap()
                    .map_or(0, |l| l.version);
                let request = EraseListing {
                    listing: number,
                    version,
                    rows: Vec::new(),
                };
                let by = Console::admin().acting();
                let _ = machine.commit(by, |view, now| erasure::erase_listing(view, &request, now));
            }
            Try::Destroy => machine.destroy(),
            Try::Expire { days } => {
                machine.now = machine.now.plus_days(days);
                let request = Expire {
                    due: (0..6).map(|listing| id(100 + listing)).collect(),
                    at: machine.now,
                };
                let _ = machine.commit(Acting::schedule(), |view, now| {
                    expiry::expire(view, &request, now)
                });
            }
            Try::Beat => {
                let request = BeatWhenQuiet {
                    steady: machine.now,
                    after_seconds: None,
                };
                let _ = machine.commit(Acting::schedule(), |view, now| {
                    ledger::beat(view, &request, now)
                });
            }
            // The feed shows something more from now on, or no longer: old leaves keep what they commit to.
            Try::Grow => {
                machine.payload = if machine.payload == PAYLOAD {
                    TEST_PAYLOAD
                } else {
                    PAYLOAD
                };
            }
        }
    }

    /// What is public was confirmed by another one than proposed it.
    fn nobody_lists_alone(&self) -> bool {
        (0..6).all(|number| {
            let listing = self.machine.view().listing(id(100 + number)).unwrap();
            listing.is_none_or(|listing| {
                let public = matches!(
                    listing.status,
                    Status::Listed | Status::Expired | Status::Delisted
                );
                let second = listing.confirmed_by;
                !public || second.is_some_and(|second| second != listing.proposed_by)
            })
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_accepted_plans_replay_to_the_same_rows_root_and_digests(
        tries in prop::collection::vec(attempt(), 1..40)
    ) {
        let mut scene = Scene::new();
        for what in &tries {
            scene.attempt(what);
            prop_assert!(scene.nobody_lists_alone(), "after {what:?}");
        }
        // Rows, and with the position the ledger's tree and the tallies of the live set.
        prop_assert!(scene.machine.memory == scene.machine.replayed());
    }
}
