//! The P-256 key that signs receipts of checks for whoever can verify `ES256` (RFC 7518 §3.4) and no Ed25519.
//!
//! One belongs to each key of the ledger, and is derived from the installation's secret and that key's public half: so it
//! comes and goes with the key, lies in no file of its own, and its public half can be told for as long as receipts are shown,
//! also when the ledger's key is gone.

use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    error::{KeyRejected, Unspecified},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::secret::MasterSecret;

/// The derivation's purpose.
const PURPOSE: &str = "receipt-es256";
/// Bytes of one coordinate of a point.
const COORDINATE: usize = 32;

/// A key that signs receipts with ECDSA on P-256 and SHA-256.
pub struct AnswerKey {
    pair: EcdsaKeyPair,
    kid: String,
    /// Both coordinates in base64url.
    x: String,
    y: String,
}

impl AnswerKey {
    /// The key that belongs to a key of the ledger.
    ///
    /// # Errors
    /// When the library makes no key of it; then no other time either.
    pub fn of(master: &MasterSecret, ledger_key: &[u8]) -> Result<Self, KeyRejected> {
        // Of 2³² derived values one is not below the curve's order, and the next is taken.
        let mut last = Err(KeyRejected::from(Unspecified));
        for attempt in 0..4_u8 {
            let scalar = Zeroizing::new(master.derive(PURPOSE, &[ledger_key, &[attempt]]));
            last = Self::from_scalar(&*scalar);
            if last.is_ok() {
                break;
            }
        }
        last
    }

    fn from_scalar(scalar: &[u8]) -> Result<Self, KeyRejected> {
        let private = PrivateKey::from_private_key(&ECDH_P256, scalar)?;
        let public = private.compute_public_key()?;
        // Uncompressed: 4, x, y (SEC 1 §2.3.3).
        let point = public.as_ref();
        let coordinate = |from: usize| {
            let bytes = point.get(from..from + COORDINATE).ok_or(Unspecified)?;
            Ok::<_, Unspecified>(URL_SAFE_NO_PAD.encode(bytes))
        };
        let (x, y) = (coordinate(1)?, coordinate(1 + COORDINATE)?);
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, scalar, point)?;
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(members));
        Ok(Self { pair, kid, x, y })
    }

    /// The name of the key: SHA-256 over its required members in lexical order (RFC 7638 §3), in base64url.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public key as a JWK (RFC 7518 §6.2).
    pub fn jwk(&self) -> serde_json::Value {
        serde_json::json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid, "x": self.x, "y": self.y,
        })
    }

    /// A signature as a JWS has it: both numbers, 32 bytes each.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let signature = self.pair.sign(&SystemRandom::new(), bytes)?;
        Ok(signature.as_ref().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    fn key(master: u8, ledger_key: &[u8]) -> AnswerKey {
        AnswerKey::of(&MasterSecret::from_bytes([master; 32]), ledger_key).unwrap()
    }

    #[test]
    fn each_key_of_a_ledger_has_one_and_always_the_same() {
        let first = key(1, b"first");
        assert_eq!(first.kid(), key(1, b"first").kid());
        assert_ne!(first.kid(), key(1, b"second").kid());
        assert_ne!(first.kid(), key(2, b"first").kid());
    }

    #[test]
    fn what_it_signs_is_verified_with_what_it_publishes() {
        let key = key(1, b"first");
        let jwk = key.jwk();
        let part = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
        let point = [vec![4], part("x"), part("y")].concat();
        let signature = key.sign(b"text").unwrap();
        assert_eq!(signature.len(), 2 * COORDINATE);
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
        public.verify(b"text", &signature).unwrap();
        assert!(public.verify(b"other", &signature).is_err());
    }

    #[test]
    fn a_number_that_is_no_key_is_refused_and_the_order_is_the_first() {
        // The order of P-256 (SP 800-186 §3.2.1.3), one below it, and nought.
        let mut order = [0xff; 32];
        order[4..8].fill(0);
        let low = URL_SAFE_NO_PAD.decode("vOb6racXnoTzucrC_GMlUQ").unwrap();
        order[16..].copy_from_slice(&low);
        let mut below = order;
        below[31] -= 1;
        assert!(AnswerKey::from_scalar(&below).is_ok());
        assert!(AnswerKey::from_scalar(&order).is_err());
        assert!(AnswerKey::from_scalar(&[0; 32]).is_err());
    }
}
