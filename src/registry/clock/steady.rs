//! What the clocks have shown.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use crate::{
    domain::{
        clock::{Clock, Judgement, Silence, judge},
        time::Time,
    },
    journal::Journal,
    registry::{engine::entry_bytes, error::RegistryError},
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
    pub(super) is_told: AtomicBool,
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
    pub(in crate::registry) fn new(last: Option<Time>) -> Self {
        Self {
            started: monotonic(),
            last,
            clock: Mutex::default(),
            trusted: AtomicI64::new(UNKNOWN),
            is_told: AtomicBool::new(false),
            silence: Mutex::default(),
        }
    }

    pub(super) fn elapsed(&self) -> Duration {
        monotonic().saturating_sub(self.started)
    }

    /// When the registry last wrote something down before this start.
    pub(super) const fn last(&self) -> Option<Time> {
        self.last
    }

    /// Whether the ledger, of `size` leaves now, has had none for so long that it says it is alive.
    pub(in crate::registry) fn is_silence_long(&self, size: u64) -> bool {
        let mut silence = self.silence.lock().unwrap_or_else(PoisonError::into_inner);
        silence.is_long(size, self.elapsed())
    }

    /// Judges an instant that the wall clock shows now.
    pub(in crate::registry) fn judge(&self, wall: Time) -> Judgement {
        let trusted = match self.trusted.load(Ordering::Acquire) {
            UNKNOWN => self.note(wall, |_| {}),
            trusted => trusted,
        };
        judge(trusted, wall, self.elapsed())
    }

    /// Lets what is known be changed, from the first look on. Returns what is trusted then.
    pub(super) fn note(&self, wall: Time, change: impl FnOnce(&mut Clock)) -> i64 {
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
pub(in crate::registry) fn last_written(
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
