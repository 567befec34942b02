//! Whether `master.key` is the one that the registry was founded with. Another one would start in silence, and every
//! password, code and secret would be "wrong".

use std::path::Path;

use super::engine::data_folder::{MASTER, StartError};
use crate::{
    access::secret::{MasterSecret, same},
    store::{
        Store,
        schema::{META_MASTER, Meta},
    },
};

/// The master secret of a folder, if it is the one that the journal named.
///
/// # Errors
/// [`StartError::Secret`] when it can't be read; [`StartError::OtherMaster`].
pub(super) fn open(folder: &Path, store: &Store) -> Result<MasterSecret, StartError> {
    let path = folder.join(MASTER);
    let master = MasterSecret::open(&path)?;
    match store.get::<Meta>(META_MASTER)? {
        Some(named) if same(&named, &master.check()) => Ok(master),
        Some(_) | None => Err(StartError::OtherMaster(path)),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{
        access::secret::write_private,
        domain::time::Time,
        registry::{
            Quiet, Registry, Settings,
            engine::data_folder::io,
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
        Registry::create(folder, None, None, Time::from_millis(1_800_000_000_000)).unwrap();
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
}
