//! Signatures of access tokens that were found good: whoever asks again with the same token costs no second verification,
//! which takes longer than what most ask for.

use papaya::HashSet;
use sha2::{Digest, Sha256};

/// Signatures kept: 8,192 × 32 bytes. A token lives ten minutes, so that many is fourteen new ones a second; of more each is
/// verified twice now and then.
const REMEMBERED: usize = 8_192;

/// Digests of keys with what they signed. Never the tokens: whoever reads memory gains nothing here.
#[derive(Default, Debug)]
pub struct KnownSignatures(HashSet<[u8; 32]>);

impl KnownSignatures {
    /// Whether `key` (32 bytes, Ed25519) signed a token, which `verify` finds out the first time. Only what is good is
    /// remembered, so that nobody without a token fills this.
    ///
    /// # Errors
    /// Those of `verify`.
    pub fn or_verify<E>(
        &self,
        key: &[u8],
        token: &str,
        verify: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        let digest = Sha256::new().chain_update(key).chain_update(token);
        let digest: [u8; 32] = digest.finalize().into();
        let known = self.0.pin();
        if known.contains(&digest) {
            return Ok(());
        }
        verify()?;
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(digest);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often a signature was verified anew.
    fn verified(known: &KnownSignatures, key: &[u8], token: &str) -> u32 {
        let mut times = 0;
        let good = known.or_verify(key, token, || {
            times += 1;
            Ok::<(), ()>(())
        });
        assert_eq!(good, Ok(()));
        times
    }

    #[test]
    fn a_good_signature_is_verified_once_by_key_and_by_every_byte_that_was_signed() {
        let known = KnownSignatures::default();
        let (key, other) = ([1; 32], [2; 32]);
        assert_eq!(verified(&known, &key, "a.b.c"), 1);
        assert_eq!(verified(&known, &key, "a.b.c"), 0);
        assert_eq!(verified(&known, &other, "a.b.c"), 1, "another key");
        for changed in ["a.b.C", "a.b.c ", "a.b", "A.b.c"] {
            assert_eq!(verified(&known, &key, changed), 1, "{changed}");
        }
    }

    #[test]
    fn a_wrong_signature_is_never_remembered() {
        let known = KnownSignatures::default();
        for _ in 0..2 {
            assert_eq!(
                known.or_verify(&[1; 32], "a.b.c", || Err("wrong")),
                Err("wrong")
            );
        }
        assert_eq!(verified(&known, &[1; 32], "a.b.c"), 1);
    }

    #[test]
    fn no_more_are_kept_than_there_is_room_for() {
        let known = KnownSignatures::default();
        for n in 0..REMEMBERED {
            verified(&known, &[1; 32], &n.to_string());
        }
        assert_eq!(verified(&known, &[1; 32], "0"), 0, "as many as are kept");
        verified(&known, &[1; 32], "one more");
        assert_eq!(known.0.len(), 1);
    }
}
