//! Proofs of small trees all of them, of larger ones by chance; and that nothing else verifies.

use std::{cell::RefCell, convert::Infallible, sync::LazyLock};

use proptest::prelude::*;

use super::*;
use crate::ledger::naive::{self, Levels};

/// Leaves and roots of the trees of the first 0 to 600 of them.
static TREES: LazyLock<(Vec<Hash>, Vec<Hash>)> = LazyLock::new(|| {
    let leaves = naive::leaves(600);
    let roots = (0..=600).map(|size| naive::mth(&leaves[..size])).collect();
    (leaves, roots)
});

/// `PATH(m, D[n])` of RFC 6962 §2.1.1 word for word.
fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let k = leaves.len().next_power_of_two() / 2;
    if m < k {
        let mut path = path(m, &leaves[..k]);
        path.push(naive::mth(&leaves[k..]));
        path
    } else {
        let mut path = path(m - k, &leaves[k..]);
        path.push(naive::mth(&leaves[..k]));
        path
    }
}

/// `SUBPROOF(m, D[n], b)` of RFC 6962 §2.1.2 word for word.
fn subproof(m: usize, leaves: &[Hash], b: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if b { vec![] } else { vec![naive::mth(leaves)] };
    }
    let k = leaves.len().next_power_of_two() / 2;
    if m <= k {
        let mut proof = subproof(m, &leaves[..k], b);
        proof.push(naive::mth(&leaves[k..]));
        proof
    } else {
        let mut proof = subproof(m - k, &leaves[k..], false);
        proof.push(naive::mth(&leaves[..k]));
        proof
    }
}

fn check_inclusion(levels: &Levels, index: usize, size: usize) {
    let (leaves, roots) = &*TREES;
    let Ok(proof) = inclusion(levels, index as u64, size as u64);
    assert_eq!(proof, path(index, &leaves[..size]), "{index} in {size}");
    assert_eq!(
        verify_inclusion(
            &proof,
            index as u64,
            size as u64,
            &leaves[index],
            &roots[size]
        ),
        Ok(()),
        "{index} in {size}"
    );
}

fn check_consistency(levels: &Levels, from: usize, to: usize) {
    let (leaves, roots) = &*TREES;
    let Ok(proof) = consistency(levels, from as u64, to as u64);
    if from > 0 {
        assert_eq!(proof, subproof(from, &leaves[..to], true), "{from} to {to}");
    }
    assert_eq!(
        verify_consistency(&proof, from as u64, to as u64, &roots[from], &roots[to]),
        Ok(()),
        "{from} to {to}"
    );
}

#[test]
fn proofs_of_every_leaf_and_pair_of_small_trees_are_those_of_the_rfc() {
    for to in 0..=64 {
        let levels = Levels::new(TREES.0[..to].to_vec());
        assert_eq!(root(&levels, to as u64), Ok(TREES.1[to]));
        for from in 0..=to {
            check_consistency(&levels, from, to);
            if from < to {
                check_inclusion(&levels, from, to);
            }
        }
    }
}

#[test]
fn proofs_around_the_edges_of_tiles_are_those_of_the_rfc() {
    let edges = [1, 2, 127, 128, 255, 256, 257, 383, 511, 512, 513, 599, 600];
    let levels = Levels::new(TREES.0.clone());
    for to in edges {
        assert_eq!(root(&levels, to as u64), Ok(TREES.1[to]));
        for from in edges.into_iter().filter(|from| *from <= to) {
            check_consistency(&levels, from, to);
            check_inclusion(&levels, from - 1, to);
        }
    }
}

#[test]
fn a_known_path_of_the_reference_tests_verifies() {
    let hash = |hex: &str| -> Hash {
        std::array::from_fn(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
    };
    let proof = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    .map(hash);
    let leaf = hash("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    let root = hash("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    assert_eq!(verify_inclusion(&proof, 0, 8, &leaf, &root), Ok(()));
}

#[test]
fn a_proof_over_three_levels_of_tiles_verifies() {
    let leaves = naive::leaves(66_000);
    let levels = Levels::new(leaves.clone());
    let sizes = [65_535, 65_536, 65_537, 65_999, 66_000];
    let roots = sizes.map(|size| naive::mth(&leaves[..size]));
    for (to, to_root) in sizes.into_iter().zip(&roots) {
        assert_eq!(root(&levels, to as u64), Ok(*to_root));
        for index in [0, 255, 256, 40_000, 65_534] {
            let Ok(proof) = inclusion(&levels, index as u64, to as u64);
            let leaf = &leaves[index];
            assert_eq!(
                verify_inclusion(&proof, index as u64, to as u64, leaf, to_root),
                Ok(())
            );
        }
        for (from, from_root) in sizes
            .into_iter()
            .zip(&roots)
            .filter(|(from, _)| *from <= to)
        {
            let Ok(proof) = consistency(&levels, from as u64, to as u64);
            assert_eq!(
                verify_consistency(&proof, from as u64, to as u64, from_root, to_root),
                Ok(())
            );
        }
    }
}

/// A log of any size that gives zeros and notes what it was asked.
struct Zeros {
    size: u64,
    asked: RefCell<Vec<(u8, u64, usize)>>,
}

impl Hashes for Zeros {
    type Error = Infallible;

    fn hashes(&self, level: u8, start: u64, count: usize) -> Result<Vec<Hash>, Infallible> {
        self.asked.borrow_mut().push((level, start, count));
        assert!(start + count as u64 <= self.size >> (8 * u32::from(level)));
        assert_eq!(start / 256, (start + count as u64 - 1) / 256);
        Ok(vec![[0; 32]; count])
    }
}

#[test]
fn a_proof_at_a_million_leaves_takes_at_most_five_calls() {
    for size in [1_000_000, 1_048_575, 1_048_576, 1_048_577] {
        for index in (0..size).step_by(9_973).chain([size - 1]) {
            let log = Zeros {
                size,
                asked: RefCell::default(),
            };
            let Ok(_) = inclusion(&log, index, size);
            assert!(log.asked.take().len() <= 5, "{index} in {size}");
            let Ok(_) = consistency(&log, index + 1, size);
            assert!(log.asked.take().len() <= 5, "{} to {size}", index + 1);
        }
    }
}

#[test]
fn the_largest_sizes_overflow_nothing() {
    let size = super::super::tree::MAX_SIZE;
    let log = Zeros {
        size,
        asked: RefCell::default(),
    };
    for size in [size - 1, size] {
        let Ok(_) = root(&log, size);
        let Ok(proof) = inclusion(&log, size - 1, size);
        let zero = [0; 32];
        assert_eq!(
            verify_inclusion(&proof, size - 1, size, &zero, &zero),
            Err(ProofError::Root)
        );
        let Ok(_) = consistency(&log, size / 2 + 1, size);
    }
    let many = vec![[0; 32]; 70];
    for n in [1, 2, u64::MAX / 2, u64::MAX - 1, u64::MAX] {
        assert!(verify_inclusion(&many, n - 1, n, &many[0], &many[0]).is_err());
        assert!(verify_inclusion(&many, 0, n, &many[0], &many[0]).is_err());
        assert!(verify_consistency(&many, 1, n, &many[0], &many[0]).is_err());
        assert!(verify_consistency(&many, n - 1, n, &many[0], &many[0]).is_err());
    }
}

#[test]
fn fewer_hashes_than_asked_for_make_a_proof_that_does_not_verify() {
    struct Nothing;
    impl Hashes for Nothing {
        type Error = Infallible;
        fn hashes(&self, _: u8, _: u64, _: usize) -> Result<Vec<Hash>, Infallible> {
            Ok(Vec::new())
        }
    }
    let (leaves, roots) = &*TREES;
    let Ok(proof) = inclusion(&Nothing, 3, 600);
    assert_eq!(
        verify_inclusion(&proof, 3, 600, &leaves[3], &roots[600]),
        Err(ProofError::Root)
    );
}

#[test]
fn the_empty_tree_and_equal_sizes_have_one_proof_the_empty_one() {
    let (_, roots) = &*TREES;
    let check =
        |proof: &[Hash], from, to, a: &Hash, b: &Hash| verify_consistency(proof, from, to, a, b);
    assert_eq!(check(&[], 0, 5, &roots[0], &roots[5]), Ok(()));
    assert_eq!(check(&[], 0, 0, &roots[0], &roots[0]), Ok(()));
    assert_eq!(
        check(&[], 0, 5, &roots[1], &roots[5]),
        Err(ProofError::Root)
    );
    assert_eq!(
        check(&[], 0, 0, &roots[1], &roots[1]),
        Err(ProofError::Root)
    );
    assert_eq!(
        check(&[], 5, 5, &roots[5], &roots[4]),
        Err(ProofError::Root)
    );
    assert_eq!(
        check(&[roots[1]], 5, 5, &roots[5], &roots[5]),
        Err(ProofError::Length)
    );
    assert_eq!(
        check(&[], 3, 5, &roots[3], &roots[5]),
        Err(ProofError::Length)
    );
    assert_eq!(
        check(&[], 6, 5, &roots[6], &roots[5]),
        Err(ProofError::Sizes)
    );
    assert_eq!(
        verify_inclusion(&[], 0, 0, &roots[1], &roots[0]),
        Err(ProofError::Index)
    );
}

/// A hash with one bit turned round.
fn flipped(hash: &Hash, bit: usize) -> Hash {
    let mut hash = *hash;
    hash[bit / 8] ^= 1 << (bit % 8);
    hash
}

/// The proof with one bit turned round, one hash too few and one too many.
fn spoilt(proof: &[Hash], place: usize, bit: usize) -> Vec<Vec<Hash>> {
    let mut all = vec![[proof, &[[0; 32]]].concat()];
    if !proof.is_empty() {
        let mut other = proof.to_vec();
        let place = place % proof.len();
        other[place] = flipped(&proof[place], bit);
        all.push(other);
        all.push(proof[1..].to_vec());
        all.push(proof[..proof.len() - 1].to_vec());
    }
    all
}

proptest! {
    #[test]
    fn inclusion_is_proven_of_the_leaf_at_its_place_and_of_nothing_else(
        size in 1..=600usize, index in 0..600usize, place in 0..16usize, bit in 0..256usize, other in 0..600usize
    ) {
        let index = index % size;
        check_inclusion(&Levels::new(TREES.0[..size].to_vec()), index, size);
        let (leaves, roots) = &*TREES;
        let (leaf, root, n) = (&leaves[index], &roots[size], size as u64);
        let proof = path(index, &leaves[..size]);
        let at = index as u64;
        for proof in spoilt(&proof, place, bit) {
            prop_assert!(verify_inclusion(&proof, at, n, leaf, root).is_err());
        }
        prop_assert!(verify_inclusion(&proof, at, n, &flipped(leaf, bit), root).is_err());
        prop_assert!(verify_inclusion(&proof, at, n, leaf, &flipped(root, bit)).is_err());
        if other != index {
            prop_assert!(verify_inclusion(&proof, other as u64, n, leaf, root).is_err());
        }
        // With another size the way up is another one, or the root is.
        if other != size {
            prop_assert!(verify_inclusion(&proof, at, other as u64, leaf, &roots[other]).is_err());
        }
    }

    #[test]
    fn consistency_is_proven_of_the_two_trees_and_of_no_others(
        to in 1..=600usize, from in 0..=600usize, place in 0..16usize, bit in 0..256usize, other in 1..=600usize
    ) {
        let from = from % (to + 1);
        check_consistency(&Levels::new(TREES.0[..to].to_vec()), from, to);
        let roots = &TREES.1;
        let Ok(proof) = consistency(&Levels::new(TREES.0.clone()), from as u64, to as u64);
        let check = |proof: &[Hash], a: usize, b: usize, a_root: &Hash, b_root: &Hash| {
            verify_consistency(proof, a as u64, b as u64, a_root, b_root)
        };
        for proof in spoilt(&proof, place, bit) {
            prop_assert!(check(&proof, from, to, &roots[from], &roots[to]).is_err());
        }
        prop_assert!(check(&proof, from, to, &flipped(&roots[from], bit), &roots[to]).is_err());
        if from != 0 {
            prop_assert!(check(&proof, from, to, &roots[from], &flipped(&roots[to], bit)).is_err());
            if other != from {
                prop_assert!(check(&proof, from, to, &roots[other], &roots[to]).is_err());
            }
            if other != to {
                prop_assert!(check(&proof, from, to, &roots[from], &roots[other]).is_err());
            }
        }
    }
}
