//! A data folder is its owner's alone: it holds secrets and what officers wrote, and the store and a mirror's database are
//! files that other programs make.

use std::{
    fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

use super::data_folder::{self, StartError};

/// What the owner may do, and nobody else.
const OWN: u32 = 0o700;
/// Whatever others may do.
const OTHERS: u32 = 0o077;

/// Makes a folder its owner's alone, and says so when it was not. On a read-only disk it is only said.
///
/// # Errors
/// [`StartError::Exposed`] when it can't be: it belongs to somebody else, or the disk knows no rights.
pub fn make_private(folder: &Path) -> Result<(), StartError> {
    let mode = || fs::metadata(folder).map(|about| about.mode() & 0o777);
    let cannot_look = || data_folder::io(format!("cannot look at {}", folder.display()));
    let before = mode().map_err(cannot_look())?;
    if before & OTHERS == 0 {
        return Ok(());
    }
    let changed = fs::set_permissions(folder, fs::Permissions::from_mode(OWN));
    let read_only =
        matches!(&changed, Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem);
    if read_only {
        tracing::warn!(
            "others on this machine may read the data folder (mode {before:04o}), and the disk is read-only"
        );
        return Ok(());
    }
    if changed.is_err() || mode().map_err(cannot_look())? & OTHERS != 0 {
        return Err(StartError::Exposed {
            folder: folder.to_owned(),
            mode: before,
        });
    }
    tracing::warn!(
        "others on this machine could read the data folder (mode {before:04o}): it is 0700 now"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_others_may_use_becomes_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mode = || fs::metadata(folder.path()).unwrap().mode() & 0o777;
        for wide in [0o755, 0o770, 0o701, 0o777, 0o700] {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(wide)).unwrap();
            make_private(folder.path()).unwrap();
            assert_eq!(mode(), OWN, "{wide:o}");
        }
        // What the owner may not do is left alone.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
        make_private(folder.path()).unwrap();
        assert_eq!(mode(), 0o500);
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(OWN)).unwrap();
    }
}
