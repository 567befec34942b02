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

/// Whether words of a kind stand in a line that begins and ends with a blank.
pub(super) fn has_cue(line: &str, wanted: Cue) -> bool {
    CUES.iter()
        .any(|(word, cue)| *cue == wanted && line.contains(&format!(" {word} ")))
}
