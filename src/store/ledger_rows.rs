//! The ledger as it lies in the tables: leaves by index, roots of complete subtrees by level.

use super::{
    Store, StoreError,
    schema::{Feed, FeedEntry, Subtrees},
    table::Table,
};
use crate::ledger::{Hash, proof::Hashes, tree::Frontier};

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

    /// Builds the tree once more from the leaves and compares it with what is kept of it. Damaged
    /// files have been seen to open silently wrong.
    ///
    /// # Errors
    /// [`StoreError::Damaged`]: set aside and rebuild.
    pub fn check_tree(&self) -> Result<(), StoreError> {
        const STEP: usize = 4_096;
        let wanted = self.position().tree;
        let mut tree = Frontier::default();
        let mut formed = Vec::new();
        while tree.size() < wanted.size() {
            let leaves = self.leaves(tree.size(), STEP)?;
            if leaves.is_empty() {
                return Err(StoreError::Damaged("leaves are missing"));
            }
            for entry in leaves {
                if entry.index != tree.size() {
                    return Err(StoreError::Damaged("a leaf is missing"));
                }
                let size = tree.size() + 1;
                tree.push_noting(entry.leaf.hash(), |height, root| {
                    formed.extend(super::publishing::subtree(height, size).map(|at| (at, root)));
                });
            }
            for (at, root) in formed.drain(..) {
                if self.get::<Subtrees>(&at)? != Some(root) {
                    return Err(StoreError::Damaged("a subtree disagrees with its leaves"));
                }
            }
        }
        if tree == wanted {
            Ok(())
        } else {
            Err(StoreError::Damaged("the tree disagrees with its leaves"))
        }
    }
}

impl Hashes for Store {
    type Error = StoreError;

    fn hashes(&self, level: u8, start: u64, count: usize) -> Result<Vec<Hash>, StoreError> {
        let hashes: Vec<Hash> = if level == 0 {
            let leaves = self.leaves(start, count)?;
            leaves.iter().map(|entry| entry.leaf.hash()).collect()
        } else {
            let before = start.checked_sub(1);
            let before = before.map(|number| Subtrees::key_bytes(&(level, number)));
            self.page::<Subtrees>(&[level], before.as_deref(), count, count, |_, _| true)?
                .rows
        };
        if hashes.len() == count {
            Ok(hashes)
        } else {
            Err(StoreError::Damaged("the ledger's tree has a gap"))
        }
    }
}
