//! The keys that a start finds: those that the journal counts, and whose files are there or whose sealed copies open.

use std::path::Path;

use super::{
    engine::{data_folder::StartError, progress::Progress},
    key_files::{self, Use},
    ledger::signers,
    wrapped_keys,
};
use crate::{
    access::{key_ring::KeyRing, secret::MasterSecret},
    state::key::good_until,
    store::{
        Store,
        schema::{SigningKeyRow, SigningKeys},
    },
};

/// The ring of the keys that the journal counts and that are there: the newest of them signs.
pub(super) fn load(
    folder: &Path,
    store: &Store,
    master: &MasterSecret,
    progress: &mut dyn Progress,
) -> Result<KeyRing, StartError> {
    let keys = rows(store)?;
    let files = key_files::find(folder, Use::Tokens)?;
    let mut ring: Option<KeyRing> = None;
    for (place, row) in keys.iter().enumerate().rev() {
        if row.retired_at.is_some() {
            continue;
        }
        let wrapped = || {
            let kept = row.wrapped.as_ref();
            wrapped_keys::opened(master, Use::Tokens, &row.kid, row.added_at, kept)
        };
        let key = match (files.read(&row.kid, row.added_at), &ring) {
            (Ok(key), _) => key.or_else(wrapped),
            (Err(error), None) => return Err(error.into()),
            (Err(error), Some(_)) => {
                progress.say(&error.to_string());
                None
            }
        };
        ring = match (ring, key, good_until(&keys, place)) {
            (None, None, None) => {
                progress.say(&format!(
                    "the key that signs tokens, {}, is not in {}: the one before it signs again",
                    row.kid,
                    folder.display()
                ));
                None
            }
            (None, Some(key), _) => Some(KeyRing::new(key)),
            (Some(ring), Some(key), Some(until)) => Some(ring.with_older(key, until)),
            (ring, _, _) => ring,
        };
    }
    ring.ok_or_else(|| StartError::NoSigningKey(folder.to_owned()))
}

/// Removes the files of withdrawn keys, and tells of files that no record names.
pub(super) fn sweep(
    folder: &Path,
    store: &Store,
    progress: &mut dyn Progress,
) -> Result<(), StartError> {
    let tokens = rows(store)?.into_iter();
    let tokens = tokens.map(|row| (row.kid, row.retired_at.is_some()));
    let ledger = signers::standing(store)?;
    for (use_, retired) in [(Use::Tokens, tokens.collect()), (Use::Ledger, ledger)] {
        key_files::find(folder, use_)?.sweep(folder, use_, &retired, progress);
    }
    Ok(())
}

fn rows(store: &Store) -> Result<Vec<SigningKeyRow>, StartError> {
    let page = store.page::<SigningKeys>(&[], None, usize::MAX, usize::MAX, |_, _| true)?;
    Ok(page.rows)
}
