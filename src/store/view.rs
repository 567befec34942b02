//! What the store will say once pending changes are durable: an overlay over the tables.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::{
    Store, StoreError,
    index::Publication,
    schema::{
        Destroying, Feed, ImportRows, LedgerKeys, Position, ReceiptRow, Receipts, Sessions,
        StoredRow, Users,
    },
    state::Applied,
    table::{Table, decode, encode},
};
use crate::{
    domain::{change::PartRef, session::Session, user::User},
    ledger::{Hash, leaf::Leaf},
};

/// Rows to write (`Some`) or to remove (`None`), by table and key.
pub type Writes = HashMap<(usize, Vec<u8>), Option<Vec<u8>>>;

/// Reads through to the store, keeps writes to itself.
pub struct View<'a> {
    store: &'a Store,
    writes: Writes,
    /// Writes of the record being applied; dropped when it does not fit.
    pending: Writes,
    /// The position as it will be.
    pub position: Position,
    /// Steps of the live set, in order.
    pub published: Vec<Publication>,
    /// Commitments of the leaves of the record being applied.
    pub(super) commitments: Vec<Hash>,
}

impl<'a> View<'a> {
    /// Nothing pending.
    pub fn new(store: &'a Store) -> Self {
        Self {
            store,
            writes: Writes::new(),
            pending: Writes::new(),
            position: store.position(),
            published: Vec::new(),
            commitments: Vec::new(),
        }
    }

    /// One row as it will be.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn get<T: Table>(&self, key: &T::Key) -> Result<Option<T::Value>, StoreError> {
        let place = (T::ID, T::key_bytes(key));
        match self.pending.get(&place).or_else(|| self.writes.get(&place)) {
            Some(Some(bytes)) => decode::<T>(bytes).map(Some),
            Some(None) => Ok(None),
            None => self.store.get::<T>(key),
        }
    }

    /// One row that the change being applied takes for granted.
    pub(super) fn must<T: Table>(
        &self,
        key: &T::Key,
        what: &'static str,
    ) -> Result<T::Value, StoreError> {
        self.get::<T>(key)?.ok_or(StoreError::Misfit(what))
    }

    /// Plans a write.
    pub(super) fn put<T: Table>(
        &mut self,
        key: &T::Key,
        value: &T::Value,
    ) -> Result<(), StoreError> {
        let bytes = encode::<T>(value)?;
        self.pending.insert((T::ID, T::key_bytes(key)), Some(bytes));
        Ok(())
    }

    /// Plans a removal.
    pub(super) fn remove<T: Table>(&mut self, key: &T::Key) {
        self.pending.insert((T::ID, T::key_bytes(key)), None);
    }

    /// Every row of a table whose key begins with `prefix`, pending ones included, in key order.
    fn rows<T: Table>(&self, prefix: &[u8]) -> Result<Vec<T::Value>, StoreError> {
        let mut rows = BTreeMap::new();
        for row in self.store.raw_from(T::ID, prefix) {
            let (key, bytes) = row?;
            rows.insert(key, bytes);
        }
        for ((table, key), value) in self.writes.iter().chain(&self.pending) {
            if *table == T::ID && key.starts_with(prefix) {
                match value {
                    Some(bytes) => rows.insert(key.clone(), bytes.clone()),
                    None => rows.remove(key),
                };
            }
        }
        rows.values().map(|bytes| decode::<T>(bytes)).collect()
    }

    /// Staged rows of an import, by line.
    pub(super) fn staged_rows(&self, import: Uuid) -> Result<Vec<StoredRow>, StoreError> {
        self.rows::<ImportRows>(import.as_bytes())
    }

    /// Every row of a small table.
    pub(super) fn all<T: Table>(&self) -> Result<Vec<T::Value>, StoreError> {
        self.rows::<T>(&[])
    }

    /// Every account.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn users(&self) -> Result<Vec<User>, StoreError> {
        self.all::<Users>()
    }

    /// Sessions of a user. The table holds those of the last hours only.
    pub fn sessions_of(&self, user: Uuid) -> Result<Vec<Session>, StoreError> {
        let mut sessions = self.all::<Sessions>()?;
        sessions.retain(|session| session.user == user);
        Ok(sessions)
    }

    /// Applies one record, or leaves the view as it was. Returns the commitments of its leaves.
    ///
    /// # Errors
    /// [`StoreError::Misfit`] when a change contradicts the state; others when the store fails.
    pub fn apply(&mut self, record: &Applied<'_>) -> Result<Vec<Hash>, StoreError> {
        let position = self.position.clone();
        let steps = self.published.len();
        let applied = super::state::apply(self, record);
        let pending = std::mem::take(&mut self.pending);
        let commitments = std::mem::take(&mut self.commitments);
        match applied {
            Ok(()) => self.writes.extend(pending),
            Err(_) => {
                self.position = position;
                self.published.truncate(steps);
            }
        }
        applied.map(|()| commitments)
    }

    /// Parts of the journal that are still to be destroyed.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn to_destroy(&self) -> Result<Vec<PartRef>, StoreError> {
        self.all::<Destroying>()
    }

    /// Rows of the store itself, for clean-up decisions that may miss what is pending.
    pub fn store(&self) -> &'a Store {
        self.store
    }

    /// What a request that may be sent again already made.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn receipt(&self, key: &[u8; 32]) -> Result<Option<ReceiptRow>, StoreError> {
        self.get::<Receipts>(key)
    }

    /// Verifier keys that sign the ledger.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn ledger_keys_in_use(&self) -> Result<Vec<String>, StoreError> {
        let mut keys = self.all::<LedgerKeys>()?;
        keys.retain(|key| key.retired_at.is_none());
        Ok(keys.into_iter().map(|key| key.verifier_key).collect())
    }

    /// The leaf at a ledger index.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn leaf(&self, index: u64) -> Result<Option<Leaf>, StoreError> {
        Ok(self.get::<Feed>(&index)?.map(|entry| entry.leaf))
    }

    /// The newest leaf.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn last_leaf(&self) -> Result<Option<Leaf>, StoreError> {
        match self.position.ledger_size().checked_sub(1) {
            Some(index) => self.leaf(index),
            None => Ok(None),
        }
    }

    /// Ends the view: what to write, where it leads, how the live set moves.
    pub fn into_parts(self) -> (Writes, Position, Vec<Publication>) {
        (self.writes, self.position, self.published)
    }
}
