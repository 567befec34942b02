//! Short codes: 113, 156, 5656 and the paid content numbers.

use std::fmt;

use super::{
    reason::Reason,
    text::{MAX_INPUT, fold, masked, within},
};

/// A short code dialled or written to inside Vietnam: three digits from 1 (services of authorities and operators), or
/// four to six (content and information services). Source: numbering plan, Circular 22/2014/TT-BTTTT.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortCode(Box<str>);

impl ShortCode {
    /// Reads a short code written without separators.
    ///
    /// # Errors
    /// Not three to six digits, a leading zero, or the bare prefix of a 1800 or 1900 number.
    pub fn new(text: &str) -> Result<Self, Reason> {
        if !within(text, MAX_INPUT) {
            return Err(Reason::TooLong);
        }
        let code = fold(text);
        if code.is_empty() {
            return Err(Reason::Empty);
        }
        if !code.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Reason::NotANumber);
        }
        if code.len() < 3 {
            return Err(Reason::TooShort);
        }
        // 1800 and 1900 start a longer number: the rest is missing.
        let cut_off = code.starts_with("1800") || code.starts_with("1900");
        let assigned = match code.len() {
            3 => code.starts_with('1'),
            4..=6 => !code.starts_with('0') && !cut_off,
            _ => false,
        };
        if !assigned {
            return Err(Reason::NotAssigned);
        }
        Ok(Self(code.into_boxed_str()))
    }

    /// Takes what [`ShortCode::as_str`] gave once.
    pub(super) fn stored(code: &str) -> Self {
        Self(code.into())
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ShortCode({})", masked(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::ShortCode;

    #[test]
    fn three_to_six_digits_without_a_leading_zero() {
        for good in ["113", "156", "1022", "5656", "678678", " ５６５６ "] {
            assert!(ShortCode::new(good).is_ok(), "{good}");
        }
        for bad in [
            "", "12", "013", "999", "1900", "190012", "1234567", "56 56", "5a56",
        ] {
            assert!(ShortCode::new(bad).is_err(), "{bad}");
        }
    }
}
