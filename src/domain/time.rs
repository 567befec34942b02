//! Instants. Time is always an argument; only the program's edge reads a clock.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z. Negative values are before it.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
pub struct Time(i64);

/// Milliseconds in one day.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Time {
    /// An instant from milliseconds since the Unix epoch.
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }

    /// An instant from whole minutes since the Unix epoch; saturates.
    pub fn from_minutes(minutes: u64) -> Self {
        let minutes = i64::try_from(minutes).unwrap_or(i64::MAX);
        Self(minutes.saturating_mul(60_000))
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant moved by whole days (of 24 hours); saturates at the ends of the range.
    #[must_use]
    pub const fn plus_days(self, days: u32) -> Self {
        Self(self.0.saturating_add(days as i64 * DAY_MS))
    }

    /// This instant moved by seconds, which may be negative; saturates.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// RFC 3339 text in UTC with whole seconds, such as `2026-11-23T08:00:00Z`.
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_second(self.seconds())
            .map_or_else(|_| String::from("9999-12-31T23:59:59Z"), |t| t.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn an_instant_is_written_as_rfc3339_in_utc_with_seconds() {
        assert_eq!(Time::from_millis(0).rfc3339(), "1970-01-01T00:00:00Z");
        assert_eq!(
            Time::from_millis(1_795_457_640_999).rfc3339(),
            "2026-11-23T18:14:00Z"
        );
        assert_eq!(
            Time::from_millis(i64::MAX).rfc3339(),
            "9999-12-31T23:59:59Z"
        );
    }
}
