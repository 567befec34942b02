//! The store that heals itself: one that is not believed any more, that still holds erased bytes, or that lives in memory
//! because the disk took no writes, is built anew from the journal while the service runs, and exchanged.
//!
//! Checks go on from the index all the while. Nothing is written with a store that is doubted: its rows would be decided
//! on. A crash here: the store's mark stays, and the next start builds it anew.

use std::{
    path::PathBuf,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use super::{
    data_folder::StartError,
    disk,
    progress::Quiet,
    shared::Shared,
    store_folder,
    store_recovery::{forget_erased, load_index, replay},
};
use crate::store::{Store, index::Published};

/// How often it looks when there is something to do.
const SOON: Duration = Duration::from_secs(1);
/// How often it looks whether the disk takes writes again.
const SELDOM: Duration = Duration::from_secs(30);
/// Rest between two times, and after a failure, doubled each time: a disk that fails again and again is no reason to do
/// nothing else.
const REST: Duration = Duration::from_secs(5);
/// Longest rest.
const LONGEST_REST: Duration = Duration::from_secs(600);

/// The thread that builds. Dropping it gives up what is not finished.
pub(super) struct Healer {
    wake: Sender<()>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Healer {
    pub(super) fn start(shared: Arc<Shared>) -> std::io::Result<Self> {
        let (wake, waiting) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        if let Ok(store) = shared.store() {
            store.wake(wake.clone());
        }
        let mut work = Work {
            shared,
            wake: wake.clone(),
            stop: Arc::clone(&stop),
            retired: Vec::new(),
            rest: REST,
            next: Instant::now(),
        };
        let thread = std::thread::Builder::new()
            .name("healer".into())
            .spawn(move || work.run(&waiting))?;
        Ok(Self {
            wake,
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for Healer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        let _ = self.wake.send(());
        if let Some(thread) = self.thread.take() {
            // A panic there was reported when it happened.
            let _ = thread.join();
        }
    }
}

/// A store that was exchanged, until its last reader is gone.
struct Retired {
    store: Arc<Store>,
    folder: Option<PathBuf>,
    /// How often the store had been marked when the new one began to be built.
    marks: u64,
}

struct Work {
    shared: Arc<Shared>,
    wake: Sender<()>,
    stop: Arc<AtomicBool>,
    retired: Vec<Retired>,
    rest: Duration,
    next: Instant,
}

impl Work {
    fn run(&mut self, waiting: &Receiver<()>) {
        while !self.stop.load(Ordering::Acquire) {
            if self.is_wanted() && Instant::now() >= self.next {
                self.heal();
            }
            self.remove_retired();
            let is_busy = !self.retired.is_empty() || self.is_wanted();
            // Woken, or nothing came: it looks again either way.
            let _ = waiting.recv_timeout(if is_busy { SOON } else { SELDOM });
        }
    }

    fn is_wanted(&self) -> bool {
        let shared = &self.shared;
        let Ok(store) = shared.store() else {
            return false;
        };
        // While an operator has to decide, nothing of what there is may go.
        if shared.loss.is_some() {
            return false;
        }
        store.doubt().is_some()
            || shared.rebuild.load(Ordering::Acquire)
            || store.folder().is_none()
                && disk::refusal(&shared.folder, shared.settings.reserve_bytes).is_none()
    }

    fn heal(&mut self) {
        match self.exchange() {
            Ok(retired) => {
                tracing::info!("the store is built anew from the journal and in use");
                self.retired.push(retired);
                self.rest = REST;
            }
            Err(_) if self.stop.load(Ordering::Acquire) => {}
            Err(error) => {
                tracing::error!(%error, "the store could not be built anew yet");
                self.rest = (self.rest * 2).min(LONGEST_REST);
            }
        }
        self.next = Instant::now() + self.rest;
    }

    /// Builds a store from the journal and puts it into the place of the one in use.
    fn exchange(&self) -> Result<Retired, StartError> {
        let shared = &self.shared;
        if shared.store()?.doubt().is_some() {
            // Should the program end before it is done, the next start does it.
            let _ = shared.mark_stale();
        }
        let marks = shared.marks();
        let stop = || self.stop.load(Ordering::Acquire);
        let open = |folder: &PathBuf| Store::open(folder, shared.settings.cache_bytes);
        let building = store_folder::building(&shared.folder)?;
        let store = open(&building)?;
        let shown = shared.following.seq();
        replay(&store, &*shared.journal, shown, &mut Quiet, &stop)?;
        load_index(&store, &mut Quiet)?;
        store.flush()?;
        drop(store);
        let folder = store_folder::keep_built(&shared.folder)?;
        let store = open(&folder)?;
        let turn = shared.turn.lock().unwrap_or_else(PoisonError::into_inner);
        // What another machine wrote since is applied to both.
        let shown = shared.following.seq();
        replay(&store, &*shared.journal, shown, &mut Quiet, &stop)?;
        if shared.index.published() != Published::from(&store.position()) {
            tracing::error!("the index was not what the journal says; it is made anew");
            shared.index.take_over(&load_index(&store, &mut Quiet)?);
        } else {
            // What waits is no part of what is published, and may have been read from the doubted store.
            shared.index.read_waiting(&store)?;
        }
        store.wake(self.wake.clone());
        shared.rebuild.store(false, Ordering::Release);
        shared.failing.store(false, Ordering::Release);
        let old = shared.exchange_store(Arc::new(store));
        // Keys that a doubted store did not tell of are in this one.
        shared.key_changes.fetch_add(1, Ordering::Release);
        drop(turn);
        Ok(Retired {
            folder: old.folder().map(ToOwned::to_owned),
            store: old,
            marks,
        })
    }

    /// Removes stores that nobody reads any more; with the last one, what may hold erased bytes beside it.
    fn remove_retired(&mut self) {
        for retired in std::mem::take(&mut self.retired) {
            if Arc::strong_count(&retired.store) > 1 {
                self.retired.push(retired);
                continue;
            }
            let Retired {
                store,
                folder,
                marks,
            } = retired;
            drop(store);
            let removed = folder.map_or(Ok(()), |folder| store_folder::remove(&folder));
            let removed = removed.and_then(|()| {
                self.shared
                    .unmark_stale(marks, || forget_erased(&self.shared.folder))
            });
            if let Err(error) = removed {
                tracing::warn!(%error, "an old store could not be removed yet; the next start does it");
            }
        }
    }
}
