//! How far this machine has followed a journal that others write into, too.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How long who asks waits until this machine has what others wrote.
const WAIT: Duration = Duration::from_secs(2);
/// How many records behind, or for how long, requests are better sent to another machine.
const FAR_RECORDS: u64 = 10_000;
const FAR: Duration = Duration::from_secs(5);

/// How far this machine has followed.
#[derive(Default)]
pub(in crate::registry) struct Following {
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Default)]
struct State {
    /// The last record that is applied and shown.
    applied: u64,
    behind_since: Option<Instant>,
    /// Why no more records are applied: one can't be understood, or does not continue what was applied.
    stuck: Option<String>,
}

impl Following {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a record is applied and shown.
    pub(super) fn applied(&self, seq: u64) {
        let mut state = self.lock();
        state.applied = seq;
        state.stuck = None;
        drop(state);
        self.moved.notify_all();
    }

    /// The last record that is applied and shown.
    pub(in crate::registry) fn seq(&self) -> u64 {
        self.lock().applied
    }

    /// Why no more records are applied, if that is so.
    pub(in crate::registry) fn stuck(&self) -> Option<String> {
        self.lock().stuck.clone()
    }

    /// Waits until a record is applied; false when that takes too long.
    pub(in crate::registry) fn wait_for(&self, seq: u64) -> bool {
        let waited = self.moved.wait_timeout_while(self.lock(), WAIT, |state| {
            state.applied < seq && state.stuck.is_none()
        });
        waited.unwrap_or_else(PoisonError::into_inner).0.applied >= seq
    }

    /// Notes why no more records are applied. Returns whether that is new.
    pub(super) fn stick(&self, why: &str) -> bool {
        let mut state = self.lock();
        let is_new = state.stuck.as_deref() != Some(why);
        state.stuck = Some(why.to_owned());
        drop(state);
        self.moved.notify_all();
        is_new
    }

    /// Notes how far it is to `head`. Returns whether that is far.
    pub(in crate::registry) fn is_far(&self, head: u64) -> bool {
        let mut state = self.lock();
        let left = head.saturating_sub(state.applied);
        if left == 0 {
            state.behind_since = None;
            return false;
        }
        let since = *state.behind_since.get_or_insert_with(Instant::now);
        left > FAR_RECORDS || since.elapsed() > FAR
    }
}
