use uuid::Uuid;

use super::*;
use crate::domain::{
    actor::Actor,
    listing::{Event, ImportLine},
    part::PartRef,
};

const NOW: &str = "2026-01-15T03:00:00Z";
const LATER: &str = "2026-12-31T00:00:00Z";

fn at(text: &str) -> Time {
    let time: jiff::Timestamp = text.parse().expect(text);
    Time::from_millis(time.as_millisecond())
}

/// A listing proposed an hour before it was confirmed; none of a person.
fn listing(kind: Kind, method: &str, unit: &str, listed: &str, until: &str) -> Listing {
    let listed = at(listed);
    Listing {
        id: Uuid::nil(),
        kind,
        subject: None,
        subject_part: PartRef { seq: 1, part: 0 },
        method: MethodId::parse(method).expect(method),
        unit: UnitCode::parse(unit).expect(unit),
        status: Status::Listed,
        version: 2,
        proposed_by: Actor::User(Uuid::from_u128(1)),
        proposed_at: listed.plus_seconds(-3_600),
        confirmed_by: Some(Actor::User(Uuid::from_u128(2))),
        listed_at: Some(listed),
        valid_until: Some(at(until)),
        renewed_at: None,
        disputed: false,
        import: None,
        ledger_index: Some(1),
        history: Vec::new(),
    }
}

fn phone(method: &str, unit: &str, listed: &str) -> Listing {
    listing(Kind::Phone, method, unit, listed, LATER)
}

fn ended(status: Status, deed: EventKind, ended: &str, of: Listing) -> Listing {
    let event = Event {
        at: at(ended),
        by: Actor::Schedule,
        deed,
        why: None,
        part: None,
    };
    Listing {
        status,
        history: vec![event],
        ..of
    }
}

fn delisted(when: &str, of: Listing) -> Listing {
    ended(Status::Delisted, EventKind::Delisted, when, of)
}

fn counted(listings: &[Listing]) -> Statistics {
    let mut count = Count::begin(at(NOW));
    for listing in listings {
        count.add(listing);
    }
    count.end(4)
}

/// In force, expired, delisted.
fn told(fates: &Fates) -> [u64; 3] {
    [fates.in_force, fates.expired, fates.delisted]
}

fn story() -> Vec<Listing> {
    let expired = listing(
        Kind::Phone,
        "khac",
        "14812",
        "2025-09-01T00:00:00Z",
        "2025-11-30T00:00:00Z",
    );
    let over = listing(Kind::Phone, "khac", "14812", "2025-12-01T00:00:00Z", NOW);
    vec![
        // 1 January in Vietnam.
        phone("khoa_sim", "14812", "2025-12-31T17:00:00Z"),
        phone("khac", "14812", "2025-12-31T16:59:59Z"),
        listing(Kind::Account, "khac", "38", "2025-02-01T00:00:00Z", LATER),
        // Longer ago than twelve months: in the totals, in no month.
        listing(Kind::Sender, "khac", "VN", "2025-01-31T16:00:00Z", LATER),
        // Its time is over, and the scheduler has not written so.
        over,
        // Written some days late: the program was down.
        ended(
            Status::Expired,
            EventKind::Expired,
            "2025-12-04T00:00:00Z",
            expired,
        ),
        delisted(
            "2026-01-02T00:00:00Z",
            phone("khoa_sim", "14812", "2025-12-10T00:00:00Z"),
        ),
    ]
}

#[test]
fn whatever_was_public_is_counted_by_what_became_of_it() {
    let counts = counted(&story());
    assert_eq!(told(&counts.total), [4, 2, 1]);
    assert_eq!(counts.total.ever(), 7);
    let kinds: Vec<_> = counts
        .by_kind
        .iter()
        .map(|(_, fates)| told(fates))
        .collect();
    assert_eq!(
        kinds,
        [[2, 2, 1], [1, 0, 0], [0, 0, 0], [0, 0, 0], [1, 0, 0]]
    );
    let methods: Vec<_> = counts
        .by_method
        .iter()
        .map(|(method, fates)| (method.slug(), told(fates)))
        .collect();
    assert_eq!(methods, [("khac", [3, 2, 0]), ("khoa_sim", [1, 0, 1])]);
    assert_eq!(counts.listed_with(MethodId::parse("khoa_sim").unwrap()), 1);
}

#[test]
fn what_never_was_public_is_in_no_number() {
    let mut hidden = story();
    for status in [Status::Proposed, Status::Rejected] {
        hidden.push(Listing {
            status,
            listed_at: None,
            valid_until: None,
            ..phone("khac", "01", "2026-01-01T00:00:00Z")
        });
    }
    assert_eq!(counted(&hidden), counted(&story()));
}

#[test]
fn an_erasure_changes_no_number() {
    let mut erased = story();
    let last = erased.last_mut().unwrap();
    let event = Event {
        deed: EventKind::Erased,
        at: at("2026-01-10T00:00:00Z"),
        ..last.history[0].clone()
    };
    last.history.push(event);
    last.version += 1;
    assert_eq!(counted(&erased), counted(&story()));
}

#[test]
fn months_tell_what_was_confirmed_and_what_ended_in_them() {
    let counts = counted(&story());
    let months: Vec<_> = counts
        .by_month
        .iter()
        .filter(|(_, deeds)| *deeds != Deeds::default())
        .map(|(at, deeds)| {
            let Deeds {
                confirmed,
                in_force,
                expired,
                delisted,
            } = *deeds;
            (at.year, at.month, [confirmed, in_force, expired, delisted])
        })
        .collect();
    assert_eq!(counts.by_month.len(), 12);
    assert_eq!(
        months,
        [
            (2025, 2, [1, 1, 0, 0]),
            (2025, 9, [1, 0, 0, 0]),
            (2025, 11, [0, 0, 1, 0]),
            (2025, 12, [3, 1, 0, 0]),
            (2026, 1, [1, 1, 1, 1]),
        ]
    );
}

#[test]
fn places_tell_of_what_is_in_force_only() {
    let many = |unit: &str, count| vec![phone("khac", unit, "2026-01-01T00:00:00Z"); count];
    let mut listings = [many("14812", 6), many("14818", 5), many("01", 7)].concat();
    let gone = phone("khac", "14812", "2026-01-01T00:00:00Z");
    listings.push(delisted("2026-01-02T00:00:00Z", gone));
    let counts = counted(&listings);
    let provinces: Vec<_> = counts
        .places
        .provinces
        .places
        .iter()
        .map(|(at, count)| (at.as_str(), *count))
        .collect();
    assert_eq!(provinces, [("38", 11), ("01", 7)]);
    assert_eq!(counts.places.wards.elsewhere(), Some(0));
    assert_eq!(counts.total.ever(), 19);
}

#[test]
fn the_second_person_s_time_is_told_for_lists_by_themselves() {
    let single = phone("khac", "14812", "2026-01-02T00:00:00Z");
    let slow = Listing {
        proposed_at: at("2025-12-30T00:00:00Z"),
        import: Some(ImportLine {
            import: Uuid::nil(),
            line: 2,
            doubtful: false,
        }),
        ..single.clone()
    };
    let old = phone("khac", "14812", "2024-01-02T00:00:00Z");
    let counts = counted(&[single.clone(), single, slow, old]);
    let told = [counts.single, counts.lists].map(|wait| (wait.listings, wait.median));
    assert_eq!(told, [(2, 3_600), (1, 3 * 86_400)]);
}

#[test]
fn a_unit_has_its_own_methods_and_those_below() {
    let at = |method: &str, unit: &str, times: usize| {
        vec![phone(method, unit, "2026-01-01T00:00:00Z"); times]
    };
    let of = |listings: &[Listing], unit: &str| {
        let found = counted(listings).methods_in(UnitCode::parse(unit).expect(unit));
        found.into_iter().map(MethodId::slug).collect::<Vec<_>>()
    };
    let few = [
        at("khoa_sim", "14812", 3),
        at("khac", "14812", 1),
        at("khac", "38", 4),
    ]
    .concat();
    assert!(
        of(&few, "14812").is_empty(),
        "four are too few to be told of"
    );
    assert_eq!(of(&few, "38"), ["khac", "khoa_sim"]);
    assert_eq!(of(&few, "VN"), ["khac", "khoa_sim"]);
    assert!(of(&few, "01").is_empty());
    let five = [few, at("khoa_sim", "14812", 1)].concat();
    assert_eq!(of(&five, "14812"), ["khoa_sim", "khac"]);
}
