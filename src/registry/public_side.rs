//! What anybody may read about one listing: everything but whom it is about.

use uuid::Uuid;

use super::{Registry, RegistryError};
use crate::{
    domain::{
        identifier::Kind,
        listing::{EventKind, Listing, Status},
        method::MethodId,
        time::Time,
        unit::UnitCode,
    },
    ledger::leaf::Leaf,
    store::schema::Listings,
};

/// Most leaves of a listing that are told, the newest: bounds the work of one request.
const MAX_LEAVES: usize = 20;

/// The public side of a listing: no identifier, no reason, no officer.
pub struct PublicSide {
    pub id: Uuid,
    pub kind: Kind,
    pub standing: Standing,
    pub method: MethodId,
    /// The unit that answers for it.
    pub unit: UnitCode,
    pub listed_at: Time,
    pub valid_until: Time,
    pub renewed_at: Option<Time>,
    /// Its leaves with their ledger indices, newest first, at most `MAX_LEAVES`;
    /// none while the log would fork.
    pub leaves: Vec<(u64, Leaf)>,
    /// There are older leaves than those.
    pub is_cut: bool,
}

/// Where a listing stands for the public at an instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// A check of its identifier answers `listed`.
    InForce { disputed: bool },
    /// Its time ran out, written down or not yet.
    Expired { at: Time },
    /// It was taken off.
    Delisted { at: Time },
    /// What it was about was destroyed.
    Erased { at: Time },
}

impl Registry {
    /// The public side of a listing that is or was public, as it stands `now`.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] when there is none, or it never was public.
    pub fn public_side(&self, id: Uuid, now: Time) -> Result<PublicSide, RegistryError> {
        let store = self.shared.store()?;
        let listing = store
            .get::<Listings>(&id)?
            .filter(|listing| listing.status.was_public())
            .ok_or(RegistryError::NOT_FOUND)?;
        let mut leaves = Vec::new();
        let is_shown = self.shows_itself().is_ok();
        let mut next = listing.ledger_index.filter(|_| is_shown);
        while let Some(index) = next
            && leaves.len() < MAX_LEAVES
        {
            let entry = store.leaves(index, 1)?.pop();
            let leaf = entry.ok_or(RegistryError::NOT_FOUND)?.leaf;
            next = leaf.about;
            leaves.push((index, leaf));
        }
        Ok(PublicSide {
            id,
            kind: listing.kind,
            standing: standing(&listing, self.showing(now)),
            method: listing.method,
            unit: listing.unit,
            listed_at: listing.listed_at.unwrap_or_default(),
            valid_until: listing.valid_until.unwrap_or_default(),
            renewed_at: listing.renewed_at,
            leaves,
            is_cut: next.is_some(),
        })
    }
}

/// Where a listing that is or was public stands. Pure.
fn standing(listing: &Listing, now: Time) -> Standing {
    let when = |deed| {
        let events = listing.history.iter().rev();
        events
            .filter(|event| event.deed == deed)
            .map(|event| event.at)
            .next()
    };
    let valid_until = listing.valid_until.unwrap_or_default();
    if listing.subject.is_none() {
        return Standing::Erased {
            at: when(EventKind::Erased).unwrap_or_default(),
        };
    }
    match listing.status {
        Status::Delisted => Standing::Delisted {
            at: when(EventKind::Delisted).unwrap_or_default(),
        },
        Status::Listed if valid_until > now => Standing::InForce {
            disputed: listing.disputed,
        },
        Status::Proposed | Status::Listed | Status::Rejected | Status::Expired => {
            Standing::Expired { at: valid_until }
        }
    }
}
