//! Phone numbers in which letters stand for digits: offered, never taken.

use super::scan::with_digits;
use crate::domain::phone::Phone;

/// Words that one number is written in at most.
const MOST_WORDS: usize = 5;
/// What stands between the digits of a number.
const SIGNS: [char; 7] = ['.', '-', '_', '(', ')', '·', '\''];
/// Letters of a telephone's keys (ITU-T E.161).
const KEYS: [&str; 8] = ["abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"];

/// The phone number that a whole text is with letters for digits, if it is one.
pub(super) fn whole(text: &str) -> Option<Phone> {
    let bare: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !SIGNS.contains(c))
        .collect();
    let (plus, rest) = bare
        .strip_prefix('+')
        .map_or((false, bare.as_str()), |rest| (true, rest));
    let has_digit = rest.bytes().any(|b| b.is_ascii_digit());
    let digits = with_digits(rest).filter(|digits| digits != rest && has_digit)?;
    let of_vietnam = if plus {
        digits.starts_with("84")
    } else {
        digits.starts_with('0') && digits.len() == 10
    };
    of_vietnam.then(|| Phone::dialled(&digits, plus).ok())?
}

/// The phone numbers in a text that are spelt with letters.
pub(in crate::domain) fn in_text(text: &str) -> Vec<Phone> {
    let is_edge = |c: char| ",;:!?\"“”|".contains(c);
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(is_edge))
        .collect();
    let could_be = |word: &str| {
        let bare = word.trim_start_matches('+').replace(SIGNS, "");
        !bare.is_empty() && with_digits(&bare).is_some()
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let run = words[at..]
            .iter()
            .take(MOST_WORDS)
            .take_while(|word| could_be(word))
            .count();
        let phone = (1..=run)
            .rev()
            .find_map(|count| Some((whole(&words[at..at + count].concat())?, count)));
        match phone {
            Some((phone, count)) => {
                found.push(phone);
                at += count;
            }
            None => at += 1,
        }
    }
    found
}

/// Hotlines whose last digits are written as a word: `1900-SCAM`.
pub(in crate::domain) fn brands(text: &str) -> Vec<Phone> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == '-' || c == '.')
        .collect();
    let pairs = words
        .windows(2)
        .filter(|pair| matches!(pair[0], "1900" | "1800"));
    let glued = words.iter().filter_map(|word| word.split_at_checked(4));
    let glued = glued.filter(|(head, rest)| matches!(*head, "1900" | "1800") && !rest.is_empty());
    let spelt = pairs.map(|pair| (pair[0], pair[1])).chain(glued);
    let phones = spelt.filter_map(|(head, word)| {
        let word = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let capitals = matches!(word.len(), 4 | 6) && word.bytes().all(|b| b.is_ascii_uppercase());
        let digits: Option<String> = word.chars().map(key).collect();
        let digits = digits.filter(|_| capitals)?;
        Phone::dialled(&format!("{head}{digits}"), false).ok()
    });
    phones.collect()
}

fn key(letter: char) -> Option<char> {
    let lower = letter.to_ascii_lowercase();
    let at = KEYS.iter().position(|letters| letters.contains(lower))?;
    char::from_digit(u32::try_from(at).ok()? + 2, 10)
}
