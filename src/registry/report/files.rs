//! Files of reports: sealed before anything is written down about them, opened for who may see them, removed when nothing
//! names them.

use std::collections::HashSet;

use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

use crate::domain::report::file::NewFile;
use crate::{
    access::capability::{Acting, Officer},
    domain::{
        change::Actor,
        evidence::{FileKind, FileRefused, check_sizes, sniff},
        report::{
            Report,
            deed::Deed,
            file::{CopyState, Sealed},
            words::SealedPart,
        },
        time::Time,
    },
    evidence::{
        orphans::{OLDER_THAN, orphans},
        seal::{FileKey, open, seal},
        vault::{Vault, VaultError},
    },
    registry::{Registry, RegistryError, engine::shared::new_id},
    state::{
        refused::Refused,
        report::{
            files::{Copied, copied},
            is_theirs,
        },
    },
    store::schema::{PendingCopies, ReportFiles, Reports},
};

/// How long after an original was opened with a reason it can be fetched, in seconds.
const FETCH_SECONDS: i64 = 300;

/// Reports whose files are copied in one round.
const COPIED_AT_ONCE: usize = 20;

/// Why a file was not taken. What was told without it is taken all the same.
#[derive(Debug, Error)]
pub enum FileError {
    /// It is none of the kinds that are taken, or too large.
    #[error(transparent)]
    Refused(#[from] FileRefused),
    /// There is too little room for files; texts are still taken.
    #[error("there is no room for files")]
    NoRoom,
    /// The disk takes no files at present.
    #[error("files can't be kept at present")]
    Unavailable,
}

impl FileError {
    /// The machine word of figures.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Refused(refused) => refused.code(),
            Self::NoRoom => "no-room",
            Self::Unavailable => "unavailable",
        }
    }
}

/// A file that waits for its safe copy.
pub struct PendingCopy {
    pub report: Uuid,
    /// From 1.
    pub file: u8,
    pub bytes: Vec<u8>,
}

impl Registry {
    /// Seals files that came together, each under a fresh key, and puts them where they outlive a loss of power. What is not
    /// named by a report within an hour is removed again.
    ///
    /// # Errors
    /// [`FileError`]; none of them is kept then.
    pub fn seal_files(&self, files: &[Vec<u8>], now: Time) -> Result<Vec<NewFile>, FileError> {
        let sealed = self.seal_all(files, now);
        sealed.inspect_err(|error| self.figures.refused(error.word()))
    }

    fn seal_all(&self, files: &[Vec<u8>], now: Time) -> Result<Vec<NewFile>, FileError> {
        let sizes: Vec<usize> = files.iter().map(Vec::len).collect();
        check_sizes(&sizes)?;
        let kinds = files
            .iter()
            .map(|bytes| sniff(bytes))
            .collect::<Result<Vec<_>, _>>()?;
        if !files.is_empty() && !self.shared.has_room_for_files() {
            return Err(FileError::NoRoom);
        }
        let mut sealed: Vec<NewFile> = Vec::with_capacity(files.len());
        for (bytes, kind) in files.iter().zip(kinds) {
            match self.seal_one(bytes, kind, now) {
                Ok(file) => sealed.push(file),
                Err(error) => {
                    self.remove_files(sealed.iter().map(|file| file.stored));
                    return Err(error);
                }
            }
        }
        Ok(sealed)
    }

    fn seal_one(&self, bytes: &[u8], kind: FileKind, now: Time) -> Result<NewFile, FileError> {
        let vault = self.shared.vault().ok_or(FileError::Unavailable)?;
        let stored = new_id(now);
        let key = FileKey::generate().map_err(|_| FileError::Unavailable)?;
        let sealed = seal(bytes, &key, stored).map_err(|_| FileError::Unavailable)?;
        vault.put(stored, &sealed).map_err(|error| match error {
            VaultError::Full(_) => FileError::NoRoom,
            error @ (VaultError::Exists
            | VaultError::TooLarge
            | VaultError::NotAFile
            | VaultError::Io { .. }) => {
                tracing::error!(%error, "a file could not be kept");
                FileError::Unavailable
            }
        })?;
        Ok(NewFile {
            stored,
            sha256: Sha256::digest(bytes).into(),
            bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            kind,
            key: *key.bytes(),
        })
    }

    /// Removes files that nothing names: what was not taken after all, or was erased.
    pub fn remove_files(&self, files: impl IntoIterator<Item = Uuid>) {
        let Some(vault) = self.shared.vault() else {
            return;
        };
        for id in files {
            if let Err(error) = vault.remove(id) {
                tracing::warn!(%error, "a file could not be removed yet");
            }
        }
    }

    /// Removes files that were sealed once more for a report that was there already, since it was sent again.
    pub fn remove_copies(&self, report: &Report, sealed: &[Uuid]) {
        let originals = report.files.iter().flat_map(|file| &file.original);
        let named: Vec<Uuid> = originals.map(|original| original.stored).collect();
        let again = sealed.iter().filter(|stored| !named.contains(stored));
        self.remove_files(again.copied());
    }

    /// Removes what was sealed for something that was refused. Of what is not certain nothing is removed: the record may
    /// stand, and the sweep comes later.
    pub fn without_refused<T>(
        &self,
        done: Result<T, RegistryError>,
        sealed: Vec<Uuid>,
    ) -> Result<T, RegistryError> {
        if let Err(RegistryError::Refused(_) | RegistryError::Denied(_)) = &done {
            self.remove_files(sealed);
        }
        done
    }

    /// Opens sealed bytes and holds them against what came.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] once they were erased; [`RegistryError::Internal`] when they are not what came.
    fn unseal(&self, sealed: &Sealed) -> Result<Vec<u8>, RegistryError> {
        let key = sealed.key.ok_or(RegistryError::NOT_FOUND)?;
        let vault = self.shared.vault().ok_or(RegistryError::Unavailable)?;
        unsealed(vault, sealed, key).map_err(RegistryError::Internal)
    }

    /// The safe copy of a file, for who works on the report.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] for another unit's, and where there is none (yet).
    pub fn safe_copy(
        &self,
        who: &Officer,
        id: Uuid,
        file: u8,
    ) -> Result<(FileKind, Vec<u8>), RegistryError> {
        let report = self.report_to_work_on(who, id)?;
        let row = report.files.get(usize::from(file).wrapping_sub(1));
        match row.map(|row| &row.copy) {
            Some(CopyState::Made(copy)) => Ok((copy.kind, self.unseal(copy)?)),
            Some(CopyState::Pending | CopyState::None | CopyState::Erased) | None => {
                Err(RegistryError::NOT_FOUND)
            }
        }
    }

    /// The original of a file, for who opened it with a reason in the last five minutes.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] for another unit's, and where there is none; `Denied::Forbidden` for who did not open
    /// it.
    pub fn original(
        &self,
        who: &Officer,
        id: Uuid,
        file: u8,
        now: Time,
    ) -> Result<(FileKind, Vec<u8>), RegistryError> {
        let report = self.stored_report(id)?;
        is_theirs(&report, |unit| who.covers(unit))?;
        let since = now.plus_seconds(-FETCH_SECONDS);
        let opened = report.last(|deed| {
            matches!(deed, Deed::Opened { part: SealedPart::File(number), .. } if *number == file)
        });
        if !opened.is_some_and(|event| event.by == Actor::User(who.user_id()) && event.at >= since)
        {
            return Err(Refused::Denied(crate::access::capability::Denied::Forbidden).into());
        }
        let row = report.files.get(usize::from(file).wrapping_sub(1));
        let original = row.and_then(|row| row.original.as_ref());
        let original = original.ok_or(RegistryError::NOT_FOUND)?;
        Ok((original.kind, self.unseal(original)?))
    }

    /// Some files that wait for their safe copy, the oldest report first.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn pending_copies(&self) -> Result<Vec<PendingCopy>, RegistryError> {
        let store = self.shared.store()?;
        let waiting =
            store.page::<PendingCopies>(&[], None, COPIED_AT_ONCE, COPIED_AT_ONCE, |_, _| true)?;
        let mut pending = Vec::new();
        for id in waiting.rows {
            let Some(report) = store.get::<Reports>(&id)? else {
                continue;
            };
            pending.extend(self.pending_of(&report));
        }
        Ok(pending)
    }

    /// The first file of a report that waits: files of one report come one after the other, so what is held in memory stays
    /// small.
    fn pending_of(&self, report: &Report) -> Option<PendingCopy> {
        let mut files = (1..).zip(&report.files);
        let (file, row) = files.find(|(_, row)| row.copy == CopyState::Pending)?;
        // A disk that gives nothing at present is no fault of the file.
        if let Some(original) = &row.original {
            self.shared.vault()?.get(original.stored).ok()?;
        }
        let bytes = row.original.as_ref().map(|original| self.unseal(original));
        let bytes = match bytes {
            Some(Ok(bytes)) => bytes,
            Some(Err(error)) => {
                tracing::error!(%error, "a sealed file can't be opened");
                Vec::new()
            }
            None => Vec::new(),
        };
        Some(PendingCopy {
            report: report.id,
            file,
            bytes,
        })
    }

    /// Notes the safe copy of a file, or that there is none.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; it is tried again.
    pub fn note_copy(
        &self,
        report: Uuid,
        file: u8,
        copy: Option<(FileKind, Vec<u8>)>,
        now: Time,
    ) -> Result<(), RegistryError> {
        let copy = copy.map(|(kind, bytes)| self.seal_one(&bytes, kind, now));
        let copy = copy.transpose().map_err(|_| RegistryError::Unavailable)?;
        let (stored, original) = (
            copy.as_ref().map(|copy| copy.stored),
            self.original_of(report, file),
        );
        let request = Copied { report, file, copy };
        let noted = self.commit(
            Acting::schedule(),
            now,
            None,
            move |view, now| copied(view, &request, now),
            |_, _| Ok(()),
        );
        match &noted {
            Ok(()) | Err(RegistryError::Refused(_)) => {
                self.remove_unnamed(stored.into_iter().chain(original))?;
            }
            // The record may stand: the sweep comes later.
            Err(_) => {}
        }
        noted
    }

    fn original_of(&self, report: Uuid, file: u8) -> Option<Uuid> {
        let report = self.stored_report(report).ok()?;
        let row = report.files.get(usize::from(file).wrapping_sub(1))?;
        Some(row.original.as_ref()?.stored)
    }

    /// Removes those of some files that no report has.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub(super) fn remove_unnamed(
        &self,
        files: impl IntoIterator<Item = Uuid>,
    ) -> Result<(), RegistryError> {
        let store = self.shared.store()?;
        for id in files {
            if store.get::<ReportFiles>(&id)?.is_none() {
                self.remove_files([id]);
            }
        }
        Ok(())
    }

    /// Removes files that no report names and that have been there for an hour: a crash came between file and record, or a
    /// report was never sent.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; it is tried again next time.
    pub fn sweep_files(&self, now: Time) -> Result<usize, RegistryError> {
        let Some(vault) = self.shared.vault() else {
            return Ok(0);
        };
        // Who does not know what others wrote does not know which files they named.
        self.freshen()?;
        if !self.journal_standing().is_reached() {
            return Err(RegistryError::Unavailable);
        }
        let listing = vault.list().map_err(|error| {
            tracing::warn!(%error, "files could not be listed");
            RegistryError::Unavailable
        })?;
        let store = self.shared.store()?;
        let mut known = HashSet::new();
        for stored in &listing.stored {
            if store.get::<ReportFiles>(&stored.id)?.is_some() {
                known.insert(stored.id);
            }
        }
        let gone = orphans(&listing.stored, |id| known.contains(&id), now, OLDER_THAN);
        let count = gone.len();
        self.remove_files(gone);
        self.figures.swept(count);
        Ok(count)
    }
}

/// Opens sealed bytes of a vault and holds them against what came; an error says what is wrong, and nothing of what is in
/// them.
pub(in crate::registry) fn unsealed(
    vault: &dyn Vault,
    sealed: &Sealed,
    key: [u8; 32],
) -> Result<Vec<u8>, String> {
    let id = sealed.stored;
    let bytes = vault
        .get(id)
        .map_err(|error| format!("the file {id}: {error}"))?;
    let bytes = bytes.ok_or_else(|| format!("the file {id} is missing"))?;
    let plain = open(&bytes, &FileKey::from_bytes(key), id);
    let plain = plain.map_err(|error| format!("the file {id}: {error}"))?;
    let is_same = <[u8; 32]>::from(Sha256::digest(&plain)) == sealed.sha256;
    match is_same {
        true => Ok(plain),
        false => Err(format!("the file {id} is not what came")),
    }
}
