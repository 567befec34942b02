//! The clock of what happens by itself, held against the monotonic one ([`crate::domain::clock`]).
//!
//! Signing in goes by the wall clock: a second factor is shown by another clock outside. What time decides about
//! listings, and what the ledger says of time, goes by [`Registry::steady`]; what is shown by [`Registry::showing`].

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use super::{Plan, Registry, RegistryError, entry_bytes, error::field, listing};
use crate::{
    access::capability::Admin,
    domain::{
        change::Change,
        clock::{Clock, Judgement, Silence, judge},
        time::Time,
    },
    journal::Journal,
    store::{
        Store,
        schema::{META_TRUSTED, Meta, Trusted},
    },
};

/// Nothing was looked at yet.
const UNKNOWN: i64 = i64::MIN;

/// What the clocks have shown, for every thread.
pub(crate) struct SteadyClock {
    /// [`monotonic`] then.
    started: Duration,
    /// When the registry last wrote something down.
    last: Option<Time>,
    clock: Mutex<Option<Clock>>,
    /// [`Clock::trusted`] of it: judging takes no lock.
    trusted: AtomicI64,
    /// The log says that the clock is held.
    is_told: AtomicBool,
    silence: Mutex<Silence>,
}

/// Time that runs on while the machine sleeps, so that waking up is no jump.
#[cfg(target_os = "linux")]
fn monotonic() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let seconds = Duration::from_secs(u64::try_from(now.tv_sec).unwrap_or(0));
    seconds + Duration::from_nanos(u64::try_from(now.tv_nsec).unwrap_or(0))
}

/// Time that stands still while the machine sleeps: elsewhere there is none better at hand.
#[cfg(not(target_os = "linux"))]
fn monotonic() -> Duration {
    static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    FIRST.get_or_init(std::time::Instant::now).elapsed()
}

impl SteadyClock {
    pub(super) fn new(last: Option<Time>) -> Self {
        Self {
            started: monotonic(),
            last,
            clock: Mutex::default(),
            trusted: AtomicI64::new(UNKNOWN),
            is_told: AtomicBool::new(false),
            silence: Mutex::default(),
        }
    }

    fn elapsed(&self) -> Duration {
        monotonic().saturating_sub(self.started)
    }

    /// Whether the ledger, of `size` leaves now, has had none for so long that it says it is alive.
    pub(super) fn is_silence_long(&self, size: u64) -> bool {
        let mut silence = self.silence.lock().unwrap_or_else(PoisonError::into_inner);
        silence.is_long(size, self.elapsed())
    }

    /// Judges an instant that the wall clock shows now.
    pub(super) fn judge(&self, wall: Time) -> Judgement {
        let trusted = match self.trusted.load(Ordering::Acquire) {
            UNKNOWN => self.note(wall, |_| {}),
            trusted => trusted,
        };
        judge(trusted, wall, self.elapsed())
    }

    /// Lets what is known be changed, from the first look on. Returns what is trusted then.
    fn note(&self, wall: Time, change: impl FnOnce(&mut Clock)) -> i64 {
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        let monotonic = self.elapsed();
        let clock = clock.get_or_insert_with(|| Clock::start(self.last, wall, monotonic));
        change(clock);
        self.trusted.store(clock.trusted(), Ordering::Release);
        clock.trusted()
    }
}

/// When the registry last wrote something down: the time that was trusted then. In a registry without leaves, whose
/// clock nobody ever confirmed, the time of the last record.
pub(super) fn last_written(
    store: &Store,
    journal: &dyn Journal,
) -> Result<Option<Time>, RegistryError> {
    if let Some(told) = Trusted::read(store.get::<Meta>(META_TRUSTED)?)? {
        return Ok(Some(told.at));
    }
    let Some(before) = journal.head().seq.checked_sub(1) else {
        return Ok(None);
    };
    let record = journal.read(before, 1)?.into_iter().next();
    record
        .map(|record| entry_bytes::decode(record.seq, &record.public).map(|entry| entry.at))
        .transpose()
}

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
        told.map_or(self.shared.clock.last, |told| Some(told.at))
    }

    /// When the registry wrote something down before this start, if ever: what its clock was held against.
    pub fn written_before(&self) -> Option<Time> {
        self.shared.clock.last
    }

    /// Says that the wall clock is right, though it was held. The record has its time, so that the next start finds it
    /// even while the ledger tells a later one. Without a clock that is held, nothing.
    ///
    /// # Errors
    /// [`RegistryError::Field`] without a reason; [`RegistryError::Unavailable`].
    pub fn confirm_clock(
        &self,
        admin: &Admin,
        reason: &str,
        now: Time,
    ) -> Result<(), RegistryError> {
        let reason = listing::note("/reason", reason)?;
        if reason.is_empty() {
            return Err(field("/reason", "required"));
        }
        if !self.is_clock_held(now) {
            return Ok(());
        }
        self.commit(
            admin.acting(),
            now,
            None,
            move |_| {
                let mut plan = Plan::default();
                let reason = plan.keep(&reason);
                plan.changes.push(Change::ClockConfirmed { reason });
                Ok(plan)
            },
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
        registry::{Settings, startup::Quiet},
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
        Registry::create(folder.path(), None, at(0)).unwrap();
        let open = || Registry::open(folder.path(), Settings::default(), &mut Quiet).unwrap();
        let registry = open();
        // The first key makes no leaf.
        registry
            .add_ledger_key(&Console::admin(), at(7_200))
            .unwrap();
        for wall in [0, 7_260, 100 * DAY, -100 * DAY, 7_320] {
            registry.beat(at(wall)).unwrap();
        }
        assert_eq!(
            leaves(&registry),
            [7_200, 7_200, 7_260, 7_260, 7_260, 7_320]
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
        assert_eq!(leaves(&registry)[6..], [7_320, 40 * DAY]);
        drop(registry);
        assert!(!open().look_at_clock(at(70 * DAY)));
    }

    #[test]
    fn a_clock_that_was_set_back_and_confirmed_is_known_at_the_next_starts() {
        let folder = tempfile::tempdir().unwrap();
        Registry::create(folder.path(), None, at(0)).unwrap();
        let open = || Registry::open(folder.path(), Settings::default(), &mut Quiet).unwrap();
        open().add_ledger_key(&Console::admin(), at(60)).unwrap();
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
        assert_eq!(leaves(&open()), [&[60][..], &[91 * DAY; 5]].concat());
        assert!(!open().look_at_clock(at(46 * DAY)));
    }

    #[test]
    fn a_registry_without_leaves_goes_by_its_last_record() {
        for (days, held) in [(29, false), (31, true), (-31, true)] {
            let folder = tempfile::tempdir().unwrap();
            Registry::create(folder.path(), None, at(0)).unwrap();
            let registry = Registry::open(folder.path(), Settings::default(), &mut Quiet).unwrap();
            assert_eq!(registry.look_at_clock(at(days * DAY)), held, "{days}");
        }
    }
}
