//! Protected identifiers added by administrators, such as a bank's hotline.

use super::{ReceiptKey, Registry, RegistryError, listing::name};
use crate::{
    access::capability::Admin,
    domain::{identifier::Identifier, key::Key, time::Time},
    state::official,
    store::schema::{OfficialRow, Officials},
};

impl Registry {
    /// Protects an identifier: it can't be listed, and checks answer "official".
    ///
    /// # Errors
    /// `Refused::AlreadyExists`; `Refused::AlreadyListed` or
    /// `Refused::AlreadyProposed` while a listing stands against it.
    pub fn add_official(
        &self,
        admin: &Admin,
        identifier: &Identifier,
        name_vi: &str,
        name_en: &str,
        receipt: Option<ReceiptKey>,
        now: Time,
    ) -> Result<OfficialRow, RegistryError> {
        let request = official::Add {
            identifier: identifier.clone(),
            name_vi: name("/name_vi", name_vi)?,
            name_en: name("/name_en", name_en)?,
        };
        let key = identifier.key();
        self.commit(
            admin.acting(),
            now,
            receipt,
            move |view, now| official::add(view, &request, now),
            move |view, _| view.get::<Officials>(&key)?.ok_or(RegistryError::NOT_FOUND),
        )
    }

    /// Takes the protection off again.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] also for those of the tables, which only a new release changes.
    pub fn remove_official(&self, admin: &Admin, key: Key, now: Time) -> Result<(), RegistryError> {
        self.commit(
            admin.acting(),
            now,
            None,
            move |view, now| official::remove(view, &key, now),
            |_, _| Ok(()),
        )
    }

    /// Those added by administrators.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn officials(&self) -> Result<Vec<OfficialRow>, RegistryError> {
        let store = self.shared.store()?;
        Ok(store
            .page::<Officials>(&[], None, usize::MAX, usize::MAX, |_, _| true)?
            .rows)
    }
}
