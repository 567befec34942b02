//! What a mirror trusts, as it is kept: twice, in a file of its own and beside the listings, each under a checksum. So
//! the copy can be thrown away and taken anew without trusting a stranger, whichever of the two is damaged.

use std::{
    fs,
    io::{ErrorKind, Write},
    path::Path,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::{SyncError, io};
use crate::ledger::{
    log_keys::{LogKey, Retired},
    note::VerifierKey,
    tree,
};

/// The file's name in the mirror's folder.
const FILE: &str = "trust";
/// What the file begins with, and its form.
const HEAD: &str = "canhgiac mirror trust 1\n";

/// Keys, and the largest checkpoint ever verified, as its signed note.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct KeptTrust {
    pub keys: Vec<LogKey>,
    /// Keys that were retired without being known.
    pub others: Retired,
    pub checkpoint: Option<String>,
}

/// What was kept can't be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Unreadable;

#[derive(Serialize, Deserialize)]
struct Written {
    keys: Vec<WrittenKey>,
    /// What the leaves commit to, in base64, and their indices.
    retired_others: Vec<(String, u64)>,
    checkpoint: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct WrittenKey {
    verifier_key: String,
    /// The ledger entry that retired it.
    retired_at: Option<u64>,
}

impl KeptTrust {
    /// As it is kept: a line that says what it is, JSON, the checksum of both.
    pub fn text(&self) -> String {
        let key = |known: &LogKey| WrittenKey {
            verifier_key: known.key.to_string(),
            retired_at: known.retired_at,
        };
        let written = Written {
            keys: self.keys.iter().map(key).collect(),
            retired_others: self
                .others
                .iter()
                .map(|(commitment, at)| (tree::to_base64(commitment), *at))
                .collect(),
            checkpoint: self.checkpoint.clone(),
        };
        // Text and numbers always encode.
        let json = serde_json::to_string(&written).unwrap_or_default();
        let text = format!("{HEAD}{json}\n");
        let sum = sum(&text);
        text + &sum
    }

    /// Reads what [`KeptTrust::text`] wrote.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let body = text
            .trim_end_matches('\n')
            .rfind('\n')
            .map(|at| &text[..=at]);
        let body = body.filter(|body| text[body.len()..] == sum(body));
        let json = body.and_then(|body| body.strip_prefix(HEAD));
        let written: Written =
            serde_json::from_str(json.ok_or(Unreadable)?).map_err(|_| Unreadable)?;
        let key = |written: WrittenKey| {
            let key = VerifierKey::parse(&written.verifier_key).map_err(|_| Unreadable)?;
            let retired_at = written.retired_at;
            Ok(LogKey { key, retired_at })
        };
        let keys: Result<_, Unreadable> = written.keys.into_iter().map(key).collect();
        let other = |(text, at): (String, u64)| {
            let commitment = tree::from_base64(&text).ok_or(Unreadable)?;
            Ok((commitment, at))
        };
        let others: Result<_, Unreadable> = written.retired_others.into_iter().map(other).collect();
        Ok(Self {
            keys: keys?,
            others: others?,
            checkpoint: written.checkpoint,
        })
    }
}

/// The checksum's line.
fn sum(text: &str) -> String {
    format!("sha256 {}\n", tree::to_base64(&Sha256::digest(text).into()))
}

/// Reads the file of a folder; nothing when there is none.
///
/// # Errors
/// When it can't be read, or is not what was written.
pub(super) fn read(folder: &Path) -> Result<Option<KeptTrust>, Unreadable> {
    match fs::read_to_string(folder.join(FILE)) {
        Ok(text) => KeptTrust::parse(&text).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(_) => Err(Unreadable),
    }
}

/// Writes the file: the whole of it, or the one before stays.
///
/// # Errors
/// The disk's.
pub(super) fn write(folder: &Path, text: &str) -> Result<(), SyncError> {
    let (path, draft) = (folder.join(FILE), folder.join(".trust.new"));
    let written = fs::File::create(&draft).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, &path)?;
        fs::File::open(folder)?.sync_all()
    });
    written.map_err(io(format!("cannot write {}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> KeptTrust {
        let key = VerifierKey::new("test.example/log", &[3; 32]).unwrap();
        let retired = VerifierKey::new("test.example/log", &[4; 32]).unwrap();
        KeptTrust {
            keys: vec![
                LogKey {
                    key,
                    retired_at: None,
                },
                LogKey {
                    key: retired,
                    retired_at: Some(7),
                },
            ],
            others: [([9; 32], 5)].into(),
            checkpoint: Some("test.example/log\n9\nAAAA\n\n— test.example/log BBBB\n".into()),
        }
    }

    #[test]
    fn what_is_kept_is_read_back_and_nothing_that_was_touched() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), Ok(None));
        let text = kept().text();
        write(folder.path(), &text).unwrap();
        assert_eq!(read(folder.path()), Ok(Some(kept())));
        let path = folder.path().join(FILE);
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                fs::write(&path, bytes).unwrap();
                assert_eq!(
                    read(folder.path()),
                    Err(Unreadable),
                    "bit {bit} of byte {at}"
                );
            }
            fs::write(&path, &text.as_bytes()[..at]).unwrap();
            assert_eq!(read(folder.path()), Err(Unreadable), "cut at {at}");
        }
    }
}
