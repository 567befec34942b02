//! Protected identifiers, such as a bank's hotline. Each that is added or taken out makes a leaf of the ledger, so that
//! everybody sees what can't be listed; the table of those that come with the program is named there by its digest.

use sha2::{Digest, Sha256};

use super::{
    listing::is_free,
    plan::{Now, Plan},
    publication::{LeafHeader, append_leaf},
    record::Applied,
    refused::Refused,
    view::View,
};
use crate::{
    domain::{change::OfficialChange, identifier::Identifier, key::Key, official},
    ledger::leaf::LeafOp,
    store::{
        StoreError,
        schema::{META_OFFICIALS, Meta, OfficialLeaves, OfficialRow, Officials, Opening},
    },
};

/// What earlier programs protected that is told in one record.
const TOLD_AT_ONCE: usize = 100;

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
    let mut plan = outstanding(view)?;
    plan.push(OfficialChange::Protected {
        key,
        name_vi: request.name_vi.clone(),
        name_en: request.name_en.clone(),
    });
    Ok(plan)
}

/// Takes the protection off again.
///
/// # Errors
/// [`Refused::NotFound`] also for those of the tables, which only a new release changes.
pub fn remove(view: &View<'_>, key: &Key, _now: Now) -> Result<Plan, Refused> {
    view.get::<Officials>(key)?.ok_or(Refused::NotFound)?;
    let mut plan = outstanding(view)?;
    plan.push(OfficialChange::Unprotected { key: key.clone() });
    Ok(plan)
}

/// Tells what the ledger owes, once it told of official numbers at all: a new release may bring another table into a ledger
/// that is never silent.
///
/// # Errors
/// [`Refused::Store`].
pub fn tell_outstanding(view: &View<'_>, _now: Now) -> Result<Plan, Refused> {
    match view.get::<Meta>(META_OFFICIALS)? {
        Some(_) => outstanding(view),
        None => Ok(Plan::default()),
    }
}

/// What the ledger should tell and does not: another table than it names, and what earlier programs protected without a
/// leaf.
///
/// # Errors
/// [`Refused::Store`].
pub(super) fn outstanding(view: &View<'_>) -> Result<Plan, Refused> {
    let mut plan = Plan::default();
    let digest: [u8; 32] = Sha256::digest(official::tables().concat()).into();
    if view.get::<Meta>(META_OFFICIALS)?.as_deref() != Some(&digest[..]) {
        plan.push(OfficialChange::TableNamed { digest });
    }
    let untold = view.all::<Officials>()?;
    let untold = untold.into_iter().filter(|row| row.ledger_index.is_none());
    for row in untold.take(TOLD_AT_ONCE) {
        plan.push(OfficialChange::Protected {
            key: row.key,
            name_vi: row.name_vi,
            name_en: row.name_en,
        });
    }
    Ok(plan)
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
        } => put(view, record, key, [name_vi, name_en], None),
        OfficialChange::Removed { key } => {
            view.remove::<Officials>(key);
            Ok(())
        }
        OfficialChange::Protected {
            key,
            name_vi,
            name_en,
        } => {
            let opening = Opening::Protect {
                key: key.clone(),
                name_vi: name_vi.clone(),
                name_en: name_en.clone(),
            };
            let index = tell(view, record, LeafOp::Protect, opening)?;
            put(view, record, key, [name_vi, name_en], Some(index))
        }
        OfficialChange::Unprotected { key } => {
            view.must::<Officials>(key, "no such official number")?;
            view.remove::<Officials>(key);
            let opening = Opening::Unprotect { key: key.clone() };
            tell(view, record, LeafOp::Unprotect, opening).map(drop)
        }
        OfficialChange::TableNamed { digest } => {
            view.put::<Meta>(META_OFFICIALS, &digest.to_vec())?;
            let opening = Opening::OfficialTable { digest: *digest };
            tell(view, record, LeafOp::Protect, opening).map(drop)
        }
    }
}

/// Writes the row. What is only told later was added before.
fn put(
    view: &mut View<'_>,
    record: &Applied<'_>,
    key: &Key,
    [name_vi, name_en]: [&str; 2],
    ledger_index: Option<u64>,
) -> Result<(), StoreError> {
    let before = view.get::<Officials>(key)?;
    let row = OfficialRow {
        key: key.clone(),
        name_vi: name_vi.to_owned(),
        name_en: name_en.to_owned(),
        added_at: before.map_or(record.entry.at, |row| row.added_at),
        ledger_index,
    };
    view.put::<Officials>(key, &row)
}

/// Makes the leaf.
fn tell(
    view: &mut View<'_>,
    record: &Applied<'_>,
    op: LeafOp,
    opening: Opening,
) -> Result<u64, StoreError> {
    let header = LeafHeader {
        op,
        kind: None,
        about: None,
    };
    let index = append_leaf(view, record, header, opening, false)?;
    view.put::<OfficialLeaves>(&index, &index)?;
    Ok(index)
}
