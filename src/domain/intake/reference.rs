//! The number a report is spoken of by: it opens nothing, and may be told to anybody.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::damm;
use crate::domain::text::{fold, is_separator, within};

/// How many references there are: eight digits, all of which are drawn by chance.
pub const REFERENCES: u32 = 100_000_000;
/// Digits of a reference, the check digit included.
pub const DIGITS: usize = 9;
/// Longest text looked at as a reference, in characters: signs and blanks take room too.
pub const MAX_TEXT: usize = 40;

/// The reference of a report, an appeal or a request: eight random digits and Damm's check digit, `4821-7735-6`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reference(u32);

/// Why a text is no reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReferenceError {
    /// Not nine digits, or something beside them.
    #[error("a reference has nine digits")]
    Malformed,
    /// Nine digits of which at least one is wrong.
    #[error("a digit of the reference is wrong")]
    CheckDigit,
}

impl Reference {
    /// The reference that a random number stands for. Reducing it makes some references more likely than others by a 43rd,
    /// which is no matter: nothing is protected by not knowing one.
    pub const fn of_random(random: u32) -> Self {
        Self(random % REFERENCES)
    }

    /// Reads a reference as people write it: blanks, dashes and dots between the digits, digits of any script.
    ///
    /// # Errors
    /// [`ReferenceError`].
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        if !within(text, MAX_TEXT) {
            return Err(ReferenceError::Malformed);
        }
        let folded = fold(text);
        let digits: String = folded.chars().filter(|c| !is_separator(*c)).collect();
        let is_whole = digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
        let random = digits.get(..DIGITS - 1).filter(|_| is_whole);
        let random = random.and_then(|random| random.parse().ok());
        let random = random.ok_or(ReferenceError::Malformed)?;
        if damm::is_valid(digits.as_bytes()) {
            Ok(Self(random))
        } else {
            Err(ReferenceError::CheckDigit)
        }
    }

    /// The nine digits without signs, as they are typed into a message.
    pub fn digits(self) -> String {
        let mut digits = format!("{:08}", self.0);
        digits.extend(damm::check_digit(digits.as_bytes()).map(char::from));
        digits
    }
}

/// In groups, as it is printed and said.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        let (first, rest) = digits.split_at(4);
        let (second, check) = rest.split_at(4);
        write!(f, "{first}-{second}-{check}")
    }
}

/// Text where people read it, the number without its check digit where only programs do.
impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            return Self::parse(&text).map_err(de::Error::custom);
        }
        let stored = u32::deserialize(deserializer)?;
        if stored < REFERENCES {
            Ok(Self(stored))
        } else {
            Err(de::Error::custom(ReferenceError::Malformed))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_reference_is_read_as_people_write_it() {
        let reference = Reference::of_random(48_217_735);
        let shown = reference.to_string();
        let check = &shown[10..];
        assert!(shown.starts_with("4821-7735-"), "{shown}");
        for text in [
            shown.clone(),
            format!("48217735{check}"),
            format!(" 4821 7735 {check}\n"),
            format!("4821.7735.{check}"),
            format!("4821–7735–{check}"),
            format!("４８２１ ７７３５ {check}"),
        ] {
            assert_eq!(Reference::parse(&text), Ok(reference), "{text}");
        }
    }

    #[test]
    fn a_wrong_digit_is_told_from_what_is_no_reference() {
        let reference = Reference::of_random(48_217_735);
        let wrong = Reference::of_random(48_217_736).digits();
        let mixed = format!("{}{}", &reference.digits()[..8], &wrong[8..]);
        assert_eq!(Reference::parse(&mixed), Err(ReferenceError::CheckDigit));
        for text in [
            "",
            "4821-7735",
            "4821-7735-66",
            "TT 482177356",
            "0950001001",
        ] {
            assert_eq!(
                Reference::parse(text),
                Err(ReferenceError::Malformed),
                "{text}"
            );
        }
    }

    #[test]
    fn a_text_is_looked_at_up_to_its_limit() {
        let digits = Reference::of_random(7).digits();
        let filled = |length: usize| format!("{digits:>length$}");
        assert!(Reference::parse(&filled(MAX_TEXT)).is_ok());
        assert!(Reference::parse(&filled(MAX_TEXT + 1)).is_err());
    }

    #[test]
    fn a_stored_number_out_of_range_is_refused() {
        let bytes = |number: u32| postcard::to_stdvec(&number).unwrap();
        assert!(postcard::from_bytes::<Reference>(&bytes(REFERENCES - 1)).is_ok());
        assert!(postcard::from_bytes::<Reference>(&bytes(REFERENCES)).is_err());
        assert!(serde_json::from_str::<Reference>("482177356").is_err());
    }

    proptest! {
        #[test]
        fn every_reference_is_read_back(random: u32) {
            let reference = Reference::of_random(random);
            prop_assert_eq!(Reference::parse(&reference.to_string()), Ok(reference));
            prop_assert_eq!(Reference::parse(&reference.digits()), Ok(reference));
            let json = serde_json::to_string(&reference).unwrap();
            prop_assert_eq!(&json, &format!("\"{reference}\""));
            prop_assert_eq!(serde_json::from_str::<Reference>(&json).unwrap(), reference);
            let bytes = postcard::to_stdvec(&reference).unwrap();
            prop_assert_eq!(postcard::from_bytes::<Reference>(&bytes).unwrap(), reference);
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,60}|[0-9 .-]{0,30}") {
            if let Ok(reference) = Reference::parse(&text) {
                prop_assert!(reference.digits().len() == DIGITS);
            }
        }
    }
}
