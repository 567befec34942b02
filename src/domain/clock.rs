//! Which time counts for what happens by itself: the wall clock, as long as the monotonic clock bears it out.
//!
//! A wall clock that jumps (a wrong time server, an empty battery, a virtual machine that was put back) must not expire
//! listings for good. So the wall clock is trusted from the start and then held against the monotonic one, which only
//! ever runs forward. While the two are too far apart the clock is *held*: time goes on from what was trusted last.
//! It ends when the wall clock comes back, has run evenly for an hour, or a person confirms it. A time before the one
//! that was last written down is possible only where that one was wrong: a person alone can say so.

use std::time::Duration;

use super::time::Time;

/// How far wall and monotonic clock may be apart, in milliseconds: a day. Time servers mend seconds, people who set a
/// clock by hand mistake hours and the day; listings live for 90 days and more.
pub const MOST_APART: i64 = 24 * 3600 * 1000;
/// How long a registry may have been at rest and its clock still be believed at the start, in milliseconds: 30 days.
/// A service that runs writes a leaf each hour.
pub const LONGEST_REST: i64 = 30 * MOST_APART;
/// How long a held wall clock must run evenly to be trusted again.
pub const SETTLED: Duration = Duration::from_secs(3600);
/// After this long without a leaf the ledger says that it is alive.
pub const QUIET: Duration = Duration::from_secs(3600);
/// What a clock may be off within that time and still run evenly, in milliseconds: 500 parts in a million, the most a
/// time server slews, are 1.8 seconds an hour.
const EVEN: i64 = 60 * 1000;

/// What to make of an instant that the wall clock shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Judgement {
    /// The time that counts.
    pub time: Time,
    /// The wall clock is not believed.
    pub is_held: bool,
}

/// What the clocks have shown so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Clock {
    /// Wall less monotonic time, as it is trusted, in milliseconds.
    trusted: i64,
    /// The same as the wall clock has it since it last jumped, and the monotonic time of that jump.
    even: (i64, Duration),
}

/// For how long the ledger has been silent, by the monotonic clock: the wall clock may lie behind the last leaf.
#[derive(Clone, Copy, Default, Debug)]
pub struct Silence {
    /// Leaves when it began.
    size: u64,
    since: Duration,
}

impl Silence {
    /// Whether the ledger, of `size` leaves now, has had none for so long that it says it is alive.
    pub fn is_long(&mut self, size: u64, monotonic: Duration) -> bool {
        if size != self.size {
            *self = Self {
                size,
                since: monotonic,
            };
        }
        monotonic.saturating_sub(self.since) >= QUIET
    }
}

fn offset(wall: Time, monotonic: Duration) -> i64 {
    wall.millis().saturating_sub(millis(monotonic))
}

fn millis(monotonic: Duration) -> i64 {
    i64::try_from(monotonic.as_millis()).unwrap_or(i64::MAX)
}

fn apart(one: i64, other: i64) -> i64 {
    one.saturating_sub(other).saturating_abs()
}

impl Clock {
    /// The clocks at the first look. `last` is the time of the last thing that the registry wrote down, if any.
    pub fn start(last: Option<Time>, wall: Time, monotonic: Duration) -> Self {
        let shown = offset(wall, monotonic);
        let believed = last.is_none_or(|last| apart(wall.millis(), last.millis()) <= LONGEST_REST);
        Self {
            trusted: match last {
                Some(last) if !believed => offset(last, monotonic),
                Some(_) | None => shown,
            },
            even: (shown, monotonic),
        }
    }

    /// A later look, from time to time: notes jumps, and trusts a wall clock that has run evenly for long enough and
    /// does not lie before what the registry wrote down `last`.
    pub fn look(&mut self, last: Option<Time>, wall: Time, monotonic: Duration) {
        let shown = offset(wall, monotonic);
        if apart(shown, self.even.0) > EVEN {
            self.even = (shown, monotonic);
        }
        let is_possible = last.is_none_or(|last| last <= wall);
        if is_possible && monotonic.saturating_sub(self.even.1) >= SETTLED {
            self.trusted = shown;
        }
    }

    /// Somebody says that the wall clock is right.
    pub fn confirm(&mut self, wall: Time, monotonic: Duration) {
        self.trusted = offset(wall, monotonic);
    }

    /// What is trusted, for [`judge`].
    pub const fn trusted(&self) -> i64 {
        self.trusted
    }
}

/// Judges an instant by what is trusted: wall less monotonic time, in milliseconds.
pub fn judge(trusted: i64, wall: Time, monotonic: Duration) -> Judgement {
    let expected = Time::from_millis(trusted.saturating_add(millis(monotonic)));
    let is_held = apart(wall.millis(), expected.millis()) > MOST_APART;
    Judgement {
        time: if is_held { expected } else { wall },
        is_held,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;
    const HOUR: u64 = 3_600;
    /// Nothing was written down yet.
    const NEVER: Option<Time> = None;

    fn at(seconds: i64) -> Time {
        Time::from_millis(1_800_000_000_000).plus_seconds(seconds)
    }

    fn after(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn seen(clock: &Clock, wall: i64, monotonic: u64) -> (bool, Time) {
        let judged = judge(clock.trusted(), at(wall), after(monotonic));
        (judged.is_held, judged.time)
    }

    #[test]
    fn a_start_believes_a_clock_within_thirty_days_of_what_was_written_last() {
        let rest = 30 * DAY;
        for (wall, held) in [
            (0, false),
            (29 * DAY, false),
            (rest, false),
            (rest + 1, true),
            (31 * DAY, true),
            (4_000 * DAY, true),
            (-29 * DAY, false),
            (-rest, false),
            (-rest - 1, true),
            (-20_000 * DAY, true),
        ] {
            let clock = Clock::start(Some(at(0)), at(wall), after(7));
            let counts = if held { at(0) } else { at(wall) };
            assert_eq!(seen(&clock, wall, 7), (held, counts), "{wall}");
        }
        let first = Clock::start(None, at(4_000 * DAY), after(7));
        assert_eq!(seen(&first, 4_000 * DAY, 7), (false, at(4_000 * DAY)));
    }

    #[test]
    fn a_jump_of_more_than_a_day_is_held_at_once_and_time_goes_on_from_before() {
        let clock = Clock::start(Some(at(0)), at(0), after(0));
        for (jump, held) in [
            (0, false),
            (DAY, false),
            (DAY + 1, true),
            (100 * DAY, true),
            (-DAY, false),
            (-DAY - 1, true),
            (-20_000 * DAY, true),
        ] {
            let counts = if held { at(50) } else { at(50 + jump) };
            assert_eq!(seen(&clock, 50 + jump, 50), (held, counts), "{jump}");
        }
        // Back again, as if nothing had been.
        assert_eq!(seen(&clock, 60, 60), (false, at(60)));
    }

    #[test]
    fn jumps_that_are_small_each_add_up() {
        let mut clock = Clock::start(Some(at(0)), at(0), after(0));
        for step in 1..=3 {
            let (wall, monotonic) = (step * 10 * 3_600, step as u64);
            clock.look(NEVER, at(wall), after(monotonic));
            assert_eq!(seen(&clock, wall, monotonic).0, step == 3, "{step}");
        }
    }

    #[test]
    fn a_held_clock_is_trusted_when_it_has_run_evenly_for_an_hour() {
        let mut clock = Clock::start(Some(at(0)), at(0), after(0));
        let ahead = 100 * DAY;
        clock.look(NEVER, at(ahead + 10), after(10));
        for second in (10..10 + HOUR).step_by(10) {
            clock.look(NEVER, at(ahead + second as i64), after(second));
            assert!(seen(&clock, ahead + second as i64, second).0, "{second}");
        }
        let settled = 10 + HOUR;
        clock.look(NEVER, at(ahead + settled as i64), after(settled));
        assert_eq!(
            seen(&clock, ahead + settled as i64, settled),
            (false, at(ahead + settled as i64))
        );
        // From now on the old time is the jump.
        assert!(seen(&clock, settled as i64, settled).0);
    }

    #[test]
    fn each_further_jump_begins_the_hour_anew() {
        let mut clock = Clock::start(Some(at(0)), at(0), after(0));
        for second in (0..5 * HOUR).step_by(600) {
            // Another two minutes with each half an hour.
            let wall = 100 * DAY + second as i64 + (second / 1_800) as i64 * 120;
            clock.look(NEVER, at(wall), after(second));
            assert!(second == 0 || seen(&clock, wall, second).0, "{second}");
        }
    }

    #[test]
    fn a_clock_that_is_slewed_runs_evenly() {
        let mut clock = Clock::start(Some(at(0)), at(31 * DAY), after(0));
        for second in (0..=HOUR).step_by(60) {
            let slewed = 31 * DAY * 1_000 + second as i64 * 1_000 + second as i64 / 2;
            clock.look(
                NEVER,
                Time::from_millis(at(0).millis() + slewed),
                after(second),
            );
        }
        assert!(!seen(&clock, 31 * DAY + HOUR as i64, HOUR).0);
    }

    #[test]
    fn a_time_before_what_was_written_last_is_never_trusted_by_itself() {
        for (wall, held) in [
            (-20_000 * DAY, true),
            (-2 * DAY, true),
            (10 * DAY - HOUR as i64 - 61, true),
            (10 * DAY - HOUR as i64 - 60, false),
            (100 * DAY, false),
        ] {
            // Set at the start to what is wrong, or set so while it ran.
            for mut clock in [
                Clock::start(Some(at(40 * DAY)), at(wall), after(0)),
                Clock::start(Some(at(40 * DAY)), at(40 * DAY), after(0)),
            ] {
                for second in (0..=HOUR + 60).step_by(60) {
                    clock.look(Some(at(10 * DAY)), at(wall + second as i64), after(second));
                }
                let (wall, monotonic) = (wall + HOUR as i64 + 60, HOUR + 60);
                assert_eq!(seen(&clock, wall, monotonic).0, held, "{wall}");
            }
        }
    }

    #[test]
    fn a_person_confirms_at_once() {
        let mut clock = Clock::start(Some(at(0)), at(40 * DAY), after(0));
        assert!(seen(&clock, 40 * DAY + 5, 5).0);
        clock.confirm(at(40 * DAY + 5), after(5));
        assert_eq!(seen(&clock, 40 * DAY + 6, 6), (false, at(40 * DAY + 6)));
    }

    #[test]
    fn a_silence_is_long_after_an_hour_without_a_leaf_and_begins_anew_with_each() {
        let mut silence = Silence::default();
        for (size, monotonic, long) in [
            (4, 500, false),
            (4, 500 + HOUR - 1, false),
            (4, 500 + HOUR, true),
            // Not written yet: it is tried again.
            (4, 510 + HOUR, true),
            (5, 520 + HOUR, false),
            (5, 519 + 2 * HOUR, false),
            (9, 520 + 2 * HOUR, false),
            (9, 520 + 3 * HOUR, true),
        ] {
            let is_long = silence.is_long(size, after(monotonic));
            assert_eq!(is_long, long, "{size} {monotonic}");
        }
    }

    #[test]
    fn the_ends_of_time_are_no_panic() {
        for wall in [i64::MIN, 0, i64::MAX] {
            for last in [i64::MIN, 0, i64::MAX] {
                let wall = Time::from_millis(wall);
                let mut clock = Clock::start(Some(Time::from_millis(last)), wall, Duration::MAX);
                clock.look(Some(wall), wall, Duration::MAX);
                judge(clock.trusted(), wall, Duration::MAX);
            }
        }
    }
}
