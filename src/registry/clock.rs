//! The clock of what happens by itself, held against the monotonic one ([`crate::domain::clock`]).
//!
//! Signing in goes by the wall clock: a second factor is shown by another clock outside. What time decides about
//! listings, and what the ledger says of time, goes by [`Registry::steady`]; what is shown by [`Registry::showing`].

pub(super) mod steady;

use std::sync::atomic::Ordering;

use super::{Registry, RegistryError, listing};
use crate::{
    access::capability::FreshAdmin,
    domain::time::Time,
    state,
    store::schema::{META_TRUSTED, Meta, Trusted},
};

impl Registry {
    /// The time that counts for listings: `now`, unless the wall clock is held.
    pub fn steady(&self, now: Time) -> Time {
        self.shared.clock.judge(now).time
    }

    /// The time by which warnings are shown: while the clock is held, the earlier of what it shows and what is trusted.
    /// Either may be the wrong one, and a doubtful clock takes no warning away.
    pub fn showing(&self, now: Time) -> Time {
        self.steady(now).min(now)
    }

    /// Whether the wall clock is not believed: nothing expires until it is.
    pub fn is_clock_held(&self, now: Time) -> bool {
        self.shared.clock.judge(now).is_held
    }

    /// Looks at the clocks, from time to time. Returns whether the wall clock is held; the log says so once.
    pub fn look_at_clock(&self, now: Time) -> bool {
        let clock = &self.shared.clock;
        let monotonic = clock.elapsed();
        let last = self.written_last();
        clock.note(now, |clock| clock.look(last, now, monotonic));
        let judged = clock.judge(now);
        match (
            judged.is_held,
            clock.is_told.swap(judged.is_held, Ordering::AcqRel),
        ) {
            (true, false) => tracing::warn!(
                clock = %now.rfc3339(),
                trusted = %judged.time.rfc3339(),
                "the clock of this machine has jumped, or the registry was at rest for over 30 days: nothing expires until an administrator confirms the clock (/desk/clock); one that is ahead is believed when it has run evenly for an hour"
            ),
            (false, true) => tracing::info!("the clock is trusted again"),
            (true, true) | (false, false) => {}
        }
        judged.is_held
    }

    /// The time that was trusted when the registry last wrote so.
    fn written_last(&self) -> Option<Time> {
        let store = self.shared.store().ok();
        let row = store.and_then(|store| store.get::<Meta>(META_TRUSTED).ok()?);
        let told = Trusted::read(row).ok().flatten();
        told.map_or(self.shared.clock.last(), |told| Some(told.at))
    }

    /// When the registry wrote something down before this start, if ever: what its clock was held against.
    pub fn written_before(&self) -> Option<Time> {
        self.shared.clock.last()
    }

    /// Says that the wall clock is right, though it was held. The record has its time, so that the next start finds it
    /// even while the ledger tells a later one. Without a clock that is held, nothing.
    ///
    /// # Errors
    /// [`RegistryError::field`] without a reason; [`RegistryError::Unavailable`].
    pub fn confirm_clock(
        &self,
        admin: &FreshAdmin,
        reason: &str,
        now: Time,
    ) -> Result<(), RegistryError> {
        let reason = listing::required_reason(reason)?;
        if !self.is_clock_held(now) {
            return Ok(());
        }
        self.commit(
            admin.acting(),
            now,
            None,
            move |view, now| state::clock::confirm(view, &reason, now),
            |_, _| Ok(()),
        )?;
        let clock = &self.shared.clock;
        let monotonic = clock.elapsed();
        clock.note(now, |clock| clock.confirm(now, monotonic));
        self.beat(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::capability::Console,
        registry::{Quiet, Settings},
    };

    const DAY: i64 = 86_400;

    fn at(seconds: i64) -> Time {
        Time::from_millis(1_800_000_000_000).plus_seconds(seconds)
    }

    /// Seconds after the start that each leaf tells, whole minutes.
    fn leaves(registry: &Registry) -> Vec<i64> {
        let store = registry.shared.store().unwrap();
        let entries = store.leaves(0, 100).unwrap().into_iter();
        let told = entries.map(|entry| Time::from_minutes(entry.leaf.minute));
        told.map(|time| time.seconds() - at(0).seconds()).collect()
    }

    #[test]
    fn times_in_the_ledger_never_go_back_and_never_follow_a_jump() {
        let folder = tempfile::tempdir().unwrap();
        Registry::create(folder.path(), None, None, at(0)).unwrap();
        let open = || Registry::open(folder.path(), Settings::default(), &mut Quiet).unwrap();
        let registry = open();
        // The first key makes no leaf.
        registry
            .add_ledger_key(&Console::admin(), "đúng", at(7_200))
            .unwrap();
        for wall in [0, 7_260, 100 * DAY, -100 * DAY, 7_320] {
            registry.beat(at(wall)).unwrap();
        }
        // The first sign of life names the table of official numbers beside it.
        assert_eq!(
            leaves(&registry),
            [7_200, 7_200, 7_200, 7_260, 7_260, 7_260, 7_320]
        );
        drop(registry);
        // At rest for too long, and then confirmed.
        let registry = open();
        assert!(registry.look_at_clock(at(40 * DAY)));
        registry.beat(at(40 * DAY)).unwrap();
        registry
            .confirm_clock(&Console::admin(), "đã xem", at(40 * DAY))
            .unwrap();
        assert!(!registry.look_at_clock(at(40 * DAY)));
        assert_eq!(leaves(&registry)[7..], [7_320, 40 * DAY]);
        drop(registry);
        assert!(!open().look_at_clock(at(70 * DAY)));
    }

    #[test]
    fn a_clock_that_was_set_back_and_confirmed_is_known_at_the_next_starts() {
        let folder = tempfile::tempdir().unwrap();
        Registry::create(folder.path(), None, None, at(0)).unwrap();
        let open = || Registry::open(folder.path(), Settings::default(), &mut Quiet).unwrap();
        open()
            .add_ledger_key(&Console::admin(), "đúng", at(60))
            .unwrap();
        // Wrong, then set right; each held until somebody says so.
        for wall in [91 * DAY, 120] {
            let registry = open();
            assert!(registry.look_at_clock(at(wall)), "{wall}");
            let earlier = if wall == 120 { at(120) } else { at(60) };
            assert_eq!(registry.showing(at(wall)).seconds(), earlier.seconds());
            registry
                .confirm_clock(&Console::admin(), "đã xem", at(wall))
                .unwrap();
            assert!(!registry.look_at_clock(at(wall)), "{wall}");
        }
        // A sign of life tells the leaf's time in the ledger, and the right one in the journal.
        for (wall, held) in [(20 * DAY, false), (45 * DAY, false), (95 * DAY, true)] {
            let registry = open();
            assert_eq!(registry.look_at_clock(at(wall)), held, "{wall}");
            registry.beat(at(wall)).unwrap();
        }
        assert_eq!(leaves(&open()), [&[60][..], &[91 * DAY; 6]].concat());
        assert!(!open().look_at_clock(at(46 * DAY)));
    }

    #[test]
    fn a_registry_without_leaves_goes_by_its_last_record() {
        for (days, held) in [(29, false), (31, true), (-31, true)] {
            let folder = tempfile::tempdir().unwrap();
            Registry::create(folder.path(), None, None, at(0)).unwrap();
            let registry = Registry::open(folder.path(), Settings::default(), &mut Quiet).unwrap();
            assert_eq!(registry.look_at_clock(at(days * DAY)), held, "{days}");
        }
    }
}
