//! What a message to the gateway's number asks for: its first word says so, as the numbers 156 and 5656 have taught people
//! (`config/report_sms_syntax.tsv`).

pub(in crate::domain) mod amount;
mod command;
mod lost;
mod status;
mod told;

pub use command::Command;

use self::told::{MOST_LABELS, Told, is_between};

use super::text::{beginning, fold, toneless};

/// Characters of a message that are looked at: ten joined SMS.
pub const MAX_CHARS: usize = 1_600;
/// Fewest and most characters of a code that proves who holds a number.
const CODE_CHARS: std::ops::RangeInclusive<usize> = 4..=16;
/// Fewest characters of a report that names no number.
const LEAST_TOLD: usize = 10;

/// The first word of a command.
#[derive(Clone, Copy)]
enum Keyword {
    Report,
    /// `S` and `V`: letters that also begin sentences.
    Letter,
    LostMoney,
    Status,
    Check,
    HoldsNumber,
}

const KEYWORDS: [(&str, Keyword); 8] = [
    ("ld", Keyword::Report),
    ("s", Keyword::Letter),
    ("v", Keyword::Letter),
    ("mt", Keyword::LostMoney),
    ("tt", Keyword::Status),
    ("tra", Keyword::Check),
    ("check", Keyword::Check),
    ("kn", Keyword::HoldsNumber),
];

/// Reads a message; of a longer one than [`MAX_CHARS`] its beginning. Whatever is no command is a check.
pub fn parse(text: &str) -> Command {
    let folded = fold(beginning(text, MAX_CHARS));
    let check = |text: &str| Command::Check {
        text: text.to_owned(),
    };
    // Quotes and brackets are copied with what stands in them.
    let begun = folded.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '+');
    let Some((keyword, rest)) = keyword(begun) else {
        return asked_within(&folded).unwrap_or_else(|| check(&folded));
    };
    let says_nothing = !rest.contains(char::is_alphanumeric);
    match keyword {
        Keyword::Check | Keyword::Report | Keyword::LostMoney | Keyword::Status if says_nothing => {
            Command::HowTo
        }
        Keyword::Check => check(rest),
        Keyword::Report => report(rest).unwrap_or_else(|| check(rest)),
        Keyword::Letter => {
            let is_number = rest.starts_with(|c: char| c.is_ascii_digit() || c == '+');
            let command = is_number.then(|| report(rest)).flatten();
            command.unwrap_or_else(|| check(&folded))
        }
        Keyword::LostMoney => lost::money(rest).unwrap_or_else(|| check(&folded)),
        Keyword::Status => status::asked(rest).unwrap_or_else(|| check(&folded)),
        Keyword::HoldsNumber => holds_number(rest).unwrap_or_else(|| check(&folded)),
    }
}

/// A reference behind its keyword inside a sentence: `cho hoi TT 482177356`.
fn asked_within(text: &str) -> Option<Command> {
    let starts = text.match_indices(' ').map(|(at, _)| &text[at + 1..]);
    let mut asked = starts.filter_map(|rest| match keyword(rest)? {
        (Keyword::Status, rest) => status::reference(rest),
        (
            Keyword::Report
            | Keyword::Letter
            | Keyword::LostMoney
            | Keyword::Check
            | Keyword::HoldsNumber,
            _,
        ) => None,
    });
    let reference = Some(asked.next()?);
    Some(Command::Status { reference })
}

/// The keyword that a text begins with, and what stands behind it.
fn keyword(text: &str) -> Option<(Keyword, &str)> {
    let end = text.find(|c: char| !c.is_alphabetic() && !is_mark(c));
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    let word = toneless(word);
    let (_, keyword) = KEYWORDS.iter().find(|(known, _)| *known == word)?;
    let is_glued = rest.starts_with(|c: char| c.is_ascii_digit() || c == '+');
    if is_glued && matches!(keyword, Keyword::Letter | Keyword::HoldsNumber) {
        return None;
    }
    let rest = rest.trim_start_matches(is_between);
    Some((*keyword, rest))
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// What is told about a number or a link, or only told; none for too few words.
fn report(rest: &str) -> Option<Command> {
    let subject = rest.split(char::is_whitespace).next().unwrap_or_default();
    let told = Told::of(rest).filter(|_| !is_address(subject));
    let Some(told) = told else {
        return told_in_words(rest, subject);
    };
    let words = told.words();
    let number = told.number.to_owned();
    Some(if words.is_empty() {
        Command::BareReport { number }
    } else {
        Command::Report { number, words }
    })
}

/// What names no number, or a link or an e-mail address before all else: told if that is more than a label.
fn told_in_words(rest: &str, subject: &str) -> Option<Command> {
    let says = |word: &&str| word.contains(char::is_alphanumeric);
    let least = match is_address(subject) {
        true => 1,
        false => MOST_LABELS,
    };
    let is_told = rest.split_whitespace().filter(says).count() > least
        && rest.chars().nth(LEAST_TOLD - 1).is_some();
    is_told.then(|| Command::Report {
        number: String::new(),
        words: rest.to_owned(),
    })
}

/// Whether a word is a link or an e-mail address: `bit.ly/abc`, `abc@gmail.com`.
fn is_address(word: &str) -> bool {
    let bare = word.split_once("://").map_or(word, |(_, rest)| rest);
    let host = bare.split('/').next().unwrap_or_default();
    let is_named = host.rsplit_once('.').is_some_and(|(name, top)| {
        let is_top = top.len() > 1 && top.chars().all(char::is_alphabetic);
        is_top && name.contains(char::is_alphabetic)
    });
    is_named || (word.contains('@') && word.contains(char::is_alphabetic))
}

fn holds_number(rest: &str) -> Option<Command> {
    let is_code = CODE_CHARS.contains(&rest.len())
        && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && rest.bytes().any(|b| b.is_ascii_digit());
    is_code.then(|| Command::HoldsNumber {
        code: rest.to_ascii_uppercase(),
    })
}

#[cfg(test)]
mod tests;
