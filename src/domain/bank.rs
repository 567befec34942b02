//! Banks and their numbers in the payment network.

use super::text::{MAX_INPUT, fold, toneless, within};

mod known;
mod names;

pub use known::{Bank, Bin};

use known::BANKS;
use names::{NAMES, begun, core, core_of, named, parentheses, without_branch};
pub(super) use names::{spaced, squeezed, words_of};

/// All banks, in the order of the table.
pub fn all() -> &'static [Bank] {
    &BANKS.all
}

/// The bank with this number; `None` when the table doesn't know it.
pub fn by_bin(bin: Bin) -> Option<&'static Bank> {
    BANKS.by_bin.get(&bin).map(|index| &BANKS.all[*index])
}

/// The bank meant by `text`, in any usual written form: code, short or full name, old name, with a branch after it.
/// `None` when no bank or more than one could be meant (`BVB` is two banks). Wallets are not banks: see `wallet::find`.
pub fn find(text: &str) -> Option<&'static Bank> {
    match candidates(text)[..] {
        [bank] => Some(bank),
        _ => None,
    }
}

/// The banks that `text` could mean.
pub(super) fn candidates(text: &str) -> Vec<&'static Bank> {
    if !within(text, MAX_INPUT) {
        return Vec::new();
    }
    let line = toneless(&fold(text));
    let words = words_of(&line);
    let whole = named(&words);
    if !whole.is_empty() {
        return whole;
    }
    let (outer, inner) = parentheses(&line);
    let words = without_branch(words_of(&outer));
    let main = named(&words);
    if main.len() == 1 {
        return main;
    }
    let mut found = Vec::new();
    for piece in outer
        .split(['-', ',', '/', ':', ';', '\n'])
        .chain([inner.as_str()])
    {
        let banks = named(&without_branch(words_of(piece)));
        if let [bank] = banks[..] {
            add(&mut found, bank);
        }
    }
    match (found.is_empty(), main.is_empty()) {
        (false, _) => found,
        (true, false) => main,
        (true, true) => by_beginning(&words),
    }
}

/// Most banks named as near to a word.
const MOST_NEAR: usize = 3;

/// The banks whose code, name or alias is nearly what was written: it begins so (`agr`), or a letter or two are wrong
/// (`vietconbank`). Nearest first.
pub(super) fn near(text: &str) -> Vec<&'static Bank> {
    if !within(text, MAX_INPUT) {
        return Vec::new();
    }
    let words = words_of(&toneless(&fold(text)));
    let written = core(&words).concat();
    let most = match written.len() {
        0..=2 => return Vec::new(),
        3 => 0,
        4..=7 => 1,
        8..=20 => 2,
        _ => return Vec::new(),
    };
    let mut close: Vec<(usize, usize, &String, &Vec<usize>)> = NAMES
        .exact
        .iter()
        .filter_map(|(name, banks)| {
            let begins = name.starts_with(&written);
            let apart = strsim::osa_distance(name, &written);
            (begins || apart <= most).then_some((usize::from(begins), apart, name, banks))
        })
        .collect();
    close.sort();
    let mut found = Vec::new();
    for (_, _, _, banks) in close {
        banks
            .iter()
            .for_each(|index| add(&mut found, &BANKS.all[*index]));
    }
    found.truncate(MOST_NEAR);
    found
}

/// Whether a letter or two are wrong in a word that is nearly a bank's name.
pub(super) fn misspelt(word: &str) -> bool {
    /// Longer than any name of one word; what it costs is bounded.
    const LONGEST: usize = 20;
    word.len() <= LONGEST
        && NAMES
            .exact
            .keys()
            .filter(|name| name.len() > 7 && name.ends_with("bank"))
            .filter(|name| name.len().abs_diff(word.len()) <= 2)
            .any(|name| strsim::osa_distance(name, word) <= 2)
}

fn add(found: &mut Vec<&'static Bank>, bank: &'static Bank) {
    if !found.iter().any(|known| known.bin == bank.bin) {
        found.push(bank);
    }
}

/// `Vietcombank Thanh Hóa`: a name of one word and then a place; or part of one bank's full name.
fn by_beginning(words: &[String]) -> Vec<&'static Bank> {
    /// Companies that bear a bank's name and keep no accounts.
    const OTHER_BUSINESS: [&str; 6] = [
        "finance",
        "securities",
        "chung khoan",
        "bao hiem",
        "tai chinh",
        "insurance",
    ];
    let words = core(words);
    let rest = words.get(1..).unwrap_or_default().join(" ");
    let first = words
        .first()
        .filter(|first| first.len() > 1)
        .map(|first| named(std::slice::from_ref(first)));
    if let Some([bank]) = first.as_deref()
        && !OTHER_BUSINESS
            .iter()
            .any(|business| rest.contains(business))
        && mentions(&words[1..])
            .iter()
            .all(|mention| mention.banks.iter().all(|other| other.bin == bank.bin))
    {
        return vec![bank];
    }
    let part = squeezed(&words.join(" "));
    if words.len() < 2 || part.len() < 7 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (name, banks) in NAMES
        .exact
        .iter()
        .chain(&NAMES.loose)
        .filter(|(name, _)| name.ends_with(&part))
    {
        debug_assert!(!name.is_empty());
        banks
            .iter()
            .for_each(|index| add(&mut found, &BANKS.all[*index]));
    }
    found
}

/// A bank named somewhere in a sentence.
pub(super) struct Mention {
    pub(super) banks: Vec<&'static Bank>,
    /// Words it took.
    pub(super) words: std::ops::Range<usize>,
    /// A code or brand, not plain words that are also names of people and places (`An Bình`, `Sài Gòn`).
    pub(super) brand: bool,
}

/// Words of the longest bank name that is looked for in a sentence.
const LONGEST_NAME: usize = 12;

/// The banks named in a row of words, longest names first, none inside another.
pub(super) fn mentions(words: &[String]) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    // Few words of a sentence begin a name; only those are looked up.
    let begun: Vec<usize> = (0..words.len()).map(|at| begun(&words[at..])).collect();
    for size in (1..=words.len().min(LONGEST_NAME)).rev() {
        for start in 0..=words.len() - size {
            let range = start..start + size;
            let own = core_of(&words[range.clone()]);
            let is_whole = begun[start] >= size;
            if !is_whole && (own.is_empty() || begun[start + own.start] < own.len()) {
                continue;
            }
            if found
                .iter()
                .any(|m| m.words.start < range.end && range.start < m.words.end)
            {
                continue;
            }
            let banks = named(&words[range.clone()]);
            if !banks.is_empty() {
                let brand = size == 1
                    || words[range.clone()]
                        .iter()
                        .any(|word| word.ends_with("bank"));
                found.push(Mention {
                    banks,
                    words: range,
                    brand,
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
