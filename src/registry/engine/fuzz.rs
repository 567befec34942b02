//! Trials of the bytes of an entry: whatever is taken is written and read as the same again.

use super::entry_bytes::{decode, encode};

/// A journal record's public side.
pub(crate) fn entry(bytes: &[u8]) {
    match decode(1, bytes) {
        Ok(entry) => {
            // Each member has a length of its own: nothing makes more of itself than what came.
            assert!(entry.changes.len() <= bytes.len() && entry.parts.len() <= bytes.len());
            let again = encode(&entry).unwrap_or_default();
            assert!(decode(1, &again).is_ok_and(|again| again == entry));
            let behind = [&again[..], &[0]].concat();
            assert!(decode(1, &behind).is_err(), "something stands behind it");
        }
        Err(refused) => {
            let told = refused.to_string();
            assert!(told.len() < 300);
            crate::domain::fuzz::tells_no_number(&told);
        }
    }
}
