//! Months of the Vietnamese calendar, as boards are kept.

use std::fmt;

use jiff::civil::{Date, date};

use super::calendar::Day;
use crate::domain::time::Time;

/// Milliseconds that the clocks of Vietnam are ahead of UTC.
const ZONE_MS: i64 = 7 * 3_600_000;
/// The first and last year that boards are kept of.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=8999;

/// A month, such as `2026-11`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Month {
    /// Months since the year 0.
    count: i32,
}

impl Month {
    /// The month of an instant in Vietnam.
    pub fn of(at: Time) -> Self {
        // Days are written year first, and bounded.
        Self::parse(Day::of(at).to_string().get(..7).unwrap_or_default()).unwrap_or(Self {
            count: *YEARS.start() * 12,
        })
    }

    /// Reads what `Display` writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let is_plain = |text: &str, digits| {
            text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !is_plain(year, 4) || !is_plain(month, 2) {
            return None;
        }
        let year: i32 = year.parse().ok().filter(|year| YEARS.contains(year))?;
        let month: i32 = month
            .parse()
            .ok()
            .filter(|month| (1..=12).contains(month))?;
        Some(Self {
            count: year * 12 + month - 1,
        })
    }

    /// The month so many months earlier.
    #[must_use]
    pub const fn before(self, months: i32) -> Self {
        Self {
            count: self.count - months,
        }
    }

    /// How many months later another one is; negative when it is earlier.
    pub const fn until(self, other: Self) -> i32 {
        other.count - self.count
    }

    /// When it begins.
    pub fn begins(self) -> Time {
        let first = self.first().unwrap_or(date(2000, 1, 1));
        let hours = first.duration_since(date(1970, 1, 1)).as_hours();
        Time::from_millis(hours * 3_600_000 - ZONE_MS)
    }

    fn first(self) -> Option<Date> {
        let year = i16::try_from(self.count.div_euclid(12)).ok()?;
        let month = i8::try_from(self.count.rem_euclid(12) + 1).ok()?;
        Date::new(year, month, 1).ok()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.count.div_euclid(12), self.count.rem_euclid(12) + 1);
        write!(f, "{year:04}-{month:02}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_month_begins_at_midnight_in_vietnam() {
        let month = Month::parse("2026-11").unwrap();
        assert_eq!(month.begins().rfc3339(), "2026-10-31T17:00:00Z");
        assert_eq!(Month::of(month.begins()), month);
        let last = Time::from_millis(month.begins().millis() - 1);
        assert_eq!(Month::of(last), month.before(1));
        assert_eq!(month.before(11).to_string(), "2025-12");
        assert_eq!(month.before(3).until(month), 3);
    }

    #[test]
    fn what_is_no_month_is_none() {
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-00",
            "26-11",
            "2026-1",
            "+026-11",
            "1999-12",
            "2026-11-01",
        ] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_month_is_read_back(year in 2000..9000_i32, month in 1..=12_i32) {
            let text = format!("{year:04}-{month:02}");
            let read = Month::parse(&text).unwrap();
            prop_assert_eq!(read.to_string(), text);
            prop_assert_eq!(Month::of(read.begins()), read);
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,12}") {
            let _ = Month::parse(&text);
        }
    }
}
