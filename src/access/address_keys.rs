//! The keys under which the audit trail knows addresses. Each lasts some days and is thrown away some weeks later, and no
//! backup holds one: then nobody can tell any more which address a token was.

use std::{
    collections::BTreeMap,
    fs, io,
    net::IpAddr,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::secret::{DRAFT, FileError, MasterSecret, write_private};
use crate::domain::{time::Time, trail::AddressToken};

/// Seconds of a day.
const DAY_SECONDS: i64 = 24 * 60 * 60;
/// What the name of a key's file ends with; before it stands the day on which it began.
const ENDING: &str = ".key";
/// Most files that are looked at: a key a day for ten years.
const MAX_FILES: usize = 3_660;

/// How long keys last.
#[derive(Clone, Copy, Debug)]
pub struct KeyDays {
    /// Days for which a key makes tokens.
    pub used: u32,
    /// Days after its first one when it is thrown away; no fewer than `used`.
    pub kept: u32,
}

/// The keys in a folder. Can be shared between threads.
pub struct AddressKeys {
    folder: PathBuf,
    days: KeyDays,
    keys: Mutex<BTreeMap<u32, MasterSecret>>,
    unusable: Vec<FileError>,
}

impl AddressKeys {
    /// The keys in a folder; none where there is no folder yet. A file that is no key, or that others may read, is passed
    /// over: what it would tell is lost, and nothing else depends on it.
    ///
    /// # Errors
    /// [`FileError`] when the folder can't be read.
    pub fn open(folder: &Path, days: KeyDays) -> Result<Self, FileError> {
        let (mut keys, mut unusable) = (BTreeMap::new(), Vec::new());
        for (day, path) in files(folder)? {
            match MasterSecret::open(&path) {
                Ok(key) => drop(keys.insert(day, key)),
                Err(error) => unusable.push(error),
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            days,
            keys: Mutex::new(keys),
            unusable,
        })
    }

    /// Why files were passed over when the folder was opened.
    pub fn unusable(&self) -> &[FileError] {
        &self.unusable
    }

    /// What an address is known by now. The first one after a key's last day makes the next key; where it can't be written,
    /// nothing can, and there is no token.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn token(&self, address: IpAddr, now: Time) -> Result<AddressToken, FileError> {
        let today = day(now);
        let mut keys = self.keys();
        let current = keys.range(..=today).next_back();
        let current = current.filter(|(began, _)| today < began.saturating_add(self.days.used));
        if let Some((began, key)) = current {
            return Ok(tag(*began, key, address));
        }
        let key = MasterSecret::generate();
        make_folder(&self.folder)?;
        let path = self.folder.join(format!("{today}{ENDING}"));
        // A file of today that was passed over.
        removed(&path)?;
        write_private(&path, key.bytes())?;
        let token = tag(today, &key, address);
        keys.insert(today, key);
        Ok(token)
    }

    /// What an address was known by, with the first day of each key that is still there.
    pub fn tokens(&self, address: IpAddr) -> Vec<(Time, AddressToken)> {
        let keys = self.keys();
        keys.iter()
            .map(|(began, key)| {
                let at = Time::from_millis(i64::from(*began) * DAY_SECONDS * 1000);
                (at, tag(*began, key, address))
            })
            .collect()
    }

    /// Throws away the keys whose time is over.
    ///
    /// # Errors
    /// [`FileError`]; it is tried again next time.
    pub fn throw_away_old(&self, now: Time) -> Result<(), FileError> {
        let today = day(now);
        let kept = self.days.kept;
        let mut keys = self.keys();
        // What a crash left of making one is a copy of it.
        for draft in drafts(&self.folder)? {
            removed(&draft)?;
        }
        for (began, path) in files(&self.folder)? {
            if began.saturating_add(kept) <= today {
                removed(&path)?;
                keys.remove(&began);
            }
        }
        Ok(())
    }

    fn keys(&self) -> MutexGuard<'_, BTreeMap<u32, MasterSecret>> {
        // A map of keys stays usable whatever a thread that panicked was doing with it.
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn day(now: Time) -> u32 {
    u32::try_from(now.seconds() / DAY_SECONDS).unwrap_or(0)
}

fn tag(key_day: u32, key: &MasterSecret, address: IpAddr) -> AddressToken {
    let text = address.to_string();
    let whole = key.derive("address", &[text.as_bytes()]);
    let mut tag = [0; 12];
    tag.copy_from_slice(&whole[..12]);
    AddressToken { key_day, tag }
}

fn make_folder(folder: &Path) -> Result<(), FileError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(folder).map_err(io_at(folder))
}

fn removed(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_at(path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Files of keys that were being written.
fn drafts(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let mut found = all_files(folder)?;
    let is_draft = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(DRAFT))
    };
    found.retain(is_draft);
    Ok(found)
}

/// The keys' files by the day on which each began.
fn files(folder: &Path) -> Result<Vec<(u32, PathBuf)>, FileError> {
    let mut found = Vec::new();
    for path in all_files(folder)? {
        let name = path.file_name().and_then(|name| name.to_str());
        let day = name
            .and_then(|name| name.strip_suffix(ENDING))
            .and_then(|day| day.parse().ok());
        found.extend(day.map(|day| (day, path)));
    }
    Ok(found)
}

fn all_files(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(io_at(folder)(source)),
    };
    let paths = entries.take(MAX_FILES);
    let paths = paths.map(|entry| entry.map(|entry| entry.path()));
    paths.collect::<Result<_, _>>().map_err(io_at(folder))
}

fn io_at(path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    |source| FileError::Io { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAYS: KeyDays = KeyDays { used: 30, kept: 90 };

    fn at(day: i64) -> Time {
        Time::from_millis(day * DAY_SECONDS * 1000)
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn equal_addresses_have_equal_tokens_while_a_key_lasts_also_over_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("address-keys");
        let keys = AddressKeys::open(&path, DAYS).unwrap();
        let token = |keys: &AddressKeys, address, day| keys.token(ip(address), at(day)).unwrap();
        let first = token(&keys, "203.0.113.5", 100);
        assert_eq!(first, token(&keys, "203.0.113.5", 129));
        assert_ne!(first, token(&keys, "203.0.113.6", 100));
        let again = AddressKeys::open(&path, DAYS).unwrap();
        assert_eq!(first, token(&again, "203.0.113.5", 129));
        let next = token(&again, "203.0.113.5", 130);
        assert_ne!(first.tag, next.tag);
        assert_eq!(next.key_day, 130);
        let told = again.tokens(ip("203.0.113.5"));
        assert_eq!(told, [(at(100), first), (at(130), next)]);
        assert!(!first.to_string().contains("203"));
    }

    #[test]
    fn a_key_is_thrown_away_when_its_time_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let keys = AddressKeys::open(folder.path(), DAYS).unwrap();
        let first = keys.token(ip("2001:db8::"), at(100)).unwrap();
        keys.throw_away_old(at(189)).unwrap();
        assert_eq!(keys.tokens(ip("2001:db8::")), [(at(100), first)]);
        keys.throw_away_old(at(190)).unwrap();
        assert!(keys.tokens(ip("2001:db8::")).is_empty());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert_ne!(keys.token(ip("2001:db8::"), at(100)).unwrap(), first);
    }

    #[test]
    fn keys_are_their_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("address-keys");
        let keys = AddressKeys::open(&path, DAYS).unwrap();
        keys.token(ip("203.0.113.5"), at(100)).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o700);
        assert_eq!(mode(&path.join("100.key")), 0o600);
        fs::set_permissions(path.join("100.key"), fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(AddressKeys::open(&path, DAYS).unwrap().unusable().len(), 1);
    }

    #[test]
    fn a_file_that_is_no_key_is_passed_over_and_makes_room_for_one() {
        let folder = tempfile::tempdir().unwrap();
        for day in [10, 100] {
            fs::write(folder.path().join(format!("{day}.key")), "not").unwrap();
        }
        let keys = AddressKeys::open(folder.path(), DAYS).unwrap();
        assert_eq!(keys.unusable().len(), 2);
        let token = keys.token(ip("203.0.113.5"), at(100)).unwrap();
        keys.throw_away_old(at(100)).unwrap();
        let again = AddressKeys::open(folder.path(), DAYS).unwrap();
        assert!(again.unusable().is_empty());
        let draft = folder.path().join(format!("{DRAFT}1"));
        fs::copy(folder.path().join("100.key"), &draft).unwrap();
        again.throw_away_old(at(100)).unwrap();
        assert!(!draft.exists());
        assert_eq!(again.tokens(ip("203.0.113.5")), [(at(100), token)]);
    }
}
