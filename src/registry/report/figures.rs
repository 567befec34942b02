//! Figures about reports for whoever runs the registry: how many, never whose.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::files::FileError;
use crate::{
    domain::{
        evidence::FileRefused,
        intake::clock::ClockKind,
        report::{
            Report,
            words::{Channel, ReportKind},
        },
        time::Time,
    },
    registry::{Registry, RegistryError},
    store::schema::{PendingCopies, Reports},
};

/// Open reports that are looked at, the oldest ones: bounds the work of one count. Beyond it `late` says too little, which
/// the number of open reports shows.
const MOST_LOOKED_AT: usize = 20_000;

/// What is counted since the program started.
#[derive(Default)]
pub(in crate::registry) struct Figures {
    received: Counts<(ReportKind, Channel)>,
    refused: Counts<&'static str>,
    swept: AtomicU64,
    standing: Mutex<Standing>,
}

/// What was counted last of what stands.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Urgent open reports whose bank nobody called yet, nor said why not.
    pub urgent_waiting: u64,
    /// Open reports with something that is late and still to be done.
    pub late: u64,
    /// Reports with files that wait for their safe copy.
    pub copies_waiting: u64,
}

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

/// How often each was seen. Keys are of few words, so it stays small.
struct Counts<K>(Mutex<HashMap<K, u64>>);

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Copy> Counts<K> {
    fn add(&self, key: K) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(key).or_default() += 1;
    }

    fn all(&self) -> Vec<(K, u64)> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(key, count)| (*key, *count)).collect()
    }
}

impl Figures {
    pub(super) fn received(&self, kind: ReportKind, channel: Channel) {
        self.received.add((kind, channel));
    }

    pub(super) fn swept(&self, files: usize) {
        self.swept.fetch_add(files as u64, Ordering::Relaxed);
    }

    pub(super) fn refused(&self, error: &FileError) {
        self.refused.add(match error {
            FileError::Refused(refused) => refused.code(),
            FileError::NoRoom => "no-room",
            FileError::Unavailable => "unavailable",
        });
    }
}

impl Standing {
    fn add(&mut self, report: &Report, now: Time) {
        if !report.is_open() || !report.clocks_count() {
            return;
        }
        let urgent = report.clock(ClockKind::ReportUrgent);
        if report.urgent && urgent.is_some_and(|clock| clock.is_open()) {
            self.urgent_waiting += 1;
        }
        let mut clocks = report.clocks.iter();
        if clocks.any(|clock| clock.is_open() && clock.is_late(now)) {
            self.late += 1;
        }
    }
}

impl Registry {
    /// Counts a file that was refused before it came here whole.
    pub fn note_refused_file(&self, refused: FileRefused) {
        self.figures.refused(&FileError::Refused(refused));
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
