//! The copy in memory, from which checks are answered, and how fresh it is.

use std::{
    collections::HashSet,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use compact_str::CompactString;
use serde::Serialize;

use crate::{
    domain::{method::MethodId, time::Time, unit::UnitCode},
    formats::{
        ndjson::{PAYLOAD, seconds},
        row::FeedRow,
    },
    registry::check::{Listings, OfficialName},
    store::schema::Live,
};

/// What a mirror says about itself (`GET /v1/mirror`).
#[derive(Clone, Debug, Serialize)]
pub struct MirrorState {
    pub upstream: String,
    /// Ledger size up to which everything was verified and is in the answers.
    pub size: u64,
    pub count: u64,
    pub digest: String,
    /// When a signed checkpoint last confirmed the copy.
    pub verified_at: Option<String>,
    pub stale: bool,
    /// The largest signed checkpoint that was verified.
    pub checkpoint: Option<String>,
    /// Why syncing stopped for good.
    pub stopped: Option<String>,
    /// What went wrong in the last round, if it did.
    pub problem: Option<String>,
    /// What is wrong with the copy on disk, until it was taken anew.
    pub damage: Option<String>,
}

#[derive(Default)]
struct Status {
    size: u64,
    count: u64,
    digest: String,
    checkpoint: Option<String>,
    contact: Option<Contact>,
    stopped: Option<String>,
    problem: Option<String>,
    damage: Option<String>,
}

impl Status {
    fn age(&self) -> Option<Duration> {
        let contact = self.contact.as_ref();
        contact.map(|contact| contact.age + contact.noted.elapsed())
    }
}

/// The last verified round. Its age is counted by a clock that does not jump.
#[derive(Clone, Copy)]
struct Contact {
    at: Time,
    /// Its age when it was noted here: more than zero after a restart.
    age: Duration,
    noted: Instant,
}

/// Listings by key, and the state of the copy.
pub struct LocalCopy {
    live: papaya::HashMap<CompactString, Live>,
    officials: papaya::HashMap<Box<str>, OfficialName>,
    status: Mutex<Status>,
    size: AtomicU64,
    upstream: String,
    stale_after: Duration,
}

/// A listing as checks show it. Words that this version does not know become the closest that it does.
fn shown(row: &FeedRow) -> Live {
    let time = |text: &str| Time::from_millis(seconds(text).unwrap_or(0).saturating_mul(1000));
    Live {
        listing: row.listing,
        method: MethodId::parse(&row.method).unwrap_or_else(|_| MethodId::other()),
        unit: UnitCode::parse(&row.unit).unwrap_or_else(|_| UnitCode::national()),
        listed_at: time(&row.listed_at),
        valid_until: time(&row.valid_until),
        renewed_at: row.renewed_at.as_deref().map(time),
        disputed: row.disputed,
        ledger_index: row.seq,
        payload: PAYLOAD,
    }
}

impl LocalCopy {
    /// An empty copy, which answers nothing until it is filled.
    pub fn new(upstream: &str, stale_after: Duration) -> Self {
        Self {
            live: papaya::HashMap::new(),
            officials: papaya::HashMap::new(),
            status: Mutex::default(),
            size: AtomicU64::new(0),
            upstream: upstream.to_owned(),
            stale_after,
        }
    }

    /// Shows a listing in checks.
    pub(super) fn put(&self, held: &FeedRow) {
        self.live
            .pin()
            .insert(held.key.as_str().into(), shown(held));
    }

    /// Shows a key's listing no more.
    pub(super) fn remove(&self, key: &str) {
        self.live.pin().remove(key);
    }

    /// Forgets the keys that are not in `kept`.
    pub(super) fn retain(&self, kept: &HashSet<Box<str>>) {
        self.live.pin().retain(|key, _| kept.contains(key.as_str()));
    }

    /// Shows an official number in checks.
    pub(super) fn protect(&self, key: &str, name: OfficialName) {
        self.officials.pin().insert(key.into(), name);
    }

    /// Forgets the official numbers that are not in `kept`.
    pub(super) fn retain_officials(&self, kept: &HashSet<Box<str>>) {
        self.officials.pin().retain(|key, _| kept.contains(key));
    }

    /// The copy is now what was verified at this size.
    pub(super) fn arrived(&self, size: u64, count: u64, digest: String) {
        let mut status = self.lock();
        (status.size, status.count, status.digest) = (size, count, digest);
        self.size.store(size, Ordering::Release);
    }

    /// What is shown is not what was verified: nothing is answered any more.
    pub(super) fn forget(&self) {
        self.arrived(0, 0, String::new());
        self.retain(&HashSet::new());
    }

    /// The copy on disk is not to be believed. What is shown was verified and is answered on.
    pub(super) fn doubt(&self, why: &str) {
        self.lock().damage.get_or_insert_with(|| why.to_owned());
    }

    /// Why the copy on disk is not to be believed.
    pub(super) fn doubted(&self) -> Option<String> {
        self.lock().damage.clone()
    }

    /// The copy on disk was taken anew.
    pub(super) fn restored(&self) {
        self.lock().damage = None;
    }

    /// A round was verified, `age` ago.
    pub(super) fn confirmed(&self, at: Time, age: Duration, checkpoint: &str) {
        let mut status = self.lock();
        status.contact = Some(Contact {
            at,
            age,
            noted: Instant::now(),
        });
        status.checkpoint = Some(checkpoint.to_owned());
        status.problem = None;
    }

    /// A round failed; the copy stays as it is.
    pub(super) fn failed(&self, problem: &str) {
        self.lock().problem = Some(problem.to_owned());
    }

    /// Syncing stopped for good.
    pub fn stop(&self, reason: &str) {
        self.lock().stopped = Some(reason.to_owned());
    }

    /// Ledger size of the copy; 0 while there is none.
    pub fn size(&self) -> u64 {
        self.size.load(Ordering::Acquire)
    }

    /// Since when no checkpoint has confirmed the copy; `None` when none ever did.
    pub fn staleness(&self) -> Option<Duration> {
        self.lock().age()
    }

    /// When a checkpoint last confirmed the copy, and whether that is too long ago.
    pub fn freshness(&self) -> (Option<Time>, bool) {
        let status = self.lock();
        let age = status.age();
        let stale = status.stopped.is_some() || age.is_none_or(|age| age > self.stale_after);
        (status.contact.map(|contact| contact.at), stale)
    }

    /// Everything about the copy but its listings.
    pub fn state(&self) -> MirrorState {
        let (verified_at, stale) = self.freshness();
        let status = self.lock();
        MirrorState {
            upstream: self.upstream.clone(),
            size: status.size,
            count: status.count,
            digest: status.digest.clone(),
            verified_at: verified_at.map(Time::rfc3339),
            stale,
            checkpoint: status.checkpoint.clone(),
            stopped: status.stopped.clone(),
            problem: status.problem.clone(),
            damage: status.damage.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Status> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listings for LocalCopy {
    fn listed(&self, key: &str, now: Time) -> Option<Live> {
        let map = self.live.pin();
        map.get(key).filter(|live| live.valid_until > now).cloned()
    }

    fn added_official(&self, key: &str) -> Option<OfficialName> {
        self.officials.pin().get(key).cloned()
    }
}
