//! The first feed: the listed set at one size, and the changes after it. The client holds the
//! cursor: a size, which is also the index of the last change it has.

use std::sync::Arc;

use super::{Registry, RegistryError};
use crate::{
    access::capability::{Admin, PartnerCaller},
    store::{
        Store,
        index::{Frozen, Published},
        schema::{Feed, FeedEntry, Keys, Live},
        table::{Table, decode},
    },
};

/// Most changes in one answer.
pub const MAX_CHANGES: usize = 10_000;

/// Some changes, in order.
pub struct Changes {
    pub entries: Vec<FeedEntry>,
    /// The cursor after them.
    pub next: u64,
    /// What stood when they were read.
    pub head: Published,
}

/// The listed set, frozen at one size while it is read.
pub struct Snapshot {
    store: Arc<Store>,
    frozen: Arc<Frozen>,
    /// What it adds up to.
    pub published: Published,
}

impl Registry {
    /// Changes after ledger index `after`.
    ///
    /// # Errors
    /// [`RegistryError::CursorAhead`]: the partner has what never happened here; stop and alarm.
    pub fn changes(
        &self,
        _caller: &PartnerCaller,
        after: u64,
        limit: usize,
    ) -> Result<Changes, RegistryError> {
        let head = self.index().published();
        if after > head.ledger_size {
            return Err(RegistryError::CursorAhead);
        }
        let limit = limit.min(MAX_CHANGES);
        let entries = self
            .shared
            .store()?
            .page::<Feed>(
                &[],
                Some(&Feed::key_bytes(&after)),
                limit,
                limit,
                |_, entry| entry.index <= head.ledger_size,
            )?
            .rows;
        let next = entries.last().map_or(after, |entry| entry.index);
        Ok(Changes {
            entries,
            next,
            head,
        })
    }

    /// As [`Registry::snapshot`], for an export at the machine.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn snapshot_at_console(&self, _admin: &Admin) -> Result<Snapshot, RegistryError> {
        self.freeze()
    }

    /// The listed set as it is at this very moment.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn snapshot(&self, _caller: &PartnerCaller) -> Result<Snapshot, RegistryError> {
        self.freeze()
    }

    fn freeze(&self) -> Result<Snapshot, RegistryError> {
        let store = self.shared.store()?;
        let (published, frozen) = self.index().freeze();
        Ok(Snapshot {
            store,
            frozen,
            published,
        })
    }
}

impl Snapshot {
    /// Every listing in force with its key, in key order.
    pub fn rows(&self) -> impl Iterator<Item = Result<(String, Live), RegistryError>> + '_ {
        self.store.raw_from(Keys::ID, &[]).filter_map(|row| {
            let read = || -> Result<Option<(String, Live)>, RegistryError> {
                let (key, bytes) = row?;
                let key = String::from_utf8(key)
                    .map_err(|_| RegistryError::Internal("a key is not text".into()))?;
                let live = self.frozen.at_start(&key, decode::<Keys>(&bytes)?.live);
                Ok(live.map(|live| (key, live)))
            };
            read().transpose()
        })
    }
}
