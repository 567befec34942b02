//! What the live set adds up to: counts by kind, method, month and place. Nothing in it tells one listing from another.

pub(super) mod counted;

pub use counted::{Month, Statistics};

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
};

use jiff::{
    civil::{self, Date},
    tz::Offset,
};

use super::Registry;
use crate::{
    domain::{identifier::Kind, method::MethodId, time::Time, unit::UnitCode},
    store::schema::Live,
};
use counted::most_first;

/// How long counts are given again, in seconds: a million listings are not walked through for each reader.
const KEPT_SECONDS: i64 = 5 * 60;
/// Months that are counted, the present one included.
const MONTHS: usize = 12;
/// Vietnam's time, which has no summer time.
const VIETNAM: Offset = Offset::constant(7);

impl Registry {
    /// What the live set adds up to, counted at most five minutes ago. Walks through the whole index when it is older,
    /// so it is called where blocking is allowed.
    pub fn statistics(&self, now: Time) -> Arc<Statistics> {
        let now = self.showing(now);
        // Held while counting: who comes meanwhile waits for the same counts instead of counting too.
        let mut kept = self
            .counted
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let fresh = |counts: &Arc<Statistics>| {
            (0..KEPT_SECONDS).contains(&(now.seconds() - counts.at.seconds()))
        };
        if let Some(counts) = kept.as_ref().filter(|counts| fresh(counts)) {
            return Arc::clone(counts);
        }
        let mut count = Count::begin(now);
        let ledger_size = self.index().ledger_size();
        self.index().each(|key, live| count.add(key, live));
        let counts = Arc::new(count.end(ledger_size));
        *kept = Some(Arc::clone(&counts));
        counts
    }
}

/// Counting under way.
struct Count {
    now: Time,
    total: u64,
    disputed: u64,
    kinds: [u64; Kind::ALL.len()],
    /// When each month began; the next month's beginning is last.
    begins: Vec<i64>,
    months: Vec<(Month, u64)>,
    methods: BTreeMap<MethodId, u64>,
    provinces: BTreeMap<UnitCode, u64>,
    places: BTreeMap<(UnitCode, MethodId), u64>,
}

impl Count {
    fn begin(now: Time) -> Self {
        let firsts = firsts(now);
        let months = firsts.iter().take(MONTHS).map(|first| {
            let month = Month {
                year: first.year(),
                month: first.month(),
            };
            (month, 0)
        });
        Self {
            now,
            total: 0,
            disputed: 0,
            kinds: [0; Kind::ALL.len()],
            months: months.collect(),
            begins: firsts.iter().map(|first| millis(*first)).collect(),
            methods: BTreeMap::new(),
            provinces: BTreeMap::new(),
            places: BTreeMap::new(),
        }
    }

    fn add(&mut self, key: &str, live: &Live) {
        // Its time may be over although the scheduler has not written so yet.
        if live.valid_until <= self.now {
            return;
        }
        self.total += 1;
        self.disputed += u64::from(live.disputed);
        let word = key.split(':').next().unwrap_or_default();
        if let Some(place) = Kind::ALL.iter().position(|kind| kind.as_str() == word) {
            self.kinds[place] += 1;
        }
        let listed = live.listed_at.millis();
        let begun = self.begins.partition_point(|begin| *begin <= listed);
        if let Some((_, count)) = begun.checked_sub(1).and_then(|at| self.months.get_mut(at)) {
            *count += 1;
        }
        let province = live.unit.province().unwrap_or(UnitCode::national());
        *self.methods.entry(live.method).or_insert(0) += 1;
        *self.provinces.entry(province).or_insert(0) += 1;
        *self.places.entry((live.unit, live.method)).or_insert(0) += 1;
    }

    fn end(self, ledger_size: u64) -> Statistics {
        Statistics {
            at: self.now,
            ledger_size,
            total: self.total,
            disputed: self.disputed,
            by_kind: Kind::ALL.into_iter().zip(self.kinds).collect(),
            by_method: most_first(self.methods),
            by_month: self.months,
            by_province: most_first(self.provinces),
            by_place: self.places,
        }
    }
}

/// The first days of the last twelve months in Vietnam, and of the next one.
fn firsts(now: Time) -> Vec<Date> {
    let today = jiff::Timestamp::from_millisecond(now.millis())
        .map_or(civil::date(1970, 1, 1), |at| VIETNAM.to_datetime(at).date());
    let this = i32::from(today.year()) * 12 + i32::from(today.month()) - 1;
    (0..=MONTHS)
        .filter_map(|at| {
            let month = this + 1 - MONTHS as i32 + at as i32;
            let year = i16::try_from(month.div_euclid(12)).ok()?;
            Date::new(year, month.rem_euclid(12) as i8 + 1, 1).ok()
        })
        .collect()
}

fn millis(day: Date) -> i64 {
    VIETNAM
        .to_timestamp(day.at(0, 0, 0, 0))
        .map_or(i64::MAX, jiff::Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(text: &str) -> Time {
        let time: jiff::Timestamp = text.parse().expect(text);
        Time::from_millis(time.as_millisecond())
    }

    fn live(method: &str, unit: &str, listed: &str, until: &str) -> Live {
        Live {
            listing: Uuid::nil(),
            method: MethodId::parse(method).expect(method),
            unit: UnitCode::parse(unit).expect(unit),
            listed_at: at(listed),
            valid_until: at(until),
            renewed_at: None,
            disputed: false,
            ledger_index: 1,
            payload: 1,
        }
    }

    fn counted() -> Statistics {
        let mut count = Count::begin(at("2026-01-15T03:00:00Z"));
        let later = "2026-12-31T00:00:00Z";
        for (key, listing) in [
            // 31 December in London, 1 January in Vietnam.
            (
                "phone:+84950001001",
                live("khoa_sim", "14812", "2025-12-31T17:00:00Z", later),
            ),
            (
                "phone:+84950001002",
                live("khac", "14812", "2025-12-31T16:59:59Z", later),
            ),
            (
                "account:VN:970436:0000000070001",
                live("khac", "38", "2025-02-01T00:00:00Z", later),
            ),
            // Older than twelve months: in the total, in no month.
            (
                "sender:VN:mau-bank",
                live("khac", "VN", "2025-01-31T16:00:00Z", later),
            ),
            // Its time is over.
            (
                "phone:+84950001003",
                live(
                    "khac",
                    "14812",
                    "2025-12-01T00:00:00Z",
                    "2026-01-15T03:00:00Z",
                ),
            ),
        ] {
            count.add(key, &listing);
        }
        count.end(4)
    }

    #[test]
    fn listings_in_force_are_counted_by_kind_method_and_province() {
        let counts = counted();
        assert_eq!((counts.total, counts.disputed), (4, 0));
        let kinds: Vec<u64> = counts.by_kind.iter().map(|(_, count)| *count).collect();
        assert_eq!(kinds, [2, 1, 0, 0, 1]);
        let methods: Vec<_> = counts
            .by_method
            .iter()
            .map(|(m, n)| (m.slug(), *n))
            .collect();
        assert_eq!(methods, [("khac", 3), ("khoa_sim", 1)]);
        let places: Vec<_> = counts
            .by_province
            .iter()
            .map(|(u, n)| (u.as_str(), *n))
            .collect();
        assert_eq!(places, [("38", 3), ("VN", 1)]);
    }

    #[test]
    fn months_are_those_of_vietnam_and_the_last_twelve() {
        let counts = counted();
        let months: Vec<_> = counts
            .by_month
            .iter()
            .map(|(m, n)| (m.year, m.month, *n))
            .collect();
        assert_eq!(months.len(), 12);
        assert_eq!(months[0], (2025, 2, 1));
        assert_eq!(months[10], (2025, 12, 1));
        assert_eq!(months[11], (2026, 1, 1));
        assert_eq!(months.iter().map(|(_, _, n)| n).sum::<u64>(), 3);
    }

    #[test]
    fn a_unit_has_its_own_methods_and_those_below() {
        let counts = counted();
        let of = |unit: &str| {
            let unit = UnitCode::parse(unit).expect(unit);
            let found = counts.methods_in(unit).into_iter();
            found.map(|(m, n)| (m.slug(), n)).collect::<Vec<_>>()
        };
        assert_eq!(of("14812"), [("khoa_sim", 1), ("khac", 1)]);
        assert_eq!(of("38"), [("khac", 2), ("khoa_sim", 1)]);
        assert_eq!(of("VN"), [("khac", 3), ("khoa_sim", 1)]);
        assert!(of("01").is_empty());
    }
}
