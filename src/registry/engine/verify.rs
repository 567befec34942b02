//! Whether journal and store agree: the store is built once more from the journal beside it, by the
//! same code, and compared row by row.

use std::{fs, path::Path};

use thiserror::Error;
use uuid::Uuid;

use super::{
    backup,
    data_folder::{JOURNAL, StartError, io, must_be_one},
    disk,
    erased_parts::unnamed,
    folder_lock::FolderLock,
    open_journal,
    progress::Progress,
    scratch::Scratch,
    sealed_files::{Fault, Files},
    shared::Settings,
    store_folder,
    store_recovery::{Agreement, agree, open_store, replay},
};
use crate::{
    domain::{identifier::Kind, listing::Listing},
    journal::{Journal, OpenError, Segments, Summary},
    ledger::audit::Auditor,
    registry::{ledger::signed::Signed, master},
    store::{
        Store, StoreError,
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
    /// Whether the store was there to be compared: it can't be opened on a disk that takes no writes.
    pub is_store_compared: bool,
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
    /// A sealed file of a report is not what came, or gone.
    #[error("{what}; restore it from a backup (it is named by the report {report})")]
    File { report: Uuid, what: String },
    /// The store can't be read.
    #[error("the store can't be opened ({0}); `canhgiac rebuild` mends it")]
    Store(StoreError),
    /// The store has records that the journal has not.
    #[error(
        "acknowledged records are missing from the journal, the store has {0}; put a newer copy of the journal back, or give them up with `canhgiac rebuild --accept-loss`"
    )]
    Loss(String),
    #[error(
        "the store is at position {store}, the journal at {journal}; `canhgiac rebuild` mends it"
    )]
    Position { store: u64, journal: u64 },
    #[error(
        "the store's table `{table}` differs from what the journal says, first at row {row}{}{}; `canhgiac rebuild` mends it",
        position.map(|p| format!(" (last changed at position {p})")).unwrap_or_default(),
        unreadable.as_ref().map(|error| format!(", which can't be read: {error}")).unwrap_or_default()
    )]
    Row {
        table: &'static str,
        row: u64,
        position: Option<u64>,
        unreadable: Option<StoreError>,
    },
}

/// Verifies a data folder. Changes nothing in it, but that a store that is merely behind, as after a crash, is brought up
/// to date as a start would. On a disk that takes no writes the store is not looked at; nor is it beside a program that is
/// using the folder, where the journal is copied as for a backup and the copy verified.
///
/// # Errors
/// [`Wrong`] names the first position that is wrong.
pub fn verify(
    folder: &Path,
    settings: &Settings,
    progress: &mut dyn Progress,
) -> Result<Verified, Wrong> {
    must_be_one(folder)?;
    let _lock = match FolderLock::take(folder) {
        Ok(lock) => lock,
        Err(StartError::Locked { .. }) => return beside_a_program(folder, settings, progress),
        Err(error) => return Err(error.into()),
    };
    let summary = Segments::verify(&folder.join(JOURNAL)).map_err(of_journal)?;
    let is_store_compared = disk::refusal(folder, settings.reserve_bytes).is_none();
    let scratch = is_store_compared
        .then(|| Scratch::take(folder))
        .transpose()?;
    let verifying = Verifying {
        folder,
        settings,
        scratch: scratch.as_ref().map(Scratch::path),
        has_store: is_store_compared,
        files: Files {
            folder,
            may_be_gone: false,
        },
    };
    let outcome = verifying.compare(progress);
    let (live, ledger_size, digest) = outcome?;
    Ok(Verified {
        journal: summary,
        live,
        ledger_size,
        digest,
        is_store_compared,
    })
}

fn of_journal(error: OpenError) -> Wrong {
    match error {
        OpenError::Io { .. } | OpenError::InUse { .. } => StartError::from(error).into(),
        damage @ (OpenError::Damaged(_)
        | OpenError::Missing { .. }
        | OpenError::Foreign { .. }
        | OpenError::Newer { .. }
        | OpenError::Stranger { .. }) => Wrong::Journal(damage),
    }
}

/// Verifies a copy of what a running program has written so far; where nothing can be written, nobody writes meanwhile, and
/// it is read as it lies.
fn beside_a_program(
    folder: &Path,
    settings: &Settings,
    progress: &mut dyn Progress,
) -> Result<Verified, Wrong> {
    if disk::refusal(folder, settings.reserve_bytes).is_some() {
        let journal = Segments::verify(&folder.join(JOURNAL)).map_err(of_journal)?;
        let files = Files {
            folder,
            may_be_gone: false,
        };
        return without_store(folder, None, files, journal, settings, progress);
    }
    // A copy, and a store of about that size; the running program keeps what it wants to have free.
    let needed = settings
        .reserve_bytes
        .saturating_add(2 * size_of(&folder.join(JOURNAL))?);
    if !disk::has_space(folder, needed) {
        let what = format!(
            "verifying a copy beside the running program wants {} MiB of free space",
            needed >> 20
        );
        return Err(io(what)(std::io::ErrorKind::StorageFull.into()).into());
    }
    let scratch = Scratch::take(folder)?;
    let copied = scratch.path().join("copy");
    let journal = match backup::copy_without_files(folder, &copied) {
        Ok(summary) => summary,
        Err(StartError::Journal(error)) => return Err(of_journal(error)),
        Err(error) => return Err(error.into()),
    };
    let built = scratch.path().join("store");
    let files = Files {
        folder,
        may_be_gone: true,
    };
    without_store(&copied, Some(&built), files, journal, settings, progress)
}

fn without_store(
    folder: &Path,
    scratch: Option<&Path>,
    files: Files<'_>,
    journal: Summary,
    settings: &Settings,
    progress: &mut dyn Progress,
) -> Result<Verified, Wrong> {
    let verifying = Verifying {
        folder,
        settings,
        scratch,
        has_store: false,
        files,
    };
    let (live, ledger_size, digest) = verifying.compare(progress)?;
    Ok(Verified {
        journal,
        live,
        ledger_size,
        digest,
        is_store_compared: false,
    })
}

/// Bytes of the files in a folder.
fn size_of(folder: &Path) -> Result<u64, StartError> {
    let failed = || io(format!("cannot read {}", folder.display()));
    let files = fs::read_dir(folder).map_err(failed())?.flatten();
    Ok(files
        .filter_map(|file| file.metadata().ok())
        .map(|about| about.len())
        .sum())
}

/// A folder being verified.
struct Verifying<'a> {
    folder: &'a Path,
    settings: &'a Settings,
    /// Where the store is built once more; none on a disk that takes no writes.
    scratch: Option<&'a Path>,
    /// Whether the folder has a store that can be held against it.
    has_store: bool,
    /// Sealed files of reports.
    files: Files<'a>,
}

impl From<Fault> for Wrong {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::CannotTell(error) => Self::CannotTell(error),
            Fault::File { report, what } => Self::File { report, what },
        }
    }
}

impl Verifying<'_> {
    fn compare(&self, progress: &mut dyn Progress) -> Result<(u64, u64, String), Wrong> {
        let found = open_journal::to_read(self.folder, progress)?;
        let journal = &*found.journal;
        let expected = match self.scratch {
            Some(scratch) => Store::open(scratch, self.settings.cache_bytes),
            None => Store::in_memory(),
        };
        let expected = expected.map_err(StartError::from)?;
        replay(&expected, journal, progress, &|| false)?;
        if let Some(part) = unnamed(&expected, &found.erased).map_err(StartError::from)? {
            return Err(Wrong::Journal(part.as_damage().into()));
        }
        if self.has_store {
            self.same_store(&expected, journal, progress)?;
        }
        let wanted = expected.position();
        Index::load(&expected, &mut |_, _| {})
            .and_then(|_| expected.check_edge())
            .and_then(|()| expected.check_leaves(wanted.ledger_size(), &|| false))
            .map_err(|error| Wrong::Ledger(error.to_string()))?;
        let signed = Signed::load(self.folder, &expected)?;
        if let Some(why) = signed.forked.or(signed.unsure) {
            return Err(Wrong::Ledger(why));
        }
        audit(&expected)?;
        self.files.verify(&expected)?;
        master::open(self.folder, &expected).map_err(Wrong::Secrets)?;
        let total = wanted.tallies.total();
        Ok((total.live, wanted.ledger_size(), total.digest.to_string()))
    }

    /// Holds the store that is there against one that was built from the journal just now.
    fn same_store(
        &self,
        expected: &Store,
        journal: &dyn Journal,
        progress: &mut dyn Progress,
    ) -> Result<(), Wrong> {
        store_folder::settle(self.folder)?;
        let actual = open_store(self.folder, self.settings).map_err(Wrong::Store)?;
        let held = Self::held_against(expected, &actual, journal, progress);
        match held {
            // Whatever it was called on the way: its rows can't be read.
            Err(Wrong::CannotTell(_)) if actual.doubt().is_some() => {
                Err(Wrong::Store(StoreError::Damaged("rows that can't be read")))
            }
            other => other,
        }
    }

    fn held_against(
        expected: &Store,
        actual: &Store,
        journal: &dyn Journal,
        progress: &mut dyn Progress,
    ) -> Result<(), Wrong> {
        match agree(actual, journal).map_err(StartError::from)? {
            Agreement::Behind => {}
            Agreement::Ahead(records) => return Err(Wrong::Loss(format!("{records} more"))),
            Agreement::Other => return Err(Wrong::Loss("others in their place".into())),
        }
        // A store that is merely behind is what a crash leaves; start-up replays it, and so do we.
        match replay(actual, journal, progress, &|| false) {
            Ok(()) => {}
            Err(StartError::Store(error)) => return Err(Wrong::Store(error)),
            Err(error) => return Err(error.into()),
        }
        let (wanted, found) = (expected.position(), actual.position());
        if found.seq != wanted.seq || found.chain != wanted.chain {
            return Err(Wrong::Position {
                store: found.seq,
                journal: wanted.seq,
            });
        }
        for (table, name) in schema::NAMES.iter().enumerate() {
            same_rows(expected, actual, table, name)?;
        }
        Ok(())
    }
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
        let (b, unreadable) = match b {
            Ok(b) => (b, None),
            Err(error) => (None, Some(error)),
        };
        if unreadable.is_none() && a.is_none() && b.is_none() {
            return Ok(());
        }
        row += 1;
        if unreadable.is_some() || a != b {
            let position = a
                .filter(|_| table == schema::Listings::ID)
                .and_then(|(_, bytes)| postcard::from_bytes::<Listing>(&bytes).ok())
                .and_then(|listing| listing.history.last()?.part.map(|part| part.seq));
            return Err(Wrong::Row {
                table: name,
                row,
                position,
                unreadable,
            });
        }
    }
}
