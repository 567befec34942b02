//! Decisions on office lists.

use uuid::Uuid;

use super::machine::{COMMUNE, ELSEWHERE, Machine, id, officer, subject, supervisor};
use crate::{
    access::capability::{FreshSupervisor, Officer},
    domain::{
        change::RowOutcome,
        listing::{Refusal, Status, Validity},
        method::MethodId,
        role::Role,
    },
    state::{
        import::{self, Decide, Propose, RowRead},
        refused::Refused,
    },
};

const LIST: u128 = 500;

/// Rows 1 and 2 accepted, row 3 doubtful; a listing to be for each, 101 to 103.
fn rows(officer: &Officer) -> Vec<RowRead> {
    let row = |line: u32, outcome| {
        let number = u128::from(line) + 100;
        let about = subject(number, &format!("095000100{line}"));
        RowRead {
            line,
            outcome,
            reason: None,
            method: MethodId::other(),
            unit: officer.unit(),
            identifiers: vec![about.identifier.clone()],
            written: format!("0950.001.00{line}"),
            proposals: vec![(id(number), about)],
            evidence: "theo danh sách".to_owned(),
        }
    };
    vec![
        row(1, RowOutcome::Accepted),
        row(2, RowOutcome::Accepted),
        row(3, RowOutcome::Doubtful),
    ]
}

pub fn proposed(machine: &mut Machine, officer: &Officer) -> Result<Uuid, Refused> {
    let rows = rows(officer);
    machine.commit(officer.acting(), |_, _| import::stage(id(LIST), &rows))?;
    let request = Propose {
        import: id(LIST),
        unit: officer.unit(),
        rows: 3,
        identifiers: rows
            .iter()
            .flat_map(|row| row.identifiers.clone())
            .collect(),
        file: String::new(),
        document: String::new(),
    };
    machine.commit(officer.acting(), |view, now| {
        import::propose(view, &request, now)
    })
}

pub fn decide(
    machine: &mut Machine,
    who: &FreshSupervisor,
    confirm: bool,
    lines: Option<Vec<u32>>,
    version: u32,
) -> Result<Uuid, Refused> {
    let request = Decide {
        who: who.clone(),
        import: id(LIST),
        confirm,
        lines,
        version,
        reason: "đã xem".to_owned(),
        validity: Validity::default(),
    };
    machine.commit(who.acting(), |view, now| {
        import::decide(view, &request, now)
    })
}

fn people(machine: &mut Machine) -> (Officer, FreshSupervisor, FreshSupervisor) {
    let an = machine.person(1, "an.ng", Role::Supervisor, COMMUNE);
    let binh = machine.person(2, "binh", Role::Supervisor, COMMUNE);
    (officer(&an), supervisor(&an), supervisor(&binh))
}

fn statuses(machine: &Machine) -> [Status; 3] {
    [101, 102, 103].map(|number| machine.listing(number).status)
}

#[test]
fn all_accepted_rows_are_decided_together_and_doubtful_ones_by_name() {
    use Status::{Listed, Proposed, Rejected};
    let (all, third, two) = (None, Some(vec![3]), Some(vec![1, 3]));
    for (confirm, lines, wanted) in [
        (true, all.clone(), [Listed, Listed, Proposed]),
        (true, third.clone(), [Proposed, Proposed, Listed]),
        (true, two, [Listed, Proposed, Listed]),
        (false, all, [Rejected, Rejected, Rejected]),
        (false, third, [Proposed, Proposed, Rejected]),
    ] {
        let mut machine = Machine::new();
        let (officer, _, second) = people(&mut machine);
        proposed(&mut machine, &officer).unwrap();
        decide(&mut machine, &second, confirm, lines.clone(), 1).unwrap();
        assert_eq!(statuses(&machine), wanted, "{confirm} {lines:?}");
        assert!(machine.memory == machine.replayed());
    }
}

#[test]
fn a_batch_is_refused_to_its_importer_and_to_who_read_something_else() {
    let mut machine = Machine::new();
    let (officer, importer, second) = people(&mut machine);
    let far = machine.person(3, "chi", Role::Supervisor, ELSEWHERE);
    let (far, all) = (supervisor(&far), None);
    let early = decide(&mut machine, &second, true, all.clone(), 1);
    assert!(matches!(early, Err(Refused::NotFound)));
    proposed(&mut machine, &officer).unwrap();
    let refused = decide(&mut machine, &importer, true, all.clone(), 1);
    assert!(matches!(refused, Err(Refused::Listing(Refusal::FourEyes))));
    let refused = decide(&mut machine, &second, true, all.clone(), 7);
    assert!(matches!(refused, Err(Refused::Listing(Refusal::Stale))));
    let refused = decide(&mut machine, &far, true, all.clone(), 1);
    assert!(matches!(refused, Err(Refused::NotFound)));
    let refused = decide(&mut machine, &second, true, Some(vec![1, 9]), 1);
    assert!(matches!(
        refused,
        Err(Refused::Field {
            pointer: "/lines",
            ..
        })
    ));
    decide(&mut machine, &second, false, all.clone(), 1).unwrap();
    let refused = decide(&mut machine, &second, true, all, 4);
    assert!(matches!(refused, Err(Refused::Listing(Refusal::NotOpen))));
}

#[test]
fn a_list_waits_until_it_is_proposed_and_not_when_somebody_was_first() {
    let mut machine = Machine::new();
    let (officer, ..) = people(&mut machine);
    machine.propose(&officer, 9, "0950001002").unwrap();
    let refused = proposed(&mut machine, &officer);
    assert!(matches!(refused, Err(Refused::AlreadyProposed(found)) if found == id(9)));
    assert!(machine.view().listing(id(101)).unwrap().is_none());
    // After a day what was staged is dropped, and its parts are destroyed.
    machine.now = machine.now.plus_days(2);
    let before = machine.now.plus_days(1);
    let prune =
        |view: &crate::state::view::View<'_>, now| crate::state::registry::prune(view, before, now);
    machine
        .commit(crate::access::capability::Acting::schedule(), prune)
        .unwrap();
    assert_eq!(machine.view().to_destroy().unwrap().len(), 9);
    machine.destroy();
    assert!(machine.memory == machine.replayed());
}
