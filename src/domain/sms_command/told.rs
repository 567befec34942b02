//! A message's first number, and what is told before and behind it.

use crate::domain::{phone::Phone, text::is_separator};

/// Digits from which on a group is a number of its own.
const WHOLE: usize = 8;
/// Most groups of one number, and its most digits.
const MOST_GROUPS: usize = 8;
const MOST_DIGITS: usize = 19;
/// Words before a number that only say whose it is: `VCB 0000000070001`, `so tk 0000000070001`.
pub(super) const MOST_LABELS: usize = 2;

/// A text cut behind its first number.
pub(super) struct Told<'t> {
    /// Words before the number.
    pub(super) before: &'t str,
    /// These, and the number.
    pub(super) number: &'t str,
    pub(super) behind: &'t str,
}

impl<'t> Told<'t> {
    /// None without a digit.
    pub(super) fn of(text: &'t str) -> Option<Self> {
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
    pub(super) fn words(&self) -> String {
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

/// What stands between a keyword, a number and words.
pub(super) fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, ':' | ';' | ',' | '.' | '-' | '_')
}
