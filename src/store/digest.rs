//! The order-free digest of the live set (`Feed-Digest`).
//!
//! Sum modulo 2^256 of `SHA-256(key ‖ 0x00 ‖ decimal ledger index of the listing's last change)`.
//! Updated in O(1); equal on both sides or a copy has drifted. A drift alarm, not a security claim.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::{
    hex::hex,
    identifier::{Kind, Kinds},
};

/// What the live set of each kind adds up to, so that a partner with some kinds can compare too.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Tallies([Tally; Kind::ALL.len()]);

/// How many listings are in force, and their digest.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    pub live: u64,
    pub digest: LiveDigest,
}

impl Tallies {
    /// Adds one listing in force.
    pub fn add(&mut self, kind: Kind, key: &str, ledger_index: u64) {
        let tally = &mut self.0[kind as usize];
        tally.live = tally.live.wrapping_add(1);
        tally.digest.add(key, ledger_index);
    }

    /// Takes one listing out again. In any order: what is not there yet is owed.
    pub fn remove(&mut self, kind: Kind, key: &str, ledger_index: u64) {
        let tally = &mut self.0[kind as usize];
        tally.live = tally.live.wrapping_sub(1);
        tally.digest.remove(key, ledger_index);
    }

    /// The sum over some kinds.
    pub fn of(&self, kinds: Kinds) -> Tally {
        kinds.iter().fold(Tally::default(), |sum, kind| {
            let tally = &self.0[kind as usize];
            Tally {
                live: sum.live.wrapping_add(tally.live),
                digest: sum.digest.plus(&tally.digest),
            }
        })
    }

    /// The sum over all kinds.
    pub fn total(&self) -> Tally {
        self.of(Kinds::ALL)
    }
}

/// A sum modulo 2^256, big-endian.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LiveDigest([u8; 32]);

impl LiveDigest {
    /// Adds one listing in force.
    pub fn add(&mut self, key: &str, ledger_index: u64) {
        *self = self.plus(&Self(term(key, ledger_index)));
    }

    /// The sum of two digests: of two sets that share no listing.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = self.0;
        let mut carry = 0u16;
        for (sum, byte) in sum.iter_mut().zip(other.0).rev() {
            let total = u16::from(*sum) + u16::from(byte) + carry;
            *sum = (total & 0xff) as u8;
            carry = total >> 8;
        }
        Self(sum)
    }

    /// Takes one listing out again.
    pub fn remove(&mut self, key: &str, ledger_index: u64) {
        let term = term(key, ledger_index);
        let mut borrow = 0i16;
        for (sum, byte) in self.0.iter_mut().zip(term).rev() {
            let total = i16::from(*sum) - i16::from(byte) - borrow;
            *sum = (total & 0xff) as u8;
            borrow = i16::from(total < 0);
        }
    }
}

fn term(key: &str, ledger_index: u64) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(key.as_bytes());
    hash.update([0]);
    hash.update(ledger_index.to_string().as_bytes());
    hash.finalize().into()
}

impl fmt::Display for LiveDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for LiveDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::LiveDigest;

    #[test]
    fn the_digest_is_the_plain_hash_for_one_listing() {
        let mut digest = LiveDigest::default();
        digest.add("phone:+84950001001", 1);
        // printf 'phone:+84950001001\0001' | sha256sum
        assert_eq!(
            digest.to_string(),
            "d387b09d295eb60cbf4a65ffa3fa8a09f3f97461f3d50f18b41a4315784f5bb9"
        );
    }

    #[test]
    fn order_does_not_matter_and_what_is_added_can_be_removed() {
        let keys = [
            "phone:+84950001001",
            "short_code:VN:5656",
            "sender:VN:mau-bank",
        ];
        let mut forward = LiveDigest::default();
        let mut backward = LiveDigest::default();
        keys.iter().for_each(|key| forward.add(key, 7));
        keys.iter().rev().for_each(|key| backward.add(key, 7));
        assert_eq!(forward, backward);
        keys.iter().for_each(|key| forward.remove(key, 7));
        assert_eq!(forward, LiveDigest::default());
    }
}
