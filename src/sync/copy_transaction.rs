//! What a transaction on the copy does; seen by nobody until it is committed.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Transaction, params};

use super::{
    database::{COLUMNS, Fact, held, put_fact},
    error::SyncError,
    officials,
    position::{KindState, Position, RowSum},
};
use crate::{
    domain::time::Time,
    formats::{ndjson::FeedOp, row::FeedRow},
    ledger::{kind_word::KindWord, tree::Frontier},
    store::digest::LiveDigest,
};

/// What a transaction of this program does; seen by nobody until it is committed.
pub(super) struct Writing<'a> {
    inside: &'a Transaction<'a>,
    kinds: HashMap<KindWord, KindState>,
    pub count: u64,
    pub digest: LiveDigest,
    rows: RowSum,
}

impl<'a> Writing<'a> {
    /// Goes on from a position.
    pub fn from(inside: &'a Transaction<'a>, position: &Position) -> Self {
        let known = position.kinds.iter();
        let known = known.filter_map(|(word, state)| Some((KindWord::parse(word)?, *state)));
        Self {
            inside,
            kinds: known.collect(),
            count: position.count,
            digest: position.digest,
            rows: position.rows,
        }
    }

    /// Begins with nothing: what was there goes when this is committed.
    pub fn anew(inside: &'a Transaction<'a>) -> Result<Self, SyncError> {
        inside.execute_batch("DELETE FROM listings; DELETE FROM leaves; DELETE FROM officials;")?;
        Ok(Self::from(inside, &Position::default()))
    }

    /// What is known of a kind.
    pub fn kind(&self, kind: KindWord) -> KindState {
        self.kinds.get(&kind).copied().unwrap_or_default()
    }

    /// Notes whether this partner gets a kind.
    pub fn set_given(&mut self, kind: KindWord, given: bool) {
        self.kinds.entry(kind).or_default().given = Some(given);
    }

    /// Kinds that are listed but that this partner does not get.
    pub fn withheld(&self) -> Vec<KindWord> {
        let withheld = |state: &KindState| state.live > 0 && state.given == Some(false);
        let kinds = self.kinds.iter().filter(|(_, state)| withheld(state));
        let mut kinds: Vec<KindWord> = kinds.map(|(kind, _)| *kind).collect();
        kinds.sort_unstable();
        kinds
    }

    /// Ledger entries in force of the kinds that this partner gets.
    pub fn expected(&self) -> u64 {
        let given = self.kinds.values().filter(|kind| kind.given == Some(true));
        given.map(|kind| kind.live).sum()
    }

    /// A ledger entry is in force.
    pub fn add_leaf(&mut self, seq: u64, kind: KindWord) -> Result<(), SyncError> {
        let sql = "INSERT INTO leaves (seq, kind) VALUES (?1, ?2)";
        self.inside
            .prepare_cached(sql)?
            .execute(params![seq, kind.as_str()])?;
        self.kinds.entry(kind).or_default().live += 1;
        self.rows.add_leaf(seq, kind.as_str());
        Ok(())
    }

    /// A ledger entry is no longer in force.
    pub fn remove_leaf(&mut self, seq: u64, kind: KindWord) -> Result<(), SyncError> {
        let sql = "DELETE FROM leaves WHERE seq = ?";
        if self.inside.prepare_cached(sql)?.execute([seq])? > 0 {
            let live = &mut self.kinds.entry(kind).or_default().live;
            *live = live.saturating_sub(1);
            self.rows.remove_leaf(seq, kind.as_str());
        }
        Ok(())
    }

    /// The kind of a ledger entry, if it is in force.
    pub fn leaf(&self, seq: u64) -> Result<Option<KindWord>, SyncError> {
        // Of an index that no table can hold there is nothing: what names it lies, and the copy is sound.
        let Ok(seq) = i64::try_from(seq) else {
            return Ok(None);
        };
        let sql = "SELECT kind FROM leaves WHERE seq = ?";
        let mut found = self.inside.prepare_cached(sql)?;
        let word: Option<String> = found.query_row([seq], |row| row.get(0)).optional()?;
        Ok(word.and_then(|word| KindWord::parse(&word)))
    }

    /// The listing that stands on a ledger entry.
    pub fn at_entry(&self, seq: u64) -> Result<Option<FeedRow>, SyncError> {
        let sql = format!("SELECT {COLUMNS} FROM listings WHERE seq = ?");
        let mut found = self.inside.prepare_cached(&sql)?;
        Ok(found.query_row([seq], held).optional()?)
    }

    /// Whether the copy holds a listing of this key.
    pub fn holds(&self, key: &str) -> Result<bool, SyncError> {
        let mut found = self
            .inside
            .prepare_cached("SELECT 1 FROM listings WHERE key = ?")?;
        Ok(found.exists([key])?)
    }

    /// Takes a listing in.
    pub fn insert(&mut self, row: &FeedRow) -> Result<(), SyncError> {
        let sql =
            format!("INSERT INTO listings ({COLUMNS}) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)");
        self.inside.prepare_cached(&sql)?.execute(params![
            row.key,
            row.kind,
            row.seq,
            row.listing.to_string(),
            row.method,
            row.unit,
            row.listed_at,
            row.valid_until,
            row.renewed_at,
            row.disputed,
        ])?;
        self.count += 1;
        self.digest.add(&row.key, row.seq);
        self.rows.add_listing(row);
        Ok(())
    }

    /// Drops a listing that is held.
    pub fn remove(&mut self, held: &FeedRow) -> Result<(), SyncError> {
        let sql = "DELETE FROM listings WHERE key = ? AND seq = ?";
        let gone = self
            .inside
            .prepare_cached(sql)?
            .execute(params![held.key, held.seq])?;
        if gone > 0 {
            self.count = self.count.saturating_sub(1);
            self.digest.remove(&held.key, held.seq);
            self.rows.remove_listing(held);
        }
        Ok(())
    }

    /// Does what a line says of an official number.
    pub fn official(&mut self, op: &FeedOp) -> Result<(), SyncError> {
        officials::apply(self.inside, &mut self.rows, op)
    }

    /// Writes the position that belongs to all this, and what is trusted there.
    pub fn finish(
        self,
        frontier: &Frontier,
        trust: &str,
        now: Time,
    ) -> Result<Position, SyncError> {
        let kinds = self.kinds.iter();
        let position = Position {
            frontier: frontier.clone(),
            count: self.count,
            digest: self.digest,
            rows: self.rows,
            kinds: kinds
                .map(|(kind, state)| (kind.as_str().to_owned(), *state))
                .collect(),
        };
        let bytes = postcard::to_stdvec(&position).unwrap_or_default();
        put_fact(self.inside, Fact::Position, &bytes)?;
        put_fact(self.inside, Fact::Trust, trust.as_bytes())?;
        put_fact(self.inside, Fact::Contact, &now.millis().to_be_bytes())?;
        Ok(position)
    }
}
