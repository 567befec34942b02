//! Texts as people paste them, of which it is known what is right (`tests/samples/field`).
//!
//! What is expected of a text: `K:key` it is read as this; `KS:key` so, or this is suggested (a last `!`: and nothing else);
//! `S:a,b` all of these are; `N`, `R` it is not read; `not-listed` nothing is read that is listed; `noS:key` this is not offered.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::AROUND;
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

/// A text, and what it must be read as.
struct Case {
    kind: &'static str,
    text: String,
    expected: &'static str,
}

impl Case {
    /// What is wrong with how a text around it is read.
    fn fault(&self, text: &str) -> Option<String> {
        let reading = Reading::of(text);
        let Self { kind, expected, .. } = self;
        (!reading.is_right(expected, &listed())).then(|| {
            format!(
                "{kind}: {text:?} must be {expected}, is read as {:?}, offered {:?}",
                reading.read, reading.offered
            )
        })
    }
}

fn listed() -> BTreeSet<&'static str> {
    let known = tsv::rows(WORLD).filter(|row| row.get("verdict") == "listed");
    known.map(|row| row.get("key")).collect()
}

/// The texts of a file. What a refusal says is no matter of reading.
fn cases(texts: &'static str) -> impl Iterator<Item = Case> {
    let checks = tsv::rows(texts).filter(|row| row.get("channel") == "check");
    let read = checks.filter(|row| !row.get("expected").starts_with("msg:"));
    read.map(|row| Case {
        kind: row.get("kind"),
        text: serde_json::from_str(row.get("input")).expect("a JSON string"),
        expected: row.get("expected"),
    })
}

#[test]
fn every_text_of_the_field_is_read_as_it_should_be() {
    let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (file, texts) in TEXTS {
        let faults = cases(texts).filter_map(|case| case.fault(&case.text));
        wrong.entry(file).or_default().extend(faults);
    }
    wrong.retain(|_, faults| !faults.is_empty());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Kinds that are one thing as a whole text only, and what more text makes of others.
fn stands_alone(case: &Case) -> bool {
    let is_whole = [
        "spelling: sender names with digits",
        "qr: VietQR string",
        "link: ViettelPay json",
    ];
    is_whole.contains(&case.kind)
        || case.text.contains("0950\n001")
        || case.text.contains("\"0950\" ")
}

proptest! {
    #[test]
    fn every_kind_of_text_is_read_in_the_midst_of_a_message(
        nth in any::<prop::sample::Index>(),
        before in prop::collection::vec(0..AROUND.len(), 0..3),
        behind in prop::collection::vec(0..AROUND.len(), 0..3),
    ) {
        let cases = TEXTS.into_iter().flat_map(|(_, texts)| cases(texts));
        let cases: Vec<Case> = cases.filter(|case| !stands_alone(case)).collect();
        let case = nth.get(&cases);
        let lines = before.iter().map(|at| AROUND[*at]).chain([case.text.as_str()]);
        let lines = lines.chain(behind.iter().map(|at| AROUND[*at]));
        let text = lines.collect::<Vec<_>>().join("\n");
        prop_assert_eq!(case.fault(&text), None);
    }
}
