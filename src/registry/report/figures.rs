//! Figures about reports for whoever runs the registry: how many, never whose.

use std::sync::{PoisonError, atomic::Ordering};

pub use super::counts::Standing;
use super::files::FileError;
use crate::{
    domain::{
        evidence::FileRefused,
        report::words::{Channel, ReportKind},
        time::Time,
    },
    registry::{Registry, RegistryError},
    store::schema::{PendingCopies, Reports},
};

/// Open reports that are looked at, the oldest ones: bounds the work of one count. Beyond it `late` says too little, which
/// the number of open reports shows.
const MOST_LOOKED_AT: usize = 20_000;

/// All figures.
pub struct ReportFigures {
    /// Reports that came since the start.
    pub received: Vec<((ReportKind, Channel), u64)>,
    /// Files that were not taken since the start, by the reason's machine word.
    pub refused: Vec<(&'static str, u64)>,
    /// Files that were removed since the start because no report names them.
    pub swept: u64,
    /// Reports without an outcome.
    pub open: u64,
    pub standing: Standing,
}

impl Registry {
    /// Counts a file that was refused before it came here whole.
    pub fn note_refused_file(&self, refused: FileRefused) {
        self.figures.refused(FileError::Refused(refused).word());
    }

    /// Counts what stands, for [`Registry::report_figures`].
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; what was counted before is told on.
    pub fn count_reports(&self, now: Time) -> Result<(), RegistryError> {
        let store = self.shared.store()?;
        let mut standing = Standing::default();
        for id in self.index().reports.oldest(|_| true, MOST_LOOKED_AT) {
            if let Some(report) = store.get::<Reports>(&id)? {
                standing.add(&report, now);
            }
        }
        let most = MOST_LOOKED_AT;
        let waiting = store.page::<PendingCopies>(&[], None, most, most, |_, _| true)?;
        standing.copies_waiting = waiting.rows.len() as u64;
        let mut last = self
            .figures
            .standing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *last = standing;
        Ok(())
    }

    /// What is known without looking at the store.
    pub fn report_figures(&self) -> ReportFigures {
        let figures = &self.figures;
        let standing = figures.standing.lock();
        ReportFigures {
            received: figures.received.all(),
            refused: figures.refused.all(),
            swept: figures.swept.load(Ordering::Relaxed),
            open: self.index().reports.count(|_| true) as u64,
            standing: *standing.unwrap_or_else(PoisonError::into_inner),
        }
    }
}
