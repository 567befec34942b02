//! Who calls: the number in `P-Asserted-Identity` (RFC 3325), else in `From`.

use percent_encoding::percent_decode_str;

use super::{
    pieces::{first, parameter, pieces},
    request::Request,
};
use crate::domain::identifier::Identifier;

/// Most values of `P-Asserted-Identity`: one `sip:` and one `tel:` (RFC 3325, 9.1).
pub const MAX_ASSERTED: usize = 2;
/// Most bytes of a number with its parameters: fifteen digits, signs between them, and where it is to be dialled.
pub const MAX_NUMBER: usize = 128;

/// The number that calls. What the network asserts goes before what the caller says of himself; where the network
/// asserts no number, what he says is taken.
pub fn caller(request: &Request<'_>) -> Option<Identifier> {
    let asserted = request.asserted.iter().flat_map(|line| pieces(line, b','));
    let asserted = asserted.take(MAX_ASSERTED);
    asserted.chain([request.from]).find_map(number)
}

/// The number of an address, with or without a name before it and parameters behind it.
fn number(value: &str) -> Option<Identifier> {
    let address = match first(value, b'<') {
        Some(at) => bracketed(&value[at + 1..]),
        // Without brackets all parameters are the header's (RFC 3261, 20.10).
        None => pieces(value, b';').next(),
    };
    // A quote that the caller's name leaves open hides the address from a strict reader, and from no other.
    let hidden = || value.rsplit_once('<').and_then(|(_, rest)| bracketed(rest));
    address.and_then(of_uri).or_else(|| of_uri(hidden()?))
}

/// What stands before the bracket that closes.
fn bracketed(rest: &str) -> Option<&str> {
    rest.split_once('>').map(|(uri, _)| uri)
}

fn of_uri(uri: &str) -> Option<Identifier> {
    match Identifier::parse(&dialled(uri.trim())?).ok()? {
        number @ (Identifier::Phone(_) | Identifier::ShortCode(_)) => Some(number),
        Identifier::Account(_) | Identifier::Wallet(_) | Identifier::Sender(_) => None,
    }
}

/// The digits of a `tel:` address (RFC 3966), or of the user's part of a `sip:` address (RFC 3261, 19.1.6), as they would be
/// dialled here; `user=phone` is said by few who mean it.
fn dialled(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    let number = match scheme.to_ascii_lowercase().as_str() {
        "tel" => rest,
        "sip" | "sips" => {
            let user = rest.split_once('@')?.0;
            // Behind it stands a password.
            user.split(':').next()?
        }
        _ => return None,
    };
    if number.len() > MAX_NUMBER {
        return None;
    }
    let mut parts = number.split(';');
    let digits = plain(parts.next()?)?;
    let context = parts.find_map(|part| parameter(part, "phone-context"));
    // A local number of another country is not one of ours with the same digits.
    Some(match context.and_then(plain) {
        Some(context) if context.starts_with('+') && !digits.starts_with('+') => context + &digits,
        _ => digits,
    })
}

/// Digits with perhaps a plus before them, without the signs that only part them.
fn plain(text: &str) -> Option<String> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    let text: String = text.chars().filter(|c| !"-.()".contains(*c)).collect();
    let digits = text.strip_prefix('+').unwrap_or(&text);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some(text)
}
