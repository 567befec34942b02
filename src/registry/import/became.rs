//! What became of the proposals of a list.

use std::collections::HashMap;

use uuid::Uuid;

use super::RowResult;
use crate::{
    access::capability::Reader,
    domain::listing::Status,
    registry::{Registry, RegistryError},
    store::schema::Listings,
};

impl Registry {
    /// Where each proposal of some rows stands, as far as the reader sees it.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn became<'r>(
        &self,
        reader: &Reader,
        rows: impl IntoIterator<Item = &'r RowResult>,
    ) -> Result<HashMap<Uuid, Status>, RegistryError> {
        let store = self.shared.store()?;
        let mut statuses = HashMap::new();
        for id in rows.into_iter().flat_map(|row| &row.listings) {
            let found = store.get::<Listings>(id)?;
            let seen = found.filter(|listing| reader.sees(listing.unit));
            statuses.extend(seen.map(|listing| (*id, listing.status)));
        }
        Ok(statuses)
    }
}
