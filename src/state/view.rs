//! What the store will say once pending changes are durable: an overlay over the tables.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{
    domain::{change::PartRef, listing::Listing, session::Session, user::User},
    ledger::{Hash, leaf::Leaf},
    store::{
        StoreError,
        index::Publication,
        rows::Rows,
        schema::{
            Destroying, Feed, IdempotencyKeys, ImportRows, LedgerKey, LedgerKeys, Listings,
            Position, ReceiptRow, Sessions, SigningKeyRow, SigningKeys, StoredRow, Users,
        },
        table::{Table, Writes, decode, encode},
    },
};

/// Reads through to the store, keeps writes to itself.
pub struct View<'a> {
    store: &'a dyn Rows,
    writes: Writes,
    /// Writes of the record being applied; dropped when it does not fit.
    pending: Writes,
    /// Where the view was before the record being applied.
    before: (Position, usize),
    /// The position as it will be.
    pub position: Position,
    /// Steps of the live set, in order.
    pub published: Vec<Publication>,
    /// Commitments of the leaves of the record being applied.
    pub(super) commitments: Vec<Hash>,
}

impl<'a> View<'a> {
    /// Nothing pending.
    pub fn new(store: &'a dyn Rows) -> Self {
        let position = store.position();
        Self {
            store,
            writes: Writes::default(),
            pending: Writes::default(),
            before: (position.clone(), 0),
            position,
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
            None => match self.store.row(T::ID, &place.1)? {
                Some(bytes) => self.stored::<T>(&bytes).map(Some),
                None => Ok(None),
            },
        }
    }

    /// The value of a row of the store.
    fn stored<T: Table>(&self, bytes: &[u8]) -> Result<T::Value, StoreError> {
        decode::<T>(bytes).inspect_err(|error| self.store.doubt(error))
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
        let stored = self.store.rows_from(T::ID, prefix)?;
        let mut rows: BTreeMap<Vec<u8>, Vec<u8>> = stored.into_iter().collect();
        for ((table, key), value) in self.writes.iter().chain(&self.pending) {
            if *table == T::ID && key.starts_with(prefix) {
                match value {
                    Some(bytes) => rows.insert(key.clone(), bytes.clone()),
                    None => rows.remove(key),
                };
            }
        }
        rows.values().map(|bytes| self.stored::<T>(bytes)).collect()
    }

    /// Staged rows of an import, by line.
    pub(super) fn staged_rows(&self, import: Uuid) -> Result<Vec<StoredRow>, StoreError> {
        self.rows::<ImportRows>(import.as_bytes())
    }

    /// Every row of a small table.
    pub(super) fn all<T: Table>(&self) -> Result<Vec<T::Value>, StoreError> {
        self.rows::<T>(&[])
    }

    /// One listing.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn listing(&self, id: Uuid) -> Result<Option<Listing>, StoreError> {
        self.get::<Listings>(&id)
    }

    /// Every account.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn users(&self) -> Result<Vec<User>, StoreError> {
        self.all::<Users>()
    }

    /// Sessions of a user. The table holds those of the last hours only.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn sessions_of(&self, user: Uuid) -> Result<Vec<Session>, StoreError> {
        let mut sessions = self.all::<Sessions>()?;
        sessions.retain(|session| session.user == user);
        Ok(sessions)
    }

    /// Parts of the journal that are still to be destroyed.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn to_destroy(&self) -> Result<Vec<PartRef>, StoreError> {
        self.all::<Destroying>()
    }

    /// What a request that may be sent again already made.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn receipt(&self, key: &[u8; 32]) -> Result<Option<ReceiptRow>, StoreError> {
        self.get::<IdempotencyKeys>(key)
    }

    /// Every key that ever signed tokens, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn signing_keys(&self) -> Result<Vec<SigningKeyRow>, StoreError> {
        self.all::<SigningKeys>()
    }

    /// Every key that ever signed the ledger, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn ledger_keys(&self) -> Result<Vec<LedgerKey>, StoreError> {
        self.all::<LedgerKeys>()
    }

    /// Verifier keys that sign the ledger.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn ledger_keys_in_use(&self) -> Result<Vec<String>, StoreError> {
        let mut keys = self.ledger_keys()?;
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

    /// A record begins.
    pub(super) fn begin(&mut self) {
        self.before = (self.position.clone(), self.published.len());
    }

    /// A record ends: taken over, or as if it had not been.
    pub(super) fn end(&mut self, applied: Result<(), StoreError>) -> Result<Vec<Hash>, StoreError> {
        let commitments = std::mem::take(&mut self.commitments);
        match applied {
            // The room stays, for the next record.
            Ok(()) => self.writes.extend(self.pending.drain()),
            Err(_) => {
                self.pending.clear();
                let (position, steps) = self.before.clone();
                self.position = position;
                self.published.truncate(steps);
            }
        }
        applied.map(|()| commitments)
    }

    /// Whether rows of a table are written.
    pub fn touches(&self, table: usize) -> bool {
        self.writes.keys().any(|(own, _)| *own == table)
    }

    /// Ends the view: what to write, where it leads, how the live set moves.
    pub fn into_parts(self) -> (Writes, Position, Vec<Publication>) {
        (self.writes, self.position, self.published)
    }
}
