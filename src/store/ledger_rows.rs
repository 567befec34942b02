//! The ledger as it lies in the tables: leaves by index, roots of complete subtrees by level.

use std::{ops::Bound, sync::PoisonError};

use serde::de::DeserializeOwned;

use super::{
    Store, StoreError,
    schema::{Feed, FeedEntry, Subtrees},
    table::Table,
};
use crate::ledger::{
    Hash,
    leaf::Leaf,
    proof::{self, Hashes},
    tree::Frontier,
};

/// Leaves looked at between two looks whether to stop: some milliseconds.
const LEAVES_BETWEEN_LOOKS: u64 = 1_024;

/// Binary levels of a tile: 256 leaves or subtrees.
const TILE_HEIGHT: u32 = 8;

/// Level and number among [`Subtrees`] of a subtree of 2^height leaves that ends with the last of
/// `size` leaves; `None` when no tile holds its root.
pub fn subtree(height: u32, size: u64) -> Option<(u8, u64)> {
    let level = u8::try_from(height / TILE_HEIGHT).ok()?;
    (level > 0 && height.is_multiple_of(TILE_HEIGHT)).then(|| (level, (size >> height) - 1))
}

impl Store {
    /// Leaves from index `start` on, at most `count`, with what is told with them.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails or a row is damaged.
    pub fn leaves(&self, start: u64, count: usize) -> Result<Vec<FeedEntry>, StoreError> {
        let before = start.checked_sub(1).map(|index| Feed::key_bytes(&index));
        let page = self.page::<Feed>(&[], before.as_deref(), count, count, |_, _| true)?;
        Ok(page.rows)
    }

    /// Whether what is kept of the tree leads to the same root: complete subtrees and the leaves after
    /// them. Some milliseconds at a million leaves.
    ///
    /// # Errors
    /// [`StoreError::Damaged`]: set aside and rebuild.
    pub fn check_edge(&self) -> Result<(), StoreError> {
        let wanted = self.position().tree;
        if proof::root(self, wanted.size())? == wanted.root() {
            return Ok(());
        }
        self.noted(Err(StoreError::Damaged(
            "the tree disagrees with its leaves",
        )))
    }

    /// Builds the tree once more from all leaves up to a size and compares it with the subtrees that are
    /// kept of it. Damaged files have been seen to open silently wrong. Ends early, finding nothing, when `stop` says so.
    ///
    /// # Errors
    /// [`StoreError::Damaged`]: set aside and rebuild.
    pub fn check_leaves(&self, size: u64, stop: &dyn Fn() -> bool) -> Result<(), StoreError> {
        self.noted(self.look_at_leaves(size, stop))
    }

    fn look_at_leaves(&self, size: u64, stop: &dyn Fn() -> bool) -> Result<(), StoreError> {
        let mut tree = Frontier::default();
        for row in self.scan(Feed::ID) {
            if tree.size() == size {
                break;
            }
            if tree.size().is_multiple_of(LEAVES_BETWEEN_LOOKS) && stop() {
                return Ok(());
            }
            let ((index, leaf), _): ((u64, Leaf), _) = postcard::take_from_bytes(&row?.1)
                .map_err(|_| StoreError::Damaged("a row does not decode"))?;
            if index != tree.size() {
                return Err(StoreError::Damaged("a leaf is missing"));
            }
            let mut formed = None;
            tree.push_noting(leaf.hash(), |height, root| {
                let at = subtree(height, index + 1);
                formed = at.map(|at| (at, root)).or(formed);
            });
            if let Some((at, root)) = formed
                && self.get::<Subtrees>(&at)? != Some(root)
            {
                return Err(StoreError::Damaged("a subtree disagrees with its leaves"));
            }
        }
        if tree.size() == size {
            Ok(())
        } else {
            Err(StoreError::Damaged("leaves are missing"))
        }
    }
}

impl Hashes for Store {
    type Error = StoreError;

    fn hashes(&self, level: u8, start: u64, count: usize) -> Result<Vec<Hash>, StoreError> {
        if level > 0 {
            return self.subtrees(level, start, count);
        }
        // A row begins with its index and its leaf; what is told with it is not looked at.
        let key = |at: u64| Feed::key_bytes(&at);
        self.run(Feed::ID, key, start, count, |(_, leaf): (u64, Leaf)| {
            leaf.hash()
        })
    }
}

impl Store {
    /// Roots of complete subtrees. They never change, so each is read once: some 100 bytes of memory
    /// for 256 leaves.
    fn subtrees(&self, level: u8, start: u64, count: usize) -> Result<Vec<Hash>, StoreError> {
        let places = || (start..start + count as u64).map(|number| (level, number));
        let known: Option<Vec<Hash>> = {
            let known = self.subtrees.read().unwrap_or_else(PoisonError::into_inner);
            places().map(|place| known.get(&place).copied()).collect()
        };
        if let Some(roots) = known {
            return Ok(roots);
        }
        let key = |number: u64| Subtrees::key_bytes(&(level, number));
        let roots = self.run(Subtrees::ID, key, start, count, |root: Hash| root)?;
        let mut known = self
            .subtrees
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        known.extend(places().zip(roots.iter().copied()));
        Ok(roots)
    }

    /// What neighbouring rows begin with, made into hashes: `count` of them, the first at `start`.
    fn run<V: DeserializeOwned>(
        &self,
        table: usize,
        key: impl Fn(u64) -> Vec<u8>,
        start: u64,
        count: usize,
        hash: impl Fn(V) -> Hash,
    ) -> Result<Vec<Hash>, StoreError> {
        self.guarded(|| {
            let mut hashes = Vec::with_capacity(count);
            let bounds = (
                Bound::Included(key(start)),
                Bound::Excluded(key(start + count as u64)),
            );
            let rows = self.trees[table].range(bounds);
            for row in rows {
                let (value, _) = postcard::take_from_bytes(&row?.1)
                    .map_err(|_| StoreError::Damaged("a row does not decode"))?;
                hashes.push(hash(value));
            }
            if hashes.len() == count {
                Ok(hashes)
            } else {
                Err(StoreError::Damaged("the ledger's tree has a gap"))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tree::Tree, *};

    #[test]
    fn the_look_at_all_leaves_ends_when_it_is_told_to() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), 8 << 20).unwrap();
        for index in 0..2 * LEAVES_BETWEEN_LOOKS {
            let leaf = Leaf {
                op: crate::ledger::leaf::LeafOp::Beat,
                kind: None,
                minute: 0,
                about: None,
                commitment: [0; 32],
            };
            let opening = super::super::schema::Opening::Nothing;
            let row = postcard::to_stdvec(&FeedEntry {
                index,
                leaf,
                payload: 1,
                opening,
            })
            .unwrap();
            let Tree::Disk(feed) = &store.trees[Feed::ID] else {
                unreachable!()
            };
            feed.insert(Feed::key_bytes(&index), row).unwrap();
        }
        let looks = std::cell::Cell::new(0);
        let stop = |after: u32| {
            let looks = &looks;
            move || {
                looks.set(looks.get() + 1);
                looks.get() > after
            }
        };
        // A subtree is missing, which is told only when all leaves up to it were looked at.
        let size = 2 * LEAVES_BETWEEN_LOOKS;
        assert!(store.check_leaves(size, &stop(0)).is_ok());
        assert_eq!(looks.get(), 1);
        assert!(store.check_leaves(size, &stop(100)).is_err());
    }
}
