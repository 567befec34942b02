//! Words that say what the number beside them is.

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

pub(super) const CUES: [(&str, Cue); 60] = [
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

/// A word that labels what follows, or says that there is nothing: never a name.
pub(super) fn is_label(word: &str) -> bool {
    const NOTHING: [&str; 12] = [
        "khong", "chua", "null", "none", "n-a", "nan", "unknown", "stt", "tong", "test", "true",
        "false",
    ];
    let plain = word.trim_end_matches(['.', '-', '_']);
    NOTHING.contains(&plain) || CUES.iter().any(|(cue, _)| *cue == plain)
}

/// What the words of a line say its numbers are, in the order of the table.
pub(super) fn cues_of(words: &[impl AsRef<str>]) -> Vec<Cue> {
    let known = CUES.iter().filter(|(phrase, _)| says(words, phrase));
    known.map(|(_, cue)| *cue).collect()
}

/// Whether a phrase stands in a row of words.
fn says(words: &[impl AsRef<str>], phrase: &str) -> bool {
    let starts = (0..words.len()).map(|at| &words[at..]);
    let is_there = |rest: &[_]| {
        let mut rest = rest.iter().map(AsRef::as_ref);
        phrase.split(' ').all(|word| rest.next() == Some(word))
    };
    starts.into_iter().any(is_there)
}
