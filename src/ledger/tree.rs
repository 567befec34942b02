//! The Merkle tree of RFC 6962 §2.1 with SHA-256.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A SHA-256 hash: of a leaf, of a node, or a commitment.
pub type Hash = [u8; 32];

/// Most leaves of a log that this module takes: far more than any log will have, and few enough
/// that no sum of indices overflows.
pub const MAX_SIZE: u64 = 1 << 60;

/// The hash of a leaf: `SHA-256(0x00 ‖ bytes)`.
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(bytes);
    hash.finalize().into()
}

/// The hash of an inner node: `SHA-256(0x01 ‖ left ‖ right)`.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// The root of the tree without leaves: `SHA-256("")`.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// A hash in padded standard base64, 44 characters, as the formats write it.
pub fn to_base64(hash: &Hash) -> String {
    STANDARD.encode(hash)
}

/// The hash in its only base64 spelling.
pub fn from_base64(text: &str) -> Option<Hash> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// The root over roots of neighbouring subtrees, each complete and smaller than the one before it.
/// [`empty_root`] if there are none.
pub(super) fn root_of_peaks(peaks: &[Hash]) -> Hash {
    peaks
        .iter()
        .rev()
        .copied()
        .reduce(|right, left| node_hash(&left, &right))
        .unwrap_or_else(empty_root)
}

/// The right edge of a growing tree: roots of its complete subtrees, largest first. All that is
/// needed to add leaves and to tell the root.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

/// A frontier as it was written, which need not be one.
#[derive(Deserialize)]
struct Parts {
    size: u64,
    peaks: Vec<Hash>,
}

impl TryFrom<Parts> for Frontier {
    type Error = &'static str;

    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        Self::from_parts(parts.size, parts.peaks)
            .ok_or("the count of peaks doesn't fit the size of the tree")
    }
}

impl Frontier {
    /// The frontier of a tree of this size with these peaks, largest first. None when a tree of
    /// the size has another count of peaks (one for each bit set in the size), or when the size is
    /// over [`MAX_SIZE`].
    pub fn from_parts(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        let fits = size <= MAX_SIZE && peaks.len() == size.count_ones() as usize;
        fits.then_some(Self { size, peaks })
    }

    /// Adds the hash of the next leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.push_noting(leaf, |_, _| {});
    }

    /// Adds the hash of the next leaf and tells height and root of each subtree that it completes,
    /// the leaf itself (height 0) first.
    pub fn push_noting(&mut self, leaf: Hash, mut completed: impl FnMut(u32, Hash)) {
        let mut root = leaf;
        completed(0, root);
        // Each subtree that was complete and has a right neighbour of its size now joins it.
        for height in 1..=self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                root = node_hash(&left, &root);
            }
            completed(height, root);
        }
        self.peaks.push(root);
        self.size += 1;
    }

    /// How many leaves the tree has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The tree's root.
    pub fn root(&self) -> Hash {
        root_of_peaks(&self.peaks)
    }

    /// Roots of the complete subtrees, largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }
}

#[cfg(test)]
mod tests {
    use super::{super::naive, *};
    use crate::domain::hex::hex;

    /// The leaves of Certificate Transparency's reference tests.
    const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];

    /// The roots of none of them, the first, the first two, and so on.
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn roots_are_those_of_the_reference_tests_of_certificate_transparency() {
        let mut frontier = Frontier::default();
        assert_eq!(hex(&frontier.root()), ROOTS[0]);
        for (leaf, root) in LEAVES.iter().zip(&ROOTS[1..]) {
            frontier.push(leaf_hash(leaf));
            assert_eq!(hex(&frontier.root()), *root);
        }
        assert_eq!(hex(&empty_root()), ROOTS[0]);
    }

    #[test]
    fn the_root_at_every_size_is_that_of_the_definition() {
        let leaves = naive::leaves(600);
        let mut frontier = Frontier::default();
        for (size, leaf) in leaves.iter().enumerate() {
            assert_eq!(frontier.root(), naive::mth(&leaves[..size]), "size {size}");
            assert_eq!(frontier.size(), size as u64);
            assert_eq!(frontier.peaks().len(), size.count_ones() as usize);
            frontier.push(*leaf);
        }
    }

    #[test]
    fn a_frontier_that_was_kept_goes_on_growing_and_a_wrong_one_is_refused() {
        let mut frontier = Frontier::default();
        let leaves = naive::leaves(100);
        leaves[..77].iter().for_each(|leaf| frontier.push(*leaf));
        let text = serde_json::to_string(&frontier).unwrap();
        let mut again: Frontier = serde_json::from_str(&text).unwrap();
        assert_eq!(again, frontier);
        assert_eq!(
            Frontier::from_parts(77, frontier.peaks().to_vec()),
            Some(frontier.clone())
        );
        leaves[77..].iter().for_each(|leaf| again.push(*leaf));
        assert_eq!(again.root(), naive::mth(&leaves));

        assert_eq!(
            Frontier::from_parts(78 + 1, frontier.peaks().to_vec()),
            None
        );
        assert_eq!(Frontier::from_parts(MAX_SIZE * 2, vec![[0; 32]]), None);
        let wrong = text.replace("\"size\":77", "\"size\":79");
        assert!(serde_json::from_str::<Frontier>(&wrong).is_err());
    }

    #[test]
    fn a_hash_has_one_spelling_in_base64() {
        let hash = leaf_hash(b"x");
        let text = to_base64(&hash);
        assert_eq!(text.len(), 44);
        assert_eq!(from_base64(&text), Some(hash));
        for wrong in [
            &text[..43],
            "",
            "AAAA",
            &format!("{text} "),
            &format!("{text}\n"),
        ] {
            assert_eq!(from_base64(wrong), None, "{wrong}");
        }
    }
}
