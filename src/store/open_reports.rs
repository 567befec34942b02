//! Reports without an outcome, in memory: who has them, and which can't wait. So counting costs no scan, and a stream of events
//! reads no disk.

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

use uuid::Uuid;

use super::{
    Store, StoreError,
    report_tables::{OpenReport, OpenReports},
    table::Table,
};
use crate::domain::unit::UnitCode;

/// Reports without an outcome, by id, which is by time.
#[derive(Default)]
pub struct ReportsAtWork(RwLock<BTreeMap<Uuid, OpenReport>>);

impl ReportsAtWork {
    /// The rows of the table.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub fn load(store: &Store) -> Result<Self, StoreError> {
        let mut rows = BTreeMap::new();
        for row in store.scan(OpenReports::ID) {
            let (id, open) = store.decoded::<OpenReports>(&row?.1)?;
            rows.insert(id, open);
        }
        Ok(Self(RwLock::new(rows)))
    }

    /// Follows a write to that table.
    pub fn set(&self, id: Uuid, open: Option<OpenReport>) {
        let mut rows = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match open {
            Some(open) => drop(rows.insert(id, open)),
            None => drop(rows.remove(&id)),
        }
    }

    /// Takes over what another holds.
    pub fn take_over(&self, other: &Self) {
        let right = {
            let mut rows = other.0.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *rows)
        };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = right;
    }

    /// How many there are in the units that are seen.
    pub fn count(&self, sees: impl Fn(UnitCode) -> bool) -> usize {
        let rows = self.0.read().unwrap_or_else(PoisonError::into_inner);
        rows.values().filter(|open| open.is_seen(&sees)).count()
    }

    /// Ids of those that can't wait, in the units that are seen, the oldest first, at most `most`.
    pub fn urgent(&self, sees: impl Fn(UnitCode) -> bool, most: usize) -> Vec<Uuid> {
        self.first(|open| open.urgent && open.is_seen(&sees), most)
    }

    /// Ids in the units that are seen, the oldest first, at most `most`.
    pub fn oldest(&self, sees: impl Fn(UnitCode) -> bool, most: usize) -> Vec<Uuid> {
        self.first(|open| open.is_seen(&sees), most)
    }

    fn first(&self, is_meant: impl Fn(&OpenReport) -> bool, most: usize) -> Vec<Uuid> {
        let rows = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let meant = rows.iter().filter(|(_, open)| is_meant(open));
        meant.map(|(id, _)| *id).take(most).collect()
    }
}

impl OpenReport {
    fn is_seen(&self, sees: impl Fn(UnitCode) -> bool) -> bool {
        self.units.iter().any(|unit| sees(*unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(code: &str) -> UnitCode {
        UnitCode::parse(code).expect("a unit")
    }

    fn open(units: &[&str], urgent: bool) -> Option<OpenReport> {
        let units = units.iter().map(|code| unit(code)).collect();
        Some(OpenReport { units, urgent })
    }

    #[test]
    fn whoever_works_on_a_report_or_was_asked_to_sees_it_once() {
        let (reports, id) = (ReportsAtWork::default(), Uuid::from_u128);
        reports.set(id(1), open(&["14812"], false));
        reports.set(id(2), open(&["14812", "38"], true));
        reports.set(id(3), open(&["14818"], true));
        let province = |code| unit("38").covers(code);
        assert_eq!(reports.count(province), 3);
        assert_eq!(reports.count(|code| code == unit("38")), 1);
        assert_eq!(
            reports.oldest(|code| code == unit("14812"), 9),
            [id(1), id(2)]
        );
        assert_eq!(reports.urgent(province, 9), [id(2), id(3)]);
        assert_eq!(reports.urgent(province, 1), [id(2)]);
        reports.set(id(2), None);
        reports.set(id(3), open(&["14818"], false));
        assert_eq!(reports.count(province), 2);
        assert!(reports.urgent(province, 9).is_empty());
    }

    #[test]
    fn what_is_read_anew_takes_the_place_of_what_was_there() {
        let (wrong, right) = (ReportsAtWork::default(), ReportsAtWork::default());
        wrong.set(Uuid::from_u128(1), open(&["38"], false));
        right.set(Uuid::from_u128(7), open(&["38"], false));
        wrong.take_over(&right);
        assert_eq!(wrong.oldest(|_| true, 9), [Uuid::from_u128(7)]);
    }
}
