//! What keeps the registry from taking changes, for whoever watches over it.

use std::sync::atomic::Ordering;

use super::{Registry, disk};
use crate::journal::Standing;

/// Why changes are refused at present. Checks go on in any case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hindrance {
    /// The log is not the one that was published.
    Forked,
    /// Acknowledged records are missing from the journal: an operator decides.
    Loss,
    /// The last checkpoint is gone or unreadable; signing in works.
    Checkpoint,
    /// The journal's database has not the records that this machine has: an operator decides.
    Contradicts,
    /// A record of another machine can't be applied: a newer program wrote it, or it is not what was written.
    Stuck,
    /// The journal's database can't be reached, or acknowledges nothing.
    Journal,
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
            Self::Contradicts => "journal-contradicts",
            Self::Stuck => "cannot-follow",
            Self::Journal => "journal-unreachable",
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
        let standing = shared.journal.standing();
        let reasons = [
            (shared.is_forked, Hindrance::Forked),
            (shared.loss.is_some(), Hindrance::Loss),
            (shared.holds_leaves, Hindrance::Checkpoint),
            (standing == Standing::Contradicts, Hindrance::Contradicts),
            (shared.following.stuck().is_some(), Hindrance::Stuck),
            (standing == Standing::Unreachable, Hindrance::Journal),
            (!shared.has_space(), Hindrance::DiskFull),
            (shared.failing.load(Ordering::Acquire), Hindrance::Disk),
            (is_doubted, Hindrance::Store),
        ];
        let first = reasons.into_iter().find(|(is_so, _)| *is_so);
        first.map(|(_, hindrance)| hindrance)
    }

    /// Whether nothing goes on before an operator did something: what happens by itself waits.
    pub fn waits_for_operator(&self) -> bool {
        match self.hindrance() {
            Some(
                Hindrance::Forked
                | Hindrance::Loss
                | Hindrance::Checkpoint
                | Hindrance::Contradicts
                | Hindrance::Stuck,
            ) => true,
            Some(Hindrance::Journal | Hindrance::DiskFull | Hindrance::Disk | Hindrance::Store)
            | None => false,
        }
    }

    /// Whether the last write failed and the disk seems to take writes again: it is worth trying one.
    pub(in crate::registry) fn is_worth_trying(&self) -> bool {
        let shared = &self.shared;
        shared.failing.load(Ordering::Acquire)
            && disk::refusal(&shared.folder, shared.settings.reserve_bytes).is_none()
    }
}
