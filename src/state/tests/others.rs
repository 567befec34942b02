//! Decisions on partners, protected identifiers, keys, the ledger and the clock.

use super::machine::{Machine, at, id, identifier};
use crate::{
    access::{
        capability::{Acting, Console},
        key_ring::{MAX_KEYS, OVERLAP_SECONDS},
    },
    domain::{
        change::{Change, ClockChange, LedgerChange, OfficialChange},
        client_key::ClientKeys,
        identifier::Kinds,
        listing::Refusal,
        partner::{PartnerKind, PartnerStatus, Scope},
        time::Time,
    },
    ledger::{leaf::LeafOp, log_keys::commitment_to},
    state::{clock, key, ledger, official, partner, plan::Plan, refused::Refused, view::View},
    store::{
        rows::Rows,
        schema::{Feed, Officials},
    },
};

fn renew(number: u128, old_until: Option<Time>) -> partner::RenewSecret {
    let id = id(number);
    partner::RenewSecret { id, old_until }
}

#[test]
fn a_partner_is_added_changed_as_it_was_read_and_given_a_new_secret() {
    let mut machine = Machine::new();
    let admin = Console::admin().acting();
    let add = partner::Add {
        id: id(1),
        name: "Ngân hàng".to_owned(),
        kind: PartnerKind::Bank,
        scopes: vec![Scope::CheckBulk, Scope::FeedRead, Scope::CheckBulk],
        kinds: Kinds::ALL,
        keys: ClientKeys::None,
    };
    machine
        .commit(admin, |view, now| partner::add(view, &add, now))
        .unwrap();
    let edit = |version, suspended| partner::Edit {
        id: id(1),
        version,
        name: None,
        scopes: None,
        kinds: None,
        suspended,
        keys: Some(ClientKeys::Ed25519([9; 32])),
    };
    let stale = machine.commit(admin, |view, now| {
        partner::edit(view, &edit(Some(2), None), now)
    });
    assert!(matches!(stale, Err(Refused::Listing(Refusal::Stale))));
    machine
        .commit(admin, |view, now| {
            partner::edit(view, &edit(Some(1), Some(true)), now)
        })
        .unwrap();
    machine
        .commit(admin, |view, now| {
            partner::renew_secret(view, &renew(1, None), now)
        })
        .unwrap();
    let row = partner::load(&machine.view(), id(1)).unwrap();
    assert_eq!(row.scopes, [Scope::FeedRead, Scope::CheckBulk]);
    assert_eq!(
        (row.status, row.generation, row.version),
        (PartnerStatus::Suspended, 2, 3)
    );
    assert_eq!(row.keys, ClientKeys::Ed25519([9; 32]));
    let none = machine.commit(admin, |view, now| {
        partner::renew_secret(view, &renew(2, None), now)
    });
    assert!(matches!(none, Err(Refused::NotFound)));
    // One more, with some time for the old one; then one at once, which ends that time too.
    for (old_until, generation) in [(Some(at(900)), 3), (None, 4)] {
        machine
            .commit(admin, |view, now| {
                partner::renew_secret(view, &renew(1, old_until), now)
            })
            .unwrap();
        let row = partner::load(&machine.view(), id(1)).unwrap();
        assert_eq!(
            (row.generation, row.old_secret_until),
            (generation, old_until)
        );
    }
    assert!(machine.memory == machine.replayed());
}

#[test]
fn an_identifier_is_protected_once_and_only_an_added_one_is_taken_out() {
    let mut machine = Machine::new();
    let add = |text: &str| official::Add {
        identifier: identifier(text),
        name_vi: "Tổng đài".to_owned(),
        name_en: "Hotline".to_owned(),
    };
    let by = Acting::schedule();
    for (text, fits) in [
        ("0950001001", true),
        ("+84950001001", false),
        ("113", false),
    ] {
        let added = machine.commit(by, |view, now| official::add(view, &add(text), now));
        assert_eq!(added.is_ok(), fits, "{text}");
    }
    for (text, fits) in [("113", false), ("0950001001", true), ("0950001001", false)] {
        let key = identifier(text).key();
        let removed = machine.commit(by, |view, now| official::remove(view, &key, now));
        assert_eq!(removed.is_ok(), fits, "{text}");
    }
    let ops: Vec<_> = machine.view().all::<Feed>().unwrap();
    let ops: Vec<_> = ops.iter().map(|entry| entry.leaf.op).collect();
    // The table is named before the first, and never again while it is the same.
    let told = [LeafOp::Protect, LeafOp::Protect, LeafOp::Unprotect];
    assert_eq!(ops, told);
    assert!(machine.memory == machine.replayed());
}

#[test]
fn what_earlier_programs_protected_is_told_with_the_next_leaf_that_is_due() {
    let mut machine = Machine::new();
    let key = identifier("0950001001").key();
    let added = OfficialChange::Added {
        key: key.clone(),
        name_vi: "Tổng đài".to_owned(),
        name_en: "Hotline".to_owned(),
    };
    let by = Acting::schedule();
    machine.record(by, Plan::one(added)).unwrap();
    assert!(machine.view().last_leaf().unwrap().is_none());
    let added_at = machine.now;
    machine.now = at(60);
    let other = official::Add {
        identifier: identifier("0950001002"),
        name_vi: "Tổng đài".to_owned(),
        name_en: "Hotline".to_owned(),
    };
    machine
        .commit(by, |view, now| official::add(view, &other, now))
        .unwrap();
    let row = machine.view().get::<Officials>(&key).unwrap().unwrap();
    assert_eq!((row.ledger_index, row.added_at), (Some(1), added_at));
    assert_eq!(machine.view().all::<Feed>().unwrap().len(), 3);
    assert!(machine.memory == machine.replayed());
}

fn new_key(name: &str) -> key::NewKey {
    key::NewKey {
        name: name.to_owned(),
        sealed: format!("sealed {name}").into_bytes(),
    }
}

#[test]
fn a_private_key_is_destroyed_when_it_is_withdrawn_or_its_last_token_ran_out() {
    let mut machine = Machine::new();
    let by = Console::admin().acting();
    let rotate = |machine: &mut Machine, kid: &str| {
        let new = Some(new_key(kid));
        machine
            .commit(by, |view, now| key::rotate(view, &new, now))
            .unwrap();
    };
    let left = |machine: &Machine| {
        let keys = machine.view().signing_keys().unwrap();
        let left = keys.into_iter().filter(|key| key.wrapped.is_some());
        left.map(|key| key.kid).collect::<Vec<_>>()
    };
    rotate(&mut machine, "one");
    rotate(&mut machine, "two");
    assert_eq!(left(&machine), ["one", "two"]);
    machine
        .commit(by, |view, now| key::retire(view, "one", now))
        .unwrap();
    assert_eq!(left(&machine), ["two"]);
    rotate(&mut machine, "three");
    machine.now = at(OVERLAP_SECONDS + 1);
    rotate(&mut machine, "four");
    assert_eq!(left(&machine), ["three", "four"]);
    assert_eq!(machine.view().to_destroy().unwrap().len(), 2);
    assert!(machine.memory == machine.replayed());
}

#[test]
fn keys_of_tokens_are_bounded_by_those_that_still_count() {
    let mut machine = Machine::new();
    let by = Console::admin().acting();
    let rotate = |machine: &mut Machine, kid: String| {
        let new = Some(new_key(&kid));
        machine.commit(by, |view, now| key::rotate(view, &new, now))
    };
    for number in 0..MAX_KEYS {
        rotate(&mut machine, format!("k{number}")).unwrap();
    }
    let full = rotate(&mut machine, "more".to_owned());
    assert!(matches!(full, Err(Refused::TooManyKeys)));
    let retire = |machine: &mut Machine, kid: &str| {
        machine.commit(by, |view, now| key::retire(view, kid, now))
    };
    let newest = format!("k{}", MAX_KEYS - 1);
    assert!(matches!(
        retire(&mut machine, &newest),
        Err(Refused::Field { .. })
    ));
    retire(&mut machine, "k0").unwrap();
    assert!(matches!(retire(&mut machine, "k0"), Err(Refused::NotFound)));
    rotate(&mut machine, "more".to_owned()).unwrap();
    assert!(rotate(&mut machine, "most".to_owned()).is_err());
    machine.now = at(OVERLAP_SECONDS + 1);
    rotate(&mut machine, "most".to_owned()).unwrap();
    assert!(machine.memory == machine.replayed());
}

#[test]
fn keys_of_the_ledger_are_announced_from_the_second_on_and_one_stays() {
    let mut machine = Machine::new();
    let by = Console::admin().acting();
    let add = |machine: &mut Machine, name: &str| {
        let new = Some(new_key(name));
        machine.commit(by, |view, now| ledger::add_key(view, &new, now))
    };
    let retire = |machine: &mut Machine, name: &str| {
        let request = ledger::RetireKey {
            verifier_key: name.to_owned(),
            checkpoint: String::new(),
        };
        machine.commit(by, |view, now| ledger::retire_key(view, &request, now))
    };
    for (name, size) in [("one", 0), ("two", 1), ("three", 2), ("four", 3)] {
        add(&mut machine, name).unwrap();
        assert_eq!(machine.memory.position().ledger_size(), size, "{name}");
    }
    assert!(matches!(
        add(&mut machine, "five"),
        Err(Refused::TooManyKeys)
    ));
    for name in ["one", "two", "three"] {
        retire(&mut machine, name).unwrap();
        assert!(matches!(retire(&mut machine, name), Err(Refused::NotFound)));
    }
    assert!(matches!(
        retire(&mut machine, "four"),
        Err(Refused::Field { .. })
    ));
    assert!(machine.memory == machine.replayed());
}

#[test]
fn a_retired_key_of_the_ledger_makes_a_leaf_and_so_do_those_retired_before_leaves_did() {
    let mut machine = Machine::new();
    let by = Console::admin().acting();
    for name in ["one", "two", "three"] {
        let new = Some(new_key(name));
        machine
            .commit(by, |view, now| ledger::add_key(view, &new, now))
            .unwrap();
    }
    let verifier_key = "one".to_owned();
    let earlier = Plan::one(LedgerChange::KeyRetired { verifier_key });
    machine.record(by, earlier).unwrap();
    assert_eq!(machine.memory.position().ledger_size(), 2);
    let two = ledger::RetireKey {
        verifier_key: "two".to_owned(),
        checkpoint: "signed by all".to_owned(),
    };
    machine
        .commit(by, |view, now| ledger::retire_key(view, &two, now))
        .unwrap();
    assert_eq!(machine.memory.position().ledger_size(), 4);
    let view = machine.view();
    let told: Vec<_> = view.ledger_keys().unwrap().into_iter().collect();
    let by_leaf: Vec<_> = told.iter().map(|key| key.retired_by).collect();
    assert_eq!(by_leaf, [Some(2), Some(3), None]);
    // Copies that trust the one are led to the other.
    let led = |name: &str| {
        told.iter()
            .find(|key| key.verifier_key == name)?
            .hand_over
            .clone()
    };
    let step = led("two").unwrap();
    assert_eq!((step.to.as_str(), step.announced_by), ("three", 1));
    assert_eq!(step.checkpoint, "signed by all");
    assert_eq!((led("one"), led("three")), (None, None));
    for (index, name) in [(2, "one"), (3, "two")] {
        let leaf = view.leaf(index).unwrap().unwrap();
        assert_eq!(leaf.op, LeafOp::Retire);
        assert_eq!((leaf.kind, leaf.about), (None, None));
        assert_eq!(leaf.commitment, commitment_to(name));
    }
    assert!(machine.memory == machine.replayed());
}

#[test]
fn a_ledger_that_names_another_table_of_official_numbers_is_told_the_one_in_use() {
    let mut machine = Machine::new();
    let tell = |machine: &mut Machine| {
        let before = machine.memory.position().ledger_size();
        machine
            .commit(Acting::schedule(), official::tell_outstanding)
            .unwrap();
        machine.memory.position().ledger_size() - before
    };
    assert_eq!(tell(&mut machine), 0, "before it told of any");
    let digest = [7; 32];
    let earlier = Plan::one(OfficialChange::TableNamed { digest });
    machine.record(Acting::schedule(), earlier).unwrap();
    assert_eq!((tell(&mut machine), tell(&mut machine)), (1, 0));
    assert!(machine.memory == machine.replayed());
}

#[test]
fn a_quiet_ledger_says_that_it_is_alive_and_the_journal_which_time_counts() {
    let mut machine = Machine::new();
    let beat = |machine: &mut Machine, steady, after_seconds| {
        let request = ledger::BeatWhenQuiet {
            steady,
            after_seconds,
        };
        let by = Acting::schedule();
        let before = machine.records.len();
        machine
            .commit(by, |view, now| ledger::beat(view, &request, now))
            .unwrap();
        let last = machine.records[before..].first();
        last.map(|kept| kept.entry.changes.clone())
    };
    assert!(beat(&mut machine, at(0), None).is_none(), "without leaves");
    for name in ["one", "two"] {
        let new = Some(new_key(name));
        let add = |view: &View<'_>, now| ledger::add_key(view, &new, now);
        machine.commit(Acting::schedule(), add).unwrap();
    }
    assert!(beat(&mut machine, at(3_599), Some(3_600)).is_none());
    machine.now = at(3_600);
    let told = beat(&mut machine, at(3_600), Some(3_600)).unwrap();
    assert!(matches!(
        told[..],
        [
            Change::Official(OfficialChange::TableNamed { .. }),
            Change::Ledger(LedgerChange::Heartbeat)
        ]
    ));
    let told = beat(&mut machine, at(60), None).unwrap();
    let trusted = Change::Clock(ClockChange::Trusted { at: at(60) });
    assert!(told == [Change::Ledger(LedgerChange::Heartbeat), trusted]);
    machine
        .commit(Console::admin().acting(), |view, now| {
            clock::confirm(view, "đã xem đồng hồ", now)
        })
        .unwrap();
    assert!(machine.memory == machine.replayed());
}
