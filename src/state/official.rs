//! Protected identifiers, such as a bank's hotline.

use super::{
    listing::is_free,
    plan::{Now, Plan},
    record::Applied,
    refused::Refused,
    view::View,
};
use crate::{
    domain::{change::OfficialChange, identifier::Identifier, key::Key, official},
    store::{
        StoreError,
        schema::{OfficialRow, Officials},
    },
};

/// An administrator protects an identifier.
pub struct Add {
    pub identifier: Identifier,
    pub name_vi: String,
    pub name_en: String,
}

/// Protects an identifier: it can't be listed, and checks answer "official".
///
/// # Errors
/// [`Refused::AlreadyExists`]; [`Refused::AlreadyListed`] or [`Refused::AlreadyProposed`] while a listing stands against it.
pub fn add(view: &View<'_>, request: &Add, _now: Now) -> Result<Plan, Refused> {
    let key = request.identifier.key();
    let is_builtin = official::builtin(&request.identifier).is_some();
    if is_builtin || view.get::<Officials>(&key)?.is_some() {
        return Err(Refused::AlreadyExists);
    }
    is_free(view, &request.identifier)?;
    Ok(Plan::one(OfficialChange::Added {
        key,
        name_vi: request.name_vi.clone(),
        name_en: request.name_en.clone(),
    }))
}

/// Takes the protection off again.
///
/// # Errors
/// [`Refused::NotFound`] also for those of the tables, which only a new release changes.
pub fn remove(view: &View<'_>, key: &Key, _now: Now) -> Result<Plan, Refused> {
    view.get::<Officials>(key)?.ok_or(Refused::NotFound)?;
    Ok(Plan::one(OfficialChange::Removed { key: key.clone() }))
}

pub(super) fn apply(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &OfficialChange,
) -> Result<(), StoreError> {
    match change {
        OfficialChange::Added {
            key,
            name_vi,
            name_en,
        } => {
            let row = OfficialRow {
                key: key.clone(),
                name_vi: name_vi.clone(),
                name_en: name_en.clone(),
                added_at: record.entry.at,
            };
            view.put::<Officials>(key, &row)
        }
        OfficialChange::Removed { key } => {
            view.remove::<Officials>(key);
            Ok(())
        }
    }
}
