//! Whether `master.key` is the one that the registry was founded with. Another one would start in silence, and every
//! password, code and secret would be "wrong".

use std::path::Path;

use super::{
    Plan, Registry, RegistryError,
    startup::{MASTER, StartError},
};
use crate::{
    access::{
        capability::Acting,
        secret::{MasterSecret, same},
    },
    domain::{change::Change, time::Time},
    store::{Store, schema::META_MASTER, schema::Meta},
};

/// The master secret of a folder, if it is the one that the journal named.
///
/// # Errors
/// [`StartError::Secret`] when it can't be read; [`StartError::OtherMaster`].
pub(super) fn open(folder: &Path, store: &Store) -> Result<MasterSecret, StartError> {
    let path = folder.join(MASTER);
    let master = MasterSecret::open(&path)?;
    match store.get::<Meta>(META_MASTER)? {
        Some(named) if !same(&named, &master.check()) => Err(StartError::OtherMaster(path)),
        Some(_) | None => Ok(master),
    }
}

impl Registry {
    /// Names the master secret in the journal of a folder that was made before this was done.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; it is tried again at the next start.
    pub fn name_master_secret(&self, now: Time) -> Result<(), RegistryError> {
        let check = self.master.check();
        let decide = move |view: &crate::store::view::View<'_>| {
            Ok(match view.get::<Meta>(META_MASTER)? {
                Some(_) => Plan::default(),
                None => Plan::one(Change::MasterSecretNamed { check }),
            })
        };
        self.commit(Acting::schedule(), now, None, decide, |_, _| Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{
        access::secret::write_private,
        journal::{Draft, Head, Journal as _, Options, Segments},
        registry::{
            Settings, entry_bytes,
            startup::{JOURNAL, Quiet, io},
            verify::{Wrong, verify},
        },
    };

    fn start(folder: &Path) -> Result<(), StartError> {
        Registry::open(folder, Settings::default(), &mut Quiet).map(drop)
    }

    fn replace(path: &Path, bytes: &[u8]) -> Result<(), StartError> {
        fs::remove_file(path).map_err(io("cannot remove".into()))?;
        Ok(write_private(path, bytes)?)
    }

    #[test]
    fn another_master_secret_is_refused_by_name_and_the_right_one_put_back_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        Registry::create(folder, None, Time::from_millis(1_800_000_000_000)).unwrap();
        start(folder).unwrap();
        let path = folder.join(MASTER);
        let right = fs::read(&path).unwrap();
        let mut one_bit = right.clone();
        one_bit[31] ^= 1;
        for wrong in [one_bit, vec![7; 32]] {
            replace(&path, &wrong).unwrap();
            let told = start(folder).unwrap_err();
            assert!(
                matches!(&told, StartError::OtherMaster(p) if *p == path),
                "{told}"
            );
            assert!(told.to_string().contains("backup"), "{told}");
            let verified = verify(folder, &Settings::default(), &mut Quiet);
            assert!(matches!(verified, Err(Wrong::Secrets(_))));
        }
        replace(&path, &right).unwrap();
        start(folder).unwrap();
        assert!(verify(folder, &Settings::default(), &mut Quiet).is_ok());
    }

    /// Writes the first record once more as it was before master secrets were named.
    fn make_older(folder: &Path) {
        let journal = folder.join(JOURNAL);
        let record = {
            let opened = Segments::open(&journal, Options::default(), &mut |_| {}).unwrap();
            opened.journal.read(0, 1).unwrap().remove(0)
        };
        let mut entry = entry_bytes::decode(1, &record.public).unwrap();
        entry
            .changes
            .retain(|change| !matches!(change, Change::MasterSecretNamed { .. }));
        fs::remove_dir_all(&journal).unwrap();
        let opened = Segments::open(&journal, Options::default(), &mut |_| {}).unwrap();
        let draft = Draft {
            id: record.id,
            public: entry_bytes::encode(&entry).unwrap(),
            private: Vec::new(),
        };
        opened.journal.append(Head::EMPTY, &[draft]).unwrap();
    }

    #[test]
    fn the_secret_of_an_older_folder_is_named_once_by_the_writer() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let now = Time::from_millis(1_800_000_000_000);
        Registry::create(folder, None, now).unwrap();
        make_older(folder);
        let registry = Registry::open(folder, Settings::default(), &mut Quiet).unwrap();
        for _ in 0..2 {
            registry.name_master_secret(now).unwrap();
            assert_eq!(registry.journal_position(), 2);
        }
        drop(registry);
        replace(&folder.join(MASTER), &[7; 32]).unwrap();
        assert!(matches!(start(folder), Err(StartError::OtherMaster(_))));
    }
}
