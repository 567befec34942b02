//! The length of a clock, in the unit that its rule counts in.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Most days of a length: ten years. What lasts longer is nobody's deadline.
pub const MOST_DAYS: u32 = 3650;

/// Most working days: a year of them. Every day that is skipped on the way is named and kept with the clock.
pub const MOST_WORKING_DAYS: u32 = 260;

/// Most months: ten years.
pub const MOST_MONTHS: u32 = 120;

/// A length of time as people write it in settings: `5s`, `15m`, `12h`, `20d`, `3wd`, `2mo`.
///
/// Seconds, minutes and hours run day and night. Days, working days and months are those of the Vietnamese calendar
/// ([`super::calendar::due`]).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Length {
    /// At most [`MOST_DAYS`] of 86,400.
    Seconds(u32),
    /// At most [`MOST_DAYS`] of 1,440.
    Minutes(u32),
    /// At most [`MOST_DAYS`] of 24.
    Hours(u32),
    /// Days of the calendar, at most [`MOST_DAYS`].
    Days(u32),
    /// Days on which offices work, at most [`MOST_WORKING_DAYS`].
    WorkingDays(u32),
    /// Months of the calendar, at most [`MOST_MONTHS`].
    Months(u32),
}

/// Why a text is no length.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum LengthError {
    /// No whole number with a unit behind it.
    #[error(
        "a whole number with s, m, h, d, wd or mo behind it, such as 15m, 12h, 3wd, 20d or 2mo"
    )]
    Form,
    /// Nothing, or longer than any rule.
    #[error("from 1{unit} to {most}{unit}")]
    Bounds {
        /// The most that this unit may count.
        most: u32,
        /// The unit as it was written.
        unit: &'static str,
    },
}

impl Length {
    /// The length that a text names, such as `3wd`. A text that is read is also what [`fmt::Display`] writes.
    ///
    /// # Errors
    /// [`LengthError`] tells what is allowed.
    pub fn parse(text: &str) -> Result<Self, LengthError> {
        let unit_at = text.find(|c: char| !c.is_ascii_digit());
        let (digits, unit) = text.split_at(unit_at.unwrap_or(text.len()));
        let of_unit: fn(u32) -> Self = match unit {
            "s" => Self::Seconds,
            "m" => Self::Minutes,
            "h" => Self::Hours,
            "d" => Self::Days,
            "wd" => Self::WorkingDays,
            "mo" => Self::Months,
            _ => return Err(LengthError::Form),
        };
        // One way to write each: `07d` would come back as `7d`.
        let is_padded = digits.len() > 1 && digits.starts_with('0');
        if digits.is_empty() || is_padded {
            return Err(LengthError::Form);
        }
        // More digits than fit are too many of any unit.
        let length = of_unit(digits.parse().unwrap_or(u32::MAX));
        let (count, most, unit) = length.parts();
        match (1..=most).contains(&count) {
            true => Ok(length),
            false => Err(LengthError::Bounds { most, unit }),
        }
    }

    /// How many of its unit there are, the most that there may be, and the unit.
    const fn parts(self) -> (u32, u32, &'static str) {
        match self {
            Self::Seconds(count) => (count, MOST_DAYS * 86_400, "s"),
            Self::Minutes(count) => (count, MOST_DAYS * 1_440, "m"),
            Self::Hours(count) => (count, MOST_DAYS * 24, "h"),
            Self::Days(count) => (count, MOST_DAYS, "d"),
            Self::WorkingDays(count) => (count, MOST_WORKING_DAYS, "wd"),
            Self::Months(count) => (count, MOST_MONTHS, "mo"),
        }
    }

    /// How many of its unit are counted: whatever was stored, never more than the unit's most.
    pub(super) fn count(self) -> u32 {
        let (count, most, _) = self.parts();
        count.min(most)
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, _, unit) = self.parts();
        write!(f, "{count}{unit}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_unit_is_read_and_written_as_people_write_it() {
        for (text, length) in [
            ("5s", Length::Seconds(5)),
            ("15m", Length::Minutes(15)),
            ("12h", Length::Hours(12)),
            ("20d", Length::Days(20)),
            ("3wd", Length::WorkingDays(3)),
            ("2mo", Length::Months(2)),
        ] {
            assert_eq!(Length::parse(text), Ok(length));
            assert_eq!(length.to_string(), text);
        }
    }

    #[test]
    fn a_length_lasts_from_one_to_ten_years_and_working_days_a_year() {
        for (unit, most) in [
            ("s", 315_360_000_u32),
            ("m", 5_256_000),
            ("h", 87_600),
            ("d", 3650),
            ("wd", 260),
            ("mo", 120),
        ] {
            assert!(Length::parse(&format!("1{unit}")).is_ok());
            assert!(Length::parse(&format!("{most}{unit}")).is_ok());
            let refused = Err(LengthError::Bounds { most, unit });
            for count in ["0", &(most + 1).to_string(), "99999999999999999999"] {
                assert_eq!(Length::parse(&format!("{count}{unit}")), refused, "{count}");
            }
        }
    }

    #[test]
    fn what_is_no_number_with_a_unit_is_refused_with_what_is() {
        for text in [
            "", "15", "m", "15 m", " 15m", "15m ", "15M", "-5d", "+5d", "1.5h", "07d", "00s", "5w",
            "2mo3d", "٣d", "5ngày", "5y",
        ] {
            assert_eq!(Length::parse(text), Err(LengthError::Form), "{text}");
        }
        assert!(LengthError::Form.to_string().contains("3wd"));
        let told = Length::parse("261wd").unwrap_err().to_string();
        assert_eq!(told, "from 1wd to 260wd");
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_the_same(text in "[0-9]{0,10}(s|m|h|d|wd|mo|x)?") {
            if let Ok(length) = Length::parse(&text) {
                prop_assert_eq!(length.to_string(), text);
                let bytes = postcard::to_stdvec(&length).unwrap();
                prop_assert_eq!(postcard::from_bytes::<Length>(&bytes).unwrap(), length);
            }
        }

        #[test]
        fn no_text_is_too_odd_to_be_refused(text in any::<String>()) {
            let _ = Length::parse(&text);
        }
    }
}
