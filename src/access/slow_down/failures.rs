//! Failures by key, and the waits that follow from them.

use std::collections::{BTreeSet, HashMap};

use thiserror::Error;

use crate::domain::time::Time;

/// The longest wait.
pub const MAX_WAIT_SECONDS: i64 = 15 * 60;
/// Failures older than this are forgotten.
pub const FORGET_SECONDS: i64 = 24 * 60 * 60;
/// Most that is kept in mind of each kind; about 150 bytes each, so 40 MB for all four. The one that failed longest ago
/// makes room.
const MAX_KEPT: usize = 65_536;

/// Too many failures: when to try again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("too many failures, try again in {seconds} s")]
pub struct RetryAfter {
    /// Whole seconds, at least 1, for the `Retry-After` header (RFC 9110 §10.2.3).
    pub seconds: u32,
}

/// What is counted.
pub(super) type Key = [u8; 32];

#[derive(Clone, Copy)]
struct Count {
    failures: u32,
    last: Time,
    wait_until: Time,
}

/// The counts, and their order by the last failure.
#[derive(Default)]
pub(super) struct Failures {
    counts: HashMap<Key, Count>,
    order: BTreeSet<(Time, Key)>,
}

impl Failures {
    pub(super) fn may(&self, key: &Key, now: Time) -> Result<(), RetryAfter> {
        let Some(count) = self.counts.get(key) else {
            return Ok(());
        };
        let left = count.wait_until.millis().saturating_sub(now.millis());
        if left <= 0 {
            return Ok(());
        }
        // A clock that was set back must not make anybody wait for days.
        let seconds = (left.saturating_add(999) / 1000).min(MAX_WAIT_SECONDS);
        Err(RetryAfter {
            seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
        })
    }

    /// Counts a failure. How many there are now.
    pub(super) fn count(&mut self, key: Key, free: u32, now: Time) -> u32 {
        let before = self.forget(&key);
        let failures = before
            .filter(|count| now < count.last.plus_seconds(FORGET_SECONDS))
            .map_or(0, |count| count.failures)
            .saturating_add(1);
        if self.counts.len() >= MAX_KEPT
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.counts.remove(&oldest);
        }
        let wait_until = now.plus_seconds(wait_seconds(failures, free));
        self.put(
            key,
            Count {
                failures,
                last: now,
                wait_until,
            },
        );
        failures
    }

    /// Lets one try of somebody who waits go ahead; the next waits as long again.
    pub(super) fn let_in(&mut self, key: &Key, free: u32, now: Time) {
        if let Some(count) = self.counts.get_mut(key)
            && now < count.last.plus_seconds(FORGET_SECONDS)
        {
            count.wait_until = now.plus_seconds(wait_seconds(count.failures, free));
        }
    }

    /// Forgets a key's failures. How many there were.
    pub(super) fn forgive(&mut self, key: &Key) -> u32 {
        self.forget(key).map_or(0, |count| count.failures)
    }

    /// Takes some failures back. Who waits goes on waiting.
    pub(super) fn lower(&mut self, key: &Key, by: u32) {
        let Some(mut count) = self.forget(key) else {
            return;
        };
        count.failures = count.failures.saturating_sub(by);
        if count.failures > 0 {
            self.put(*key, count);
        }
    }

    pub(super) fn forget_old(&mut self, now: Time) {
        while let Some((last, key)) = self.order.first().copied()
            && now >= last.plus_seconds(FORGET_SECONDS)
        {
            self.forget(&key);
        }
    }

    fn put(&mut self, key: Key, count: Count) {
        self.order.insert((count.last, key));
        self.counts.insert(key, count);
    }

    fn forget(&mut self, key: &Key) -> Option<Count> {
        let count = self.counts.remove(key)?;
        self.order.remove(&(count.last, *key));
        Some(count)
    }
}

/// The wait after so many failures: none, then 1 s, 2 s, 4 s … [`MAX_WAIT_SECONDS`].
fn wait_seconds(failures: u32, free: u32) -> i64 {
    match failures.checked_sub(free) {
        None => 0,
        Some(over) => 1_i64
            .checked_shl(over.min(32))
            .unwrap_or(MAX_WAIT_SECONDS)
            .min(MAX_WAIT_SECONDS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_millis(seconds * 1000)
    }

    fn key(n: usize) -> Key {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&n.to_be_bytes());
        key
    }

    #[test]
    fn failures_are_forgotten_after_a_day() {
        let mut failures = Failures::default();
        for n in 1..=5 {
            assert_eq!(failures.count(key(1), 5, at(0)), n);
        }
        failures.forget_old(at(FORGET_SECONDS - 1));
        assert!(failures.may(&key(1), at(0)).is_err());
        failures.forget_old(at(FORGET_SECONDS));
        assert!(failures.counts.is_empty() && failures.order.is_empty());
        failures.count(key(1), 5, at(0));
        assert_eq!(failures.count(key(1), 5, at(FORGET_SECONDS)), 1);
    }

    #[test]
    fn the_oldest_makes_room_and_a_clock_set_back_frees_nobody_for_days() {
        let mut failures = Failures::default();
        for n in 0..=MAX_KEPT {
            failures.count(key(n), 1, at(n as i64));
        }
        assert_eq!(
            (failures.counts.len(), failures.order.len()),
            (MAX_KEPT, MAX_KEPT)
        );
        assert!(!failures.counts.contains_key(&key(0)));
        let told = failures.may(&key(MAX_KEPT), at(-1_000_000));
        assert_eq!(told, Err(RetryAfter { seconds: 900 }));
    }
}
