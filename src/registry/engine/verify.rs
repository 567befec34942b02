//! Whether journal and store agree: the store is built once more from the journal beside it, by the
//! same code, and compared row by row.

use std::{fs, path::Path};

use super::{
    backup,
    data_folder::{JOURNAL, StartError, io, must_be_one},
    disk,
    erased_parts::unnamed,
    folder_lock::FolderLock,
    open_journal,
    progress::Progress,
    scratch::Scratch,
    sealed_files::Files,
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

pub use super::verified::{Verified, Wrong};

/// Leaves read at once.
const LEAVES: usize = 4_096;

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
    let database = open_journal::database(folder, settings)?;
    let is_store_compared = disk::refusal(folder, settings.reserve_bytes).is_none();
    let scratch = is_store_compared
        .then(|| Scratch::take(folder))
        .transpose()?;
    let (journal, summary) = match (database, &scratch) {
        (Some(_), Some(scratch)) => {
            // What the database holds, as files: they are read as those of any folder are.
            let copied = scratch.path().join("copy");
            let summary = backup::copy_without_files(folder, &copied, database);
            (copied, summary.map_err(of_copy)?)
        }
        (None, _) | (Some(_), None) => {
            let summary = Segments::verify(&folder.join(JOURNAL)).map_err(of_journal)?;
            (folder.to_owned(), summary)
        }
    };
    let built = scratch.as_ref().map(|scratch| scratch.path().join("store"));
    let verifying = Verifying {
        folder,
        journal: &journal,
        settings,
        scratch: built.as_deref(),
        has_store: is_store_compared,
        files: Files::of(folder, database, false)?,
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

/// What is wrong with a journal that could not be copied.
fn of_copy(error: StartError) -> Wrong {
    if let StartError::Journal(error) = error {
        of_journal(error)
    } else {
        error.into()
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
        let files = Files::of(folder, None, false)?;
        return without_store(folder, None, files, journal, settings, progress);
    }
    let database = open_journal::database(folder, settings)?;
    // A copy, and a store of about that size; the running program keeps what it wants to have free.
    let journal_bytes = match database {
        Some(_) => 0,
        None => size_of(&folder.join(JOURNAL))?,
    };
    let needed = settings.reserve_bytes.saturating_add(2 * journal_bytes);
    if !disk::has_space(folder, needed) {
        let what = format!(
            "verifying a copy beside the running program wants {} MiB of free space",
            needed >> 20
        );
        return Err(io(what)(std::io::ErrorKind::StorageFull.into()).into());
    }
    let scratch = Scratch::take(folder)?;
    let copied = scratch.path().join("copy");
    let journal = backup::copy_without_files(folder, &copied, database).map_err(of_copy)?;
    let built = scratch.path().join("store");
    let files = Files::of(folder, database, true)?;
    without_store(&copied, Some(&built), files, journal, settings, progress)
}

fn without_store(
    folder: &Path,
    scratch: Option<&Path>,
    files: Files,
    journal: Summary,
    settings: &Settings,
    progress: &mut dyn Progress,
) -> Result<Verified, Wrong> {
    let verifying = Verifying {
        folder,
        journal: folder,
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
    /// The folder whose journal is read: this one, or a copy.
    journal: &'a Path,
    settings: &'a Settings,
    /// Where the store is built once more; none on a disk that takes no writes.
    scratch: Option<&'a Path>,
    /// Whether the folder has a store that can be held against it.
    has_store: bool,
    /// Sealed files of reports.
    files: Files,
}

impl Verifying<'_> {
    fn compare(&self, progress: &mut dyn Progress) -> Result<(u64, u64, String), Wrong> {
        let found = open_journal::to_read(self.journal, progress)?;
        let journal = &*found.journal;
        let expected = match self.scratch {
            Some(scratch) => Store::open(scratch, self.settings.cache_bytes),
            None => Store::in_memory(),
        };
        let expected = expected.map_err(StartError::from)?;
        replay(&expected, journal, u64::MAX, progress, &|| false)?;
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
        let master = master::open(self.folder, &expected).map_err(Wrong::Secrets)?;
        let signed = Signed::load(self.folder, &expected, &master)?;
        if let Some(why) = signed.forked.or(signed.unsure) {
            return Err(Wrong::Ledger(why));
        }
        audit(&expected)?;
        self.files.verify(&expected)?;
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
        match replay(actual, journal, u64::MAX, progress, &|| false) {
            Ok(_) => {}
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
