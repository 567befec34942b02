//! What a message to the gateway's number asks for: its first word says so, as the numbers 156 and 5656 have taught people
//! (`config/report_sms_syntax.tsv`).

pub(in crate::domain) mod amount;
mod lost;
mod status;

use super::{
    intake::reference::Reference,
    phone::Phone,
    text::{beginning, fold, is_separator, toneless},
};

/// Characters of a message that are looked at: ten joined SMS.
pub const MAX_CHARS: usize = 1_600;
/// Fewest and most characters of a code that proves who holds a number.
const CODE_CHARS: std::ops::RangeInclusive<usize> = 4..=16;
/// Fewest characters of a report that names no number.
const LEAST_TOLD: usize = 10;
/// Digits from which on a group is a number of its own.
const WHOLE: usize = 8;
/// Most groups of one number, and its most digits.
const MOST_GROUPS: usize = 8;
const MOST_DIGITS: usize = 19;
/// Words before a number that only say whose it is: `VCB 0000000070001`, `so tk 0000000070001`.
const MOST_LABELS: usize = 2;

/// What a message asks for. Its texts are folded: see [`fold`].
#[derive(Clone, PartialEq, Eq)]
pub enum Command {
    /// `TRA 0950001001`, a bare number, or anything else: to be looked up.
    Check { text: String },
    /// `LD 0950001001 gia danh cong an` (`S`, `V` too): somebody tells about a number, a link, or what happened.
    Report {
        /// The number, with what stands before it; empty where there is none.
        number: String,
        /// What is told. Not empty, whatever it begins with.
        words: String,
    },
    /// `LD 0950001001` and no more: to be looked up, and no report. A bare number accuses nobody.
    BareReport { number: String },
    /// `MT 0950001001 5000000`: money is lost.
    LostMoney {
        /// The first number, with what stands before it; empty where there is none.
        number: String,
        /// All that was written but for the sum: it may name a bank, and more numbers.
        text: String,
        /// What is lost in dong, as far as it can be read; at most 10^12.
        amount: Option<u64>,
        /// What is told beside that; may be empty.
        words: String,
    },
    /// `TT 482177356`: how a report stands.
    Status {
        /// None when the digits are not those of a reference.
        reference: Option<Reference>,
    },
    /// `KN <code>`: the sender proves to hold a listed number.
    HoldsNumber { code: String },
    /// `TRA`, `LD`, `MT` or `TT` and no more: how these are written.
    HowTo,
}

/// The words of a citizen are not for logs.
impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Check { .. } => "Check",
            Self::Report { .. } => "Report",
            Self::BareReport { .. } => "BareReport",
            Self::LostMoney { .. } => "LostMoney",
            Self::Status { .. } => "Status",
            Self::HoldsNumber { .. } => "HoldsNumber",
            Self::HowTo => "HowTo",
        })
    }
}

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

/// What stands between a keyword, a number and words.
fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, ':' | ';' | ',' | '.' | '-' | '_')
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

/// A text cut behind its first number.
struct Told<'t> {
    /// Words before the number.
    before: &'t str,
    /// These, and the number.
    number: &'t str,
    behind: &'t str,
}

impl<'t> Told<'t> {
    /// None without a digit.
    fn of(text: &'t str) -> Option<Self> {
        let first = text.find(|c: char| c.is_ascii_digit())?;
        // A number may begin with signs, or have letters before its digits.
        let start = text[..first]
            .rfind(char::is_whitespace)
            .map_or(0, |at| at + 1);
        let end = start + number_bytes(&text[start..]);
        Some(Self {
            before: text[..start].trim(),
            number: text[..end].trim(),
            behind: text[end..].trim_start_matches(is_between),
        })
    }

    /// What is told: what stands behind the number, or before it, if that is more than a label.
    fn words(&self) -> String {
        let says = |text: &str| text.chars().any(char::is_alphanumeric);
        let labels = self.before.split_whitespace().count();
        match (says(self.behind), labels > MOST_LABELS) {
            (true, _) => self.behind.to_owned(),
            (false, true) => self.before.to_owned(),
            (false, false) => String::new(),
        }
    }
}

/// How many bytes of a text its first number takes: the first groups that are a telephone number, else one long group, else
/// all groups up to [`MOST_DIGITS`].
fn number_bytes(text: &str) -> usize {
    let (mut digits, mut ends) = (String::new(), Vec::new());
    let mut at = 0;
    let plus = text.starts_with(['+', '(']) && text.contains('+');
    for word in text.split_inclusive(char::is_whitespace).take(MOST_GROUPS) {
        let group = word.trim_end().trim_end_matches([',', ';', ':', '.', '!']);
        let is_group = group.chars().all(|c| c.is_ascii_digit() || is_sign(c));
        if !ends.is_empty() && !is_group {
            break;
        }
        digits.extend(group.chars().filter(char::is_ascii_digit));
        if !ends.is_empty() && digits.len() > MOST_DIGITS {
            break;
        }
        ends.push(at + group.len());
        if is_group && Phone::dialled(&digits, plus).is_ok() {
            return at + group.len();
        }
        let is_ended = group.len() < word.trim_end().len();
        if is_ended || (ends.len() == 1 && digits.len() >= WHOLE) {
            break;
        }
        at += word.len();
    }
    ends.last().copied().unwrap_or(text.len())
}

fn is_sign(c: char) -> bool {
    is_separator(c) || matches!(c, '+' | '(' | ')')
}

#[cfg(test)]
mod tests;
