//! What waits for somebody, in memory: how much in each unit, and which, the oldest first. So a page that counts costs no
//! scan, and nobody's few proposals are lost behind the many of another unit.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{PoisonError, RwLock},
};

use uuid::Uuid;

use super::{Store, StoreError, table::Table};
use crate::domain::unit::UnitCode;

/// What waits, by id, which is by time, and how much of it in each unit.
#[derive(Default)]
struct Rows {
    units: BTreeMap<Uuid, UnitCode>,
    counts: HashMap<UnitCode, usize>,
}

impl Rows {
    fn set(&mut self, id: Uuid, unit: Option<UnitCode>) {
        let before = match unit {
            Some(unit) => self.units.insert(id, unit),
            None => self.units.remove(&id),
        };
        if let Some(unit) = unit {
            *self.counts.entry(unit).or_default() += 1;
        }
        if let Some(count) = before.and_then(|before| self.counts.get_mut(&before)) {
            *count = count.saturating_sub(1);
        }
    }

    fn count(&self, sees: impl Fn(UnitCode) -> bool) -> usize {
        let seen = self.counts.iter().filter(|(unit, _)| sees(**unit));
        seen.map(|(_, count)| count).sum()
    }
}

/// What waits for somebody, each in a unit.
#[derive(Default)]
pub struct Waiting(RwLock<Rows>);

impl Waiting {
    /// The rows of a table that holds what waits.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn load<T: Table<Value = (Uuid, UnitCode)>>(store: &Store) -> Result<Self, StoreError> {
        let mut rows = Rows::default();
        for row in store.scan(T::ID) {
            let (id, unit) = store.decoded::<T>(&row?.1)?;
            rows.set(id, Some(unit));
        }
        Ok(Self(RwLock::new(rows)))
    }

    /// Follows a write to that table: something waits in a unit, or waits no more.
    pub fn set(&self, id: Uuid, unit: Option<UnitCode>) {
        let mut rows = self.0.write().unwrap_or_else(PoisonError::into_inner);
        rows.set(id, unit);
    }

    /// Takes over what another holds.
    pub fn take_over(&self, other: &Self) {
        let right = {
            let mut rows = other.0.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *rows)
        };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = right;
    }

    /// How much waits in the units that are seen.
    pub fn count(&self, sees: impl Fn(UnitCode) -> bool) -> usize {
        let rows = self.0.read().unwrap_or_else(PoisonError::into_inner);
        rows.count(sees)
    }

    /// Ids of what waits in the units that are seen, the oldest first, at most `most`.
    pub fn oldest(&self, sees: impl Fn(UnitCode) -> bool, most: usize) -> Vec<Uuid> {
        let rows = self.0.read().unwrap_or_else(PoisonError::into_inner);
        // The walk ends with the last one that is seen.
        let most = rows.count(&sees).min(most);
        let seen = rows.units.iter().filter(|(_, unit)| sees(**unit));
        seen.map(|(id, _)| *id).take(most).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(code: &str) -> UnitCode {
        UnitCode::parse(code).expect("a unit")
    }

    #[test]
    fn what_waits_is_counted_by_unit_and_told_oldest_first() {
        let (waiting, ours, theirs) = (Waiting::default(), unit("14812"), unit("14818"));
        for id in 1..=4 {
            let place = if id == 2 { theirs } else { ours };
            waiting.set(Uuid::from_u128(id), Some(place));
        }
        let is_ours = |place| place == ours;
        assert_eq!(waiting.count(is_ours), 3);
        assert_eq!(waiting.count(|_| true), 4);
        let ids = |numbers: &[u128]| -> Vec<Uuid> {
            numbers.iter().map(|one| Uuid::from_u128(*one)).collect()
        };
        assert_eq!(waiting.oldest(is_ours, 2), ids(&[1, 3]));
        waiting.set(Uuid::from_u128(1), None);
        waiting.set(Uuid::from_u128(1), None);
        assert_eq!(waiting.count(is_ours), 2);
        assert_eq!(waiting.oldest(is_ours, 9), ids(&[3, 4]));
    }

    #[test]
    fn what_is_set_twice_or_moves_is_counted_once() {
        let (waiting, ours, theirs) = (Waiting::default(), unit("14812"), unit("14818"));
        for place in [ours, ours, theirs] {
            waiting.set(Uuid::from_u128(1), Some(place));
        }
        assert_eq!(waiting.count(|place| place == ours), 0);
        assert_eq!(waiting.count(|_| true), 1);
        let right = Waiting::default();
        right.set(Uuid::from_u128(7), Some(ours));
        waiting.take_over(&right);
        assert_eq!(waiting.oldest(|_| true, 9), [Uuid::from_u128(7)]);
    }
}
