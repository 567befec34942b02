//! Opening a mirror's folder: whose copy it is, whom it trusts, and whether it is still what was verified.

use std::{
    fs::DirBuilder,
    os::unix::fs::DirBuilderExt,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    Phase, Progress,
    database::{Database, Fact},
    error::{SyncError, io},
    first_sync::show_officials,
    follow::{Mirror, Settings},
    kept_trust::{self, KeptTrust, Unreadable},
    local_copy::LocalCopy,
    position::Position,
    trusted_log::Trust,
    upstream::Upstream,
};
use crate::{
    domain::time::Time,
    ledger::{
        log_keys::{LogKey, LogKeys, Retired, commitment_to},
        note::VerifierKey,
    },
    registry::folder_lock::FolderLock,
};

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
        let base = settings.upstream.trim_end_matches('/').to_owned();
        let opened = match Database::open(&folder) {
            opened @ (Ok(_) | Err(SyncError::Damaged(_) | SyncError::OlderLayout)) => opened,
            // Nothing is thrown away for a fault that passes.
            Err(other) => return Err(other),
        };
        let kept = kept_trust(&folder, &opened);
        let trust = trusted(&settings, kept, &mut *progress)?;
        let whole = opened.and_then(|database| {
            let position = whole(&database, &copy, &settings, &trust, &mut *progress)?;
            Ok((database, position))
        });
        let (database, position) = match whole {
            Ok((database, None)) if trust.highest.is_some() => {
                progress.say("the copy that was here is gone: it is taken anew");
                copy.doubt("it is gone");
                (database, None)
            }
            Ok(whole) => whole,
            Err(unusable @ (SyncError::Damaged(_) | SyncError::OlderLayout)) => {
                copy.forget();
                progress.say(&unusable.to_string());
                copy.doubt(if let SyncError::Damaged(what) = &unusable {
                    what
                } else {
                    "of an older version"
                });
                (Database::anew(&folder)?, None)
            }
            Err(other) => return Err(other),
        };
        Ok(Self {
            upstream: Upstream::new(&base, settings.credentials.clone()),
            settings,
            database,
            trust,
            position,
            copy,
            differences: 0,
            has_traces: true,
            asked: Instant::now(),
            progress,
            changed: None,
            _lock: lock,
        })
    }
}

/// What was trusted before, from the file or from the copy, whichever can be read; nothing when nothing was.
fn kept_trust(
    folder: &Path,
    opened: &Result<Database, SyncError>,
) -> Result<KeptTrust, Unreadable> {
    let in_file = kept_trust::read(folder);
    if let Ok(Some(kept)) = in_file {
        return Ok(kept);
    }
    let in_copy = match opened {
        // That nothing was ever trusted is believed of a copy that is what was verified.
        Ok(database) => fact_of_trust(database).and_then(|found| match found {
            None if database.verify().is_err() || has_position(database) => Err(Unreadable),
            found => Ok(found),
        }),
        Err(SyncError::OlderLayout) => Database::open_to_read(folder)
            .and_then(|database| database.rows_of_trust())
            .map_or(Err(Unreadable), rows_of_trust),
        // Of a file that is damaged it counts what is there, not what is missing.
        Err(_) => Database::open_to_read(folder)
            .map_or(Err(Unreadable), |database| fact_of_trust(&database))
            .and_then(|found| found.ok_or(Unreadable).map(Some)),
    };
    match (in_file, in_copy) {
        (_, Ok(Some(kept))) => Ok(kept),
        (Ok(None), Ok(None)) => Ok(KeptTrust::default()),
        _ => Err(Unreadable),
    }
}

fn has_position(database: &Database) -> bool {
    database.position().is_ok_and(|position| position.is_some())
}

fn fact_of_trust(database: &Database) -> Result<Option<KeptTrust>, Unreadable> {
    let Some(bytes) = database.fact(Fact::Trust).map_err(|_| Unreadable)? else {
        return Ok(None);
    };
    let text = String::from_utf8(bytes).map_err(|_| Unreadable)?;
    KeptTrust::parse(&text).map(Some)
}

/// Rows without checksums: keys have one in themselves, and the checkpoint has its signature.
fn rows_of_trust(
    (keys, checkpoint): (Vec<String>, Option<String>),
) -> Result<Option<KeptTrust>, Unreadable> {
    let read = |text: &String| VerifierKey::parse(text).map_err(|_| Unreadable);
    let mut known = LogKeys::default();
    for key in &keys {
        known.add(read(key)?);
    }
    let Some(first) = known.all().first() else {
        return Ok(None);
    };
    let origin = first.key.name().to_owned();
    if let Some(note) = &checkpoint {
        known.open(note, &origin).map_err(|_| Unreadable)?;
    }
    Ok(Some(KeptTrust {
        keys: known.all().to_vec(),
        others: Retired::new(),
        checkpoint,
    }))
}

/// Pinned keys and what was verified with them, with the key that the operator gives.
fn trusted(
    settings: &Settings,
    kept: Result<KeptTrust, Unreadable>,
    progress: &mut dyn Progress,
) -> Result<Trust, SyncError> {
    let given = settings
        .key
        .as_ref()
        .map(|text| VerifierKey::parse(text).map_err(|error| SyncError::BadKey(error.to_string())));
    let given = given.transpose()?;
    let mut kept = match (kept, &given) {
        (Ok(kept), _) => kept,
        (Err(Unreadable), None) => return Err(SyncError::TrustLost),
        (Err(Unreadable), Some(_)) => {
            progress.say(
                "what this mirror trusted can't be read any more: trust begins anew with the key given with --key, and whether the registry showed another history before can't be told",
            );
            KeptTrust::default()
        }
    };
    if let Some(given) = given {
        let name = given.name().to_owned();
        let known = kept.keys.iter().find(|known| known.key == given);
        let retired_at = match known {
            Some(known) => known.retired_at,
            None => kept.others.get(&commitment_to(&given.to_string())).copied(),
        };
        match (known, retired_at) {
            (_, Some(at)) => progress.say(&format!(
                "the key given with --key was retired by ledger entry {at}: it is not trusted; give a newer one"
            )),
            (Some(_), None) => {}
            (None, None) => {
                if let Some(held) = kept.keys.first() {
                    if held.key.name() != name {
                        let held = held.key.name().to_owned();
                        return Err(SyncError::OtherLog { held, given: name });
                    }
                    progress.say("the key given with --key is trusted beside the pinned ones");
                }
                kept.keys.insert(
                    0,
                    LogKey {
                        key: given,
                        retired_at,
                    },
                );
            }
        }
    }
    let mut trust = Trust::new(settings.folder.clone(), kept, settings.clock)?;
    if !trust.keys.all().is_empty() {
        trust.keep()?;
    }
    Ok(trust)
}

/// The copy that is held, if it is what was verified; shown in checks at once. What fails here may have been put in already:
/// nothing is answered before the size is known.
fn whole(
    database: &Database,
    copy: &LocalCopy,
    settings: &Settings,
    trust: &Trust,
    progress: &mut dyn Progress,
) -> Result<Option<Position>, SyncError> {
    database.check_form()?;
    let total = database.position()?.map_or(0, |position| position.count);
    let mut count: u64 = 0;
    let loaded = database.load(|held| {
        count += 1;
        copy.put(&held);
        if count.is_multiple_of(10_000) {
            progress.step(Phase::Load, count, total);
        }
        Ok::<(), SyncError>(())
    })?;
    let Some(position) = loaded else {
        return Ok(None);
    };
    let size = position.frontier.size();
    if let Some(signed) = &trust.highest
        && signed.checkpoint.size == size
        && signed.checkpoint.root != position.frontier.root()
    {
        return Err(SyncError::Damaged("its tree is not the signed one".into()));
    }
    show_officials(database, copy)?;
    // Only now it is answered from: a copy of size 0 answers nothing.
    copy.arrived(size, position.count, position.digest.to_string());
    let contact = database.fact(Fact::Contact)?;
    let contact = contact.and_then(|bytes| Some(i64::from_be_bytes(bytes.try_into().ok()?)));
    if let (Some(contact), Some(signed)) = (contact, &trust.highest) {
        let at = Time::from_millis(contact);
        let passed = (settings.clock)().millis().saturating_sub(contact);
        let age = Duration::from_millis(u64::try_from(passed).unwrap_or(0));
        copy.confirmed(at, age, &signed.note);
    }
    Ok(Some(position))
}
