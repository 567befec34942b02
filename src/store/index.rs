//! The in-memory index that answers checks: no lock, no disk.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use compact_str::CompactString;
use foldhash::fast::RandomState;
use uuid::Uuid;

use super::{
    Store, StoreError,
    digest::Tallies,
    open_reports::ReportsAtWork,
    schema::{
        Identifiers, Live, OfficialRow, Officials, OpenReports, PendingApprovals, PendingProposals,
        Position, Reports,
    },
    table::{Table, Writes, decode},
    waiting::Waiting,
};
use crate::{
    domain::{identifier::Kind, key::Key, time::Time, unit::UnitCode},
    ledger::tree::Frontier,
};

/// One key's step from one state of the live set to the next.
#[derive(Clone)]
pub struct Publication {
    pub key: Key,
    pub before: Option<Live>,
    pub after: Option<Live>,
}

/// The ledger and what the live set adds up to at one size of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Published {
    pub tree: Frontier,
    pub tallies: Tallies,
}

impl Published {
    /// Leaves of the ledger.
    pub fn ledger_size(&self) -> u64 {
        self.tree.size()
    }
}

impl From<&Position> for Published {
    fn from(position: &Position) -> Self {
        Self {
            tree: position.tree.clone(),
            tallies: position.tallies,
        }
    }
}

/// What stood at the keys that changed since a snapshot began; see [`Index::freeze`].
#[derive(Default)]
pub struct Frozen {
    before: Mutex<HashMap<Key, Option<Live>>>,
}

impl Frozen {
    /// What the key said when the snapshot began, if it changed since.
    pub fn at_start(&self, key: &str) -> Option<Option<Live>> {
        self.lock().get(key).cloned()
    }

    /// Moves the snapshot further back: what stood at the keys that changed until it began.
    pub fn put_before(&self, before: HashMap<Key, Option<Live>>) {
        self.lock().extend(before);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Option<Live>>> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Identifiers of the listings in force. Strangers ask and never insert, so its hash is a quick one. Keys of up to 24 bytes,
/// which nearly all are, lie beside what they say: a third of the memory of a listing would be its key.
pub struct Index {
    live: papaya::HashMap<CompactString, Live, RandomState>,
    officials: papaya::HashMap<Box<str>, OfficialRow, RandomState>,
    /// Proposals that wait for a second officer.
    pub proposals: Waiting,
    /// Acts that want a second person.
    pub approvals: Waiting,
    /// Reports without an outcome.
    pub reports: ReportsAtWork,
    /// Counts writes of reports.
    reports_written: tokio::sync::watch::Sender<u64>,
    ledger_size: tokio::sync::watch::Sender<u64>,
    /// No listing ends before this instant (milliseconds): spares the scheduler its scan.
    next_due: AtomicI64,
    published: Mutex<(Published, Vec<std::sync::Weak<Frozen>>)>,
}

impl Index {
    /// Builds the index by one scan of the store, recomputing the digest of the live set.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the rows disagree with the position kept beside them: the store
    /// must be rebuilt. Damaged sled files have been seen to open silently wrong.
    pub fn load(store: &Store, progress: &mut dyn FnMut(u64, u64)) -> Result<Self, StoreError> {
        let position = store.position();
        let live = papaya::HashMap::builder()
            .hasher(RandomState::default())
            .capacity(usize::try_from(position.tallies.total().live).unwrap_or(0))
            .build();
        let total = position.tallies.total().live;
        let (mut seen, mut done) = (Tallies::default(), 0u64);
        let mut next_due = i64::MAX;
        store.guarded(|| {
            let map = live.pin();
            store.each_row(Identifiers::ID, |key, bytes| {
                let Some(entry) = store.decoded::<Identifiers>(bytes)?.live else {
                    return Ok(());
                };
                let key = std::str::from_utf8(key).map_err(|_| StoreError::Damaged("a key"))?;
                let kind = Kind::of_key(key).ok_or(StoreError::Damaged("a key"))?;
                seen.add(kind, key, entry.ledger_index);
                done += 1;
                next_due = next_due.min(entry.valid_until.millis());
                map.insert(key.into(), entry);
                if done.is_multiple_of(10_000) {
                    progress(done, total);
                }
                Ok(())
            })
        })?;
        if seen != position.tallies {
            return store.noted(Err(StoreError::Damaged(
                "the live set disagrees with its digest",
            )));
        }
        let officials = papaya::HashMap::default();
        for row in store
            .page::<Officials>(&[], None, usize::MAX, usize::MAX, |_, _| true)?
            .rows
        {
            officials.pin().insert(row.key.as_str().into(), row);
        }
        let proposals = Waiting::load::<PendingProposals>(store)?;
        if proposals.count(|_| true) as u64 != position.open {
            return store.noted(Err(StoreError::Damaged(
                "proposals are missing, or too many",
            )));
        }
        Ok(Self {
            live,
            officials,
            proposals,
            approvals: Waiting::load::<PendingApprovals>(store)?,
            reports: ReportsAtWork::load(store)?,
            reports_written: tokio::sync::watch::Sender::new(0),
            ledger_size: tokio::sync::watch::Sender::new(position.ledger_size()),
            next_due: AtomicI64::new(next_due),
            published: Mutex::new((Published::from(&position), Vec::new())),
        })
    }

    /// Takes over what another index holds, for one that is in use: each key changes from what was shown to what is right.
    pub fn take_over(&self, other: &Self) {
        let mut guard = self.lock();
        let (live, right) = (self.live.pin(), other.live.pin());
        live.retain(|key, _| right.contains_key(key));
        for (key, listing) in &right {
            live.insert(key.clone(), listing.clone());
        }
        let (officials, right) = (self.officials.pin(), other.officials.pin());
        officials.retain(|key, _| right.contains_key(key));
        for (key, row) in &right {
            officials.insert(key.clone(), row.clone());
        }
        self.proposals.take_over(&other.proposals);
        self.approvals.take_over(&other.approvals);
        self.reports.take_over(&other.reports);
        guard.0 = other.published();
        self.look_again();
        self.ledger_size.send_replace(guard.0.ledger_size());
    }

    /// The listing in force for a key at an instant.
    pub fn find(&self, key: &str, now: Time) -> Option<Live> {
        self.live
            .pin()
            .get(key)
            .filter(|live| live.valid_until > now)
            .cloned()
    }

    /// The protected identifier of a key, if an administrator added it.
    pub fn official(&self, key: &str) -> Option<OfficialRow> {
        self.officials.pin().get(key).cloned()
    }

    /// Every protected identifier that an administrator added.
    pub fn officials(&self) -> Vec<OfficialRow> {
        self.officials.pin().values().cloned().collect()
    }

    /// Follows what is written to the tables that are answered from memory, too.
    pub fn follow(&self, writes: &Writes) {
        for ((table, key), value) in writes {
            let value = value.as_deref();
            match *table {
                Officials::ID => self.set_official(key, value),
                PendingProposals::ID => {
                    set_waiting::<PendingProposals>(&self.proposals, key, value)
                }
                PendingApprovals::ID => {
                    set_waiting::<PendingApprovals>(&self.approvals, key, value)
                }
                OpenReports::ID => {
                    let open = value.and_then(|bytes| decode::<OpenReports>(bytes).ok());
                    if let Ok(id) = Uuid::from_slice(key) {
                        self.reports.set(id, open.map(|(_, open)| open));
                    }
                }
                Reports::ID => self.reports_written.send_modify(|written| *written += 1),
                _ => {}
            }
        }
    }

    fn set_official(&self, key: &[u8], value: Option<&[u8]>) {
        let Ok(key) = std::str::from_utf8(key) else {
            return;
        };
        match value.map(decode::<Officials>) {
            Some(Ok(row)) => drop(self.officials.pin().insert(key.into(), row)),
            _ => drop(self.officials.pin().remove(key)),
        }
    }

    /// Reads anew what waits for somebody.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn read_waiting(&self, store: &Store) -> Result<(), StoreError> {
        self.proposals
            .take_over(&Waiting::load::<PendingProposals>(store)?);
        self.approvals
            .take_over(&Waiting::load::<PendingApprovals>(store)?);
        self.reports.take_over(&ReportsAtWork::load(store)?);
        Ok(())
    }

    /// Public changes so far.
    pub fn ledger_size(&self) -> u64 {
        *self.ledger_size.borrow()
    }

    /// Tells when the ledger grows.
    pub fn watch(&self) -> tokio::sync::watch::Receiver<u64> {
        self.ledger_size.subscribe()
    }

    /// Tells when a report came or something was done to one.
    pub fn watch_reports(&self) -> tokio::sync::watch::Receiver<u64> {
        self.reports_written.subscribe()
    }

    /// What the live set adds up to now.
    pub fn published(&self) -> Published {
        self.lock().0.clone()
    }

    /// Starts a snapshot: what stands at this very point, however long it takes to read.
    pub fn freeze(&self) -> (Published, Arc<Frozen>) {
        let frozen = Arc::new(Frozen::default());
        let mut guard = self.lock();
        guard.1.retain(|other| other.strong_count() > 0);
        guard.1.push(Arc::downgrade(&frozen));
        (guard.0.clone(), frozen)
    }

    /// Before the store's transaction: remembers what running snapshots must still see. Called by
    /// the one writer, so that no snapshot can begin between this and [`Index::publish`].
    pub fn publish(
        &self,
        steps: &[Publication],
        position: &Position,
        commit: impl FnOnce() -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut guard = self.lock();
        for frozen in guard.1.iter().filter_map(std::sync::Weak::upgrade) {
            let mut before = frozen.lock();
            for step in steps {
                before
                    .entry(step.key.clone())
                    .or_insert_with(|| step.before.clone());
            }
        }
        let committed = commit();
        let map = self.live.pin();
        for step in steps {
            match &step.after {
                Some(live) => {
                    self.next_due
                        .fetch_min(live.valid_until.millis(), Ordering::AcqRel);
                    map.insert(step.key.as_str().into(), live.clone());
                }
                None => {
                    map.remove(step.key.as_str());
                }
            }
        }
        guard.0 = Published::from(position);
        self.ledger_size.send_if_modified(|size| {
            std::mem::replace(size, position.ledger_size()) != position.ledger_size()
        });
        committed
    }

    /// Listings whose time has run out, at most `limit`.
    pub fn due(&self, now: Time, limit: usize) -> Vec<Live> {
        if self.next_due.load(Ordering::Acquire) > now.millis() {
            return Vec::new();
        }
        // Lowered again by any insert that happens meanwhile.
        self.next_due.store(i64::MAX, Ordering::Release);
        let map = self.live.pin();
        let mut due = Vec::new();
        let mut next = i64::MAX;
        for live in map.values() {
            if live.valid_until <= now && due.len() < limit {
                due.push(live.clone());
            } else {
                next = next.min(live.valid_until.millis());
            }
        }
        self.next_due.fetch_min(next, Ordering::AcqRel);
        due
    }

    /// Tells the scheduler to look again, after an expiry that could not be written.
    pub fn look_again(&self) {
        self.next_due.store(i64::MIN, Ordering::Release);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (Published, Vec<std::sync::Weak<Frozen>>)> {
        self.published
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Follows a write to a table of what waits.
fn set_waiting<T: Table<Value = (Uuid, UnitCode)>>(
    waiting: &Waiting,
    key: &[u8],
    value: Option<&[u8]>,
) {
    let unit = value.and_then(|bytes| decode::<T>(bytes).ok());
    if let Ok(id) = Uuid::from_slice(key) {
        waiting.set(id, unit.map(|(_, unit)| unit));
    }
}
