//! The store as a start needs it, at the journal's head: replayed when it is behind; rebuilt when it disagrees, is damaged
//! or does not open; left as it is when the disk takes no writes, or when it knows more than the journal.

use std::{fs, path::Path};

use super::{
    data_folder::{JOURNAL, STORE, STORE_PARTIAL, STORE_STALE, StartError, io, is_node},
    entry_bytes,
    erased_parts::unnamed,
    progress::{Phase, Progress},
    shared::Settings,
    store_folder,
};
use crate::{
    journal::{ErasedPart, Head, Journal, Record, Segments},
    registry::error::RegistryError,
    state::{
        record::{Applied, Source},
        view::View,
    },
    store::{
        Store, StoreError,
        index::Index,
        schema::{Destroyed, Destroying},
        table::Table,
    },
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
        if !self.journal.standing().is_reached() {
            return self.without_journal(progress);
        }
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
            // Of a shared journal it is built first, by a mark of its own: a part of it is no store to answer from.
            Ok(store) if self.journal.is_shared() && store.position().seq == 0 => {
                drop(store);
                let store = built(self.folder, self.settings, self.journal, progress)?;
                load_index(&store, progress).map(|index| (store, index))
            }
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

    /// The store as it is, while the journal's database can't be reached: checks are answered from it.
    fn without_journal(&self, progress: &mut dyn Progress) -> Result<Ready, StartError> {
        let store = open_store(self.folder, self.settings)?;
        if store.position().seq == 0 || self.folder.join(STORE_PARTIAL).exists() {
            return Err(StartError::Unreachable(self.folder.to_owned()));
        }
        progress.say("the journal's database can't be used: answers come from what this machine has, and nothing is changed until it can");
        let index = load_index(&store, progress)?;
        Ok(Ready {
            store,
            index,
            rebuild: false,
            loss: None,
        })
    }

    fn brought_up(
        &self,
        store: Store,
        progress: &mut dyn Progress,
    ) -> Result<(Store, Index), StoreError> {
        let partial = self.folder.join(STORE_PARTIAL);
        match replay(&store, self.journal, u64::MAX, progress, &|| false) {
            Ok(replayed) => {
                if replayed.erases && self.journal.is_shared() {
                    // What another machine erased is to go from this one's tables, too.
                    fs::File::create(self.folder.join(STORE_STALE))
                        .map_err(|error| StoreError::Disk(error.to_string()))?;
                }
                // One that a crash left half built is whole now.
                let _ = fs::remove_file(partial);
            }
            Err(StartError::Store(error)) => return Err(error),
            // What others wrote can't be applied: checks are answered from what was, and it is tried again.
            Err(error) if self.journal.is_shared() && !partial.exists() => progress.say(&format!(
                "records of other machines can't be applied: {error}. Answers come from what this machine has"
            )),
            Err(_) => return Err(StoreError::Damaged("it can't follow the journal")),
        }
        let index = load_index(&store, progress)?;
        Ok((store, index))
    }

    /// A store built from the journal, in the place of one that can't be used. A service answers from memory meanwhile.
    fn rebuilt(&self, why: &StoreError, progress: &mut dyn Progress) -> Result<Ready, StartError> {
        progress.say(&format!(
            "{why}; the store is set aside and rebuilt from the journal, nothing is lost"
        ));
        store_folder::set_aside(self.folder)?;
        let is_small = self.settings.database.is_none() && self.journal_bytes() <= IN_MEMORY;
        if self.settings.serves && is_small {
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
        replay(&store, self.journal, u64::MAX, progress, &|| false)?;
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
    if !is_node(folder) {
        Segments::forget_cuts(&folder.join(JOURNAL))
            .map_err(io("cannot remove what was cut off the journal".into()))?;
    }
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
    let mark = folder.join(STORE_PARTIAL);
    fs::File::create(&mark).map_err(io(format!("cannot make {}", mark.display())))?;
    let store = open_store(folder, settings)?;
    replay(&store, journal, u64::MAX, progress, &|| false)?;
    store.flush()?;
    fs::remove_file(&mark).map_err(io(format!("cannot remove {}", mark.display())))?;
    Ok(store)
}

/// What a replay met.
#[derive(Default)]
pub(super) struct Replayed {
    /// Records that erase: the tables may still hold what they took away.
    erases: bool,
}

/// Applies what the journal has and the store has not, up to a position, until `stop` says to give up.
pub(super) fn replay(
    store: &Store,
    journal: &dyn Journal,
    until: u64,
    progress: &mut dyn Progress,
    stop: &dyn Fn() -> bool,
) -> Result<Replayed, StartError> {
    let head = journal.head().seq;
    let mut replayed = Replayed::default();
    loop {
        let position = store.position();
        progress.step(Phase::Replay, position.seq, head);
        let at = Head {
            seq: position.seq,
            chain: position.chain,
        };
        let records = journal.read_on(at, REPLAY_BYTES);
        let mut records = records.map_err(RegistryError::from)?;
        records.retain(|record| record.seq <= until);
        if records.is_empty() {
            return Ok(replayed);
        }
        if stop() {
            return Err(RegistryError::Unavailable.into());
        }
        let mut view = View::new(store);
        for record in &records {
            apply_again(&mut view, record)?;
        }
        replayed.erases |= view.touches(Destroying::ID) || view.touches(Destroyed::ID);
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
