//! The store brought to where the journal is: replayed when it is behind; set aside and rebuilt when it is
//! ahead, disagrees, is damaged or does not open, with progress shown and nothing lost.

use std::{fs, path::Path, sync::Arc};

use super::{
    data_folder::{SCRATCH, SET_ASIDE, STORE, STORE_STALE, StartError, io},
    entry_bytes,
    progress::{Phase, Progress, Quiet},
    shared::{Settings, Shared},
};
use crate::{
    journal::{Journal, Record},
    registry::error::RegistryError,
    state::{
        record::{Applied, Source},
        view::View,
    },
    store::{Store, StoreError, index::Index},
};

/// Journal bytes applied in one store transaction while replaying.
pub(super) const REPLAY_BYTES: usize = 4 << 20;

/// Store and index, at the journal's head.
pub(super) fn ready(
    folder: &Path,
    settings: &Settings,
    journal: &dyn Journal,
    progress: &mut dyn Progress,
) -> Result<(Store, Index), StartError> {
    rewrite_stale(folder, progress)?;
    let store = ready_store(folder, settings, journal, progress)?;
    match load_index(&store, progress) {
        Ok(index) => Ok((store, index)),
        Err(error @ StoreError::Newer { .. }) => Err(error.into()),
        Err(error) => {
            drop(store);
            let store = rebuilt(folder, settings, journal, &error, progress)?;
            let index = load_index(&store, progress)?;
            Ok((store, index))
        }
    }
}

fn open_store(folder: &Path, settings: &Settings) -> Result<Store, StoreError> {
    Store::open(&folder.join(STORE), settings.cache_bytes)
}

/// The store, at the journal's head.
fn ready_store(
    folder: &Path,
    settings: &Settings,
    journal: &dyn Journal,
    progress: &mut dyn Progress,
) -> Result<Store, StartError> {
    let opened = open_store(folder, settings).and_then(|store| {
        agree(&store, journal)?;
        replay(&store, journal, progress).map_err(|error| {
            if let StartError::Store(error) = error {
                error
            } else {
                StoreError::Damaged("it can't follow the journal")
            }
        })?;
        Ok(store)
    });
    match opened {
        Ok(store) => Ok(store),
        Err(error @ StoreError::Newer { .. }) => Err(error.into()),
        Err(error) => rebuilt(folder, settings, journal, &error, progress),
    }
}

/// Whether the store's position lies on this journal.
fn agree(store: &Store, journal: &dyn Journal) -> Result<(), StoreError> {
    let at = store.position();
    let head = journal.head();
    if at.seq > head.seq {
        return Err(StoreError::Damaged("it is ahead of the journal"));
    }
    if at.seq == 0 {
        return Ok(());
    }
    let record = journal
        .read(at.seq - 1, 1)
        .ok()
        .and_then(|records| records.into_iter().next())
        .ok_or(StoreError::Damaged("the journal can't be read there"))?;
    if record.chain == at.chain {
        Ok(())
    } else {
        Err(StoreError::Damaged("it belongs to another journal"))
    }
}

fn rebuilt(
    folder: &Path,
    settings: &Settings,
    journal: &dyn Journal,
    why: &StoreError,
    progress: &mut dyn Progress,
) -> Result<Store, StartError> {
    let missing = Store::open(&folder.join(STORE), settings.cache_bytes)
        .map_or(0, |store| store.position().seq)
        .saturating_sub(journal.head().seq);
    progress.say(&match missing {
        0 => format!(
            "{why}; it is set aside as {SET_ASIDE} and rebuilt from the journal, nothing is lost"
        ),
        _ => format!(
            "{why}: {missing} acknowledged records are MISSING from the journal. Stop this program and look for a newer copy of the journal. The store that had them is kept as {SET_ASIDE}"
        ),
    });
    built_anew(folder, settings, journal, progress)
}

/// A store built from the journal alone; one that was there is set aside.
pub(super) fn built_anew(
    folder: &Path,
    settings: &Settings,
    journal: &dyn Journal,
    progress: &mut dyn Progress,
) -> Result<Store, StartError> {
    set_aside(folder)?;
    let store = open_store(folder, settings)?;
    replay(&store, journal, progress)?;
    store.flush()?;
    Ok(store)
}

/// Moves the store out of the way. Only the latest one is kept.
fn set_aside(folder: &Path) -> Result<(), StartError> {
    let store = folder.join(STORE);
    if !store.exists() {
        return Ok(());
    }
    let aside = folder.join(SET_ASIDE);
    if aside.exists() {
        fs::remove_dir_all(&aside).map_err(io(format!("cannot remove {}", aside.display())))?;
    }
    fs::rename(&store, &aside).map_err(io(format!("cannot move {}", store.display())))
}

/// Applies what the journal has and the store has not.
pub(super) fn replay(
    store: &Store,
    journal: &dyn Journal,
    progress: &mut dyn Progress,
) -> Result<(), StartError> {
    let head = journal.head().seq;
    loop {
        let at = store.position().seq;
        progress.step(Phase::Replay, at, head);
        let records = journal
            .read(at, REPLAY_BYTES)
            .map_err(RegistryError::from)?;
        if records.is_empty() {
            return Ok(());
        }
        let mut view = View::new(store);
        for record in &records {
            apply_again(&mut view, record)?;
        }
        let (writes, position, _) = view.into_parts();
        store.commit(&writes, &position)?;
    }
}

/// Applies a record that the journal has.
pub(super) fn apply_again(view: &mut View<'_>, record: &Record) -> Result<(), RegistryError> {
    let entry = entry_bytes::decode(record.seq, &record.public)?;
    view.apply(&Applied {
        seq: record.seq,
        chain: record.chain,
        entry: &entry,
        private: &record.private,
        source: Source::Replaying,
    })?;
    Ok(())
}

/// The index, once the ledger's tree is seen to be whole.
fn load_index(store: &Store, progress: &mut dyn Progress) -> Result<Index, StoreError> {
    store.check_edge()?;
    Index::load(store, &mut |done, total| {
        progress.step(Phase::Index, done, total);
    })
}

/// A store whose file still holds erased bytes is built anew, and the old one removed.
fn rewrite_stale(folder: &Path, progress: &mut dyn Progress) -> Result<(), StartError> {
    let mark = folder.join(STORE_STALE);
    if !mark.exists() {
        return Ok(());
    }
    progress.say("the store is written anew: something was erased, and nothing of it may be left, or a part was damaged");
    for name in [STORE, SET_ASIDE, SCRATCH] {
        let path = folder.join(name);
        if path.exists() {
            fs::remove_dir_all(&path).map_err(io(format!("cannot remove {}", path.display())))?;
        }
    }
    fs::remove_file(&mark).map_err(io(format!("cannot remove {}", mark.display())))
}

/// After the store failed while running: closes it, opens it again and replays what it missed.
pub(super) fn reopen_store(shared: &Shared) -> Result<(), RegistryError> {
    if let Ok(old) = shared.store() {
        shared.set_store(None);
        if Arc::strong_count(&old) > 1 {
            // A reader still has it open; put it back and try again a little later.
            shared.set_store(Some(old));
            return Err(RegistryError::Unavailable);
        }
    }
    let store = ready_store(
        &shared.folder,
        &shared.settings,
        &*shared.journal,
        &mut Quiet,
    )
    .map_err(|error| {
        tracing::error!(%error, "the store can't be opened again yet");
        RegistryError::Unavailable
    })?;
    shared.set_store(Some(Arc::new(store)));
    Ok(())
}
