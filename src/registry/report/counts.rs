//! What is counted of reports: how many, never whose.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::domain::{
    intake::clock::ClockKind,
    report::{
        Report,
        words::{Channel, ReportKind},
    },
    time::Time,
};

/// What is counted since the program started.
#[derive(Default)]
pub(in crate::registry) struct Figures {
    pub(super) received: Counts<(ReportKind, Channel)>,
    pub(super) refused: Counts<&'static str>,
    pub(super) swept: AtomicU64,
    pub(super) standing: Mutex<Standing>,
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

/// How often each was seen. Keys are of few words, so it stays small.
pub(super) struct Counts<K>(Mutex<HashMap<K, u64>>);

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

    pub(super) fn all(&self) -> Vec<(K, u64)> {
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

    /// Counts a file that was not taken, by the reason's machine word.
    pub(super) fn refused(&self, word: &'static str) {
        self.refused.add(word);
    }
}

impl Standing {
    pub(super) fn add(&mut self, report: &Report, now: Time) {
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
