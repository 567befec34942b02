//! The names of banks, as words that can be compared.

use std::{collections::HashMap, sync::LazyLock};

use super::known::{BANKS, Bank};
use crate::domain::text::{fold, toneless};

pub(super) struct Names {
    /// Codes, names and aliases as the table has them.
    pub(super) exact: HashMap<String, Vec<usize>>,
    /// Names without the words that all banks have: `ngân hàng TMCP … Việt Nam`, `…bank`.
    pub(super) loose: HashMap<String, Vec<usize>>,
    /// Both, with and without `bank` behind them, sorted.
    sorted: Vec<String>,
}

pub(super) static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names {
        exact: HashMap::new(),
        loose: HashMap::new(),
        sorted: Vec::new(),
    };
    let note = |map: &mut HashMap<String, Vec<usize>>, name: String, index: usize| {
        let banks = map.entry(name).or_default();
        if !banks.contains(&index) {
            banks.push(index);
        }
    };
    for (index, bank) in BANKS
        .all
        .iter()
        .enumerate()
        .filter(|(_, bank)| bank.kind != "wallet")
    {
        let spoken = [
            bank.code,
            bank.short_name,
            bank.name_vi,
            bank.name_en,
            bank.swift,
        ];
        let codes = bank.other_codes.split([';', ' ', ',']);
        for name in spoken
            .into_iter()
            .chain(codes)
            .chain(bank.aliases.iter().copied())
        {
            let words = words_of(&toneless(name));
            let whole = words.concat();
            if whole.is_empty() {
                continue;
            }
            // `hai` is what is left of `Hàng Hải`, and a word of its own.
            let core = core(&words).to_vec();
            for name in [core.concat(), without_branch(core).concat()] {
                if name.len() > 3 || name == whole {
                    note(&mut names.loose, name, index);
                }
            }
            // Shorter than four letters, or a word of its own, what is left names nobody: `viet(bank)`.
            if let Some(stem) = whole
                .strip_suffix("bank")
                .filter(|stem| stem.len() > 3 && *stem != "viet")
            {
                note(&mut names.loose, stem.to_owned(), index);
            }
            note(&mut names.exact, whole, index);
        }
    }
    names.loose.remove("");
    let known = names.exact.keys().chain(names.loose.keys());
    names.sorted = known
        .flat_map(|name| [name.clone(), format!("{name}bank")])
        .collect();
    names.sorted.sort();
    names
});

/// How many words from the first on, written as one, begin the name of a bank.
pub(super) fn begun(words: &[String]) -> usize {
    let mut begins = String::new();
    let is_begun = |word: &&String| {
        begins.push_str(word);
        let at = NAMES.sorted.partition_point(|name| *name < begins);
        NAMES
            .sorted
            .get(at)
            .is_some_and(|name| name.starts_with(&begins))
    };
    words.iter().take_while(is_begun).count()
}

/// The banks whose name is exactly these words.
pub(super) fn named(words: &[String]) -> Vec<&'static Bank> {
    let whole = words.concat();
    let short = core(words).concat();
    let unbanked = short.strip_suffix("bank").unwrap_or(&short);
    [whole.as_str(), short.as_str(), unbanked]
        .iter()
        .find_map(|name| NAMES.exact.get(*name))
        .or_else(|| {
            [short.as_str(), unbanked]
                .iter()
                .find_map(|name| NAMES.loose.get(*name))
        })
        .map(|found| found.iter().map(|index| &BANKS.all[*index]).collect())
        .unwrap_or_default()
}

/// Abbreviations inside bank names, word by word: `NN&PTNT`, `NHNo`, `XNK`.
const ABBREVIATIONS: [(&str, &str); 8] = [
    ("nn", "nong nghiep"),
    ("nno", "nong nghiep"),
    ("nhno", "nong nghiep"),
    ("nhnn", "nong nghiep"),
    ("ptnt", "phat trien nong thon"),
    ("dtpt", "dau tu phat trien"),
    ("xnk", "xuat nhap khau"),
    ("csxh", "chinh sach xa hoi"),
];

/// The words of toneless text: letters and digits only, abbreviations written out, `và` left out.
pub(in crate::domain) fn words_of(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in line
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && *word != "va")
    {
        let full = ABBREVIATIONS
            .iter()
            .find(|(short, _)| *short == word)
            .map_or(word, |(_, full)| full);
        words.extend(full.split(' ').map(str::to_owned));
    }
    words
}

/// Words that begin the names of all banks, and so tell nothing.
const BANK_WORDS: [&str; 13] = [
    "ngan", "hang", "nh", "nhtm", "nhtmcp", "tmcp", "tm", "cp", "tnhh", "mtv", "bank", "nhct",
    "nganhang",
];

/// Without the words that all banks have around their name.
pub(super) fn core(words: &[String]) -> &[String] {
    &words[core_of(words)]
}

/// Where [`core`] stands.
pub(super) fn core_of(words: &[String]) -> std::ops::Range<usize> {
    let mut rest = words;
    loop {
        rest = match rest {
            [first, tail @ ..] if BANK_WORDS.contains(&first.as_str()) => tail,
            [a, b, c, d, tail @ ..] if [a, b, c, d] == ["thuong", "mai", "co", "phan"] => tail,
            [a, b, tail @ ..] if [a, b] == ["thuong", "mai"] && !tail.is_empty() => tail,
            [a, tail @ ..] if a == "so" && !tail.is_empty() && rest.len() < words.len() => tail,
            _ => break,
        };
    }
    let start = words.len() - rest.len();
    let behind = match rest {
        [head @ .., a, b] if [a, b] == ["viet", "nam"] && !head.is_empty() => 2,
        [head @ .., a] if a == "vn" && !head.is_empty() => 1,
        _ => 0,
    };
    start..words.len() - behind
}

/// Without a branch (`CN Bỉm Sơn`) or a later name (`nay là Vikki`).
pub(super) fn without_branch(mut words: Vec<String>) -> Vec<String> {
    let two = |at: usize, pair: [&str; 2]| words.get(at..at + 2).is_some_and(|found| found == pair);
    let end = (1..words.len()).find(|at| {
        matches!(words[*at].as_str(), "cn" | "pgd" | "branch" | "cu")
            || two(*at, ["chi", "nhanh"])
            || two(*at, ["phong", "giao"])
            || two(*at, ["hoi", "so"])
            || two(*at, ["nay", "la"])
    });
    if let Some(end) = end {
        words.truncate(end);
    }
    words
}

/// Text outside and inside parentheses.
pub(super) fn parentheses(line: &str) -> (String, String) {
    let (mut outer, mut inner, mut depth) = (String::new(), String::new(), 0_usize);
    for c in line.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            c if depth == 0 => outer.push(c),
            c => inner.push(c),
        }
    }
    (outer, inner)
}

/// Toneless words with one space between.
pub(in crate::domain) fn spaced(text: &str) -> String {
    let line = toneless(&fold(text));
    let words: Vec<&str> = line
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// Without spaces.
pub(in crate::domain) fn squeezed(words: &str) -> String {
    words.replace(' ', "")
}
