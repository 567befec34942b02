//! Entries as the journal keeps them.

use super::RegistryError;
use crate::domain::change::Entry;

/// Version of the bytes of an [`Entry`]. Version 1 had identifiers in the public side and no ledger.
const ENTRY_FORMAT: u8 = 2;

/// The bytes of an entry: a format number, then postcard.
pub(super) fn encode(entry: &Entry) -> Result<Vec<u8>, RegistryError> {
    postcard::to_extend(entry, vec![ENTRY_FORMAT])
        .map_err(|_| RegistryError::Internal("an entry does not encode".into()))
}

/// Reads [`encode`]. A record that can't be understood stops the program, it is never skipped.
pub(super) fn decode(seq: u64, bytes: &[u8]) -> Result<Entry, RegistryError> {
    match bytes.split_first() {
        Some((&ENTRY_FORMAT, rest)) => postcard::from_bytes(rest).ok(),
        _ => None,
    }
    .ok_or_else(|| {
        RegistryError::Internal(format!(
            "journal record {seq} can't be understood by this program: it was written by another version"
        ))
    })
}
