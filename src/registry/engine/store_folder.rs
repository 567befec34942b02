//! Where the store lies in the data folder.
//!
//! ```text
//! store            what a start finds and uses
//! store.building   a store being built; never used as it is
//! store.1, .2 …    built whole while the program ran, and used since; the highest becomes `store` at the next start
//! store.set-aside  the last one that could not be used
//! ```
//! A running database must not be moved: it names files of its own by its path. So a store that is built while the program
//! runs gets a name of its own, by one rename of a closed folder, and the old one is removed when its last reader is gone.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::data_folder::{SCRATCH, SET_ASIDE, STORE, StartError, io};

/// A store being built.
const BUILDING: &str = "store.building";

/// Makes room for a store to be built.
pub(super) fn building(folder: &Path) -> Result<PathBuf, StartError> {
    let building = folder.join(BUILDING);
    remove(&building)?;
    Ok(building)
}

/// Gives the store that was built, and closed, a name of its own that says that it is whole.
pub(super) fn keep_built(folder: &Path) -> Result<PathBuf, StartError> {
    let highest = numbered(folder).last().map_or(0, |(number, _)| *number);
    let kept = folder.join(format!("{STORE}.{}", highest + 1));
    fs::rename(folder.join(BUILDING), &kept)
        .and_then(|()| fs::File::open(folder)?.sync_all())
        .map_err(io(format!("cannot make {}", kept.display())))?;
    Ok(kept)
}

/// Brings the folder into order before anything is opened: the store that was built last becomes `store`.
pub(super) fn settle(folder: &Path) -> Result<(), StartError> {
    remove(&folder.join(BUILDING))?;
    let mut numbered = numbered(folder);
    let Some((_, newest)) = numbered.pop() else {
        return Ok(());
    };
    for (_, older) in numbered {
        remove(&older)?;
    }
    let store = folder.join(STORE);
    // One that another user owns can't be emptied, only moved.
    remove(&store).or_else(|_| set_aside(folder))?;
    fs::rename(&newest, &store).map_err(io(format!("cannot move {}", newest.display())))
}

/// Moves the store out of the way. Only the latest one is kept.
pub(super) fn set_aside(folder: &Path) -> Result<(), StartError> {
    let (store, aside) = (folder.join(STORE), folder.join(SET_ASIDE));
    if !store.exists() {
        return Ok(());
    }
    remove(&aside)?;
    fs::rename(&store, &aside).map_err(io(format!("cannot move {}", store.display())))
}

/// Removes what is no store in use: something was erased, and it may hold it.
pub(super) fn remove_spares(folder: &Path) -> Result<(), StartError> {
    [SET_ASIDE, SCRATCH]
        .iter()
        .try_for_each(|name| remove(&folder.join(name)))
}

/// Removes a store's folder, if it is there.
pub(super) fn remove(path: &Path) -> Result<(), StartError> {
    if !path.exists() {
        return Ok(());
    }
    fs::remove_dir_all(path).map_err(io(format!("cannot remove {}", path.display())))
}

/// The stores with a number, in order.
fn numbered(folder: &Path) -> Vec<(u64, PathBuf)> {
    let number = |path: &Path| {
        let name = path.file_name()?.to_str()?;
        name.strip_prefix(STORE)?.strip_prefix('.')?.parse().ok()
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<(u64, PathBuf)> = entries
        .map(|entry| entry.path())
        .filter_map(|path| Some((number(&path)?, path)))
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_store_that_was_built_last_is_the_one_that_the_next_start_finds() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let make = |name: &str| {
            fs::create_dir(folder.join(name)).unwrap();
            fs::write(folder.join(name).join("db"), name).unwrap();
        };
        make(STORE);
        for name in ["store.1", "store.9", "store.set-aside", "store.x", "store."] {
            make(name);
        }
        building(folder).unwrap();
        make(BUILDING);
        assert!(keep_built(folder).unwrap().ends_with("store.10"));
        make(BUILDING);
        settle(folder).unwrap();
        let db = fs::read_to_string(folder.join(STORE).join("db")).unwrap();
        assert_eq!(db, BUILDING);
        for (name, left) in [
            ("store.1", false),
            ("store.9", false),
            ("store.10", false),
            (BUILDING, false),
            ("store.set-aside", true),
            ("store.x", true),
        ] {
            assert_eq!(folder.join(name).exists(), left, "{name}");
        }
        settle(folder).unwrap();
        remove_spares(folder).unwrap();
        assert!(!folder.join(SET_ASIDE).exists());
    }
}
