//! Protected identifiers added by administrators, such as a bank's hotline.

use super::{Plan, ReceiptKey, Registry, RegistryError, error::field};
use crate::{
    access::capability::Admin,
    domain::{change::Change, identifier::Identifier, key::Key, official, time::Time},
    store::schema::{Keys, OfficialRow, Officials},
};

/// Longest name, in characters.
const MAX_NAME: usize = 120;

impl Registry {
    /// Protects an identifier: it can't be listed, and checks answer "official".
    ///
    /// # Errors
    /// [`RegistryError::AlreadyExists`]; [`RegistryError::AlreadyListed`] or
    /// [`RegistryError::AlreadyProposed`] while a listing stands against it.
    pub fn add_official(
        &self,
        admin: &Admin,
        identifier: &Identifier,
        name_vi: &str,
        name_en: &str,
        receipt: Option<ReceiptKey>,
        now: Time,
    ) -> Result<OfficialRow, RegistryError> {
        let name_vi = name("/name_vi", name_vi)?;
        let name_en = name("/name_en", name_en)?;
        let key = identifier.key();
        let builtin = official::builtin(identifier).is_some();
        let shown = key.clone();
        self.commit(
            admin.acting(),
            now,
            receipt,
            move |view| {
                if builtin || view.get::<Officials>(&key)?.is_some() {
                    return Err(RegistryError::AlreadyExists);
                }
                let row = view.get::<Keys>(&key)?.unwrap_or_default();
                if let Some(live) = row.live {
                    return Err(RegistryError::AlreadyListed(live.listing));
                }
                if let Some(id) = row.proposed {
                    return Err(RegistryError::AlreadyProposed(id));
                }
                Ok(Plan::one(Change::OfficialAdded {
                    key,
                    name_vi,
                    name_en,
                }))
            },
            move |view, _| {
                view.get::<Officials>(&shown)?
                    .ok_or(RegistryError::NotFound)
            },
        )
    }

    /// Takes the protection off again.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] also for those of the tables, which only a new release changes.
    pub fn remove_official(&self, admin: &Admin, key: Key, now: Time) -> Result<(), RegistryError> {
        self.commit(
            admin.acting(),
            now,
            None,
            move |view| {
                view.get::<Officials>(&key)?
                    .ok_or(RegistryError::NotFound)?;
                Ok(Plan::one(Change::OfficialRemoved { key }))
            },
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

fn name(pointer: &'static str, text: &str) -> Result<String, RegistryError> {
    let text = super::listing::note(pointer, text)?;
    if text.is_empty() {
        return Err(field(pointer, "required"));
    }
    if text.chars().count() > MAX_NAME || text.contains('\n') {
        return Err(field(pointer, "too-long"));
    }
    Ok(text)
}
