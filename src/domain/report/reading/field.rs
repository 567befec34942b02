//! What is wrong with a field of a report.

use crate::domain::{text::LineError, written::WrittenError};

/// A field that can't be taken.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("bad field {pointer}: {code}")]
pub struct BadField {
    /// JSON pointer (RFC 6901), such as `/transfers/0/amount_vnd`.
    pub pointer: String,
    /// Machine word.
    pub code: &'static str,
}

/// A field that can't be taken.
pub fn bad(pointer: impl Into<String>, code: &'static str) -> BadField {
    BadField {
        pointer: pointer.into(),
        code,
    }
}

/// The machine word of why a line was not taken.
pub const fn of_line(error: LineError) -> &'static str {
    match error {
        LineError::Empty => "required",
        LineError::TooLong => "too-long",
        LineError::Control => "control-character",
    }
}

/// The machine word of why a longer text was not taken.
pub const fn of_written(error: WrittenError) -> &'static str {
    match error {
        WrittenError::TooLong => "too-long",
        WrittenError::Control => "control-character",
    }
}
