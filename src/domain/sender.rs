//! Names that short messages are sent under.

use std::fmt;

use super::{
    reason::Reason,
    text::{MAX_INPUT, fold, masked, toneless, within},
};

/// The name a short message shows instead of a number, usually a real institution's that is being imitated.
///
/// Kept in lower case without tones, `-` for a blank: phones show the letters as the sender wrote them, and the network
/// compares them without case. GSM allows 11 characters (3GPP TS 23.040, 9.1.2.5); names given in reports may be longer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sender(Box<str>);

/// Characters of the longest name taken.
const MAX_NAME: usize = 20;

impl Sender {
    /// Reads a sender name.
    ///
    /// # Errors
    /// Fewer than 2 or more than 20 characters, no letter, or a character other than letters, digits and `. _ & -`.
    pub fn new(text: &str) -> Result<Self, Reason> {
        if !within(text, MAX_INPUT) {
            return Err(Reason::TooLong);
        }
        let mut name = String::new();
        for c in toneless(&fold(text)).chars() {
            match c {
                ' ' | '\n' | '-' if name.is_empty() || name.ends_with('-') => {}
                ' ' | '\n' => name.push('-'),
                'a'..='z' | '0'..='9' | '.' | '_' | '&' | '-' => name.push(c),
                _ => return Err(Reason::NotASender),
            }
            if name.len() > MAX_NAME + 1 {
                return Err(Reason::TooLong);
            }
        }
        name.truncate(name.trim_end_matches(['-', '.', '_']).len());
        match name.len() {
            0 => Err(Reason::Empty),
            1 => Err(Reason::TooShort),
            2..=MAX_NAME if name.bytes().any(|b| b.is_ascii_lowercase()) => {
                Ok(Self(name.into_boxed_str()))
            }
            2..=MAX_NAME => Err(Reason::NotASender),
            _ => Err(Reason::TooLong),
        }
    }

    /// Takes what [`Sender::as_str`] gave once.
    pub(super) fn stored(name: &str) -> Self {
        Self(name.into())
    }

    /// The name as it is compared, e.g. `mau-bank`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sender({})", masked(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::Sender;

    #[test]
    fn spellings_of_one_name_are_one_sender() {
        for text in ["MAU-BANK", "mau bank", " Mẫu  Bank ", "Mau–Bank-"] {
            assert_eq!(
                Sender::new(text).as_ref().map(Sender::as_str),
                Ok("mau-bank"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "",
            "-",
            "a",
            "12345",
            "bank!",
            "tên gửi dài quá hai mươi chữ",
        ] {
            assert!(Sender::new(text).is_err(), "{text}");
        }
    }
}
