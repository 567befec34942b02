//! The one place where state changes: decide, append, apply, answer.
//!
//! One writer thread takes all waiting requests at once. Each decides on the state as it will be
//! after the ones before it; all of them share one `fdatasync`. A crash before the append: nothing
//! happened. After it: replay at start-up finishes the rest.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, PoisonError,
        atomic::Ordering,
        mpsc::{Receiver, SyncSender, TryRecvError, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use uuid::Uuid;

use super::{
    Registry, RegistryError, Shared,
    clock::SteadyClock,
    entry_bytes::encode,
    new_id,
    receipt::{ReceiptKey, earlier},
    store_recovery,
};
use crate::{
    access::capability::Acting,
    domain::{
        change::{Change, Entry, Part},
        time::Time,
    },
    journal::{
        Draft, MAX_BATCH_BYTES, MAX_BATCH_RECORDS, MAX_PRIVATE_BYTES, MAX_PRIVATE_PARTS,
        MAX_RECORD_BYTES,
    },
    ledger::Hash,
    store::{
        schema::{Officials, Sessions, Users},
        state::Applied,
        table::Table,
        view::View,
    },
};

/// Requests that wait for the writer. Beyond it callers wait in line.
const QUEUE: usize = 1024;

/// How often a failed store is tried again.
const RETRY_STORE: Duration = Duration::from_secs(2);

/// Most bytes that the count of a record's commitments takes.
const COUNT_BYTES: usize = 10;

/// What a decision wants to happen.
#[derive(Default)]
pub struct Plan {
    /// In order, applied together.
    pub changes: Vec<Change>,
    /// Texts that the changes name by [`Part`].
    pub private: Vec<Vec<u8>>,
    /// What it creates, for receipts and the answer.
    pub made: Uuid,
}

impl Plan {
    /// One change.
    pub fn one(change: Change) -> Self {
        Self {
            changes: vec![change],
            ..Self::default()
        }
    }

    /// Takes a text into the private side; empty text is none.
    pub fn keep(&mut self, text: &str) -> Option<Part> {
        (!text.is_empty()).then(|| self.keep_bytes(text.as_bytes().to_vec()))
    }

    /// Takes bytes into the private side. More parts than a record holds are refused as a whole later.
    pub fn keep_bytes(&mut self, bytes: Vec<u8>) -> Part {
        let part = Part::try_from(self.private.len()).unwrap_or(Part::MAX);
        self.private.push(bytes);
        part
    }
}

/// Tells a caller how it ended, once that is known.
type Finish = Box<dyn FnOnce(Result<(), RegistryError>) + Send>;
type Work = Box<dyn FnOnce(&mut Batch<'_>) -> Finish + Send>;

/// The writer thread. Dropping it lets what waits finish first.
pub(super) struct Writer {
    queue: Option<SyncSender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(shared: Arc<Shared>) -> std::io::Result<Self> {
        let (queue, waiting) = sync_channel::<Work>(QUEUE);
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || run(&shared, &waiting))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // A panic there was reported when it happened.
            let _ = thread.join();
        }
    }
}

impl Registry {
    /// What an earlier request with this key made, for work that should not be done twice.
    pub(super) fn made_before(
        &self,
        receipt: Option<&ReceiptKey>,
        now: Time,
    ) -> Result<Option<Uuid>, RegistryError> {
        let Some(asked) = receipt else {
            return Ok(None);
        };
        let store = self.shared.store()?;
        earlier(&View::new(&store), asked, now)
    }

    /// Decides and commits. `decide` sees the state as it is when its turn comes; `present` sees it
    /// as it is with the change, and its answer is given only once the change is durable.
    ///
    /// What the caller's right rests on, account, role, unit, session and second factor, is read again on that state: who
    /// was suspended while the request came in is refused.
    ///
    /// With a receipt key that was used before for the same request, nothing is decided again and
    /// `present` is asked about what was made then.
    pub(super) fn commit<T: Send + 'static>(
        &self,
        by: Acting,
        now: Time,
        receipt: Option<ReceiptKey>,
        decide: impl FnOnce(&View<'_>) -> Result<Plan, RegistryError> + Send + 'static,
        present: impl FnOnce(&View<'_>, Uuid) -> Result<T, RegistryError> + Send + 'static,
    ) -> Result<T, RegistryError> {
        self.commit_timed(by, now, receipt, |view, _| decide(view), present)
    }

    /// As [`Registry::commit`], for changes of the ledger that go by time: `decide` is also told the time that the
    /// record will have.
    pub(super) fn commit_timed<T: Send + 'static>(
        &self,
        by: Acting,
        now: Time,
        receipt: Option<ReceiptKey>,
        decide: impl FnOnce(&View<'_>, Time) -> Result<Plan, RegistryError> + Send + 'static,
        present: impl FnOnce(&View<'_>, Uuid) -> Result<T, RegistryError> + Send + 'static,
    ) -> Result<T, RegistryError> {
        let (answer, wait) = sync_channel(1);
        let work: Work = Box::new(move |batch| {
            let result = batch
                .decide(by, now, receipt, decide)
                .and_then(|made| present(&batch.view, made));
            Box::new(move |durable| {
                // Nobody listens any more: the caller is gone, the change stands.
                let _ = answer.send(durable.and(result));
            })
        });
        let queue = self
            .writer
            .queue
            .as_ref()
            .ok_or(RegistryError::Unavailable)?;
        queue.send(work).map_err(|_| RegistryError::Unavailable)?;
        wait.recv().map_err(|_| RegistryError::Unavailable)?
    }
}

/// Requests decided together.
struct Batch<'a> {
    view: View<'a>,
    drafts: Vec<Draft>,
    bytes: usize,
    base: u64,
    clock: &'a SteadyClock,
}

impl Batch<'_> {
    fn decide(
        &mut self,
        by: Acting,
        now: Time,
        receipt: Option<ReceiptKey>,
        decide: impl FnOnce(&View<'_>, Time) -> Result<Plan, RegistryError>,
    ) -> Result<Uuid, RegistryError> {
        still_stands(&self.view, by, now)?;
        if let Some(asked) = &receipt
            && let Some(made) = earlier(&self.view, asked, now)?
        {
            return Ok(made);
        }
        let ledger_time = self.ledger_time(now)?;
        let plan = decide(&self.view, ledger_time)?;
        if plan.changes.is_empty() {
            return Ok(plan.made);
        }
        let leaves: usize = plan.changes.iter().map(Change::max_leaves).sum();
        let at = match leaves {
            0 => now,
            _ => ledger_time,
        };
        let mut entry = Entry {
            at,
            by: by.actor(),
            changes: plan.changes,
            receipt: receipt.map(|asked| asked.of(plan.made)),
            commitments: Vec::new(),
        };
        let private: Vec<Option<Vec<u8>>> = plan.private.into_iter().map(Some).collect();
        // One request too large must not take the whole batch with it.
        if encode(&entry)?.len() + leaves * size_of::<Hash>() + COUNT_BYTES > MAX_RECORD_BYTES
            || private.len() > MAX_PRIVATE_PARTS
            || private.iter().flatten().map(Vec::len).sum::<usize>() > MAX_PRIVATE_BYTES
        {
            return Err(RegistryError::Internal(
                "a change too large for one record".into(),
            ));
        }
        entry.commitments = self.view.apply(&Applied {
            seq: self.base + self.drafts.len() as u64 + 1,
            chain: [0; 32],
            entry: &entry,
            private: &private,
            fresh: true,
        })?;
        let public = encode(&entry)?;
        let private: Vec<Vec<u8>> = private.into_iter().flatten().collect();
        self.bytes += public.len() + private.iter().map(Vec::len).sum::<usize>();
        self.drafts.push(Draft {
            id: new_id(now),
            public,
            private,
        });
        Ok(plan.made)
    }

    /// When a change of the ledger happens: by the clock that is trusted, and never before the leaf before it.
    fn ledger_time(&self, now: Time) -> Result<Time, RegistryError> {
        let steady = self.clock.judge(now).time;
        let last = self.view.last_leaf()?;
        Ok(last.map_or(steady, |leaf| steady.max(Time::from_minutes(leaf.minute))))
    }

    /// Whether another request still fits beside the largest possible one.
    fn has_room(&self) -> bool {
        self.drafts.len() < MAX_BATCH_RECORDS / 2 && self.bytes < MAX_BATCH_BYTES / 4
    }
}

/// Whether the caller's right still stands on this state.
fn still_stands(view: &View<'_>, by: Acting, now: Time) -> Result<(), RegistryError> {
    let Some((user, session)) = by.grounds() else {
        return Ok(());
    };
    let user = view.get::<Users>(&user)?;
    let session = match session {
        Some(id) => view.get::<Sessions>(&id)?,
        None => None,
    };
    Ok(by.still_stands(user, session, now)?)
}

fn run(shared: &Shared, waiting: &Receiver<Work>) {
    let mut last_try = None;
    while let Ok(first) = waiting.recv() {
        let ready = ready(shared, &mut last_try);
        match ready {
            Ok(store) => {
                let done = catch_unwind(AssertUnwindSafe(|| batch(shared, &store, first, waiting)));
                if done.is_err() {
                    // Memory may no longer say what the journal says. The journal is whole: a new
                    // start is the safe way on.
                    tracing::error!(
                        "the writer panicked; stopping at once, nothing acknowledged is lost"
                    );
                    std::process::abort();
                }
            }
            Err(error) => {
                tracing::warn!(%error, "writes are refused");
                refuse(first);
            }
        }
    }
}

/// The store, opened again if it failed; an error while nothing can be written.
fn ready(
    shared: &Shared,
    last_try: &mut Option<Instant>,
) -> Result<Arc<crate::store::Store>, RegistryError> {
    if !shared.writable || !shared.has_space() {
        return Err(RegistryError::Unavailable);
    }
    if shared.store_failed.load(Ordering::Acquire) {
        if last_try.is_some_and(|at| at.elapsed() < RETRY_STORE) {
            return Err(RegistryError::Unavailable);
        }
        *last_try = Some(Instant::now());
        store_recovery::reopen_store(shared)?;
        shared.store_failed.store(false, Ordering::Release);
    }
    shared.store()
}

/// Answers a request that can't be tried.
fn refuse(work: Work) {
    // Never run: dropping it closes its channel, which the caller reads as unavailable.
    drop(work);
}

fn batch(shared: &Shared, store: &crate::store::Store, first: Work, waiting: &Receiver<Work>) {
    let head = shared.journal.head();
    let mut batch = Batch {
        view: View::new(store),
        drafts: Vec::new(),
        bytes: 0,
        base: head.seq,
        clock: &shared.clock,
    };
    let mut finishes = vec![first(&mut batch)];
    while batch.has_room() {
        match waiting.try_recv() {
            Ok(work) => finishes.push(work(&mut batch)),
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
        }
    }
    let Batch { view, drafts, .. } = batch;
    if drafts.is_empty() {
        finishes.into_iter().for_each(|finish| finish(Ok(())));
        return;
    }
    match shared.journal.append(head, &drafts) {
        Ok(new_head) => {
            let (writes, mut position, steps) = view.into_parts();
            position.seq = new_head.seq;
            position.chain = new_head.chain;
            shared.note_officials(&writes);
            let stored = shared
                .index
                .publish(&steps, &position, || store.commit(&writes, &position));
            if let Err(error) = stored {
                // The change is durable and shown; only the tables lag. They are replayed from the
                // journal before the next write.
                tracing::error!(%error, "the store failed, it will be opened again");
                shared.store_failed.store(true, Ordering::Release);
            }
            finishes.into_iter().for_each(|finish| finish(Ok(())));
        }
        Err(error) => {
            tracing::error!(%error, "the journal did not take a batch");
            for finish in finishes {
                finish(Err(RegistryError::Unavailable));
            }
        }
    }
}

impl Shared {
    /// Whether the disk has more than the reserve free. An unreadable figure counts as yes: the
    /// append itself will tell.
    pub(super) fn has_space(&self) -> bool {
        rustix::fs::statvfs(&self.folder).map_or(true, |fs| {
            fs.f_bavail * fs.f_frsize > self.settings.reserve_bytes
        })
    }

    /// Protected identifiers are answered from memory too.
    fn note_officials(&self, writes: &crate::store::view::Writes) {
        for ((table, key), value) in writes {
            if *table == Officials::ID {
                self.index.set_official(key, value.as_deref());
            }
        }
    }

    pub(super) fn set_store(&self, store: Option<Arc<crate::store::Store>>) {
        *self.store.write().unwrap_or_else(PoisonError::into_inner) = store;
    }
}
