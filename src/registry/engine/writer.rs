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
    time::Instant,
};

use uuid::Uuid;

use super::{
    entry_bytes::encode,
    receipt::{ReceiptKey, earlier},
    shared::{Shared, new_id},
    store_recovery::{REPLAY_BYTES, apply_again},
};
use crate::{
    access::capability::Acting,
    domain::{
        change::{Change, Entry, TrailChange},
        time::Time,
    },
    formats::ndjson::PAYLOAD,
    journal::{
        AppendError, Draft, Head, MAX_BATCH_BYTES, MAX_BATCH_RECORDS, MAX_PRIVATE_BYTES,
        MAX_PRIVATE_PARTS, MAX_RECORD_BYTES,
    },
    ledger::Hash,
    registry::{clock::steady::SteadyClock, error::RegistryError},
    state::{
        plan::{Now, Plan},
        record::{Applied, Source},
        refused::Refused,
        standing::still_stands,
        view::View,
    },
    store::{
        Store,
        schema::{Destroyed, Destroying, LedgerKeys, SigningKeys},
        table::Table,
    },
};

/// Requests that wait for the writer. Beyond it callers wait in line.
const QUEUE: usize = 1024;

/// How often a batch is decided anew because another machine was first. Each machine is first as often as another, so that
/// of three that write all the time one comes second so often once in 10¹⁷ times.
const DECISIONS: usize = 100;

/// Most bytes that the count of a record's commitments takes.
const COUNT_BYTES: usize = 10;

/// A request that can be decided again until it is answered.
pub(super) trait Work: Send {
    /// Decides on the state as it will be after the requests before it.
    fn decide(&mut self, batch: &mut Batch<'_>);
    /// Tells the caller how it ended.
    fn answer(self: Box<Self>, durable: Result<(), RegistryError>);
}

/// The writer thread. Dropping it lets what waits finish first.
pub(super) struct Writer {
    queue: Option<SyncSender<Box<dyn Work>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(shared: Arc<Shared>) -> std::io::Result<Self> {
        let (queue, waiting) = sync_channel::<Box<dyn Work>>(QUEUE);
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || run(&shared, &waiting))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Puts a request into the line.
    pub(super) fn take(&self, work: Box<dyn Work>) -> Result<(), RegistryError> {
        let queue = self.queue.as_ref().ok_or(RegistryError::Unavailable)?;
        queue.send(work).map_err(|_| RegistryError::Unavailable)
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

/// Requests decided together.
pub(super) struct Batch<'a> {
    view: View<'a>,
    drafts: Vec<Draft>,
    bytes: usize,
    base: u64,
    clock: &'a SteadyClock,
    /// What makes a leaf is refused.
    holds_leaves: bool,
}

impl<'a> Batch<'a> {
    fn new(shared: &'a Shared, store: &'a Store, head: Head) -> Self {
        Self {
            view: View::new(store),
            drafts: Vec::new(),
            bytes: 0,
            base: head.seq,
            clock: &shared.clock,
            holds_leaves: shared.holds_leaves,
        }
    }

    /// The state as it will be.
    pub(super) fn view(&self) -> &View<'a> {
        &self.view
    }

    /// Takes one decision. A refusal leaves the view as it was.
    pub(super) fn decide(
        &mut self,
        by: Acting,
        wall: Time,
        receipt: Option<&ReceiptKey>,
        decide: &dyn Fn(&View<'_>, Now) -> Result<Plan, Refused>,
    ) -> Result<Uuid, RegistryError> {
        let now = Now {
            wall,
            ledger: self.ledger_time(wall)?,
        };
        still_stands(&self.view, by, now)?;
        if let Some(asked) = receipt
            && let Some(created) = earlier(&self.view, asked, wall)?
        {
            return Ok(created);
        }
        let plan = decide(&self.view, now)?;
        let created = plan.created;
        if !plan.changes.is_empty() {
            self.record(by, now, receipt, plan)?;
        }
        Ok(created)
    }

    /// Makes a plan the next record of the batch.
    fn record(
        &mut self,
        by: Acting,
        now: Now,
        receipt: Option<&ReceiptKey>,
        plan: Plan,
    ) -> Result<(), RegistryError> {
        let leaves: usize = plan.changes.iter().map(Change::max_leaves).sum();
        if leaves > 0 && self.holds_leaves {
            return Err(RegistryError::Unavailable);
        }
        let mut changes = plan.changes;
        let address = by.address();
        changes.extend(address.map(|address| TrailChange::CameFrom { address }.into()));
        let mut entry = Entry {
            at: match leaves {
                0 => now.wall,
                _ => now.ledger,
            },
            by: by.actor(),
            through: by.through(),
            changes,
            receipt: receipt.map(|asked| asked.of(plan.created)),
            parts: plan.kept,
            payload: PAYLOAD,
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
            source: Source::Deciding,
        })?;
        let public = encode(&entry)?;
        let private: Vec<Vec<u8>> = private.into_iter().flatten().collect();
        self.bytes += public.len() + private.iter().map(Vec::len).sum::<usize>();
        self.drafts.push(Draft {
            id: new_id(now.wall),
            public,
            private,
        });
        Ok(())
    }

    /// When a change of the ledger happens: by the clock that is trusted, and never before the leaf before it.
    fn ledger_time(&self, wall: Time) -> Result<Time, RegistryError> {
        let steady = self.clock.judge(wall).time;
        let last = self.view.last_leaf()?;
        Ok(last.map_or(steady, |leaf| steady.max(Time::from_minutes(leaf.minute))))
    }

    /// Whether another request still fits beside the largest possible one.
    fn has_room(&self) -> bool {
        self.drafts.len() < MAX_BATCH_RECORDS / 2 && self.bytes < MAX_BATCH_BYTES / 4
    }
}

fn run(shared: &Shared, waiting: &Receiver<Box<dyn Work>>) {
    while let Ok(first) = waiting.recv() {
        let turn = shared.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let store = ready(shared);
        match store {
            Ok(store) => {
                let mut works = vec![first];
                let written = catch_unwind(AssertUnwindSafe(|| {
                    write(shared, &store, &mut works, waiting)
                }));
                drop(turn);
                let Ok(durable) = written else {
                    // Memory may no longer say what the journal says. The journal is whole: a new
                    // start is the safe way on.
                    tracing::error!(
                        "the writer panicked; stopping at once, nothing acknowledged is lost"
                    );
                    std::process::abort();
                };
                for work in works {
                    work.answer(match durable {
                        Ok(()) => Ok(()),
                        Err(NotWritten::Refused) => Err(RegistryError::Unavailable),
                        Err(NotWritten::Unknown) => Err(RegistryError::Pending),
                    });
                }
            }
            Err(error) => {
                tracing::warn!(%error, "writes are refused");
                first.answer(Err(RegistryError::Unavailable));
            }
        }
    }
}

/// The store; an error while nothing can be written.
fn ready(shared: &Shared) -> Result<Arc<Store>, RegistryError> {
    let store = shared.store()?;
    if shared.is_forked
        || shared.loss.is_some()
        || store.doubt().is_some()
        || !shared.has_space()
        || !shared.journal.standing().is_reached()
        || shared.following.stuck().is_some()
    {
        return Err(RegistryError::Unavailable);
    }
    Ok(store)
}

/// Why a batch was not acknowledged.
enum NotWritten {
    /// Nothing of it is there.
    Refused,
    /// It may be there, and shows itself then.
    Unknown,
}

/// Decides what waits and appends it, anew when another machine was first. The error was logged.
fn write(
    shared: &Shared,
    store: &Store,
    works: &mut Vec<Box<dyn Work>>,
    waiting: &Receiver<Box<dyn Work>>,
) -> Result<(), NotWritten> {
    for _ in 0..DECISIONS {
        let head = shared.journal.head();
        if let Err(error) = catch_up(shared, store, head) {
            tracing::error!(%error, "the store can't follow the journal");
            return Err(NotWritten::Refused);
        }
        let mut batch = Batch::new(shared, store, head);
        for work in works.iter_mut() {
            work.decide(&mut batch);
        }
        while batch.has_room() {
            match waiting.try_recv() {
                Ok(mut work) => {
                    work.decide(&mut batch);
                    works.push(work);
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        let Batch { view, drafts, .. } = batch;
        if drafts.is_empty() {
            return Ok(());
        }
        let begun = Instant::now();
        let appended = shared.journal.append(head, &drafts);
        if let Some(told) = shared.appended.get() {
            told(begun.elapsed());
        }
        match appended {
            Ok(head) => {
                shared.failing.store(false, Ordering::Release);
                publish(shared, store, view, head);
                return Ok(());
            }
            Err(AppendError::Conflict { .. }) => {
                tracing::info!("another machine was first: what waits is decided anew");
            }
            Err(error) => {
                // A database tells itself how it stands; a disk is asked again.
                let is_own = !shared.journal.is_shared();
                shared.failing.store(is_own, Ordering::Release);
                tracing::error!(%error, "the journal did not take a batch");
                return Err(match error {
                    AppendError::Unknown(_) if !is_own => NotWritten::Unknown,
                    AppendError::Unknown(_)
                    | AppendError::Unavailable(_)
                    | AppendError::Refused(_)
                    | AppendError::Conflict { .. } => NotWritten::Refused,
                });
            }
        }
    }
    tracing::error!("another machine was first again and again");
    Err(NotWritten::Refused)
}

/// Applies what the journal has and the store has not: records of another machine. Who calls has the turn.
pub(super) fn catch_up(shared: &Shared, store: &Store, head: Head) -> Result<(), RegistryError> {
    while store.position().seq < head.seq {
        let position = store.position();
        let at = Head {
            seq: position.seq,
            chain: position.chain,
        };
        let records = shared.journal.read_on(at, REPLAY_BYTES)?;
        let mut view = View::new(store);
        for record in &records {
            apply_again(&mut view, record)?;
        }
        let Some(last) = records.last() else {
            return Err(RegistryError::Unavailable);
        };
        if view.touches(Destroying::ID) || view.touches(Destroyed::ID) {
            // What another machine erased is to go from this one's tables, too.
            shared.mark_stale()?;
        }
        publish(shared, store, view, last.head());
        if store.doubt().is_some() {
            return Err(RegistryError::Unavailable);
        }
    }
    Ok(())
}

/// Shows what the journal holds now: the index and the feed's watchers follow, and the tables are written.
fn publish(shared: &Shared, store: &Store, view: View<'_>, head: Head) {
    let changes_keys = view.touches(SigningKeys::ID) || view.touches(LedgerKeys::ID);
    let (writes, mut position, steps) = view.into_parts();
    position.seq = head.seq;
    position.chain = head.chain;
    shared.index.follow(&writes);
    // When it fails the change is durable and shown; only the tables lag. The store is doubted, which the log tells, and
    // built anew from the journal before the next write.
    let _ = shared
        .index
        .publish(&steps, &position, || store.commit(&writes, &position));
    if changes_keys {
        shared.key_changes.fetch_add(1, Ordering::Release);
    }
    shared.following.applied(head.seq);
}
