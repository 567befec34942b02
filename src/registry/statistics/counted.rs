//! The counts that are kept.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::{
    months::Month,
    places::LEAST,
    places::{Places, most_first},
    waits::Wait,
};
use crate::domain::{identifier::Kind, method::MethodId, time::Time, unit::UnitCode};

/// Listings by what became of them; those whose identifier was erased are told by no more than this.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Fates {
    /// Still public.
    pub in_force: u64,
    /// Their time ran out.
    pub expired: u64,
    /// Taken off by a decision.
    pub delisted: u64,
}

/// What happened in a month.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Deeds {
    /// Listings that a second person confirmed.
    pub confirmed: u64,
    /// Of them, those still in force.
    pub in_force: u64,
    /// Listings whose time ran out, whenever they were confirmed.
    pub expired: u64,
    /// Listings taken off by a decision, whenever they were confirmed.
    pub delisted: u64,
}

/// Counts over the listings that are or once were public, at one instant. Nothing in it tells of proposals, of what was
/// rejected, or one listing from another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statistics {
    /// When it was counted.
    pub at: Time,
    /// Public changes that are in it.
    pub ledger_size: u64,
    /// All of them.
    pub total: Fates,
    /// Listings in force against which an appeal is open.
    pub disputed: u64,
    /// All kinds, also those with none.
    pub by_kind: Vec<(Kind, Fates)>,
    /// Methods that ever had any, the most first.
    pub by_method: Vec<(MethodId, Fates)>,
    /// The last twelve months from old to new, also those with none.
    pub by_month: Vec<(Month, Deeds)>,
    /// Those in force, by place.
    pub places: Places,
    /// How long the second person took in the last twelve months, for listings proposed one by one.
    pub single: Wait,
    /// The same, for listings from office lists.
    pub lists: Wait,
    pub(super) by_place: BTreeMap<(UnitCode, MethodId), u64>,
}

impl Fates {
    /// All that were ever listed.
    pub const fn ever(&self) -> u64 {
        self.in_force + self.expired + self.delisted
    }
}

impl Statistics {
    /// How many are in force with a method.
    pub fn listed_with(&self, method: MethodId) -> u64 {
        let mut known = self.by_method.iter();
        known
            .find(|(one, _)| *one == method)
            .map_or(0, |(_, fates)| fates.in_force)
    }

    /// Methods in the listings in force of a unit and those below it, the most frequent first; none where there are fewer than
    /// [`LEAST`], so that a poster tells of no single one.
    pub fn methods_in(&self, unit: UnitCode) -> Vec<MethodId> {
        let mut counts = BTreeMap::new();
        let inside = self
            .by_place
            .iter()
            .filter(|((place, _), _)| unit.covers(*place));
        for ((_, method), count) in inside {
            *counts.entry(*method).or_insert(0) += count;
        }
        if counts.values().sum::<u64>() < LEAST {
            return Vec::new();
        }
        let most = most_first(counts).into_iter();
        most.map(|(method, _)| method).collect()
    }
}

/// The counts made last.
#[derive(Default)]
pub(crate) struct Counted(RwLock<Option<Arc<Statistics>>>);

impl Counted {
    pub(super) fn last(&self) -> Option<Arc<Statistics>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn keep(&self, counts: Statistics) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(Arc::new(counts));
    }
}
