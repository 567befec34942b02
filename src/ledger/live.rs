//! The set of leaves in force, kept small: eight bytes each.

use crate::domain::identifier::Kind;

/// Bits of an entry that hold the kind.
const KIND_BITS: u32 = 3;
/// The place of an entry's kind when it was taken out.
const GONE: u64 = (1 << KIND_BITS) - 1;

/// Indices of leaves and the kinds of their listings, in ascending order.
///
/// An entry is the index with the kind in its low bits. New leaves come at the end; one taken out
/// is marked and swept out later, when the vector would have to grow or is mostly marks. So a
/// million live entries take 8 MB, and with marks and room to grow no more than about 24.
#[derive(Clone, Debug, Default)]
pub(super) struct LiveSet {
    entries: Vec<u64>,
    counts: [u64; Kind::ALL.len()],
}

impl LiveSet {
    /// The set of these leaves, in any order. Of two with one index the first stays.
    pub(super) fn new(leaves: impl Iterator<Item = (u64, Kind)>) -> Self {
        let mut entries: Vec<u64> = leaves.map(|(index, kind)| entry(index, kind)).collect();
        entries.sort_by_key(|entry| entry >> KIND_BITS);
        entries.dedup_by_key(|entry| *entry >> KIND_BITS);
        let mut counts = [0; Kind::ALL.len()];
        for (_, kind) in entries.iter().filter_map(|entry| read(*entry)) {
            counts[kind as usize] += 1;
        }
        Self { entries, counts }
    }

    /// Puts the leaf in, whose index is higher than any that was put in before.
    pub(super) fn insert(&mut self, index: u64, kind: Kind) {
        let gone = self.entries.len() - self.len();
        let full = self.entries.len() == self.entries.capacity();
        if gone > self.len() || (full && gone >= self.entries.len() / 4) {
            self.entries.retain(|entry| read(*entry).is_some());
        }
        self.entries.push(entry(index, kind));
        self.counts[kind as usize] += 1;
    }

    /// Takes the leaf out, if it is there.
    pub(super) fn remove(&mut self, index: u64) {
        if let Some(place) = self.place(index)
            && let Some((_, kind)) = read(self.entries[place])
        {
            self.entries[place] |= GONE;
            self.counts[kind as usize] -= 1;
        }
    }

    /// The kind of the leaf, if it is in force.
    pub(super) fn get(&self, index: u64) -> Option<Kind> {
        let (_, kind) = read(self.entries[self.place(index)?])?;
        Some(kind)
    }

    /// How many leaves of the kind are in force.
    pub(super) const fn count(&self, kind: Kind) -> u64 {
        self.counts[kind as usize]
    }

    /// All leaves in force, in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, Kind)> {
        self.entries.iter().filter_map(|entry| read(*entry))
    }

    fn len(&self) -> usize {
        self.counts.iter().sum::<u64>() as usize
    }

    fn place(&self, index: u64) -> Option<usize> {
        self.entries
            .binary_search_by_key(&index, |entry| entry >> KIND_BITS)
            .ok()
    }
}

const fn entry(index: u64, kind: Kind) -> u64 {
    index << KIND_BITS | kind as u64
}

/// The leaf of an entry, unless it was taken out.
fn read(entry: u64) -> Option<(u64, Kind)> {
    let kind = Kind::ALL.get((entry & GONE) as usize)?;
    Some((entry >> KIND_BITS, *kind))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_million_leaves_in_force_take_less_than_32_megabytes() {
        let mut set = LiveSet::default();
        for index in 0..3_000_000u64 {
            if index >= 1_000_000 {
                // Each leaf takes the place of one far away from its neighbours'.
                set.remove(index - 1_000_000);
            }
            set.insert(index, Kind::Phone);
        }
        assert_eq!(set.count(Kind::Phone), 1_000_000);
        let bytes = set.entries.capacity() * size_of::<u64>();
        assert!(bytes < 32 << 20, "{bytes}");
    }

    #[test]
    fn the_place_of_a_kind_among_all_is_its_number() {
        for (place, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place);
            assert_eq!(read(entry(9, kind)), Some((9, kind)));
        }
        assert!((Kind::ALL.len() as u64) < GONE);
    }

    proptest! {
        #[test]
        fn it_is_a_map_in_order(steps in prop::collection::vec((any::<bool>(), 0..60u64, 0..5usize), 0..200)) {
            let mut set = LiveSet::new([(1, Kind::Sender), (0, Kind::Phone), (1, Kind::Wallet)].into_iter());
            let mut map = BTreeMap::from([(0, Kind::Phone), (1, Kind::Sender)]);
            for (next, (put, old, kind)) in (2..).zip(steps) {
                if put {
                    set.insert(next, Kind::ALL[kind]);
                    map.insert(next, Kind::ALL[kind]);
                } else {
                    set.remove(old);
                    map.remove(&old);
                }
                prop_assert_eq!(set.get(old), map.get(&old).copied());
            }
            prop_assert!(set.iter().eq(map.iter().map(|(index, kind)| (*index, *kind))));
            for kind in Kind::ALL {
                prop_assert_eq!(set.count(kind), map.values().filter(|k| **k == kind).count() as u64);
            }
        }
    }
}
