//! Cells of the tables that people open in a spreadsheet.

use std::borrow::Cow;

/// A text as a cell. One that a spreadsheet would take for a formula begins with `'`.
pub fn cell(text: &str) -> Cow<'_, str> {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}
