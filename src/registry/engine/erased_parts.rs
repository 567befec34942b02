//! Whether what the journal's files mark as erased was erased: eight wrong bytes can look like it.

use crate::{
    domain::part::PartRef,
    journal::ErasedPart,
    store::{
        Store, StoreError,
        schema::{Destroyed, Destroying},
    },
};

/// The first part that is marked as erased though no record erases it.
pub(super) fn unnamed<'a>(
    store: &Store,
    erased: &'a [ErasedPart],
) -> Result<Option<&'a ErasedPart>, StoreError> {
    for part in erased {
        let place = PartRef {
            seq: part.seq,
            part: part.part,
        };
        let is_named =
            store.get::<Destroyed>(&place)?.is_some() || store.get::<Destroying>(&place)?.is_some();
        if !is_named {
            return Ok(Some(part));
        }
    }
    Ok(None)
}
