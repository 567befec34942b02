//! How long proposals waited for the second person, as a middle value that takes little memory.

use crate::domain::time::Time;

/// A minute, an hour and a day, in seconds.
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// Longest wait that is told apart, in days: ten years.
const MOST_DAYS: u64 = 3_660;
/// Whole minutes below an hour, whole hours below a day, whole days.
const STEPS: usize = 59 + 23 + MOST_DAYS as usize;

/// How long a confirmation took, over some listings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Wait {
    /// Listings that it is over.
    pub listings: u64,
    /// Half of them took no longer, in seconds: whole minutes below an hour, whole hours below a day, then whole days,
    /// each rounded up.
    pub median: u64,
}

/// Waits that are counted: how many of each length.
pub(super) struct Waits(Vec<u64>);

impl Default for Waits {
    fn default() -> Self {
        Self(vec![0; STEPS])
    }
}

impl Waits {
    pub(super) fn add(&mut self, since: Time, until: Time) {
        let millis = until.millis().saturating_sub(since.millis());
        let seconds = u64::try_from(millis).unwrap_or(0).div_ceil(1000);
        let step = step_of(seconds).min(STEPS - 1);
        self.0[step] += 1;
    }

    pub(super) fn end(&self) -> Wait {
        let listings: u64 = self.0.iter().sum();
        let mut seen = 0;
        let middle = self.0.iter().position(|count| {
            seen += count;
            seen * 2 >= listings
        });
        Wait {
            listings,
            median: match (listings, middle) {
                (0, _) | (_, None) => 0,
                (_, Some(step)) => seconds_of(step),
            },
        }
    }
}

/// The step that a wait ends in.
fn step_of(seconds: u64) -> usize {
    let step = if seconds <= 59 * MINUTE {
        seconds.div_ceil(MINUTE).max(1) - 1
    } else if seconds <= 23 * HOUR {
        58 + seconds.div_ceil(HOUR)
    } else {
        81 + seconds.div_ceil(DAY)
    };
    usize::try_from(step).unwrap_or(usize::MAX)
}

/// The longest wait of a step.
fn seconds_of(step: usize) -> u64 {
    match step as u64 {
        step @ ..59 => (step + 1) * MINUTE,
        step @ 59..82 => (step - 58) * HOUR,
        step => (step - 81) * DAY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn median(waits: &[u64]) -> Wait {
        let mut counted = Waits::default();
        for seconds in waits {
            let end = Time::from_millis(1_700_000_000_000);
            counted.add(end.plus_seconds(-(*seconds as i64)), end);
        }
        counted.end()
    }

    #[test]
    fn half_of_the_waits_are_no_longer_than_what_is_told() {
        let cases: [(&[u64], u64); 8] = [
            (&[], 0),
            (&[0], MINUTE),
            (&[MINUTE], MINUTE),
            (&[MINUTE + 1, 5, 7 * DAY], 2 * MINUTE),
            (&[59 * MINUTE + 1], HOUR),
            (&[10, 2 * HOUR + 1, 9 * DAY, 3 * HOUR], 3 * HOUR),
            (&[23 * HOUR + 1], DAY),
            (&[DAY + 1, DAY + 1, 1], 2 * DAY),
        ];
        for (waits, told) in cases {
            let found = median(waits);
            assert_eq!(found.median, told, "{waits:?}");
            assert_eq!(found.listings, waits.len() as u64);
            let within = waits.iter().filter(|wait| **wait <= told).count();
            assert!(within * 2 >= waits.len(), "{waits:?}");
        }
    }

    #[test]
    fn every_step_ends_where_the_next_begins() {
        for step in 0..STEPS {
            let longest = seconds_of(step);
            assert_eq!(step_of(longest), step);
            assert_eq!(step_of(longest + 1), step + 1);
        }
    }

    #[test]
    fn a_clock_that_went_back_is_no_wait_and_a_life_is_the_longest() {
        assert_eq!(median(&[u64::from(u32::MAX)]).median, MOST_DAYS * DAY);
        let mut counted = Waits::default();
        counted.add(Time::from_millis(9_000_000), Time::from_millis(0));
        assert_eq!(counted.end().median, MINUTE);
    }
}
