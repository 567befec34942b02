//! The files that private keys lie in, `keys/<made>-<kid>.pk8` and `keys/ledger-<made>-<kid>.pk8`.
//!
//! A file alone counts for nothing: the journal says which keys are in use. So a file is written before the record
//! that names it, and removed after the record that withdraws it. A crash in between leaves a file that nothing reads.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use super::engine::{
    data_folder::{self, StartError},
    progress::Progress,
};
use crate::{
    access::{
        key_ring::SigningKey,
        secret::{FileError, read_private, write_private},
    },
    domain::time::Time,
};

/// What a key signs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Tokens,
    Ledger,
}

/// How names of the ledger's files begin; those of the tokens' keys begin with digits.
const LEDGER: &str = "ledger-";
const END: &str = ".pk8";

impl Use {
    /// Its word where a key is sealed.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::Ledger => "ledger",
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Tokens => "",
            Self::Ledger => LEDGER,
        }
    }

    /// The key that a file's name names, if the file is of this use.
    fn kid(self, name: &str) -> Option<&str> {
        let stem = name.strip_suffix(END)?.strip_prefix(self.prefix())?;
        let (made, kid) = stem.split_once('-')?;
        (!made.is_empty() && made.bytes().all(|b| b.is_ascii_digit())).then_some(kid)
    }
}

/// What became of a key that was withdrawn.
#[must_use]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Withdrawn {
    /// Its file is gone from the disk. If not, the key counts no more all the same; the file is to be removed by hand.
    pub file_removed: bool,
}

/// Writes a key's file, and returns when it is on the disk.
pub(super) fn write(folder: &Path, use_: Use, key: &SigningKey) -> Result<(), FileError> {
    let name = format!(
        "{}{}-{}{END}",
        use_.prefix(),
        key.created().millis(),
        key.kid()
    );
    write_private(&folder.join(name), key.pkcs8())
}

/// The files of a use, by the key they name.
pub(super) struct Files(HashMap<String, Vec<PathBuf>>);

impl Files {
    /// The key of this name, if one of its files holds it.
    ///
    /// # Errors
    /// [`FileError::Exposed`] when others may read it; what holds something else is passed over.
    pub(super) fn read(&self, kid: &str, created: Time) -> Result<Option<SigningKey>, FileError> {
        for path in self.0.get(kid).into_iter().flatten() {
            let key = match read_private(path) {
                Ok(pkcs8) => SigningKey::from_pkcs8(&pkcs8, created).ok(),
                Err(exposed @ FileError::Exposed { .. }) => return Err(exposed),
                Err(FileError::Exists(_) | FileError::Malformed(_) | FileError::Io { .. }) => None,
            };
            if let Some(key) = key.filter(|key| key.kid() == kid) {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }

    /// Sweeps out what the journal does not count: removes the files of keys that were withdrawn, and tells of those
    /// that no record names. Nothing of it stops a start.
    pub(super) fn sweep(
        &self,
        folder: &Path,
        use_: Use,
        retired: &HashMap<String, bool>,
        progress: &mut dyn Progress,
    ) {
        for (kid, paths) in &self.0 {
            match retired.get(kid) {
                Some(false) => {}
                Some(true) if removed(folder, use_, kid) => {}
                Some(true) => progress.say(&format!(
                    "{} holds a key that was withdrawn: it is not used; remove the file",
                    paths[0].display()
                )),
                None => progress.say(&format!(
                    "{} is named by no record of the journal, as after a crash: it is not used",
                    paths[0].display()
                )),
            }
        }
    }
}

/// Looks for the files of a use.
pub(super) fn find(folder: &Path, use_: Use) -> Result<Files, StartError> {
    let listing = fs::read_dir(folder)
        .map_err(data_folder::io(format!("cannot read {}", folder.display())))?;
    let mut found = HashMap::<String, Vec<PathBuf>>::new();
    for entry in listing.flatten() {
        let name = entry.file_name();
        if let Some(kid) = name.to_str().and_then(|name| use_.kid(name)) {
            found.entry(kid.to_owned()).or_default().push(entry.path());
        }
    }
    Ok(Files(found))
}

/// Removes a key's files, and returns when they are gone from the disk.
///
/// # Errors
/// The first that can't be removed; the others are tried all the same.
pub(super) fn remove(folder: &Path, use_: Use, kid: &str) -> io::Result<()> {
    let mut outcome = Ok(());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_str().and_then(|name| use_.kid(name)) == Some(kid) {
            outcome = outcome.and(fs::remove_file(entry.path()));
        }
    }
    outcome.and(fs::File::open(folder)?.sync_all())
}

/// Removes the files of a key that counts no more. Returns whether they are gone; if not, the log says so.
pub(super) fn removed(folder: &Path, use_: Use, kid: &str) -> bool {
    match remove(folder, use_, kid) {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(
                %error,
                "the file of a withdrawn key could not be removed from keys/: it counts no more, remove it by hand"
            );
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_use_and_key_and_nothing_else_is_one() {
        let cases = [
            ("17-abc.pk8", Some("abc"), None),
            ("17-a-b_c.pk8", Some("a-b_c"), None),
            ("ledger-17-abc.pk8", None, Some("abc")),
            ("17-abc.pk8.bak", None, None),
            (".new-0123", None, None),
            ("-abc.pk8", None, None),
            ("x17-abc.pk8", None, None),
            ("17abc.pk8", None, None),
            ("ledger-abc.pk8", None, None),
        ];
        for (name, token, ledger) in cases {
            assert_eq!(Use::Tokens.kid(name), token, "{name}");
            assert_eq!(Use::Ledger.kid(name), ledger, "{name}");
        }
    }
}
