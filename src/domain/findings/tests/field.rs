//! Texts as people paste them, of which it is known what is right (`tests/samples/field`).
//!
//! What is expected of a text: `K:key` it is read as this; `KS:key` so, or this is suggested (a last `!`: and nothing else);
//! `S:a,b` all of these are; `N`, `R` it is not read; `not-listed` nothing is read that is listed; `noS:key` this is not offered.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{findings::Findings, tsv};

/// What is listed.
const WORLD: &str = include_str!("../../../../tests/samples/field/world.tsv");
/// Files of texts.
const TEXTS: [(&str, &str); 6] = [
    (
        "banks",
        include_str!("../../../../tests/samples/field/banks.tsv"),
    ),
    (
        "links",
        include_str!("../../../../tests/samples/field/links.tsv"),
    ),
    (
        "messages",
        include_str!("../../../../tests/samples/field/messages.tsv"),
    ),
    (
        "nothing",
        include_str!("../../../../tests/samples/field/nothing.tsv"),
    ),
    (
        "receipts",
        include_str!("../../../../tests/samples/field/receipts.tsv"),
    ),
    (
        "spellings",
        include_str!("../../../../tests/samples/field/spellings.tsv"),
    ),
];

/// What was read, or what was offered instead.
struct Reading {
    read: Vec<String>,
    offered: BTreeSet<String>,
}

impl Reading {
    fn of(text: &str) -> Self {
        let findings = Findings::of(text);
        let unsure = findings.guesses();
        let found = findings.found;
        let also: Vec<String> = found
            .iter()
            .filter_map(|one| Some(one.also.as_ref()?.key().to_string()))
            .collect();
        let found: Vec<String> = found
            .iter()
            .map(|one| one.identifier.key().to_string())
            .collect();
        let unsure = unsure.iter().map(|guess| guess.key().to_string());
        Self {
            offered: found.iter().cloned().chain(also).chain(unsure).collect(),
            read: found,
        }
    }

    fn is_right(&self, expected: &str, listed: &BTreeSet<&str>) -> bool {
        let (form, keys) = expected.split_once(':').unwrap_or((expected, ""));
        match form {
            "K" => self.read == [keys],
            "KS" => match keys.strip_suffix('!') {
                Some(only) => self.offered == BTreeSet::from([only.to_owned()]),
                None => self.offered.contains(keys),
            },
            "S" => keys.split(',').all(|key| self.offered.contains(key)),
            "N" | "R" => self.read.is_empty(),
            "not-listed" => !self.read.iter().any(|key| listed.contains(key.as_str())),
            "noS" => !self.offered.contains(keys),
            other => panic!("an unknown expectation: {other}"),
        }
    }
}

#[test]
fn every_text_of_the_field_is_read_as_it_should_be() {
    let listed: BTreeSet<&str> = tsv::rows(WORLD)
        .filter(|row| row.get("verdict") == "listed")
        .map(|row| row.get("key"))
        .collect();
    let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (file, texts) in TEXTS {
        let checks = tsv::rows(texts).filter(|row| row.get("channel") == "check");
        // What a refusal says is no matter of reading.
        for row in checks.filter(|row| !row.get("expected").starts_with("msg:")) {
            let text: String = serde_json::from_str(row.get("input")).expect("a JSON string");
            let reading = Reading::of(&text);
            if !reading.is_right(row.get("expected"), &listed) {
                wrong.entry(file).or_default().push(format!(
                    "{}: {text:?} must be {}, is read as {:?}, offered {:?}",
                    row.get("kind"),
                    row.get("expected"),
                    reading.read,
                    reading.offered
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
