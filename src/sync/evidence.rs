//! Proof that a registry showed two histories, kept for people; and the marker that stops syncing.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use super::error::{Equivocation, SyncError, io};
use crate::domain::time::Time;

/// Folder of all proofs within the mirror's folder.
const FOLDER: &str = "evidence";
/// While this file is there, nothing is synced.
const MARKER: &str = "STOPPED";

/// What proves it.
pub(super) struct Proof<'a> {
    /// The checkpoint that was verified before, as its signed note (or what is held, in words).
    pub ours: &'a str,
    /// The signed note that contradicts it.
    pub theirs: &'a str,
    /// The registry's own answer about how one leads to the other.
    pub consistency: Option<&'a [u8]>,
}

/// Keeps a proof and sets the marker; the folder of the proof.
///
/// # Errors
/// When the disk refuses.
pub(super) fn keep(
    folder: &Path,
    alarm: &Equivocation,
    proof: &Proof<'_>,
    now: Time,
) -> Result<PathBuf, SyncError> {
    let name = now.rfc3339().replace(':', "");
    let own = folder.join(FOLDER).join(name);
    let failed = || io(format!("cannot keep the proof in {}", own.display()));
    fs::create_dir_all(&own).map_err(failed())?;
    let reason = format!("{}: {alarm}\n", alarm.code());
    for (name, bytes) in [
        ("reason.txt", reason.as_bytes()),
        ("ours.txt", proof.ours.as_bytes()),
        ("theirs.txt", proof.theirs.as_bytes()),
        ("consistency.json", proof.consistency.unwrap_or_default()),
    ] {
        write(&own.join(name), bytes).map_err(failed())?;
    }
    let marker = format!("{reason}proof: {}\n", own.display());
    write(&folder.join(FOLDER).join(MARKER), marker.as_bytes()).map_err(failed())?;
    Ok(own)
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Why syncing was stopped for good, if it was, and how to let it go on.
pub fn stopped(folder: &Path) -> Option<String> {
    let path = folder.join(FOLDER).join(MARKER);
    // A marker that can't be read still is one.
    let text = match fs::read_to_string(&path) {
        Ok(text) => text.trim_end().replace('\n', "; "),
        Err(_) if path.exists() => "the registry contradicted itself".to_owned(),
        Err(_) => return None,
    };
    Some(format!(
        "{text}. Syncing stays off; when the registry has explained it, remove {} to go on",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_kept_and_stops_syncing_until_its_marker_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(stopped(folder.path()), None);
        let alarm = Equivocation::Shrunk { ours: 9, theirs: 4 };
        let proof = Proof {
            ours: "a",
            theirs: "b",
            consistency: None,
        };
        let kept = keep(folder.path(), &alarm, &proof, Time::from_millis(0)).unwrap();
        assert_eq!(fs::read_to_string(kept.join("theirs.txt")).unwrap(), "b");
        let told = stopped(folder.path()).unwrap();
        assert!(
            told.contains("replayed-old-checkpoint") && told.contains("remove"),
            "{told}"
        );
        fs::remove_file(folder.path().join(FOLDER).join(MARKER)).unwrap();
        assert_eq!(stopped(folder.path()), None);
    }
}
