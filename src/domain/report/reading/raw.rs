//! A report as it was written, by a form, a program or a message: nothing of it is read yet.

use std::fmt;

use crate::domain::identifier::Identifier;

/// Most characters that are kept of a text that is no identifier.
pub const MAX_UNREADABLE: usize = 200;

/// A report as it was written. What was not given is empty.
#[derive(Clone, Default)]
pub struct RawReport {
    /// `loss` or `attempt`.
    pub kind: String,
    pub identifiers: Vec<GivenIdentifier>,
    /// Slug of a method.
    pub method: String,
    /// In dong: `5000000`, or as people write it: `5.000.000 đ`, `5 triệu`.
    pub amount_vnd: String,
    /// What another currency is called, and how much of it.
    pub currency: String,
    pub transfers: Vec<RawTransfer>,
    /// A date (`2026-08-21`, `21/8/2026`), a month (`2026-08`, `8/2026`), or `unknown` (`không nhớ`).
    pub happened_at: String,
    pub story: String,
    /// Code of a commune or a province, or a name of today or of before July 2025.
    pub place: String,
    /// Code of the unit that the reporter wants.
    pub unit: String,
    pub contact: RawContact,
    /// Whether originals of files are kept; else by whether there is a contact.
    pub keep_original: Option<bool>,
}

/// An identifier that was given, and what it had to do with it.
#[derive(Clone)]
pub struct GivenIdentifier {
    /// As it was written.
    pub text: String,
    /// What it is; none where it could not be read, or could be several things.
    pub read: Option<Identifier>,
    /// `contacted_me`, `received_money`, `mentioned`, `impersonated` or `mine`.
    pub role: String,
}

impl GivenIdentifier {
    /// Reads a text.
    pub fn of(text: &str, role: &str) -> Self {
        Self {
            text: text.to_owned(),
            read: Identifier::parse(text).ok(),
            role: role.to_owned(),
        }
    }

    /// Whether it is a row of a form that was left empty.
    pub fn is_empty(&self) -> bool {
        self.read.is_none() && self.text.trim().is_empty()
    }
}

/// Money that was sent, as it was written.
#[derive(Clone, Default)]
pub struct RawTransfer {
    /// RFC 3339, or without a zone: then Vietnam's.
    pub at: String,
    /// As [`RawReport::amount_vnd`].
    pub amount_vnd: String,
    /// Index among the given identifiers, from 0.
    pub to: Option<usize>,
    pub bank_ref: String,
}

impl RawTransfer {
    /// Whether it is a row of a form that was left empty.
    pub fn is_empty(&self) -> bool {
        let texts = [&self.at, &self.amount_vnd, &self.bank_ref];
        texts.iter().all(|text| text.trim().is_empty())
    }
}

/// Who reports, as it was written.
#[derive(Clone, Default)]
pub struct RawContact {
    pub name: String,
    pub phone: String,
    /// `call`, `sms`, `zalo` or `none`.
    pub how: String,
    pub best_time: String,
}

/// The words of a citizen are not for logs.
impl fmt::Debug for RawReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawReport").finish_non_exhaustive()
    }
}
