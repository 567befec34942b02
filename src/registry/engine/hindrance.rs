//! What keeps the registry from taking changes, for whoever watches over it.

use std::sync::atomic::Ordering;

use super::Registry;

/// Why changes are refused at present. Checks go on in any case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hindrance {
    /// The log is not the one that was published.
    Forked,
    /// Acknowledged records are missing from the journal: an operator decides.
    Loss,
    /// The last checkpoint is gone or unreadable; signing in works.
    Checkpoint,
    /// Less than the reserve is free.
    DiskFull,
    /// The disk takes no writes.
    Disk,
    /// The store failed and is being built anew.
    Store,
}

impl Hindrance {
    /// Its word in `/readyz`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forked => "ledger-forked",
            Self::Loss => "records-missing",
            Self::Checkpoint => "checkpoint-missing",
            Self::DiskFull => "disk-full",
            Self::Disk => "disk-refuses",
            Self::Store => "store-rebuilding",
        }
    }
}

impl Registry {
    /// What keeps it from taking changes, as far as is known without writing; the gravest first.
    pub fn hindrance(&self) -> Option<Hindrance> {
        let shared = &self.shared;
        let is_doubted = shared.store().is_ok_and(|store| store.doubt().is_some());
        let reasons = [
            (shared.is_forked, Hindrance::Forked),
            (shared.loss.is_some(), Hindrance::Loss),
            (shared.holds_leaves, Hindrance::Checkpoint),
            (!shared.has_space(), Hindrance::DiskFull),
            (shared.failing.load(Ordering::Acquire), Hindrance::Disk),
            (is_doubted, Hindrance::Store),
        ];
        let first = reasons.into_iter().find(|(is_so, _)| *is_so);
        first.map(|(_, hindrance)| hindrance)
    }

    /// Whether the last write failed: it is worth trying whether the disk takes writes again.
    pub(in crate::registry) fn is_failing(&self) -> bool {
        self.shared.failing.load(Ordering::Acquire)
    }
}
