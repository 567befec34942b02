//! Which report is asked for: people write words and signs around its reference.

use super::{command::Command, told::MOST_LABELS};
use crate::domain::{
    intake::reference::{DIGITS, Reference},
    text::is_separator,
};

/// Whoever mistyped a reference must be told so: digits behind the keyword are one, right or wrong. None for a sentence.
pub(super) fn asked(rest: &str) -> Option<Command> {
    let reference = reference(rest);
    let first = rest.find(|c: char| c.is_ascii_digit())?;
    let labels = rest[..first].split_whitespace().count();
    (reference.is_some() || labels <= MOST_LABELS).then_some(Command::Status { reference })
}

/// The first reference of a text.
pub(super) fn reference(text: &str) -> Option<Reference> {
    let starts = text.char_indices().filter(|(at, c)| {
        let before = text[..*at].chars().next_back();
        c.is_ascii_digit() && before.is_none_or(|c| !c.is_ascii_digit())
    });
    let mut starts = starts.map(|(at, _)| &text[at..]);
    starts.find_map(begins_with)
}

/// The reference that a text begins with: whole groups of digits.
fn begins_with(text: &str) -> Option<Reference> {
    let end = text.find(|c: char| !c.is_ascii_digit() && !is_separator(c));
    let run = &text[..end.unwrap_or(text.len())];
    let mut digits = run.char_indices().filter(|(_, c)| c.is_ascii_digit());
    let (last, _) = digits.nth(DIGITS - 1)?;
    let is_whole = !run[last + 1..].starts_with(|c: char| c.is_ascii_digit());
    Reference::parse(&run[..=last]).ok().filter(|_| is_whole)
}
