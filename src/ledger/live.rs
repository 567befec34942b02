//! The set of leaves in force, kept small: eight bytes each.

use std::collections::BTreeMap;

use super::kind_word::{KindWord, NewerWord};
use crate::domain::identifier::Kind;

/// Bits of an entry that hold the kind.
const KIND_BITS: u32 = 4;
/// The place of a kind that this program does not know.
const NEWER: u64 = GONE - 1;
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
    /// Kinds that this program does not know, by index.
    newer: BTreeMap<u64, NewerWord>,
}

impl LiveSet {
    /// The set of these leaves, in any order. Of two with one index the first stays.
    pub(super) fn new(leaves: impl Iterator<Item = (u64, KindWord)>) -> Self {
        let mut leaves: Vec<(u64, KindWord)> = leaves.collect();
        leaves.sort_by_key(|(index, _)| *index);
        leaves.dedup_by_key(|(index, _)| *index);
        let mut set = Self::default();
        for (index, kind) in leaves {
            set.insert(index, kind);
        }
        set
    }

    /// Puts the leaf in, whose index is higher than any that was put in before.
    pub(super) fn insert(&mut self, index: u64, kind: KindWord) {
        let gone = self.entries.len() - self.len();
        let full = self.entries.len() == self.entries.capacity();
        if gone > self.len() || (full && gone >= self.entries.len() / 4) {
            self.entries.retain(|entry| *entry & GONE != GONE);
        }
        self.entries.push(entry(index, kind));
        match kind {
            KindWord::Known(kind) => self.counts[kind as usize] += 1,
            KindWord::Newer(word) => {
                self.newer.insert(index, word);
            }
        }
    }

    /// Takes the leaf out, if it is there.
    pub(super) fn remove(&mut self, index: u64) {
        if let Some(place) = self.place(index)
            && let Some((_, kind)) = self.read(self.entries[place])
        {
            self.entries[place] |= GONE;
            match kind {
                KindWord::Known(kind) => self.counts[kind as usize] -= 1,
                KindWord::Newer(_) => {
                    self.newer.remove(&index);
                }
            }
        }
    }

    /// The kind of the leaf, if it is in force.
    pub(super) fn get(&self, index: u64) -> Option<KindWord> {
        let (_, kind) = self.read(self.entries[self.place(index)?])?;
        Some(kind)
    }

    /// How many leaves of the kind are in force.
    pub(super) const fn count(&self, kind: Kind) -> u64 {
        self.counts[kind as usize]
    }

    /// All leaves in force, in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, KindWord)> {
        self.entries.iter().filter_map(|entry| self.read(*entry))
    }

    fn len(&self) -> usize {
        self.counts.iter().sum::<u64>() as usize + self.newer.len()
    }

    fn place(&self, index: u64) -> Option<usize> {
        self.entries
            .binary_search_by_key(&index, |entry| entry >> KIND_BITS)
            .ok()
    }

    /// The leaf of an entry, unless it was taken out.
    fn read(&self, entry: u64) -> Option<(u64, KindWord)> {
        let (index, place) = (entry >> KIND_BITS, entry & GONE);
        let kind = match place {
            NEWER => KindWord::Newer(*self.newer.get(&index)?),
            known => KindWord::Known(*Kind::ALL.get(known as usize)?),
        };
        Some((index, kind))
    }
}

const fn entry(index: u64, kind: KindWord) -> u64 {
    let place = match kind {
        KindWord::Known(kind) => kind as u64,
        KindWord::Newer(_) => NEWER,
    };
    index << KIND_BITS | place
}

#[cfg(test)]
mod tests {
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
            set.insert(index, Kind::Phone.into());
        }
        assert_eq!(set.count(Kind::Phone), 1_000_000);
        let bytes = set.entries.capacity() * size_of::<u64>();
        assert!(bytes < 32 << 20, "{bytes}");
    }

    #[test]
    fn the_place_of_a_kind_among_all_is_its_number() {
        for (place, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place);
            let set = LiveSet::default();
            assert_eq!(set.read(entry(9, kind.into())), Some((9, kind.into())));
        }
        assert!((Kind::ALL.len() as u64) < NEWER);
    }

    proptest! {
        #[test]
        fn it_is_a_map_in_order(steps in prop::collection::vec((any::<bool>(), 0..60u64, 0..7usize), 0..200)) {
            let words = ["phone", "account", "wallet", "short_code", "sender", "email", "website"];
            let kinds = words.map(|word| KindWord::parse(word).unwrap());
            let begun = [(1, kinds[5]), (0, kinds[0]), (1, kinds[2])];
            let mut set = LiveSet::new(begun.into_iter());
            let mut map = BTreeMap::from([(0, kinds[0]), (1, kinds[5])]);
            for (next, (put, old, kind)) in (2..).zip(steps) {
                if put {
                    set.insert(next, kinds[kind]);
                    map.insert(next, kinds[kind]);
                } else {
                    set.remove(old);
                    map.remove(&old);
                }
                prop_assert_eq!(set.get(old), map.get(&old).copied());
            }
            prop_assert!(set.iter().eq(map.iter().map(|(index, kind)| (*index, *kind))));
            for kind in Kind::ALL {
                let count = map.values().filter(|k| **k == kind.into()).count() as u64;
                prop_assert_eq!(set.count(kind), count);
            }
        }
    }
}
