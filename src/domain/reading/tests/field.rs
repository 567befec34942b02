//! Texts as people paste them, of which it is known what is right (`tests/samples/field`).
//!
//! What is expected of a text: `K:key` it is read as this; `KS:key` so, or this is suggested (a last `!`: and nothing else);
//! `S:a,b` all of these are; `N`, `R` it is not read; `not-listed` nothing is read that is listed; `noS:key` this is not offered.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// What is listed.
const WORLD: &str = include_str!("../../../../tests/samples/field/world.tsv");
/// Files of texts, and how many of each are not answered rightly yet: whoever mends some lowers the number.
const TEXTS: [(&str, &str, usize); 6] = [
    (
        "banks",
        include_str!("../../../../tests/samples/field/banks.tsv"),
        18,
    ),
    (
        "links",
        include_str!("../../../../tests/samples/field/links.tsv"),
        24,
    ),
    (
        "messages",
        include_str!("../../../../tests/samples/field/messages.tsv"),
        46,
    ),
    (
        "nothing",
        include_str!("../../../../tests/samples/field/nothing.tsv"),
        0,
    ),
    (
        "receipts",
        include_str!("../../../../tests/samples/field/receipts.tsv"),
        22,
    ),
    (
        "spellings",
        include_str!("../../../../tests/samples/field/spellings.tsv"),
        27,
    ),
];

/// What was read, or what was offered instead.
struct Reading {
    read: Option<String>,
    offered: BTreeSet<String>,
}

impl Reading {
    fn of(text: &str) -> Self {
        match key(text) {
            Ok(key) => Self {
                offered: BTreeSet::from([key.clone()]),
                read: Some(key),
            },
            Err(_) => Self {
                read: None,
                offered: suggested(text).into_iter().collect(),
            },
        }
    }

    fn is_right(&self, expected: &str, listed: &BTreeSet<&str>) -> bool {
        let (form, keys) = expected.split_once(':').unwrap_or((expected, ""));
        match form {
            "K" => self.read.as_deref() == Some(keys),
            "KS" => match keys.strip_suffix('!') {
                Some(only) => self.offered == BTreeSet::from([only.to_owned()]),
                None => self.offered.contains(keys),
            },
            "S" => keys.split(',').all(|key| self.offered.contains(key)),
            "N" | "R" => self.read.is_none(),
            "not-listed" => self.read.as_deref().is_none_or(|key| !listed.contains(key)),
            "noS" => !self.offered.contains(keys),
            other => panic!("an unknown expectation: {other}"),
        }
    }
}

#[test]
fn no_more_texts_are_answered_wrongly_than_before() {
    let listed: BTreeSet<&str> = tsv::rows(WORLD)
        .filter(|row| row.get("verdict") == "listed")
        .map(|row| row.get("key"))
        .collect();
    let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (file, texts, _) in TEXTS {
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
    let counted = TEXTS.map(|(file, _, _)| (file, wrong.get(file).map_or(0, Vec::len)));
    let before = TEXTS.map(|(file, _, wrong)| (file, wrong));
    assert_eq!(counted, before, "{wrong:#?}");
}
