//! Where the numbers of a message stand: digits with only blanks and weak signs between them.

use crate::domain::{reading::is_link, text::is_invisible};

/// The bytes of a text that a number takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cluster {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Cluster {
    /// The same in characters.
    pub(super) fn place(self, text: &str) -> (usize, usize) {
        let start = text[..self.start].chars().count();
        (start, start + text[self.start..self.end].chars().count())
    }
}

/// Digits of the shortest number that is cut off a word with several.
const WHOLE: usize = 7;

/// Digits of a telephone number in pieces with dashes and blanks between, and with the code of the country before them.
const IN_PIECES: usize = 10;
const WITH_COUNTRY: usize = 11;
/// Digits of a piece: fewer are a count behind a number.
const PIECE: usize = 2;

/// The numbers of a text, in its order.
pub(super) fn clusters(text: &str) -> Vec<Cluster> {
    let mut found: Vec<Cluster> = Vec::new();
    for word in words(text) {
        if let Some(last) = found.last_mut()
            && goes_on(
                &text[last.start..last.end],
                &text[last.end..word.start],
                &text[word.start..word.end],
            )
        {
            last.end = word.end;
            continue;
        }
        found.push(word);
    }
    found
}

/// The text with blanks for the numbers of a list's lines (`1.`, `2)`): every other character keeps its place.
pub(super) fn without_markers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let start = line.len() - line.trim_start().len();
        let count = line[start..]
            .bytes()
            .take(2)
            .take_while(u8::is_ascii_digit)
            .count();
        let rest = &line[start + count..];
        let marks = count > 0 && (rest.starts_with(". ") || rest.starts_with(") "));
        if marks {
            out.push_str(&line[..start]);
            out.push_str(&" ".repeat(count + 1));
            out.push_str(&rest[1..]);
        } else {
            out.push_str(line);
        }
    }
    out
}

/// Whether one number goes on in the next word.
fn goes_on(before: &str, between: &str, next: &str) -> bool {
    let mut signs = between
        .trim_matches(|c: char| c.is_whitespace() && c != '\n')
        .chars();
    // `0950 – 001 – 001`; a whole number with a dash behind it goes no further.
    let is_piece = || {
        let most = match before.starts_with('+') {
            true => WITH_COUNTRY,
            false => IN_PIECES,
        };
        let is_begun = before.starts_with(['0', '+']);
        is_begun && digits(next) >= PIECE && digits(before) + digits(next) <= most
    };
    let goes_on = match (signs.next(), signs.next()) {
        (None | Some('+' | ']'), None) => true,
        (Some('-' | '–' | '—'), None) => is_piece(),
        _ => false,
    };
    // `*21*0950 001 001#` sends calls on to that number (3GPP TS 22.030).
    let (before, next) = match before
        .strip_prefix('*')
        .and_then(|code| code.split_once('*'))
    {
        Some((code, rest)) if code.bytes().all(|b| b.is_ascii_digit()) => {
            (rest, next.trim_end_matches('#'))
        }
        _ => (before, next),
    };
    goes_on
        && between.chars().count() < 4
        && is_bare(before)
        && is_bare(next)
        && !next.starts_with('+')
}

/// Digits and signs that stand inside one number.
fn is_bare(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_numeric() || c.is_whitespace() || is_invisible(c) || "+.-–—()_·'~".contains(c)
    })
}

/// Words with digits, without the signs around them; links are whole.
fn words(text: &str) -> Vec<Cluster> {
    let mut found = Vec::new();
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let start = at;
        at += word.len();
        if !word.chars().any(char::is_numeric) {
            continue;
        }
        let is_link = is_link(word);
        let signs: &[char] = if is_link {
            &[]
        } else {
            &[',', ';', '|', '/', '&']
        };
        let mut from = start;
        let pieces: Vec<&str> = word.split(signs).collect();
        let all_whole = pieces
            .iter()
            .filter(|piece| digits(piece) > 0)
            .all(|piece| digits(piece) >= WHOLE);
        if pieces.len() > 1 && all_whole {
            for piece in pieces {
                push_trimmed(&mut found, piece, from);
                from += piece.len() + 1;
            }
        } else {
            push_trimmed(&mut found, word, start);
        }
    }
    found
}

fn digits(text: &str) -> usize {
    text.chars().filter(|c| c.is_numeric()).count()
}

fn push_trimmed(found: &mut Vec<Cluster>, word: &str, start: usize) {
    let is_edge = |c: char| c.is_whitespace() || ",;:!?\"'“”.|[]【】「」<>".contains(c);
    let head = word.len() - word.trim_start_matches(is_edge).len();
    let kept = word.trim_matches(is_edge);
    if digits(kept) > 0 {
        let start = start + head;
        found.push(Cluster {
            start,
            end: start + kept.len(),
        });
    }
}

/// Thousands with signs between them: `2,000,000`, `1.250.000`.
pub(super) fn is_amount(number: &str) -> bool {
    let mut groups = number.split([',', '.']);
    let first = groups.next().unwrap_or_default();
    let is_first = (1..=3).contains(&first.len()) && !first.starts_with('0');
    let rest: Vec<&str> = groups.collect();
    let are_thousands = rest.iter().all(|group| group.len() == 3);
    is_first
        && !rest.is_empty()
        && are_thousands
        && number
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b',' || b == b'.')
}

/// An address of the internet (IPv4, RFC 791): `203.0.113.5`.
pub(super) fn is_address(number: &str) -> bool {
    number.parse::<std::net::Ipv4Addr>().is_ok()
}
