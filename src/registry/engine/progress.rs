//! What start-up, replay and verification are busy with.

/// What start-up is busy with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Checking the journal's chain, in bytes.
    Journal,
    /// Applying journal records to the store.
    Replay,
    /// Building the index, in listings.
    Index,
}

/// Opening what start-up does: phase, done, total; and lines a person should read.
pub trait Progress {
    fn step(&mut self, phase: Phase, done: u64, total: u64);
    fn say(&mut self, line: &str);
}

/// Progress that nobody watches; notes go to the log.
pub struct Quiet;

impl Progress for Quiet {
    fn step(&mut self, _: Phase, _: u64, _: u64) {}
    fn say(&mut self, line: &str) {
        tracing::warn!("{line}");
    }
}
