//! Links and texts of payment QR codes that are no EMV payload: whom they pay stands in them.

use serde::Deserialize;

use super::unreadable::Unreadable;
use crate::domain::identifier::Identifier;

/// Addresses of picture services that draw a VietQR: bank and account are in the path.
const IN_PATH: [&str; 3] = [
    "img.vietqr.io/image/",
    "api.vietqr.io/image/",
    "vietqr.io/image/",
];
/// Those with `acc` and `bank` in the query.
const IN_QUERY: [&str; 2] = ["vietqr.app/img", "qr.sepay.vn/img"];
/// Opens a bank's application with `ba`, the account at its bank.
const DEEP: &str = "dl.vietqr.io/pay";
/// MoMo's links to somebody's wallet.
const MOMO: [&str; 2] = ["nhantien.momo.vn/", "me.momo.vn/"];
/// What ends MoMo's own QR text.
const MOMO_END: &str = "transfer_myqr";
/// Most bytes of a link that are looked at.
const LONGEST: usize = 512;

/// What ViettelPay's QR holds.
#[derive(Deserialize)]
struct ViettelPay {
    bankcode: String,
    cust_mobile: String,
}

/// Whom a text pays, if it is one link or text of a payment QR. None for all others.
pub(in crate::domain) fn payee(text: &str) -> Option<Result<Identifier, Unreadable>> {
    let text = text.trim();
    if text.starts_with('{') {
        let code: ViettelPay = serde_json::from_str(text).ok()?;
        let is_its = code.bankcode.eq_ignore_ascii_case("vtt");
        return is_its.then(|| Identifier::wallet("viettel_money", &code.cust_mobile));
    }
    if text.contains(MOMO_END) {
        let fields: Vec<&str> = text[text.find("2|99|")?..].split('|').collect();
        return Some(Identifier::wallet("momo", fields.get(2)?));
    }
    if text.contains(char::is_whitespace) || text.len() > LONGEST {
        return None;
    }
    link(text)
}

/// Whether a word is a link, by its looks.
pub(in crate::domain) fn is_link(word: &str) -> bool {
    let host = word.split('/').next().unwrap_or_default();
    let is_host = host.contains('.') && host.chars().any(char::is_alphabetic);
    word.contains("://") || word.starts_with("www.") || (word.contains('/') && is_host)
}

fn link(text: &str) -> Option<Result<Identifier, Unreadable>> {
    let bare = text.trim_matches(|c: char| "()<>\"'“”,;.".contains(c));
    let secure = bare.strip_prefix("https://");
    let bare = secure
        .or_else(|| bare.strip_prefix("http://"))
        .unwrap_or(bare);
    let after = |start: &str| {
        let head = bare.get(..start.len())?;
        head.eq_ignore_ascii_case(start)
            .then(|| &bare[start.len()..])
    };
    if let Some(path) = IN_PATH.iter().find_map(|start| after(start)) {
        let mut parts = path.split(['-', '.', '?', '/']);
        return Some(Identifier::account(parts.next()?, parts.next()?));
    }
    if let Some(query) = IN_QUERY
        .iter()
        .find_map(|start| after(start)?.strip_prefix('?'))
    {
        return Some(Identifier::account(
            &member(query, "bank")?,
            &member(query, "acc")?,
        ));
    }
    if let Some(query) = after(DEEP).and_then(|rest| rest.strip_prefix('?')) {
        let payee = member(query, "ba")?;
        let (number, bank) = payee.split_once('@')?;
        return Some(Identifier::account(bank, number));
    }
    momo(bare)
}

/// A link to somebody's MoMo wallet.
fn momo(bare: &str) -> Option<Result<Identifier, Unreadable>> {
    let lower = bare.to_ascii_lowercase();
    let rest = MOMO.iter().find_map(|start| lower.strip_prefix(start))?;
    let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (number.len() > 8).then(|| Identifier::wallet("momo", &number))
}

/// A member of a query.
fn member(query: &str, name: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    pairs
        .into_iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
}
