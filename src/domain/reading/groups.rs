//! What the groups of a number's digits tell.

use super::scan::Number;
use crate::domain::{identifier::Identifier, phone::Phone};

/// Several whole phone numbers one after the other with no other sign than blanks or dashes between them.
pub(super) fn split(groups: &[String]) -> Option<Vec<Identifier>> {
    /// A number is never in more groups than this.
    const MOST_GROUPS: usize = 6;
    // From the end, each place once: a line of many groups must not cost more than its length.
    let mut ways: Vec<Option<(usize, Phone)>> = vec![None; groups.len()];
    for start in (0..groups.len()).rev() {
        let longest = MOST_GROUPS.min(groups.len() - start);
        ways[start] = (1..=longest).find_map(|count| {
            let next = start + count;
            let text = groups[start..next].concat();
            let rest_fits = next == groups.len() || ways[next].is_some();
            let phone = (rest_fits && text.len() > 7).then(|| Phone::dialled(&text, false).ok());
            Some((next, phone.flatten()?))
        });
    }
    let mut parts = Vec::new();
    let mut at = 0;
    while at < groups.len() {
        let (next, phone) = ways[at].clone()?;
        parts.push(Identifier::Phone(phone));
        at = next;
    }
    Some(parts)
}

/// `1.200.000.000`: thousands, where a phone number would begin with a zero.
pub(super) fn looks_like_money(number: &Number) -> bool {
    let thousands =
        number.groups.len() > 2 && number.groups[1..].iter().all(|group| group.len() == 3);
    let dots =
        number.signs.len() + 1 == number.groups.len() && number.signs.bytes().all(|b| b == b'.');
    !number.plus
        && thousands
        && dots
        && !number.groups[0].starts_with('0')
        && number.groups[0].len() <= 3
}

/// `12-03-2026`, `2026.03.12`.
pub(super) fn is_date(number: &Number) -> bool {
    let lengths: Vec<usize> = number.groups.iter().map(String::len).collect();
    matches!(lengths[..], [1..=2, 1..=2, 2 | 4] | [4, 1..=2, 1..=2])
}
