//! The store as a start needs it, at the journal's head: replayed when it is behind; rebuilt when it disagrees, is damaged
//! or does not open; left as it is when the disk takes no writes, or when it knows more than the journal.

use std::{fs, path::Path};

use super::{
    data_folder::{JOURNAL, STORE, STORE_STALE, StartError, io},
    entry_bytes,
    erased_parts::unnamed,
    progress::{Phase, Progress},
    shared::Settings,
    store_folder,
};
use crate::{
    journal::{ErasedPart, Journal, Record, Segments},
    registry::error::RegistryError,
    state::{
        record::{Applied, Source},
        view::View,
    },
    store::{Store, StoreError, index::Index},
};

/// Journal bytes applied in one store transaction while replaying.
pub(super) const REPLAY_BYTES: usize = 4 << 20;

/// Largest journal whose tables a service builds in memory to answer at once, while they are built on the disk: they take
/// some ten times as much, 300 MB for 100,000 listings. With a larger one it builds them first, with its progress shown.
const IN_MEMORY: u64 = 32 << 20;

/// What a start goes on with.
pub(super) struct Ready {
    pub store: Store,
    pub index: Index,
    /// The store is to be built anew while the service runs.
    pub rebuild: bool,
    /// Acknowledged records are missing from the journal, in words.
    pub loss: Option<String>,
}

/// A folder being opened.
pub(super) struct Opening<'a> {
    pub folder: &'a Path,
    pub settings: &'a Settings,
    pub journal: &'a dyn Journal,
    /// Parts that the journal's files mark as erased.
    pub erased: &'a [ErasedPart],
    /// The disk takes no writes.
    pub is_refused: bool,
}

impl Opening<'_> {
    /// Store and index. Every part that is marked as erased is one that a record erases.
    pub(super) fn ready(&self, progress: &mut dyn Progress) -> Result<Ready, StartError> {
        let ready = self.found(progress)?;
        if unnamed(&ready.store, self.erased)?.is_none() {
            return Ok(ready);
        }
        // It may be the store that is wrong: the journal alone decides.
        let anew = self.in_memory(progress)?;
        match unnamed(&anew.store, self.erased)? {
            Some(part) => Err(StartError::Journal(part.as_damage().into())),
            None => Ok(Ready {
                rebuild: true,
                ..anew
            }),
        }
    }

    fn found(&self, progress: &mut dyn Progress) -> Result<Ready, StartError> {
        if self.is_refused {
            return self.in_memory(progress);
        }
        store_folder::settle(self.folder)?;
        let is_stale = self.folder.join(STORE_STALE).exists();
        if is_stale && !self.settings.serves {
            self.rewrite_stale(progress)?;
        }
        let opened = open_store(self.folder, self.settings);
        let opened = match opened {
            Ok(store) => match agree(&store, self.journal)? {
                Agreement::Behind => self.brought_up(store, progress),
                Agreement::Ahead(records) => return self.lost(store, records, progress),
                Agreement::Other => return self.another_history(progress),
            },
            Err(error) => Err(error),
        };
        match opened {
            Ok((store, index)) => Ok(Ready {
                store,
                index,
                rebuild: is_stale && self.settings.serves,
                loss: None,
            }),
            Err(error @ StoreError::Newer { .. }) => Err(error.into()),
            Err(error @ StoreError::Disk(_)) => {
                progress.say(&format!("the store can't be opened ({error}): it is left as it is, and answers come from the journal. Look at who owns it"));
                self.in_memory(progress)
            }
            Err(error) => self.rebuilt(&error, progress),
        }
    }

    fn brought_up(
        &self,
        store: Store,
        progress: &mut dyn Progress,
    ) -> Result<(Store, Index), StoreError> {
        replay(&store, self.journal, progress, &|| false).map_err(|error| {
            if let StartError::Store(error) = error {
                error
            } else {
                StoreError::Damaged("it can't follow the journal")
            }
        })?;
        let index = load_index(&store, progress)?;
        Ok((store, index))
    }

    /// A store built from the journal, in the place of one that can't be used. A service answers from memory meanwhile.
    fn rebuilt(&self, why: &StoreError, progress: &mut dyn Progress) -> Result<Ready, StartError> {
        progress.say(&format!(
            "{why}; the store is set aside and rebuilt from the journal, nothing is lost"
        ));
        store_folder::set_aside(self.folder)?;
        if self.settings.serves && self.journal_bytes() <= IN_MEMORY {
            return self.in_memory(progress);
        }
        let store = built(self.folder, self.settings, self.journal, progress)?;
        let index = load_index(&store, progress)?;
        Ok(Ready {
            store,
            index,
            rebuild: false,
            loss: None,
        })
    }

    fn journal_bytes(&self) -> u64 {
        let entries = fs::read_dir(self.folder.join(JOURNAL));
        let entries = entries.into_iter().flatten().flatten();
        entries
            .filter_map(|entry| entry.metadata().ok())
            .map(|about| about.len())
            .sum()
    }

    /// The journal's records in memory; nothing in the folder is touched.
    fn in_memory(&self, progress: &mut dyn Progress) -> Result<Ready, StartError> {
        let store = Store::in_memory()?;
        replay(&store, self.journal, progress, &|| false)?;
        let index = load_index(&store, progress)?;
        Ok(Ready {
            store,
            index,
            rebuild: !self.is_refused,
            loss: None,
        })
    }

    /// The store knows records that the journal has not: they were acknowledged, so answers come from it.
    fn lost(
        &self,
        store: Store,
        records: u64,
        progress: &mut dyn Progress,
    ) -> Result<Ready, StartError> {
        let why = format!(
            "{records} acknowledged records are MISSING from the journal: its end was damaged or cut, or an older copy was put in its place. Answers come from the store, which still has them; nothing is written. Put a newer copy of the journal back; or, when there is none, give them up with `canhgiac rebuild --accept-loss`"
        );
        progress.say(&why);
        match load_index(&store, progress) {
            Ok(index) => Ok(Ready {
                store,
                index,
                rebuild: false,
                loss: Some(why),
            }),
            Err(error) => {
                progress.say(&format!("the store is damaged too ({error}): it is left as it is, and answers come from the journal"));
                Ok(Ready {
                    rebuild: false,
                    loss: Some(why),
                    ..self.in_memory(progress)?
                })
            }
        }
    }

    /// The store followed another journal, up to where this one has other records.
    fn another_history(&self, progress: &mut dyn Progress) -> Result<Ready, StartError> {
        let why = "the store holds records that this journal has not: either may be the wrong one. Answers come from the journal; nothing is written. Put the right journal back; or, when this one is right, build the store from it with `canhgiac rebuild --accept-loss`".to_owned();
        progress.say(&why);
        Ok(Ready {
            rebuild: false,
            loss: Some(why),
            ..self.in_memory(progress)?
        })
    }

    /// A store whose file still holds erased bytes is removed, to be built anew.
    fn rewrite_stale(&self, progress: &mut dyn Progress) -> Result<(), StartError> {
        match open_store(self.folder, self.settings) {
            Ok(store) if matches!(agree(&store, self.journal)?, Agreement::Behind) => {}
            Ok(_) | Err(StoreError::Disk(_) | StoreError::Newer { .. }) => return Ok(()),
            Err(StoreError::Engine(_) | StoreError::Damaged(_) | StoreError::Misfit(_)) => {}
        }
        progress.say("the store is written anew: something was erased, and nothing of it may be left, or a part was damaged");
        store_folder::remove(&self.folder.join(STORE))?;
        forget_erased(self.folder)
    }
}

/// Removes what may still hold erased bytes beside the store, and the mark that said so.
pub(super) fn forget_erased(folder: &Path) -> Result<(), StartError> {
    store_folder::remove_spares(folder)?;
    Segments::forget_cuts(&folder.join(JOURNAL))
        .map_err(io("cannot remove what was cut off the journal".into()))?;
    let mark = folder.join(STORE_STALE);
    fs::remove_file(&mark).map_err(io(format!("cannot remove {}", mark.display())))
}

pub(super) fn open_store(folder: &Path, settings: &Settings) -> Result<Store, StoreError> {
    Store::open(&folder.join(STORE), settings.cache_bytes)
}

/// How a store's position lies to a journal.
pub(super) enum Agreement {
    /// On it: the rest can be replayed.
    Behind,
    /// Past its end, by so many records.
    Ahead(u64),
    /// Beside it.
    Other,
}

/// Where the store's position lies.
pub(super) fn agree(store: &Store, journal: &dyn Journal) -> Result<Agreement, RegistryError> {
    let (at, head) = (store.position(), journal.head());
    if at.seq > head.seq {
        return Ok(Agreement::Ahead(at.seq - head.seq));
    }
    let Some(before) = at.seq.checked_sub(1) else {
        return Ok(Agreement::Behind);
    };
    let record = journal.read(before, 1)?.into_iter().next();
    Ok(match record {
        Some(record) if record.chain == at.chain => Agreement::Behind,
        Some(_) | None => Agreement::Other,
    })
}

/// A store built from the journal alone; one that was there is set aside.
pub(super) fn built_anew(
    folder: &Path,
    settings: &Settings,
    journal: &dyn Journal,
    progress: &mut dyn Progress,
) -> Result<Store, StartError> {
    store_folder::settle(folder)?;
    store_folder::set_aside(folder)?;
    built(folder, settings, journal, progress)
}

fn built(
    folder: &Path,
    settings: &Settings,
    journal: &dyn Journal,
    progress: &mut dyn Progress,
) -> Result<Store, StartError> {
    let store = open_store(folder, settings)?;
    replay(&store, journal, progress, &|| false)?;
    store.flush()?;
    Ok(store)
}

/// Applies what the journal has and the store has not, until `stop` says to give up.
pub(super) fn replay(
    store: &Store,
    journal: &dyn Journal,
    progress: &mut dyn Progress,
    stop: &dyn Fn() -> bool,
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
        if stop() {
            return Err(RegistryError::Unavailable.into());
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
pub(super) fn load_index(store: &Store, progress: &mut dyn Progress) -> Result<Index, StoreError> {
    store.check_edge()?;
    Index::load(store, &mut |done, total| {
        progress.step(Phase::Index, done, total);
    })
}
