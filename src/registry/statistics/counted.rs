//! The counts that are kept for a while.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use crate::domain::{identifier::Kind, method::MethodId, time::Time, unit::UnitCode};

/// A month of the calendar, in Vietnam.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Month {
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

/// Counts over the listings in force at one instant. Lists run from the most to the fewest, months from old to new.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statistics {
    /// When it was counted.
    pub at: Time,
    /// Public changes that are in it.
    pub ledger_size: u64,
    /// Listings in force.
    pub total: u64,
    /// Of them, those against which an appeal is open.
    pub disputed: u64,
    /// All kinds, also those with none.
    pub by_kind: Vec<(Kind, u64)>,
    /// Methods that have any.
    pub by_method: Vec<(MethodId, u64)>,
    /// The last twelve months, by when a listing was made, also those with none.
    pub by_month: Vec<(Month, u64)>,
    /// Provinces that have any; the country itself stands for what was listed for all of it.
    pub by_province: Vec<(UnitCode, u64)>,
    pub(super) by_place: BTreeMap<(UnitCode, MethodId), u64>,
}

impl Statistics {
    /// How many are listed with a method.
    pub fn listed_with(&self, method: MethodId) -> u64 {
        let mut known = self.by_method.iter();
        known
            .find(|(one, _)| *one == method)
            .map_or(0, |(_, count)| *count)
    }

    /// Methods in the listings of a unit and those below it, the most frequent first.
    pub fn methods_in(&self, unit: UnitCode) -> Vec<(MethodId, u64)> {
        let mut counts = BTreeMap::new();
        let inside = self
            .by_place
            .iter()
            .filter(|((place, _), _)| unit.covers(*place));
        for ((_, method), count) in inside {
            *counts.entry(*method).or_insert(0) += count;
        }
        most_first(counts)
    }
}

/// The counts made last.
#[derive(Default)]
pub(crate) struct Counted(pub(super) Mutex<Option<Arc<Statistics>>>);

pub(super) fn most_first<K: Ord + Copy>(counts: BTreeMap<K, u64>) -> Vec<(K, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    // Stable: what is equally frequent keeps the order of the tables.
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}
