//! Protected identifiers added by administrators, such as a bank's hotline.

use super::{ReceiptKey, Registry, RegistryError, listing::name};
use crate::{
    access::capability::FreshAdmin,
    domain::{
        approval::{Act, Approval},
        identifier::Identifier,
        key::Key,
        time::Time,
    },
    store::schema::{OfficialRow, Officials},
};

/// Whose number it is.
pub struct OfficialNames<'a> {
    pub vi: &'a str,
    pub en: &'a str,
}

impl Registry {
    /// Asks for an identifier to be protected: it can't be listed then, and checks answer "official". A second person must
    /// agree.
    ///
    /// # Errors
    /// `Refused::AlreadyExists`; `Refused::AlreadyListed` or `Refused::AlreadyProposed` while a listing stands against it.
    pub fn add_official(
        &self,
        admin: &FreshAdmin,
        identifier: &Identifier,
        names: &OfficialNames<'_>,
        reason: &str,
        receipt: Option<ReceiptKey>,
        now: Time,
    ) -> Result<Approval, RegistryError> {
        let act = Act::AddOfficial {
            key: identifier.key(),
            name_vi: name("/name_vi", names.vi)?,
            name_en: name("/name_en", names.en)?,
        };
        self.ask_for(admin, act, reason, receipt, now)
    }

    /// Asks for the protection to be taken off again. A second person must agree.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] also for those of the tables, which only a new release changes.
    pub fn remove_official(
        &self,
        admin: &FreshAdmin,
        key: Key,
        reason: &str,
        now: Time,
    ) -> Result<Approval, RegistryError> {
        self.ask_for(admin, Act::RemoveOfficial { key }, reason, None, now)
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
