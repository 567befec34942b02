//! What was read from a row of an office list, as its private part: a format number, a list of identifiers' keys and, where
//! they are known, the cells that they stood in.
//!
//! The cells came later and stand at the end, where programs from before them read no further; so one part is erased as a
//! whole, whoever erases it.

use crate::{domain::identifier::Identifier, store::StoreError};

/// Version of the bytes.
const FORMAT: u8 = 1;

/// The bytes of a row's identifiers, and of the cells that they stood in.
pub(crate) fn encode(identifiers: &[Identifier], written: &str) -> Vec<u8> {
    let bytes = postcard::to_extend(identifiers, vec![FORMAT]).unwrap_or_default();
    match written {
        "" => bytes,
        written => postcard::to_extend(written, bytes).unwrap_or_default(),
    }
}

/// Reads [`encode`].
///
/// # Errors
/// [`StoreError::Misfit`] for bytes of another format.
pub(super) fn decode(bytes: &[u8]) -> Result<(Vec<Identifier>, Option<String>), StoreError> {
    let unreadable = StoreError::Misfit("identifiers are unreadable");
    let Some((&FORMAT, rest)) = bytes.split_first() else {
        return Err(unreadable);
    };
    let Ok((identifiers, rest)) = postcard::take_from_bytes(rest) else {
        return Err(unreadable);
    };
    Ok((identifiers, postcard::from_bytes(rest).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_back_and_older_programs_read_the_identifiers_before_them() {
        let identifiers = vec![Identifier::parse("0950001001").expect("a number")];
        let bytes = encode(&identifiers, "0950.001.001 (Zalo)");
        let read = decode(&bytes).expect("readable");
        assert!(read.0 == identifiers);
        assert_eq!(read.1.as_deref(), Some("0950.001.001 (Zalo)"));
        let older: Vec<Identifier> = postcard::from_bytes(&bytes[1..]).expect("readable");
        assert!(older == identifiers);
        let before = encode(&identifiers, "");
        assert!(bytes.starts_with(&before));
        let read = decode(&before).expect("readable");
        assert!(read.0 == identifiers && read.1.is_none());
        assert!(decode(&[FORMAT + 1]).is_err());
    }
}
