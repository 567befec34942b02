//! Words that say what the number beside them is.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// What a word says the number beside it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cue {
    Phone,
    Account,
    Bank,
    Card,
    Identity,
    Tax,
}

const CUES: [(&str, Cue); 60] = [
    ("sdt", Cue::Phone),
    ("dt", Cue::Phone),
    ("dtdd", Cue::Phone),
    ("dd", Cue::Phone),
    ("tel", Cue::Phone),
    ("phone", Cue::Phone),
    ("mobile", Cue::Phone),
    ("hotline", Cue::Phone),
    ("zalo", Cue::Phone),
    ("viber", Cue::Phone),
    ("whatsapp", Cue::Phone),
    ("telegram", Cue::Phone),
    ("fax", Cue::Phone),
    ("goi", Cue::Phone),
    ("call", Cue::Phone),
    ("dien thoai", Cue::Phone),
    ("lien he", Cue::Phone),
    ("lh", Cue::Phone),
    ("tong dai", Cue::Phone),
    ("dau so", Cue::Phone),
    ("sim", Cue::Phone),
    ("sms", Cue::Phone),
    ("nhan tin", Cue::Phone),
    ("contact", Cue::Phone),
    ("thue bao", Cue::Phone),
    ("may ban", Cue::Phone),
    ("stk", Cue::Account),
    ("tk", Cue::Account),
    ("tai khoan", Cue::Account),
    ("account", Cue::Account),
    ("acc", Cue::Account),
    ("acct", Cue::Account),
    ("a c", Cue::Account),
    ("chuyen khoan", Cue::Account),
    ("ck", Cue::Account),
    ("ngan hang", Cue::Bank),
    ("nh", Cue::Bank),
    ("bank", Cue::Bank),
    ("nhtm", Cue::Bank),
    ("nhtmcp", Cue::Bank),
    ("tmcp", Cue::Bank),
    ("so the", Cue::Card),
    ("the atm", Cue::Card),
    ("the tin dung", Cue::Card),
    ("the ghi no", Cue::Card),
    ("card", Cue::Card),
    ("visa", Cue::Card),
    ("mastercard", Cue::Card),
    ("cccd", Cue::Identity),
    ("cmnd", Cue::Identity),
    ("cmt", Cue::Identity),
    ("cmtnd", Cue::Identity),
    ("can cuoc", Cue::Identity),
    ("chung minh", Cue::Identity),
    ("dinh danh", Cue::Identity),
    ("ho chieu", Cue::Identity),
    ("passport", Cue::Identity),
    ("bhxh", Cue::Identity),
    ("mst", Cue::Tax),
    ("ma so thue", Cue::Tax),
];

/// The words of a phrase behind its first, and what it says.
type Rest = (Vec<&'static str>, Cue);

/// The same by the first word of each.
static BY_WORD: LazyLock<HashMap<&str, Vec<Rest>>> = LazyLock::new(|| {
    let mut cues: HashMap<&str, Vec<Rest>> = HashMap::new();
    for (phrase, cue) in CUES {
        let mut words = phrase.split(' ');
        let first = words.next().unwrap_or_default();
        cues.entry(first).or_default().push((words.collect(), cue));
    }
    cues
});

/// Every word that stands in one of them.
static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    CUES.iter()
        .flat_map(|(phrase, _)| phrase.split(' '))
        .collect()
});

/// A word that labels what follows, or says that there is nothing: never a name.
pub(super) fn is_label(word: &str) -> bool {
    const NOTHING: [&str; 12] = [
        "khong", "chua", "null", "none", "n-a", "nan", "unknown", "stt", "tong", "test", "true",
        "false",
    ];
    let plain = word.trim_end_matches(['.', '-', '_']);
    NOTHING.contains(&plain) || cues_of(&[plain]).next().is_some()
}

/// Whether a word is one of a label's.
pub(super) fn is_of_label(word: &str) -> bool {
    WORDS.contains(word)
}

/// What the words of a line say its numbers are.
pub(super) fn cues_of<W: AsRef<str>>(words: &[W]) -> impl Iterator<Item = Cue> {
    let begun = words.iter().enumerate().filter_map(|(at, word)| {
        let begun = BY_WORD.get(word.as_ref())?;
        Some((begun, &words[at + 1..]))
    });
    begun.flat_map(|(begun, rest)| {
        let is_there = move |more: &[&str]| {
            more.len() <= rest.len()
                && more
                    .iter()
                    .zip(rest)
                    .all(|(more, word)| *more == word.as_ref())
        };
        let told = begun.iter().filter(move |(more, _)| is_there(more));
        told.map(|(_, cue)| *cue)
    })
}
