//! A form sent twice (a double click, a page loaded again) does its work once.

use uuid::Uuid;

use super::request::Desk;
use crate::{access::secret, registry::ReceiptKey, web::forms::Fields};

/// Longest token read, in characters.
const MAX_TOKEN: usize = 64;

/// What a new form carries in its field `once`.
pub fn token() -> String {
    Uuid::from_bytes(secret::random()).simple().to_string()
}

/// The receipt of a form: the same for the same fields of the same form, sent by the same person.
pub fn receipt(desk: &Desk, form: &str, fields: &Fields, names: &[&str]) -> Option<ReceiptKey> {
    let token = fields.get("once");
    if token.is_empty() || token.len() > MAX_TOKEN {
        return None;
    }
    let mut body = String::new();
    for name in names {
        for value in fields.all(name) {
            body.push_str(&format!("{name} {} {value}\n", value.len()));
        }
    }
    // The fields are part of the key: a form that was corrected after "back" is another one.
    let caller = desk.who.user().id.to_string();
    let key = format!("{token}\n{body}");
    Some(ReceiptKey::new(&caller, form, &key, body.as_bytes()))
}
