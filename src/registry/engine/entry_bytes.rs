//! Entries as the journal keeps them.
//!
//! ```text
//! 03 │ must_understand │ version │ Entry (postcard)
//!      varint            varint
//! ```
//! The first byte is the format of what follows, for ever in this place. `must_understand` is the revision of the
//! vocabulary ([`crate::domain::change::REVISION`]) without which the record can't be understood, `version` the one of the
//! program that wrote it. So a record of a later program stops an earlier one by name, before anything of it is read.

use crate::{
    domain::change::{Entry, REVISION},
    registry::error::RegistryError,
};

/// Format of the bytes of an [`Entry`]. Formats 1 and 2 were never released.
const FORMAT: u8 = 3;

/// The bytes of an entry.
pub(in crate::registry) fn encode(entry: &Entry) -> Result<Vec<u8>, RegistryError> {
    encode_as(entry.must_understand(), REVISION, entry)
}

pub(super) fn encode_as(
    must_understand: u16,
    version: u16,
    entry: &Entry,
) -> Result<Vec<u8>, RegistryError> {
    postcard::to_extend(&(must_understand, version, entry), vec![FORMAT])
        .map_err(|_| RegistryError::Internal("an entry does not encode".into()))
}

/// Reads [`encode`]. A record that can't be understood stops the program, it is never skipped.
///
/// # Errors
/// [`RegistryError::Internal`] that says which program can read it.
pub(in crate::registry) fn decode(seq: u64, bytes: &[u8]) -> Result<Entry, RegistryError> {
    match bytes.split_first() {
        Some((&FORMAT, rest)) => decode_3(seq, rest),
        Some((&format, _)) if format < FORMAT => Err(RegistryError::Internal(format!(
            "journal record {seq} was written by a program from before the first release (format {format}); this one reads format {FORMAT}. Found a new registry with `canhgiac init`"
        ))),
        Some((&format, _)) => Err(later(
            seq,
            &format!("format {format}"),
            &format!("{FORMAT}"),
        )),
        None => Err(RegistryError::Internal(format!(
            "journal record {seq} is empty"
        ))),
    }
}

fn decode_3(seq: u64, bytes: &[u8]) -> Result<Entry, RegistryError> {
    let broken = |_| {
        RegistryError::Internal(format!(
            "journal record {seq} does not decode: it is damaged"
        ))
    };
    let ((must_understand, version), rest): ((u16, u16), &[u8]) =
        postcard::take_from_bytes(bytes).map_err(broken)?;
    if must_understand > REVISION {
        let needed = format!("revision {must_understand} of the changes (written with {version})");
        return Err(later(seq, &needed, &format!("{REVISION}")));
    }
    match postcard::take_from_bytes(rest) {
        Ok((entry, [])) => Ok(entry),
        Ok((_, [_, ..])) => Err(broken(postcard::Error::DeserializeBadEncoding)),
        Err(error) => Err(broken(error)),
    }
}

fn later(seq: u64, needed: &str, known: &str) -> RegistryError {
    RegistryError::Internal(format!(
        "journal record {seq} was written by a later program and needs {needed}; this one knows {known}. Use the newer program"
    ))
}
