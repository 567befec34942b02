//! Texts of a report: bounded, in one spelling, and with nothing in them that may not be kept.

use std::collections::BTreeSet;

use super::{
    field::{BadField, bad, of_line, of_written},
    own::{Own, without_own},
};
use crate::domain::{
    intake::masking::{MaskedKind, mask},
    text::{LineError, clean_line},
    written::written,
};

/// Makes unreadable what may not be kept, and counts it.
pub struct Masking<'a> {
    own: &'a [Own],
    /// Kinds of what was masked.
    pub kinds: BTreeSet<MaskedKind>,
    /// A number of the reporter was masked.
    pub has_own: bool,
    /// How many numbers were masked.
    pub count: usize,
}

impl<'a> Masking<'a> {
    /// Masks numbers of the reporter too.
    pub const fn of(own: &'a [Own]) -> Self {
        Self {
            own,
            kinds: BTreeSet::new(),
            has_own: false,
            count: 0,
        }
    }

    /// The text as it may be kept.
    pub fn mask(&mut self, text: &str) -> String {
        let (text, own) = without_own(text, self.own);
        let masked = mask(&text);
        self.has_own |= own > 0;
        self.count += own + masked.masked.len();
        self.kinds.extend(masked.masked);
        masked.text
    }

    /// A line that may be empty.
    ///
    /// # Errors
    /// `too-long`, `control-character`.
    pub fn line(&mut self, text: &str, pointer: &str, max: usize) -> Result<String, BadField> {
        Ok(self.mask(&line(text, pointer, max)?))
    }

    /// A text of several lines that may be empty.
    ///
    /// # Errors
    /// `too-long`, `control-character`.
    pub fn text(&mut self, text: &str, pointer: &str, max: usize) -> Result<String, BadField> {
        let text = written(text, max).map_err(|error| bad(pointer, of_written(error)))?;
        Ok(self.mask(&text))
    }
}

/// A line that may be empty, as it was written.
///
/// # Errors
/// `too-long`, `control-character`.
pub fn line(text: &str, pointer: &str, max: usize) -> Result<String, BadField> {
    match clean_line(text, max) {
        Ok(line) => Ok(line),
        Err(LineError::Empty) => Ok(String::new()),
        Err(error) => Err(bad(pointer, of_line(error))),
    }
}
