//! Proofs of inclusion and consistency (RFC 6962 §2.1.1, §2.1.2) and their verification
//! (RFC 9162 §2.1.3.2, §2.1.4.2).
//!
//! Proofs are made from the hashes of tiles (C2SP tlog-tiles). The hashes wanted are listed first
//! and those in one tile read in one call: at a million leaves a proof takes at most five calls.

use thiserror::Error;

use super::tree::{Hash, empty_root, node_hash, root_of_peaks};

/// Levels of the tree that one level of tiles spans.
const TILE_HEIGHT: u32 = 8;

/// Where the hashes of a log's tiles are read: a database, or files over HTTP.
pub trait Hashes {
    /// Why they could not be read.
    type Error;

    /// Exactly `count` hashes of tile level `level` (roots of complete subtrees of 256^level
    /// leaves) from number `start` on. All of them lie in one tile, and the log has them. Proofs
    /// made from fewer or other hashes don't verify.
    ///
    /// # Errors
    /// The hashes could not be read.
    fn hashes(&self, level: u8, start: u64, count: usize) -> Result<Vec<Hash>, Self::Error>;
}

/// Why a proof does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ProofError {
    /// The tree of this size has no leaf of this index.
    #[error("the index is beyond the size of the tree")]
    Index,
    /// The later tree is smaller than the earlier one.
    #[error("the later tree is smaller than the earlier one")]
    Sizes,
    /// The proof has too many or too few hashes.
    #[error("the proof has not the number of hashes that the sizes ask for")]
    Length,
    /// The hashes lead to another root.
    #[error("the proof does not lead to the root")]
    Root,
}

/// A complete subtree: the leaves `index << height` up to `(index + 1) << height`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Node {
    height: u32,
    index: u64,
}

/// The part of a tile that nodes are made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Run {
    level: u8,
    start: u64,
    end: u64,
}

impl Node {
    /// The hashes of the node's tile that it is the root of.
    fn run(self) -> Run {
        let depth = self.height % TILE_HEIGHT;
        Run {
            // A height is below 64.
            level: (self.height / TILE_HEIGHT) as u8,
            start: self.index << depth,
            end: (self.index + 1) << depth,
        }
    }
}

impl Run {
    /// The tile's level and index.
    const fn tile(self) -> (u8, u64) {
        (self.level, self.start >> TILE_HEIGHT)
    }

    /// Makes the run so long that it has another one of its tile in it.
    fn cover(&mut self, other: Self) {
        self.start = self.start.min(other.start);
        self.end = self.end.max(other.end);
    }
}

/// The complete subtrees that leaves `start..end` consist of, from left to right. `start` is where
/// a subtree of a power of two not smaller than the range begins.
fn nodes(start: u64, end: u64) -> Vec<Node> {
    let mut at = start;
    let mut nodes = Vec::new();
    while at < end {
        let height = (end - at).ilog2();
        nodes.push(Node {
            height,
            index: at >> height,
        });
        at += 1 << height;
    }
    nodes
}

/// How many leaves the left side of a tree of `size` leaves has: the largest power of two below
/// it. `size` is at least two.
const fn left_side(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The roots of ranges of leaves, each given as [`nodes`].
fn roots<H: Hashes>(hashes: &H, ranges: &[Vec<Node>]) -> Result<Vec<Hash>, H::Error> {
    let mut runs: Vec<Run> = Vec::new();
    for run in ranges.iter().flatten().map(|node| node.run()) {
        match runs.iter_mut().find(|known| known.tile() == run.tile()) {
            Some(known) => known.cover(run),
            None => runs.push(run),
        }
    }
    let mut read = Vec::with_capacity(runs.len());
    for run in runs {
        // A run is no longer than a tile.
        let count = (run.end - run.start) as usize;
        read.push((run, hashes.hashes(run.level, run.start, count)?));
    }
    let range_root = |range: &Vec<Node>| {
        let peaks: Vec<Hash> = range.iter().map(|node| node_root(*node, &read)).collect();
        root_of_peaks(&peaks)
    };
    Ok(ranges.iter().map(range_root).collect())
}

/// The root of a node out of the runs that were read.
fn node_root(node: Node, read: &[(Run, Vec<Hash>)]) -> Hash {
    let run = node.run();
    let mut level: Vec<Hash> = read
        .iter()
        .find(|(known, _)| known.tile() == run.tile())
        .and_then(|(known, hashes)| {
            let from = (run.start - known.start) as usize;
            let to = (run.end - known.start) as usize;
            hashes.get(from..to)
        })
        .unwrap_or_default()
        .to_vec();
    while level.len() > 1 {
        level = level
            .chunks_exact(2)
            .map(|pair| node_hash(&pair[0], &pair[1]))
            .collect();
    }
    level.first().copied().unwrap_or_else(empty_root)
}

/// The root of the tree of the first `size` leaves.
///
/// # Errors
/// Hashes could not be read.
pub fn root<H: Hashes>(hashes: &H, size: u64) -> Result<Hash, H::Error> {
    let peaks = roots(hashes, &[nodes(0, size)])?;
    Ok(peaks.first().copied().unwrap_or_else(empty_root))
}

/// The proof that leaf `index` is in the tree of the first `size` leaves, from the leaf's sibling
/// upwards (RFC 6962 §2.1.1). The caller has seen that `index < size`.
///
/// # Errors
/// Hashes could not be read.
pub fn inclusion<H: Hashes>(hashes: &H, index: u64, size: u64) -> Result<Vec<Hash>, H::Error> {
    let (mut start, mut end) = (0, size);
    let mut ranges = Vec::new();
    while end - start > 1 {
        let middle = start + left_side(end - start);
        if index < middle {
            ranges.push(nodes(middle, end));
            end = middle;
        } else {
            ranges.push(nodes(start, middle));
            start = middle;
        }
    }
    ranges.reverse();
    roots(hashes, &ranges)
}

/// The proof that the tree of the first `from` leaves is the beginning of the tree of the first
/// `to` (RFC 6962 §2.1.2). Empty when `from` is 0 or equal to `to`. The caller has seen that
/// `from <= to`.
///
/// # Errors
/// Hashes could not be read.
pub fn consistency<H: Hashes>(hashes: &H, from: u64, to: u64) -> Result<Vec<Hash>, H::Error> {
    if from == 0 || from >= to {
        return Ok(Vec::new());
    }
    let (mut start, mut end) = (0, to);
    let mut ranges = Vec::new();
    while from != end {
        let middle = start + left_side(end - start);
        if from <= middle {
            ranges.push(nodes(middle, end));
            end = middle;
        } else {
            ranges.push(nodes(start, middle));
            start = middle;
        }
    }
    // When the earlier tree is a subtree on the left edge, the verifier has its root.
    if start != 0 {
        ranges.push(nodes(start, end));
    }
    ranges.reverse();
    roots(hashes, &ranges)
}

/// A walk from a leaf to the root: where the node stands in its row, and the last one of the row.
struct Walk {
    at: u64,
    last: u64,
}

/// On which side of the node its sibling in the proof is.
#[derive(PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl Walk {
    /// Goes up past the next sibling. [`ProofError::Length`] when the root was reached before.
    const fn step(&mut self) -> Result<Side, ProofError> {
        if self.last == 0 {
            return Err(ProofError::Length);
        }
        let left = self.at % 2 == 1 || self.at == self.last;
        // The last node of a row without a sibling goes up as it is.
        while left && self.at.is_multiple_of(2) && self.at != 0 {
            self.up();
        }
        self.up();
        Ok(if left { Side::Left } else { Side::Right })
    }

    const fn up(&mut self) {
        self.at >>= 1;
        self.last >>= 1;
    }
}

/// Checks that a leaf of this hash is leaf `index` of the tree of `size` leaves with this root
/// (RFC 9162 §2.1.3.2).
///
/// # Errors
/// [`ProofError::Index`], [`ProofError::Length`] or [`ProofError::Root`].
pub fn verify_inclusion(
    proof: &[Hash],
    index: u64,
    size: u64,
    leaf: &Hash,
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Index);
    }
    let mut walk = Walk {
        at: index,
        last: size - 1,
    };
    let mut hash = *leaf;
    for sibling in proof {
        hash = match walk.step()? {
            Side::Left => node_hash(sibling, &hash),
            Side::Right => node_hash(&hash, sibling),
        };
    }
    if walk.last != 0 {
        return Err(ProofError::Length);
    }
    holds(hash == *root)
}

/// Checks that the tree of `from` leaves with one root is the beginning of the tree of `to` leaves
/// with the other (RFC 9162 §2.1.4.2). Every tree begins with the empty one; the proof of that, and
/// of two trees of one size, is empty.
///
/// # Errors
/// [`ProofError::Sizes`], [`ProofError::Length`] or [`ProofError::Root`].
pub fn verify_consistency(
    proof: &[Hash],
    from: u64,
    to: u64,
    from_root: &Hash,
    to_root: &Hash,
) -> Result<(), ProofError> {
    if from > to {
        return Err(ProofError::Sizes);
    }
    if from == 0 || from == to {
        if !proof.is_empty() {
            return Err(ProofError::Length);
        }
        let same = from != to || from_root == to_root;
        return holds(same && (from != 0 || *from_root == empty_root()));
    }
    let mut walk = Walk {
        at: from - 1,
        last: to - 1,
    };
    while walk.at % 2 == 1 {
        walk.up();
    }
    // The two trees have the subtree in common that the walk begins at.
    let (seed, siblings) = if from.is_power_of_two() {
        (from_root, proof)
    } else {
        proof.split_first().ok_or(ProofError::Length)?
    };
    let (mut earlier, mut later) = (*seed, *seed);
    for sibling in siblings {
        if walk.step()? == Side::Left {
            earlier = node_hash(sibling, &earlier);
            later = node_hash(sibling, &later);
        } else {
            later = node_hash(&later, sibling);
        }
    }
    if walk.last != 0 {
        return Err(ProofError::Length);
    }
    holds(earlier == *from_root && later == *to_root)
}

/// The outcome of the last comparison.
const fn holds(roots_equal: bool) -> Result<(), ProofError> {
    if roots_equal {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}

#[cfg(test)]
mod tests;
