//! Messages of one sender, one after another.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many senders may report at once: the others wait.
const TURNS: usize = 256;

/// Messages of one sender follow one another from the look at what it sent before until the report is written: else many
/// that come at once would each be the first. Senders share a turn by the first byte of their tag, so nothing grows.
pub(in crate::registry) struct Turns([Mutex<()>; TURNS]);

impl Default for Turns {
    fn default() -> Self {
        Self([const { Mutex::new(()) }; TURNS])
    }
}

impl Turns {
    /// Waits until no other message of the sender is being taken. A thread that fell over leaves nothing half done.
    pub(in crate::registry) fn of(&self, sender: &[u8; 32]) -> Option<MutexGuard<'_, ()>> {
        let [first, ..] = sender;
        let turn = self.0.get(usize::from(*first))?;
        Some(turn.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
