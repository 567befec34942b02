//! The tree once more for the tests: RFC 6962 §2.1 word for word, slow and with nothing shared.

use std::{cell::Cell, convert::Infallible};

use sha2::{Digest, Sha256};

use super::{Hash, proof::Hashes};

fn sha256(parts: &[&[u8]]) -> Hash {
    Sha256::digest(parts.concat()).into()
}

/// The bytes of test leaf `index`.
pub fn leaf(index: usize) -> Vec<u8> {
    format!("leaf {index}").into_bytes()
}

/// Hashes of the first test leaves.
pub fn leaves(count: usize) -> Vec<Hash> {
    (0..count).map(|i| sha256(&[&[0], &leaf(i)])).collect()
}

/// `MTH` over leaf hashes.
pub fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(&[]),
        [leaf] => *leaf,
        _ => {
            let mut k = 1;
            while 2 * k < leaves.len() {
                k *= 2;
            }
            sha256(&[&[1], &mth(&leaves[..k]), &mth(&leaves[k..])])
        }
    }
}

/// A log's hashes in levels of tiles; counts how often it was read.
pub struct Levels {
    levels: Vec<Vec<Hash>>,
    pub calls: Cell<usize>,
}

impl Levels {
    pub fn new(leaves: Vec<Hash>) -> Self {
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|below| below.len() >= 256) {
            levels.push(below.chunks_exact(256).map(mth).collect());
        }
        Self {
            levels,
            calls: Cell::new(0),
        }
    }
}

impl Hashes for Levels {
    type Error = Infallible;

    fn hashes(&self, level: u8, start: u64, count: usize) -> Result<Vec<Hash>, Infallible> {
        self.calls.set(self.calls.get() + 1);
        let start = start as usize;
        assert_eq!(start / 256, (start + count - 1) / 256, "within one tile");
        Ok(self.levels[usize::from(level)][start..start + count].to_vec())
    }
}
