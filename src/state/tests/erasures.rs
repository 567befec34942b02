//! Erasures and retention, by whose the erased is.

use super::{
    lists,
    machine::{COMMUNE, Machine, at, id, officer, supervisor},
};
use crate::{
    access::capability::{Acting, Console, FreshSupervisor, Officer},
    domain::{
        change::{ClockChange, ErasureChange, Holder, Kept},
        listing::{Decision, Refusal, Status},
        role::Role,
    },
    state::{
        erasure::{self, EraseListing, EraseNotes},
        lapsing,
        plan::Plan,
        refused::Refused,
    },
};

const NUMBER: &str = "0950 001 001";

fn scene() -> (Machine, Officer, FreshSupervisor) {
    let mut machine = Machine::new();
    let an = machine.person(1, "an.ng", Role::Officer, COMMUNE);
    let binh = machine.person(2, "binh", Role::Supervisor, COMMUNE);
    (machine, officer(&an), supervisor(&binh))
}

fn erase(machine: &mut Machine, number: u128, rows: Vec<(u128, u32)>) -> Result<(), Refused> {
    let version = machine.listing(number).version;
    let request = EraseListing {
        listing: id(number),
        version,
        rows: rows
            .into_iter()
            .map(|(list, line)| (id(list), line))
            .collect(),
    };
    let done = machine.commit(Console::admin().acting(), |view, now| {
        erasure::erase_listing(view, &request, now)
    });
    done.map(drop)
}

/// Nothing of the private side says the number any more.
fn says(machine: &Machine, number: &str) -> bool {
    let bytes = machine
        .records
        .iter()
        .flat_map(|kept| kept.private.iter().flatten());
    let number = number.as_bytes();
    bytes
        .into_iter()
        .any(|part| part.windows(number.len()).any(|at| at == number))
}

#[test]
fn everything_that_says_whom_a_listing_is_about_goes_and_a_replay_ends_the_same() {
    let (mut machine, officer, supervisor) = scene();
    machine.propose(&officer, 9, NUMBER).unwrap();
    let open = erase(&mut machine, 9, Vec::new());
    assert!(matches!(open, Err(Refused::Listing(Refusal::NotOpen))));
    machine.decide(&supervisor, 9, Decision::Confirm).unwrap();
    machine.decide(&supervisor, 9, Decision::Renew).unwrap();
    machine.decide(&supervisor, 9, Decision::Delist).unwrap();
    assert!(says(&machine, "950001001"));
    let root = machine.memory.clone();
    erase(&mut machine, 9, Vec::new()).unwrap();
    machine.destroy();
    assert!(!says(&machine, "950001001"));
    let listing = machine.listing(9);
    assert!(listing.subject.is_none());
    assert!(listing.history.iter().all(|event| event.why.is_none()));
    assert_eq!(listing.status, Status::Delisted);
    assert!(machine.memory != root && machine.memory == machine.replayed());
    assert!(
        machine.propose(&officer, 10, NUMBER).is_ok(),
        "it is free again"
    );
}

#[test]
fn what_office_lists_say_of_a_number_goes_with_it() {
    let mut machine = Machine::new();
    let an = machine.person(1, "an.ng", Role::Supervisor, COMMUNE);
    let binh = machine.person(2, "binh", Role::Supervisor, COMMUNE);
    lists::proposed(&mut machine, &officer(&an)).unwrap();
    machine
        .decide(&supervisor(&binh), 101, Decision::Reject)
        .unwrap();
    assert!(says(&machine, "0950.001.001"), "the cell as it was written");
    erase(&mut machine, 101, vec![(500, 1)]).unwrap();
    machine.destroy();
    assert!(!says(&machine, "950001001") && says(&machine, "950001002"));
    assert!(!says(&machine, "0950.001.001") && says(&machine, "0950.001.002"));
    assert!(machine.memory == machine.replayed());
}

#[test]
fn the_words_about_a_listing_can_go_alone() {
    let (mut machine, officer, supervisor) = scene();
    machine.propose(&officer, 9, NUMBER).unwrap();
    machine.decide(&supervisor, 9, Decision::Confirm).unwrap();
    machine.decide(&supervisor, 9, Decision::Delist).unwrap();
    let version = machine.listing(9).version;
    machine
        .commit(Console::admin().acting(), |view, now| {
            erasure::erase_notes(view, &EraseNotes { listing: id(9) }, now)
        })
        .unwrap();
    machine.destroy();
    let listing = machine.listing(9);
    assert!(listing.history.iter().all(|event| event.why.is_none()));
    assert!(
        listing.version > version,
        "who read it before decides on something else"
    );
    assert_eq!(listing.status, Status::Delisted);
    assert!(machine.memory == machine.replayed());
}

#[test]
fn what_is_kept_until_a_time_is_erased_when_it_is_over_and_only_then() {
    let mut machine = Machine::new();
    let mut plan = Plan::default();
    let reason = plan.keep(Holder::Registry, "giữ một giờ");
    plan.push(ClockChange::Confirmed { reason });
    plan.kept[0] = Kept {
        holder: Holder::Registry,
        keep_until: Some(at(3_600)),
    };
    machine.record(Console::admin().acting(), plan).unwrap();
    for (seconds, gone) in [(0, false), (3_599, false), (3_600, true), (9_999, true)] {
        machine.now = at(seconds);
        machine
            .commit(Acting::schedule(), |view, now| {
                lapsing::lapse(view, 10, now)
            })
            .unwrap();
        machine.destroy();
        assert_eq!(machine.records[0].private[0].is_none(), gone, "{seconds}");
    }
    let erasures = machine.records.len();
    machine
        .commit(Acting::schedule(), |view, now| {
            lapsing::lapse(view, 10, now)
        })
        .unwrap();
    assert_eq!(machine.records.len(), erasures, "once");
    assert!(machine.memory == machine.replayed());
}

#[test]
fn a_text_of_a_list_goes_wherever_it_stands_whoever_it_is_held_by() {
    for by_row in [true, false] {
        let mut machine = Machine::new();
        let an = machine.person(1, "an.ng", Role::Supervisor, COMMUNE);
        let binh = machine.person(2, "binh", Role::Supervisor, COMMUNE);
        lists::proposed(&mut machine, &officer(&an)).unwrap();
        lists::decide(&mut machine, &supervisor(&binh), true, None, 1).unwrap();
        let history = machine.listing(101).history;
        let (holder, nth) = match by_row {
            true => (
                Holder::ImportRow {
                    import: id(500),
                    line: 1,
                },
                0,
            ),
            false => (Holder::Import(id(500)), 1),
        };
        let part = history[nth].part.unwrap();
        assert!(history[nth].why.is_some());
        let erased = Plan::one(ErasureChange::Part { holder, part });
        machine.record(Console::admin().acting(), erased).unwrap();
        let why = |number: u128| machine.listing(number).history[nth].why.clone();
        assert_eq!(why(101), None);
        // A batch shares one reason; each row has a note of its own.
        assert_eq!(why(102).is_some(), by_row);
        machine.destroy();
        assert!(machine.memory == machine.replayed());
    }
}
