//! `apply` for the keys that sign tokens: the journal says which of them count.

use super::{
    StoreError,
    schema::{SigningKeyRow, SigningKeys},
    state::Applied,
    view::View,
};

pub(super) fn add(view: &mut View<'_>, record: &Applied<'_>, kid: &str) -> Result<(), StoreError> {
    let keys = view.signing_keys()?;
    let row = SigningKeyRow {
        kid: kid.to_owned(),
        added_at: record.entry.at,
        retired_at: None,
    };
    let number = u32::try_from(keys.len()).unwrap_or(u32::MAX);
    view.put::<SigningKeys>(&number, &row)
}

/// Marks it wherever it stands: a key that was withdrawn never counts again.
pub(super) fn retire(
    view: &mut View<'_>,
    record: &Applied<'_>,
    kid: &str,
) -> Result<(), StoreError> {
    for (number, mut key) in (0..).zip(view.signing_keys()?) {
        if key.kid == kid {
            key.retired_at = Some(record.entry.at);
            view.put::<SigningKeys>(&number, &key)?;
        }
    }
    Ok(())
}

impl View<'_> {
    /// Every key that ever signed tokens, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn signing_keys(&self) -> Result<Vec<SigningKeyRow>, StoreError> {
        self.all::<SigningKeys>()
    }
}
