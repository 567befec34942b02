//! Whether journal and store agree: the store is built once more from the journal beside it, by the
//! same code, and compared row by row.

use std::{fs, path::Path};

use thiserror::Error;

use super::{
    data_folder::{JOURNAL, SCRATCH, STORE, StartError, open_journal},
    folder_lock::FolderLock,
    progress::Progress,
    shared::Settings,
    store_recovery,
};
use crate::{
    domain::{identifier::Kind, listing::Listing},
    journal::{OpenError, Segments, Summary},
    ledger::audit::Auditor,
    registry::{ledger::signed::Signed, master},
    store::{
        Store,
        index::Index,
        schema,
        table::{Table, decode},
    },
};

/// Leaves read at once.
const LEAVES: usize = 4_096;

/// What was found in order.
pub struct Verified {
    pub journal: Summary,
    /// Listings in force.
    pub live: u64,
    pub ledger_size: u64,
    /// Hexadecimal digest of the live set.
    pub digest: String,
}

/// The first thing that is wrong.
#[derive(Debug, Error)]
pub enum Wrong {
    #[error(transparent)]
    CannotTell(#[from] StartError),
    /// The journal itself is damaged: restore it from a backup.
    #[error(transparent)]
    Journal(OpenError),
    /// The master secret is gone, or another one.
    #[error(transparent)]
    Secrets(StartError),
    /// The ledger is not the one that was published, or breaks its own rules.
    #[error("{0}")]
    Ledger(String),
    #[error("the store is at position {store}, the journal at {journal}; `rebuild` mends it")]
    Position { store: u64, journal: u64 },
    #[error(
        "the store's table `{table}` differs from what the journal says, first at row {row}{}; `rebuild` mends it",
        position.map(|p| format!(" (last changed at position {p})")).unwrap_or_default()
    )]
    Row {
        table: &'static str,
        row: u64,
        position: Option<u64>,
    },
}

/// Verifies a data folder that no program is using. Changes nothing in it, but that a store that is merely behind,
/// as after a crash, is brought up to date as a start would.
///
/// # Errors
/// [`Wrong`] names the first position that is wrong.
pub fn verify(
    folder: &Path,
    settings: &Settings,
    progress: &mut dyn Progress,
) -> Result<Verified, Wrong> {
    let _lock = FolderLock::take(folder)?;
    let summary = Segments::verify(&folder.join(JOURNAL)).map_err(|error| match error {
        OpenError::Io { .. } | OpenError::InUse { .. } => StartError::from(error).into(),
        damage @ (OpenError::Damaged(_)
        | OpenError::Missing { .. }
        | OpenError::Foreign { .. }
        | OpenError::Newer { .. }
        | OpenError::Stranger { .. }) => Wrong::Journal(damage),
    })?;
    let scratch = folder.join(SCRATCH);
    let _ = fs::remove_dir_all(&scratch);
    let outcome = compare(folder, &scratch, settings, progress);
    let _ = fs::remove_dir_all(&scratch);
    let (live, ledger_size, digest) = outcome?;
    Ok(Verified {
        journal: summary,
        live,
        ledger_size,
        digest,
    })
}

fn compare(
    folder: &Path,
    scratch: &Path,
    settings: &Settings,
    progress: &mut dyn Progress,
) -> Result<(u64, u64, String), Wrong> {
    let journal = open_journal(folder, settings, progress)?;
    let expected = Store::open(scratch, settings.cache_bytes).map_err(StartError::from)?;
    store_recovery::replay(&expected, &*journal, progress)?;
    let wanted = expected.position();
    let actual =
        Store::open(&folder.join(STORE), settings.cache_bytes).map_err(StartError::from)?;
    // A store that is merely behind is what a crash leaves; start-up replays it, and so do we.
    store_recovery::replay(&actual, &*journal, progress)?;
    let found = actual.position();
    if found.seq != wanted.seq || found.chain != wanted.chain {
        return Err(Wrong::Position {
            store: found.seq,
            journal: wanted.seq,
        });
    }
    for (table, name) in schema::NAMES.iter().enumerate() {
        same_rows(&expected, &actual, table, name)?;
    }
    Index::load(&actual, &mut |_, _| {})
        .and_then(|_| actual.check_edge())
        .and_then(|()| actual.check_leaves(wanted.ledger_size(), &|| false))
        .map_err(|error| Wrong::Ledger(error.to_string()))?;
    if let Some(why) = Signed::load(folder, &actual)?.forked {
        return Err(Wrong::Ledger(why));
    }
    audit(&actual)?;
    master::open(folder, &actual).map_err(Wrong::Secrets)?;
    let total = wanted.tallies.total();
    Ok((total.live, wanted.ledger_size(), total.digest.to_string()))
}

/// Follows the ledger leaf by leaf, as a partner's copy does, and holds the live set against it.
fn audit(store: &Store) -> Result<(), Wrong> {
    let mut auditor = Auditor::new();
    loop {
        let leaves = store
            .leaves(auditor.size(), LEAVES)
            .map_err(StartError::from)?;
        if leaves.is_empty() {
            break;
        }
        for entry in leaves {
            auditor
                .push(entry.leaf.encode().as_bytes())
                .map_err(|error| Wrong::Ledger(error.to_string()))?;
        }
    }
    for row in store.scan(schema::Identifiers::ID) {
        let (_, bytes) = row.map_err(StartError::from)?;
        let row = decode::<schema::Identifiers>(&bytes).map_err(StartError::from)?;
        if row
            .live
            .is_some_and(|live| !auditor.is_live(live.ledger_index))
        {
            return Err(Wrong::Ledger(
                "a listing is in force that the ledger does not have".into(),
            ));
        }
    }
    if auditor.live_count(&Kind::ALL) == store.position().tallies.total().live {
        Ok(())
    } else {
        Err(Wrong::Ledger(
            "the ledger has listings in force that the store does not have".into(),
        ))
    }
}

fn same_rows(
    expected: &Store,
    actual: &Store,
    table: usize,
    name: &'static str,
) -> Result<(), Wrong> {
    let mut left = expected.raw_from(table, &[]);
    let mut right = actual.raw_from(table, &[]);
    let mut row = 0;
    loop {
        let (a, b) = (left.next().transpose(), right.next().transpose());
        let a = a.map_err(StartError::from)?;
        let b = b.map_err(StartError::from)?;
        if a.is_none() && b.is_none() {
            return Ok(());
        }
        row += 1;
        if a != b {
            let position = a
                .filter(|_| table == schema::Listings::ID)
                .and_then(|(_, bytes)| postcard::from_bytes::<Listing>(&bytes).ok())
                .and_then(|listing| listing.history.last()?.part.map(|part| part.seq));
            return Err(Wrong::Row {
                table: name,
                row,
                position,
            });
        }
    }
}
