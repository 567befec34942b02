//! Clauses and lines of a message.

use crate::domain::text::{fold, toneless};

/// A word before the label of another number: `… và tài khoản …`.
const JOINS: [&str; 4] = [" và ", " va ", " and ", " hoặc "];

/// Whether words between two accounts say nothing but that there is one more.
pub(super) fn goes_on_a_list(between: &str) -> bool {
    const WORDS: [&str; 9] = ["va", "and", "hoac", "or", "stk", "tk", "so", "tai", "khoan"];
    let plain = toneless(&fold(between)).to_lowercase();
    let mut words = plain.split(|c: char| !c.is_alphanumeric());
    words.all(|word| word.is_empty() || WORDS.contains(&word))
}

/// Signs that end a clause when a blank follows; a line's end always does.
fn ends_clause(text: &str, at: usize, c: char) -> bool {
    let next = text[at + c.len_utf8()..].chars().next();
    match c {
        '\n' | ';' | '!' | '?' | '|' | '•' | '…' => true,
        '.' | ',' => next.is_none_or(char::is_whitespace),
        '-' | '–' | '—' => next.is_none_or(char::is_whitespace) && text[..at].ends_with(' '),
        _ => false,
    }
}

/// The words of the clause that goes on behind the text.
pub(super) fn last_clause(text: &str) -> &str {
    let mut ends = text
        .char_indices()
        .filter(|(at, c)| ends_clause(text, *at, *c));
    ends.next_back()
        .map_or(text, |(at, c)| &text[at + c.len_utf8()..])
}

/// The words up to the end of the clause.
pub(super) fn first_clause(text: &str) -> &str {
    let mut ends = text
        .char_indices()
        .filter(|(at, c)| ends_clause(text, *at, *c));
    let clause = ends.next().map_or(text, |(at, _)| &text[..at]);
    let joins = JOINS.iter().filter_map(|word| clause.find(word));
    joins.min().map_or(clause, |at| &clause[..at])
}

/// The lines behind a number without a heading: one that ends in a colon is about what follows.
pub(super) fn lines_behind(text: &str) -> &str {
    let mut kept = 0;
    for line in text.split_inclusive('\n') {
        if kept > 0 && line.trim_end().ends_with(':') {
            break;
        }
        kept += line.len();
    }
    &text[..kept]
}

pub(super) fn first_bytes(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

pub(super) fn last_bytes(text: &str, most: usize) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(most))..]
}
