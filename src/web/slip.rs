//! The slip of a report: its reference, its receipt code in groups and as a QR code, to be printed or photographed.

use super::qr;
use crate::domain::intake::{
    receipt::{GROUPS, ReceiptCode},
    reference::Reference,
};

/// What a slip shows. Only pages that nobody keeps show one.
pub(super) struct Slip {
    pub(super) reference: String,
    pub(super) groups: [String; GROUPS],
    /// The 25 digits, for a form that opens the report.
    pub(super) digits: String,
    /// An SVG element.
    pub(super) qr: String,
}

impl Slip {
    pub(super) fn of(reference: Reference, code: &ReceiptCode) -> Self {
        Self {
            reference: reference.to_string(),
            groups: code.groups(),
            digits: code.digits().to_owned(),
            qr: qr::picture(code.digits()),
        }
    }
}
