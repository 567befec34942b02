//! Opening a mirror's folder: whose copy it is, whom it trusts, and whether it is still what was verified.

use std::{
    collections::HashSet,
    fs::DirBuilder,
    os::unix::fs::DirBuilderExt,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    Phase, Progress,
    database::{Database, Fact, Position},
    error::{SyncError, io},
    first_sync::show_officials,
    follow::{Mirror, Settings},
    local_copy::LocalCopy,
    trusted_log::Trust,
    upstream::Upstream,
};
use crate::{domain::time::Time, ledger::note::VerifierKey, registry::folder_lock::FolderLock};

impl Mirror {
    /// Opens the folder of a copy, or makes it, and shows what it holds.
    ///
    /// # Errors
    /// When another program uses the folder, or it does not open.
    pub fn open(
        settings: Settings,
        copy: Arc<LocalCopy>,
        mut progress: Box<dyn Progress + Send>,
    ) -> Result<Self, SyncError> {
        let folder = settings.folder.clone();
        // Listings are public one by one; the whole list is not for every user of the machine.
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .map_err(io(format!("cannot make {}", folder.display())))?;
        let lock = FolderLock::take(&folder)?;
        let database = Database::open(&folder)?;
        let base = settings.upstream.trim_end_matches('/').to_owned();
        let trust = trusted(&settings, &database, &mut *progress)?;
        let position = kept(&database, &copy, &settings, &trust, &mut *progress)?;
        Ok(Self {
            upstream: Upstream::new(&base, settings.credentials.clone()),
            settings,
            database,
            trust,
            position,
            copy,
            differences: 0,
            asked: Instant::now(),
            progress,
            changed: None,
            _lock: lock,
        })
    }
}

/// Pinned keys, and what was verified with them.
fn trusted(
    settings: &Settings,
    database: &Database,
    progress: &mut dyn Progress,
) -> Result<Trust, SyncError> {
    let parse = |text: &String| {
        VerifierKey::parse(text).map_err(|error| SyncError::BadKey(error.to_string()))
    };
    let mut pinned = database.keys()?;
    if let Some(key) = &settings.key {
        let given = parse(key)?;
        if !pinned.contains(key) {
            if !pinned.is_empty() {
                let held = parse(&pinned[0])?;
                if held.name() != given.name() {
                    return Err(SyncError::OtherLog {
                        held: held.name().to_owned(),
                        given: given.name().to_owned(),
                    });
                }
                progress.say("the key given with --key is trusted beside the pinned ones");
            }
            database.pin(key, "given by the operator", (settings.clock)())?;
            pinned.insert(0, given.to_string());
        }
    }
    let keys = pinned.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    let mut trust = Trust::new(settings.folder.clone(), keys, settings.clock);
    if let Some(note) = database.fact::<String>(Fact::Checkpoint)? {
        trust.remember(note)?;
    }
    Ok(trust)
}

/// The copy that is held, if it is whole; shown in checks at once.
fn kept(
    database: &Database,
    copy: &LocalCopy,
    settings: &Settings,
    trust: &Trust,
    progress: &mut dyn Progress,
) -> Result<Option<Position>, SyncError> {
    let Some(position) = database.position()? else {
        return Ok(None);
    };
    let mut counted = Position {
        frontier: position.frontier.clone(),
        ..Position::default()
    };
    database.each(|held| {
        counted.count += 1;
        counted.digest.add(&held.key, held.seq);
        copy.put(&held);
        if counted.count.is_multiple_of(10_000) {
            progress.step(Phase::Load, counted.count, position.count);
        }
    })?;
    if counted != position || !database.is_complete()? {
        copy.retain(&HashSet::new());
        progress.say("the copy on disk is not what was verified: it is taken anew");
        return Ok(None);
    }
    show_officials(database, copy)?;
    // Only now it is answered from: a copy of size 0 answers nothing.
    let size = position.frontier.size();
    copy.arrived(size, position.count, position.digest.to_string());
    if let (Some(contact), Some(signed)) = (database.fact::<i64>(Fact::Contact)?, &trust.highest) {
        let at = Time::from_millis(contact);
        let passed = (settings.clock)().millis().saturating_sub(contact);
        let age = Duration::from_millis(u64::try_from(passed).unwrap_or(0));
        copy.confirmed(at, age, &signed.note);
    }
    if database.fact::<u64>(Fact::Officials)?.is_none() {
        progress.say("the copy of an earlier program has no official numbers: it is taken anew, and answers meanwhile");
        return Ok(None);
    }
    Ok(Some(position))
}
