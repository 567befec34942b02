//! The partner's side: a verified copy of a registry, which answers checks where the partner is.
//!
//! ```text
//! first sync   checkpoint → snapshot (resumed after cuts) → all leaves → root = signed root
//!              → each line opens its leaf, nothing is missing → one transaction
//! then         changes (long poll) → each line opens its leaf → checkpoint continues what is held
//!              → one transaction → shown in checks → acknowledged
//! ```
//!
//! Nothing is shown that is not covered by a signed checkpoint. What does not verify is a [`Violation`]: it is told,
//! the old copy stays, it is asked again. Two signed histories are an [`Equivocation`]: the proof is kept and syncing
//! stops until people have looked.
//!
//! [`Violation`]: error::Violation
//! [`Equivocation`]: error::Equivocation

mod changes_page;
mod copy_transaction;
pub mod database;
mod download;
mod entries;
pub mod error;
pub mod evidence;
pub mod export;
mod faults;
mod first_sync;
pub mod follow;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod hand_over;
mod kept_trust;
pub mod local_copy;
mod officials;
pub mod open_folder;
mod patience;
pub mod position;
mod served_keys;
pub mod sip_dip;
mod trusted_log;
pub mod upstream;

use crate::domain::time::Time;

/// Reads the wall clock.
pub type Clock = fn() -> Time;

/// What a mirror is busy with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Reading the copy on disk, in listings.
    Load,
    /// Following the log, in leaves.
    Log,
    /// Downloading the snapshot, in bytes.
    Snapshot,
    /// Verifying the snapshot, in listings.
    Audit,
}

/// Opening what a mirror does: phase, done, total; and lines a person should read.
pub trait Progress {
    fn step(&mut self, phase: Phase, done: u64, total: u64);
    fn say(&mut self, line: &str);
}
