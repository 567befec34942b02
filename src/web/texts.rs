//! What holds for every text that people read, on pages and in the tables that pages show.

use std::{fs, path::Path};

use unicode_normalization::is_nfc;

/// Tables with texts for people.
const TABLES: [&str; 7] = [
    "messages.tsv",
    "problems.tsv",
    "page_problems.tsv",
    "scam_methods.tsv",
    "banks.tsv",
    "hotlines.tsv",
    "report_replies.tsv",
];

/// Pages read by officers, tellers and programmers, whom nobody calls an elder.
const WITHOUT_ELDERS: [&str; 9] = [
    "desk/",
    "counter.html",
    "developers.html",
    "reference.html",
    "poster.html",
    "posters.html",
    "problem.html",
    "problem_kind.html",
    "problem_list.html",
];

/// Words that another word is used for.
const NOT_USED: [(&str, &str); 5] = [
    ("đề xuất", "đề nghị"),
    ("vận hành", "phụ trách"),
    ("giấy tờ tùy thân", "căn cước"),
    ("kẻ lừa", "kẻ gian"),
    ("đầu số ngắn", "đầu số"),
];

/// Every template by its name, and every table.
fn texts() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for (folder, under) in [
        ("src/web/templates", ""),
        ("src/web/templates/desk", "desk/"),
    ] {
        for entry in fs::read_dir(root.join(folder)).expect("templates") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|kind| kind == "html") {
                let name = path.file_name().expect("a name").to_string_lossy();
                let text = fs::read_to_string(&path).expect("a template");
                found.push((format!("{under}{name}"), text));
            }
        }
    }
    found.extend(TABLES.map(|name| {
        let text = fs::read_to_string(root.join("config").join(name));
        (name.to_owned(), text.expect("a table"))
    }));
    assert!(found.len() > 40, "the folders have moved");
    found
}

/// Syllables whose tone stands on the last of two vowels, as in `hoà`; these texts have `hòa`.
fn tones_on_the_last_vowel(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphabetic());
    let ends = [
        "oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ",
    ];
    words
        .map(str::to_lowercase)
        .filter(|word| ends.iter().any(|end| word.ends_with(end)) && !is_with_qu(word))
        .collect()
}

/// `quý`: its `u` belongs to the consonant.
fn is_with_qu(word: &str) -> bool {
    let mut letters = word.chars().rev().skip(1);
    letters.next() == Some('u') && letters.next() == Some('q')
}

#[test]
fn every_text_is_nfc_and_has_its_tone_marks_in_one_style() {
    for (name, text) in texts() {
        assert!(is_nfc(&text), "{name}");
        let other = tones_on_the_last_vowel(&text);
        assert!(other.is_empty(), "{name}: {other:?}");
    }
}

#[test]
fn tones_on_the_last_vowel_are_told_from_those_before_a_consonant() {
    let found = tones_on_the_last_vowel("Hoà bình, khóa, toàn quý, huỷ, thủy");
    assert_eq!(found, ["hoà", "huỷ"]);
}

#[test]
fn officers_tellers_and_programmers_are_not_called_elders() {
    for (name, text) in texts() {
        if WITHOUT_ELDERS.iter().any(|page| name.starts_with(page)) {
            let mut words = text.split(|c: char| !c.is_alphabetic());
            assert!(!words.any(|word| word.to_lowercase() == "bác"), "{name}");
        }
    }
}

#[test]
fn one_thing_has_one_word() {
    for (name, text) in texts() {
        let text = text.to_lowercase();
        for (other, word) in NOT_USED {
            assert!(!text.contains(other), "{name}: {other} is called {word}");
        }
    }
}

#[test]
fn nothing_is_called_safe() {
    // What programs are told that it is not, and the name of an authority.
    let others = ["không phải an toàn", "Giám sát an toàn không gian mạng"];
    for (name, text) in texts() {
        let text = others
            .iter()
            .fold(text, |text, other| text.replace(other, ""));
        assert!(!text.contains("an toàn"), "{name}");
    }
}
