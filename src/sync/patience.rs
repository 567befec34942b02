//! How long to wait before asking again, and whether the wall clock was moved meanwhile.

use std::time::{Duration, Instant};

use aws_lc_rs::rand;

use crate::domain::time::Time;

/// The first pause is at most this long.
const FIRST: Duration = Duration::from_secs(1);
/// No pause is longer, unless the registry asks for it.
const LONGEST: Duration = Duration::from_secs(300);
/// A wall clock that is off by more than this against the steady one was moved.
const STEP: Duration = Duration::from_secs(5);

/// Exponential pauses with full jitter: many mirrors that were cut off together don't come back together.
#[derive(Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Something worked.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// Failures in a row.
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// The pause after one more failure. What the registry asked for is kept, with up to a tenth more.
    pub fn next(&mut self, asked_for: Option<Duration>) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let share = f64::from(random()) / f64::from(u32::MAX);
        if let Some(asked_for) = asked_for {
            return asked_for.mul_f64(1.0 + share / 10.0);
        }
        let doubled = FIRST.saturating_mul(1 << (self.failures - 1).min(16));
        doubled.min(LONGEST).mul_f64(share)
    }
}

fn random() -> u32 {
    let mut bytes = [0; 4];
    // Without randomness the pause is half as long as it may be.
    match rand::fill(&mut bytes) {
        Ok(()) => u32::from_be_bytes(bytes),
        Err(_) => u32::MAX / 2,
    }
}

/// Compares the wall clock with the steady one.
pub(super) struct ClockWatch {
    wall: Time,
    steady: Instant,
}

impl ClockWatch {
    pub fn new(now: Time) -> Self {
        Self {
            wall: now,
            steady: Instant::now(),
        }
    }

    /// Seconds by which the wall clock was moved since the last look, if it was.
    pub fn stepped(&mut self, now: Time) -> Option<i64> {
        self.look(now, self.steady.elapsed())
    }

    fn look(&mut self, now: Time, passed: Duration) -> Option<i64> {
        let passed_ms = i64::try_from(passed.as_millis()).unwrap_or(i64::MAX);
        let off = now
            .millis()
            .saturating_sub(self.wall.millis())
            .saturating_sub(passed_ms);
        *self = Self::new(now);
        (off.unsigned_abs() > STEP.as_millis() as u64).then_some(off / 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_five_minutes_and_differ() {
        let mut backoff = Backoff::default();
        let pauses: Vec<Duration> = (0..40).map(|_| backoff.next(None)).collect();
        assert!(pauses[0] <= FIRST && pauses.iter().all(|pause| *pause <= LONGEST));
        assert!(
            pauses[20..]
                .iter()
                .any(|pause| *pause > Duration::from_secs(60))
        );
        assert!(pauses[20..].windows(2).any(|two| two[0] != two[1]));
        backoff.reset();
        assert!(backoff.next(None) <= FIRST);
    }

    #[test]
    fn the_registrys_own_wish_counts() {
        let asked = Duration::from_secs(30);
        let pause = Backoff::default().next(Some(asked));
        assert!(pause >= asked && pause <= asked.mul_f64(1.1));
    }

    #[test]
    fn a_moved_wall_clock_is_noticed() {
        let at = |seconds: i64| Time::from_millis(seconds * 1000);
        let mut watch = ClockWatch::new(at(100));
        assert_eq!(watch.look(at(160), Duration::from_secs(60)), None);
        assert_eq!(
            watch.look(at(160 + 3660), Duration::from_secs(60)),
            Some(3600)
        );
        assert_eq!(watch.look(at(1000), Duration::from_secs(0)), Some(-2820));
    }
}
