//! Values cut at their signs: what stands in quotes or in angle brackets is no sign (RFC 3261, 25.1).

/// Where a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Quotes,
    Brackets,
}

/// Byte positions of `sign` outside quotes and angle brackets.
fn signs(value: &str, sign: u8) -> impl Iterator<Item = usize> {
    let mut inside = Inside::Nothing;
    let mut escaped = false;
    value.bytes().enumerate().filter_map(move |(at, byte)| {
        if escaped {
            escaped = false;
            return None;
        }
        if inside == Inside::Nothing && byte == sign {
            // A bracket that is looked for opens, too.
            if sign == b'<' {
                inside = Inside::Brackets;
            }
            return Some(at);
        }
        match (inside, byte) {
            (Inside::Quotes, b'\\') => escaped = true,
            (Inside::Nothing, b'"') => inside = Inside::Quotes,
            (Inside::Nothing, b'<') => inside = Inside::Brackets,
            (Inside::Quotes, b'"') | (Inside::Brackets, b'>') => inside = Inside::Nothing,
            (Inside::Nothing | Inside::Quotes | Inside::Brackets, _) => {}
        }
        None
    })
}

/// Where `sign` stands first.
pub(super) fn first(value: &str, sign: u8) -> Option<usize> {
    signs(value, sign).next()
}

/// What stands between the signs.
pub(super) fn pieces(value: &str, sign: u8) -> impl Iterator<Item = &str> {
    let mut ends = signs(value, sign);
    let mut rest = Some(0);
    std::iter::from_fn(move || {
        let from = rest?;
        let end = ends.next();
        rest = end.map(|at| at + 1);
        value.get(from..end.unwrap_or(value.len()))
    })
}

/// The value of a parameter `name=value`; empty for one without a value. Names are the same in capitals.
pub(super) fn parameter<'a>(piece: &'a str, name: &str) -> Option<&'a str> {
    let (named, value) = piece.split_once('=').unwrap_or((piece, ""));
    named
        .trim()
        .eq_ignore_ascii_case(name)
        .then_some(value.trim())
}
