//! What follows from a round that failed: what is told, and whether the copy is taken anew.

use super::{
    error::{SyncError, Violation},
    follow::Mirror,
    patience::ClockWatch,
};
use crate::domain::time::Time;

/// Differences in a row after which the copy is compared with a fresh snapshot.
const DIFFERENCES: u32 = 3;

impl Mirror {
    pub(super) fn watch(&mut self, clock: &mut ClockWatch, was_stale: &mut bool) {
        if let Some(seconds) = clock.stepped((self.settings.clock)()) {
            self.progress.say(&format!(
                "the clock of this machine was moved by {seconds} s; when listings end depends on it"
            ));
        }
        let (at, stale) = self.copy.freshness();
        if stale && !*was_stale {
            let since = at.map_or("never".to_owned(), Time::rfc3339);
            self.progress
                .say(&format!("the copy is stale: last verified {since}"));
        }
        *was_stale = stale;
    }

    pub(super) fn note(&mut self, error: &SyncError) {
        let told = match error {
            SyncError::Equivocation { .. } => format!("ALARM: {error}. Syncing stops for good"),
            SyncError::StartAnew | SyncError::Damaged(_) => error.to_string(),
            SyncError::Violation(_)
            | SyncError::Stopped(_)
            | SyncError::Upstream(_)
            | SyncError::Database(_)
            | SyncError::Io { .. }
            | SyncError::Folder(_)
            | SyncError::OlderLayout
            | SyncError::NewerLayout { .. }
            | SyncError::TrustLost
            | SyncError::OtherLog { .. }
            | SyncError::BadKey(_) => format!(
                "{error}. The copy of ledger size {} stays",
                self.copy.size()
            ),
        };
        self.copy.failed(&error.to_string());
        self.progress.say(&told);
        if matches!(error, SyncError::StartAnew) {
            self.position = None;
        }
        if let SyncError::Damaged(what) = error {
            self.begin_anew(what);
        }
        if let SyncError::Violation(
            Violation::Withheld { .. }
            | Violation::WrongCount { .. }
            | Violation::WrongDigest { .. },
        ) = error
        {
            self.differences += 1;
        }
        if self.differences >= DIFFERENCES {
            // The registry may have changed which kinds this partner gets: a snapshot, audited whole, shows it.
            self.differences = 0;
            self.position = None;
            self.progress
                .say("the differences stay: a fresh snapshot is taken and compared with the log");
        }
    }

    /// Throws away the copy on disk. Checks go on from memory, and what is trusted is kept.
    fn begin_anew(&mut self, what: &str) {
        self.copy.doubt(what);
        self.position = None;
        if let Err(error) = self.database.begin_anew(&self.settings.folder) {
            self.progress.say(&format!(
                "the damaged copy could not be replaced yet: {error}"
            ));
        }
    }
}
