//! The feed: the listed set at one size of the ledger, and the leaves after it. The client holds the
//! cursor, a ledger size: how many leaves it has.

use std::{collections::HashMap, sync::Arc};

use super::{Registry, RegistryError};
use crate::{
    access::capability::{FreshAdmin, PartnerCaller},
    domain::{
        identifier::{Kind, Kinds},
        key::Key,
    },
    ledger::Hash,
    store::{
        Store,
        digest::{Tallies, Tally},
        index::{Frozen, Published},
        schema::{FeedEntry, Identifiers, Live, OfficialLeaves, Opening},
        table::Table,
    },
};

/// Most changes in one answer.
pub const MAX_CHANGES: usize = 10_000;

/// Most leaves about official numbers in one answer.
pub const MAX_OFFICIALS: usize = 1_000;

/// How far back the listed set can be told, in leaves: a snapshot that was cut goes on, and a partner's
/// digest is compared, as long as no more has happened since.
const MAX_UNDONE: u64 = 100_000;

/// Some leaves, in order.
pub struct Changes {
    pub entries: Vec<FeedEntry>,
    /// Kinds whose content the partner gets.
    pub kinds: Kinds,
    /// The cursor after them.
    pub next: u64,
    /// What stood when they were read.
    pub head: Published,
}

/// Leaves about official numbers, in order.
pub struct OfficialLeafPage {
    pub entries: Vec<FeedEntry>,
    /// The ledger size up to which they are told.
    pub next: u64,
    /// Ledger size.
    pub head: u64,
}

/// A listing in force, as a snapshot holds it.
pub struct SnapshotRow {
    pub key: String,
    pub live: Live,
    pub salt: Hash,
}

/// The listed set, frozen at one size while it is read.
pub struct Snapshot {
    store: Arc<Store>,
    frozen: Arc<Frozen>,
    /// Kinds it holds.
    kinds: Kinds,
    /// Leaves of the ledger.
    pub size: u64,
    /// What it adds up to.
    pub tally: Tally,
}

impl Registry {
    /// Leaves after the first `after`, with what the partner may see of them.
    ///
    /// # Errors
    /// [`RegistryError::CursorAhead`], [`RegistryError::CursorTooOld`],
    /// [`RegistryError::Unavailable`].
    pub fn changes(
        &self,
        caller: &PartnerCaller,
        after: u64,
        limit: usize,
    ) -> Result<Changes, RegistryError> {
        self.shows_itself()?;
        let head = self.index().published();
        let size = head.ledger_size();
        let behind = size.checked_sub(after).ok_or(RegistryError::CursorAhead)?;
        if behind > self.settings().oldest_changes {
            return Err(RegistryError::CursorTooOld);
        }
        let store = self.shared.store_with(size)?;
        let count = usize::try_from(behind).unwrap_or(usize::MAX).min(limit);
        let entries = if count == 0 {
            Vec::new()
        } else {
            store.leaves(after, count)?
        };
        Ok(Changes {
            next: after + entries.len() as u64,
            entries,
            kinds: caller.kinds(),
            head,
        })
    }

    /// Leaves about official numbers after the first `after` leaves.
    ///
    /// # Errors
    /// [`RegistryError::CursorAhead`], [`RegistryError::Unavailable`].
    pub fn official_leaves(
        &self,
        _caller: &PartnerCaller,
        after: u64,
        limit: usize,
    ) -> Result<OfficialLeafPage, RegistryError> {
        self.shows_itself()?;
        let head = self.index().ledger_size();
        if after > head {
            return Err(RegistryError::CursorAhead);
        }
        let store = self.shared.store_with(head)?;
        let before = after.checked_sub(1);
        let before = before.map(|index| OfficialLeaves::key_bytes(&index));
        let page =
            store.page::<OfficialLeaves>(&[], before.as_deref(), limit, limit, |_, _| true)?;
        let is_all = page.rows.len() < limit;
        let mut entries = Vec::new();
        for index in page.rows.into_iter().filter(|index| *index < head) {
            entries.extend(store.leaves(index, 1)?);
        }
        let last = entries.last().map(|entry| entry.index + 1);
        Ok(OfficialLeafPage {
            next: last.filter(|_| !is_all).unwrap_or(head),
            entries,
            head,
        })
    }

    /// The listed set as it is now, for an export at the machine.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn snapshot_at_console(
        &self,
        _admin: &FreshAdmin,
        kinds: Kinds,
    ) -> Result<Snapshot, RegistryError> {
        self.freeze(kinds)
    }

    /// The listed set as it is at this very moment, of these kinds.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn snapshot(
        &self,
        _caller: &PartnerCaller,
        kinds: Kinds,
    ) -> Result<Snapshot, RegistryError> {
        self.shows_itself()?;
        self.freeze(kinds)
    }

    /// The listed set as it was at an earlier size; `None` when that can't be told any more.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn snapshot_of(
        &self,
        _caller: &PartnerCaller,
        kinds: Kinds,
        size: u64,
    ) -> Result<Option<Snapshot>, RegistryError> {
        self.shows_itself()?;
        let (published, frozen) = self.index().freeze();
        let store = self.shared.store_with(published.ledger_size())?;
        let Some(rewound) = rewind(&store, &published, size)? else {
            return Ok(None);
        };
        frozen.put_before(rewound.before);
        Ok(Some(Snapshot {
            store,
            frozen,
            kinds,
            size,
            tally: rewound.tallies.of(kinds),
        }))
    }

    /// What the listed set of some kinds added up to at a size; `None` when that can't be told any more, or
    /// when it is more than `most` leaves ago.
    ///
    /// # Errors
    /// [`RegistryError::CursorAhead`], [`RegistryError::Unavailable`].
    pub fn tally_at(
        &self,
        kinds: Kinds,
        size: u64,
        most: u64,
    ) -> Result<Option<Tally>, RegistryError> {
        let published = self.index().published();
        if size > published.ledger_size() {
            return Err(RegistryError::CursorAhead);
        }
        if published.ledger_size() - size > most {
            return Ok(None);
        }
        let rewound = rewind(
            &*self.shared.store_with(published.ledger_size())?,
            &published,
            size,
        )?;
        Ok(rewound.map(|rewound| rewound.tallies.of(kinds)))
    }

    fn freeze(&self, kinds: Kinds) -> Result<Snapshot, RegistryError> {
        let (published, frozen) = self.index().freeze();
        let store = self.shared.store_with(published.ledger_size())?;
        Ok(Snapshot {
            store,
            frozen,
            kinds,
            size: published.ledger_size(),
            tally: published.tallies.of(kinds),
        })
    }
}

/// The listed set at an earlier size, told by what is different.
struct Rewound {
    /// What stood then at the keys that changed since.
    before: HashMap<Key, Option<Live>>,
    tallies: Tallies,
}

/// Takes back what the leaves from `size` on did. They name what they replaced, so nothing else is
/// needed; `None` when it is too much, or when one of them was erased.
fn rewind(
    store: &Store,
    published: &Published,
    size: u64,
) -> Result<Option<Rewound>, RegistryError> {
    let head = published.ledger_size();
    if size > head || head - size > MAX_UNDONE {
        return Ok(None);
    }
    let mut rewound = Rewound {
        before: HashMap::new(),
        tallies: published.tallies,
    };
    let mut at = size;
    while at < head {
        let count = usize::try_from(head - at).map_or(MAX_CHANGES, |left| left.min(MAX_CHANGES));
        let leaves = store.leaves(at, count)?;
        if leaves.is_empty() {
            // The store lags behind what is shown, until it is opened again.
            return Err(RegistryError::Unavailable);
        }
        for entry in leaves {
            let known = rewound.take_back(store, size, &entry)?;
            if !known {
                return Ok(None);
            }
            at = entry.index + 1;
        }
    }
    Ok(Some(rewound))
}

impl Rewound {
    /// Takes back one leaf. False when what it said was erased.
    fn take_back(
        &mut self,
        store: &Store,
        size: u64,
        entry: &FeedEntry,
    ) -> Result<bool, RegistryError> {
        let Some(kind) = entry.leaf.kind else {
            return Ok(true);
        };
        let (key, now) = match &entry.opening {
            Opening::Put { key, live, .. } => (key, Some(live)),
            Opening::Del { key, .. } => (key, None),
            Opening::LedgerKey { .. }
            | Opening::Nothing
            | Opening::Protect { .. }
            | Opening::Unprotect { .. }
            | Opening::OfficialTable { .. } => return Ok(false),
        };
        let before = match entry.leaf.about {
            None => None,
            Some(index) => match store.leaves(index, 1)?.pop().map(|entry| entry.opening) {
                Some(Opening::Put { live, .. }) => Some(live),
                _ => return Ok(false),
            },
        };
        self.move_tally(kind, key, before.as_ref(), now);
        // Of several changes of a key, the first says what stood before all of them.
        if before.as_ref().is_none_or(|live| live.ledger_index < size) {
            self.before.entry(key.clone()).or_insert(before);
        }
        Ok(true)
    }

    fn move_tally(&mut self, kind: Kind, key: &Key, before: Option<&Live>, now: Option<&Live>) {
        if let Some(live) = now {
            self.tallies.remove(kind, key.as_str(), live.ledger_index);
        }
        if let Some(live) = before {
            self.tallies.add(kind, key.as_str(), live.ledger_index);
        }
    }
}

impl Snapshot {
    /// Every listing in force, in key order.
    pub fn rows(&self) -> impl Iterator<Item = Result<SnapshotRow, RegistryError>> + '_ {
        self.store
            .scan(Identifiers::ID)
            .filter_map(|row| self.row(row).transpose())
    }

    fn row(
        &self,
        row: Result<(Vec<u8>, Vec<u8>), crate::store::StoreError>,
    ) -> Result<Option<SnapshotRow>, RegistryError> {
        let (key, bytes) = row?;
        let key = String::from_utf8(key)
            .map_err(|_| RegistryError::Internal("a key is not text".into()))?;
        if !Kind::of_key(&key).is_some_and(|kind| self.kinds.contains(kind)) {
            return Ok(None);
        }
        let stored = self.store.decoded::<Identifiers>(&bytes)?;
        let (live, salt) = match self.frozen.at_start(&key) {
            None => (stored.live, stored.salt),
            Some(None) => (None, stored.salt),
            Some(Some(live)) => {
                let salt = self.salt_of(live.ledger_index)?;
                (Some(live), salt)
            }
        };
        Ok(live.map(|live| SnapshotRow { key, live, salt }))
    }

    /// The salt of a leaf that was replaced since the snapshot began.
    fn salt_of(&self, index: u64) -> Result<Hash, RegistryError> {
        let entry = self.store.leaves(index, 1)?.pop();
        match entry.map(|entry| entry.opening) {
            Some(opening @ Opening::Put { .. }) => Ok(opening.salt()),
            _ => Err(RegistryError::Internal(
                "a listing was erased while a snapshot was read".into(),
            )),
        }
    }
}
