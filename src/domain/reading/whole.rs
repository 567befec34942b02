//! Forms of text that are one thing as a whole, and damage that is visible on the whole.

use super::{ornament::without_ornaments, scan::lookalike, unreadable::Unreadable};
use crate::domain::{
    account::{AccountNumber, spreadsheet_damage},
    identifier::Identifier,
    reason::Reason,
    text::fold,
};

/// A payment QR's text: NAPAS's or VNPAY's application, or the beginning that EMVCo prescribes. Without the words or
/// quotes that a chat puts around it, and in one line again.
pub(super) fn qr(text: &str) -> Option<String> {
    let start = text.trim_start_matches(['\u{feff}', '\u{200b}']);
    let is_qr = (start.len() > 19 && start.starts_with("000201"))
        || text.contains("A000000727")
        || text.contains("A000000775");
    if !is_qr {
        return None;
    }
    let quotes = ['"', '\'', '“', '”', '«', '»', '`'];
    let bare = start.trim().trim_matches(quotes);
    // `Mã QR: 000201…`
    let payload = match bare.split_once("000201") {
        Some((words, _)) if words.ends_with([' ', ':', '\n', '"', '“']) => &bare[words.len()..],
        _ => bare,
    };
    Some(payload.replace(['\n', '\r'], ""))
}

/// A name without the quotes around it or the label before it: `(MAU-BANK)`, `brandname: MAU-BANK`.
pub(super) fn named(line: &str) -> &str {
    const LABELS: [&str; 9] = [
        "brandname",
        "brand name",
        "brand",
        "sender",
        "ten gui",
        "nguoi gui",
        "ten nguoi gui",
        "tin nhan tu",
        "dau so",
    ];
    let line = match line.split_once(':') {
        Some((label, rest))
            if LABELS.contains(&crate::domain::text::toneless(label.trim()).as_str()) =>
        {
            rest.trim()
        }
        _ => line,
    };
    // The first quote is gone already: it may also be a spreadsheet's.
    let line = line.trim_matches(['"', '\'']);
    let inner = [('(', ')'), ('[', ']'), ('“', '”')]
        .iter()
        .find_map(|(open, close)| line.strip_prefix(*open)?.strip_suffix(*close));
    inner.unwrap_or(line).trim()
}

/// The folded text, without what spreadsheets and chats put around it.
pub(super) fn line(text: &str) -> Result<String, Unreadable> {
    let folded = fold(text);
    // The apostrophe that makes a cell text.
    let mut line = folded.trim_start_matches(['\'', '"']).trim();
    if line.starts_with(['=', '@']) {
        return Err(Reason::Formula.into());
    }
    // Bold (`*0912…*`) and bullets (`• 0912…`).
    if let Some(inner) = line
        .strip_prefix('*')
        .and_then(|rest| rest.strip_suffix('*'))
        .filter(|inner| !inner.contains('*'))
    {
        line = inner.trim();
    }
    for bullet in ["• ", "* ", "● ", "▪ "] {
        line = line.strip_prefix(bullet).unwrap_or(line);
    }
    if line.is_empty() {
        return Err(Reason::Empty.into());
    }
    if let Some(reason) = line.split_whitespace().find_map(spreadsheet_damage) {
        return Err(reason.into());
    }
    Ok(without_ornaments(line))
}

/// A pasted key, canonical or nearly so. `None` when the text has not the form of one.
pub(super) fn key(line: &str) -> Option<Result<Identifier, Unreadable>> {
    if let Ok(identifier) = Identifier::from_key(line) {
        return Some(Ok(identifier));
    }
    let (kind, rest) = line.split_once(':')?;
    let vietnam = rest
        .get(..3)
        .filter(|country| country.eq_ignore_ascii_case("vn:"))
        .map(|_| &rest[3..]);
    Some(match (kind.to_ascii_lowercase().as_str(), vietnam) {
        ("phone", None) => Identifier::phone(rest),
        ("short_code", Some(code)) => Identifier::short_code(code),
        ("sender", Some(name)) => Identifier::sender(name),
        ("account", Some(rest)) => {
            let (bank, number) = rest.split_once(':')?;
            Identifier::account(bank, number)
        }
        ("wallet", Some(rest)) => {
            let (provider, number) = rest.split_once(':')?;
            Identifier::wallet(provider, number)
        }
        // `account:US:…`: a key, of a country that is not ours.
        ("short_code" | "sender" | "account" | "wallet", None) if is_country(rest) => {
            Err(Reason::NotCanonical.into())
        }
        _ => return None,
    })
}

fn is_country(rest: &str) -> bool {
    let code = rest.split(':').next().unwrap_or_default();
    rest.contains(':') && code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic())
}

/// The line with links to a number replaced by it and all other links taken out; whether there were such others.
pub(super) fn without_links(line: &str) -> Result<(String, bool), Unreadable> {
    let mut out: Vec<String> = Vec::new();
    let mut had_link = false;
    for token in line.split(' ') {
        let token = without_star_code(token);
        match link(token) {
            Link::None => out.push(token.to_owned()),
            Link::Number(number) => out.push(number),
            Link::Other => {
                had_link = true;
                out.push("|".to_owned());
            }
        }
    }
    if had_link
        && !out
            .iter()
            .any(|token| token.bytes().any(|b| b.is_ascii_digit()))
    {
        return Err(Reason::Link.into());
    }
    Ok((out.join(" "), had_link))
}

/// The number in what is dialled to forward calls or to hide one's own number: `**21*0950001001#`, `#31#0950001001`
/// (3GPP TS 22.030).
fn without_star_code(token: &str) -> &str {
    let rest = token.trim_start_matches(['*', '#']);
    if rest.len() == token.len() || token.len() - rest.len() > 2 {
        return token
            .strip_suffix('#')
            .filter(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
            .unwrap_or(token);
    }
    let Some((code, rest)) = rest.split_once(['*', '#']) else {
        return token;
    };
    let is_code = (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
    let number = rest.split(['*', '#']).next().unwrap_or_default();
    let starts = number.starts_with(['0', '+', '8', '1']) && number.len() > 2;
    if is_code && starts { number } else { token }
}

enum Link {
    None,
    Number(String),
    Other,
}

fn link(token: &str) -> Link {
    /// Where a chat or call with a number is opened.
    const TO_NUMBER: [&str; 19] = [
        "wa.me/",
        "zalo.me/",
        "t.me/+",
        "api.whatsapp.com/send?phone=",
        "api.whatsapp.com/send/?phone=",
        "whatsapp://send?phone=",
        "viber://chat?number=",
        "viber://contact?number=",
        "viber://add?number=",
        "zalo://conversation?phone=",
        "tel:",
        "tel://",
        "callto:",
        "sms:",
        "smsto:",
        "chat.zalo.me/?phone=",
        "zaloapp.com/qr/p/",
        "sip:",
        "sips:",
    ];
    let lower = token.to_ascii_lowercase();
    let bare = lower.trim_start_matches(['(', '<']);
    let bare = bare
        .strip_prefix("https://")
        .or_else(|| bare.strip_prefix("http://"))
        .unwrap_or(bare);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    for prefix in TO_NUMBER {
        if let Some(rest) = bare.strip_prefix(prefix) {
            let rest = rest
                .trim_start_matches('/')
                .replace("%2b", "+")
                .replace("%20", "");
            let number = rest
                .split([';', '?', '&', '#', '/', '>', '@', ':'])
                .next()
                .unwrap_or("");
            let dialled = number
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | '(' | ')'));
            // `tel:` alone is a label before a number.
            return match (number.is_empty(), dialled) {
                (true, _) if prefix == "tel:" => Link::None,
                (false, true) => Link::Number(number.to_owned()),
                _ => Link::Other,
            };
        }
    }
    let mail = lower.contains('@') && lower.contains('.');
    if lower.contains("://") || lower.starts_with("www.") || mail || is_domain(bare) {
        Link::Other
    } else {
        Link::None
    }
}

fn is_domain(token: &str) -> bool {
    const ENDS: [&str; 24] = [
        "com", "vn", "net", "org", "info", "me", "io", "co", "xyz", "top", "club", "online",
        "site", "shop", "app", "link", "ly", "gg", "cc", "vip", "pro", "biz", "gov", "edu",
    ];
    let host = token
        .split(['/', '?', ':'])
        .next()
        .unwrap_or("")
        .trim_end_matches(['.', ',', ')']);
    let Some((name, end)) = host.rsplit_once('.') else {
        return false;
    };
    ENDS.contains(&end) && name.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Mostly digits: a number with letters in it, or an amount, rather than a name.
pub(super) fn is_like_number(token: &str) -> bool {
    let digits = token.chars().filter(char::is_ascii_digit).count();
    let letters = token.chars().filter(|c| c.is_alphabetic()).count();
    let doubtful = token
        .chars()
        .filter(|c| c.is_alphabetic())
        .all(|c| lookalike(c).is_some());
    digits > 5 && digits > letters
        || (doubtful && digits > 2 && digits > letters)
        || AccountNumber::parse(token).is_err_and(|reason| reason == Reason::Masked)
}
