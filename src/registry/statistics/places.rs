//! Which places are named: only such from which nobody in a small place can be told.
//!
//! A place with fewer than [`LEAST`] listings is not named, and neither is what would tell its number: whoever knows a
//! total and all of its parts but one knows that one, too. So what the unnamed add up to is at least [`LEAST`] as well,
//! and no place's number alone: the smallest of the others go with them until it is.

use std::collections::BTreeMap;

use crate::domain::unit::UnitCode;

/// Fewest listings of a place that is named, and of those that are not, together.
pub const LEAST: u64 = 5;

/// Counts of places of one level: those that are named, the most first, and what the others add up to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Named {
    pub places: Vec<(UnitCode, u64)>,
    rest: u64,
}

/// Listings in force by place.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Places {
    /// By province; the country itself stands for what was listed for all of it.
    pub provinces: Named,
    /// By the unit that answers for them, in the provinces that are named.
    pub wards: Named,
}

impl Named {
    /// What the places that are not named add up to; none where that is too few to be told.
    pub fn elsewhere(&self) -> Option<u64> {
        (self.rest == 0 || self.rest >= LEAST).then_some(self.rest)
    }

    fn of(cells: BTreeMap<UnitCode, u64>) -> Self {
        let mut places = most_first(cells);
        places.retain(|(_, count)| *count > 0);
        let mut rest = 0;
        while let Some((_, fewest)) = places.last()
            && (*fewest < LEAST || (1..LEAST).contains(&rest))
        {
            rest += *fewest;
            places.pop();
        }
        Self { places, rest }
    }
}

impl Places {
    /// The places of counts by unit. Pure.
    ///
    /// Units are named below a named province only, and with the rest of that province large enough: its own number is
    /// the total of its units.
    pub fn of(units: &BTreeMap<UnitCode, u64>) -> Self {
        let mut inside: BTreeMap<UnitCode, BTreeMap<UnitCode, u64>> = BTreeMap::new();
        for (unit, count) in units {
            let province = unit.province().unwrap_or(UnitCode::national());
            inside.entry(province).or_default().insert(*unit, *count);
        }
        let sums = inside.iter().map(|(at, units)| (*at, units.values().sum()));
        let provinces = Named::of(sums.collect());
        let mut wards = Named {
            places: Vec::new(),
            rest: provinces.rest,
        };
        for (province, _) in &provinces.places {
            let below = Named::of(inside.remove(province).unwrap_or_default());
            wards.places.extend(below.places);
            wards.rest += below.rest;
        }
        wards.places = most_first(wards.places.into_iter().collect());
        Self { provinces, wards }
    }
}

/// Counts with the most first.
pub(super) fn most_first<K: Ord + Copy>(counts: BTreeMap<K, u64>) -> Vec<(K, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    // Stable: what is equally frequent keeps the order of the tables.
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::unit;

    fn code(text: &str) -> UnitCode {
        UnitCode::parse(text).expect(text)
    }

    fn counts(cells: &[(&str, u64)]) -> BTreeMap<UnitCode, u64> {
        cells.iter().map(|(at, n)| (code(at), *n)).collect()
    }

    fn shown(named: &Named) -> (Vec<(&'static str, u64)>, Option<u64>) {
        let places = named.places.iter();
        let places = places.map(|(at, n)| (at.as_str(), *n)).collect();
        (places, named.elsewhere())
    }

    #[test]
    fn a_small_place_is_not_named_and_cannot_be_computed_from_the_others() {
        type Case = (
            &'static [(&'static str, u64)],
            &'static [(&'static str, u64)],
            Option<u64>,
        );
        let cases: [Case; 10] = [
            (&[], &[], Some(0)),
            // All are large enough.
            (&[("01", 5), ("38", 9)], &[("38", 9), ("01", 5)], Some(0)),
            // Two small ones that are enough together.
            (&[("01", 2), ("04", 3), ("38", 9)], &[("38", 9)], Some(5)),
            // Two that are not: the smallest of the others goes with them.
            (
                &[("01", 1), ("04", 3), ("38", 9), ("40", 7)],
                &[("38", 9)],
                Some(11),
            ),
            // One alone would be what is left of the total.
            (&[("01", 4), ("38", 9), ("40", 5)], &[("38", 9)], Some(9)),
            // With it the only other one goes.
            (&[("01", 1), ("38", 900)], &[], Some(901)),
            // Nobody to go with: not even the sum is told here.
            (&[("38", 4)], &[], None),
            (&[("01", 1), ("38", 3)], &[], None),
            // The country's own are a place like others.
            (&[("VN", 5), ("38", 5)], &[("VN", 5), ("38", 5)], Some(0)),
            (&[("01", 0), ("38", 5)], &[("38", 5)], Some(0)),
        ];
        for (cells, places, elsewhere) in cases {
            let found = Places::of(&counts(cells));
            assert_eq!(
                shown(&found.provinces),
                (places.to_vec(), elsewhere),
                "{cells:?}"
            );
        }
    }

    #[test]
    fn units_are_named_where_their_province_hides_nobody_else() {
        let (bim_son, quang_trung) = ("14812", "14818");
        let wards = |cells: &[(&str, u64)]| shown(&Places::of(&counts(cells)).wards);
        // 12 in the province and 10 in the ward would leave 2 for the other one.
        assert_eq!(
            wards(&[(bim_son, 10), (quang_trung, 2)]),
            (vec![], Some(12))
        );
        // The same with the province's own police as the third.
        assert_eq!(
            wards(&[(bim_son, 10), (quang_trung, 2), ("38", 3)]),
            (vec![(bim_son, 10)], Some(5))
        );
        // A province that went with a small one hides its units, too.
        assert_eq!(wards(&[(bim_son, 10), ("01", 2)]), (vec![], Some(12)));
        assert_eq!(
            wards(&[(bim_son, 10), (quang_trung, 6), ("01", 7)]),
            (vec![(bim_son, 10), ("01", 7), (quang_trung, 6)], Some(0))
        );
    }

    /// A few units of three provinces, and the country.
    fn some_units() -> impl Strategy<Value = BTreeMap<UnitCode, u64>> {
        let places = ["01", "38", "40"].map(code).into_iter();
        let units: Vec<UnitCode> = places
            .flat_map(|place| {
                let below = unit::children(place).take(4);
                below.map(|unit| unit.code).chain([place])
            })
            .chain([UnitCode::national()])
            .collect();
        let number = prop_oneof![3 => Just(0u64), 4 => 1..8u64, 1 => 8..90u64];
        prop::collection::vec(number, units.len())
            .prop_map(move |numbers| units.iter().copied().zip(numbers).collect())
    }

    fn hides_enough(total: u64, hidden: &[u64], named: &[(UnitCode, u64)]) -> bool {
        let told: u64 = named.iter().map(|(_, n)| n).sum();
        let rest: u64 = hidden.iter().sum();
        let many = rest >= LEAST && hidden.len() >= 2;
        told + rest == total && (rest == 0 || many || named.is_empty())
    }

    proptest! {
        #[test]
        fn no_total_less_its_named_parts_tells_of_a_small_place(units in some_units()) {
            let found = Places::of(&units);
            let total: u64 = units.values().sum();
            let named_wards: BTreeMap<_, _> = found.wards.places.iter().copied().collect();
            for (place, count) in found.provinces.places.iter().chain(&found.wards.places) {
                prop_assert!(*count >= LEAST, "{place:?}");
            }
            for (unit, count) in &named_wards {
                prop_assert_eq!(units[unit], *count);
            }
            // The country: its provinces are the parts.
            let mut provinces: BTreeMap<UnitCode, BTreeMap<UnitCode, u64>> = BTreeMap::new();
            for (unit, count) in units.iter().filter(|(_, count)| **count > 0) {
                let at = unit.province().unwrap_or(UnitCode::national());
                provinces.entry(at).or_default().insert(*unit, *count);
            }
            let named: BTreeMap<_, _> = found.provinces.places.iter().copied().collect();
            let hidden: Vec<u64> = provinces
                .iter()
                .filter(|(at, _)| !named.contains_key(at))
                .map(|(_, below)| below.values().sum())
                .collect();
            prop_assert!(hides_enough(total, &hidden, &found.provinces.places));
            // Each named province: its units are the parts. Of the others no unit is named.
            for (at, below) in &provinces {
                let inside: Vec<_> = found.wards.places.iter().copied()
                    .filter(|(unit, _)| below.contains_key(unit))
                    .collect();
                let Some(sum) = named.get(at) else {
                    prop_assert!(inside.is_empty());
                    continue;
                };
                prop_assert_eq!(below.values().sum::<u64>(), *sum);
                let hidden: Vec<u64> = below
                    .iter()
                    .filter(|(unit, _)| !named_wards.contains_key(unit))
                    .map(|(_, count)| *count)
                    .collect();
                prop_assert!(hides_enough(*sum, &hidden, &inside));
            }
            for level in [&found.provinces, &found.wards] {
                let told: u64 = level.places.iter().map(|(_, n)| n).sum();
                prop_assert_eq!(told + level.rest, total);
                prop_assert!(level.elsewhere().is_none_or(|rest| rest == 0 || rest >= LEAST));
                prop_assert!(level.elsewhere().is_some() || level.places.is_empty());
            }
        }
    }
}
