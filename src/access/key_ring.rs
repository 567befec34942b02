//! The Ed25519 keys that sign access tokens (RFC 8032, 8037).
//!
//! The newest key signs. An older one stays good for checking until every token it signed has
//! run out ([`OVERLAP_SECONDS`] after its successor came), so that changing keys signs nobody out.
//! A key that leaked is retired: its tokens end at once.

use std::fmt;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::known_signatures::KnownSignatures;
use crate::domain::time::Time;

/// How long a key is good for checking after its successor came: the life of a token (600 s) and
/// as much again half over for clocks and for requests on their way.
pub const OVERLAP_SECONDS: i64 = 900;
/// Most keys whose signatures are good at the same time: the one that signs and those within the overlap. Changing
/// keys every half a minute for a quarter of an hour stays below; whoever checks tokens gets them all in one answer,
/// 32 × 150 bytes.
pub const MAX_KEYS: usize = 32;

/// Why keys could not be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum KeyError {
    /// The bytes aren't an Ed25519 key in PKCS #8 form.
    #[error("not an Ed25519 key in PKCS #8 form")]
    Malformed,
    /// The ring holds a key of this name already.
    #[error("the key is in the ring already")]
    Known,
}

/// A key pair and the name by which tokens call it.
pub struct SigningKey {
    kid: String,
    pkcs8: Vec<u8>,
    pair: Ed25519KeyPair,
    created: Time,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("created", &self.created)
            .finish_non_exhaustive()
    }
}

impl SigningKey {
    /// A new random key.
    #[expect(
        clippy::expect_used,
        reason = "without randomness nothing safe can be done"
    )]
    pub fn generate(now: Time) -> Self {
        loop {
            let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
                .map_err(|_| KeyError::Malformed)
                .and_then(|pkcs8| Self::from_pkcs8(pkcs8.as_ref(), now))
                .expect("a key that was just made can be read");
            // The name is also a file name and an argument on the command line.
            if !key.kid.starts_with('-') {
                return key;
            }
        }
    }

    /// The key in the bytes of a `<kid>.pk8` file.
    ///
    /// # Errors
    /// [`KeyError::Malformed`].
    pub fn from_pkcs8(pkcs8: &[u8], created: Time) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError::Malformed)?;
        Ok(Self {
            kid: thumbprint(pair.public_key().as_ref()),
            pkcs8: pkcs8.to_vec(),
            pair,
            created,
        })
    }

    /// The key's name: its thumbprint (RFC 7638), 43 characters.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The private key, to be written to a private file `<kid>.pk8` and nowhere else.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// When it came into use.
    pub const fn created(&self) -> Time {
        self.created
    }

    /// The public key, 32 bytes.
    pub fn public_key(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }
}

/// The name of a public key: SHA-256 over its required members in lexical order (RFC 7638 §3,
/// RFC 8037 §2), in base64url.
pub fn thumbprint(public_key: &[u8]) -> String {
    let x = URL_SAFE_NO_PAD.encode(public_key);
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}

/// A key that signs no more, and until when tokens of it are taken.
#[derive(Debug)]
struct Older {
    key: SigningKey,
    good_until: Time,
}

/// The key that signs, and those that signed before it.
#[derive(Debug)]
pub struct KeyRing {
    active: SigningKey,
    older: Vec<Older>,
    known_signatures: KnownSignatures,
}

impl KeyRing {
    /// A ring with one key.
    pub fn new(active: SigningKey) -> Self {
        Self {
            active,
            older: Vec::new(),
            known_signatures: KnownSignatures::default(),
        }
    }

    /// The ring with a key that signed before, whose signatures are good until an instant.
    #[must_use]
    pub fn with_older(mut self, key: SigningKey, good_until: Time) -> Self {
        self.older.push(Older { key, good_until });
        self
    }

    /// Lets a new key sign from now on; tokens of the old one stay good until they run out. Write
    /// the key's file and the record of it first: after a crash the tokens it signed must still be known.
    ///
    /// # Errors
    /// [`KeyError::Known`]; the ring is as before.
    pub fn rotate(&mut self, key: SigningKey) -> Result<(), KeyError> {
        if self.keys().any(|known| known.kid == key.kid) {
            return Err(KeyError::Known);
        }
        let good_until = key.created.plus_seconds(OVERLAP_SECONDS);
        let key = std::mem::replace(&mut self.active, key);
        self.older.push(Older { key, good_until });
        Ok(())
    }

    /// Forgets a key that signs no more at once, since it leaked: its tokens end now.
    pub fn forget(&mut self, kid: &str) {
        self.older.retain(|older| older.key.kid != kid);
    }

    /// Forgets the keys whose last token has run out and gives their names, so that the caller
    /// can remove their files.
    pub fn forget_expired(&mut self, now: Time) -> Vec<String> {
        let (good, over) = std::mem::take(&mut self.older)
            .into_iter()
            .partition(|older| now < older.good_until);
        self.older = good;
        let over: Vec<Older> = over;
        over.into_iter().map(|older| older.key.kid).collect()
    }

    /// The key that signs.
    pub const fn active(&self) -> &SigningKey {
        &self.active
    }

    /// All keys of the ring, the one that signs first.
    pub fn keys(&self) -> impl Iterator<Item = &SigningKey> {
        std::iter::once(&self.active).chain(self.older.iter().map(|older| &older.key))
    }

    /// Signs with the active key: 64 bytes (RFC 8032 §5.1.6).
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.active.pair.sign(message).as_ref().to_vec()
    }

    /// The public key of this name, if signatures of it are good now.
    pub fn public_key(&self, kid: &str, now: Time) -> Option<&[u8]> {
        if self.active.kid == kid {
            return Some(self.active.public_key());
        }
        let good = |older: &&Older| older.key.kid == kid && now < older.good_until;
        self.older
            .iter()
            .find(good)
            .map(|older| older.key.public_key())
    }

    /// Signatures of its keys that were found good. Whether the key still is, is asked each time.
    pub(super) const fn known_signatures(&self) -> &KnownSignatures {
        &self.known_signatures
    }

    /// Whether a signature over a message is one of the named key's and good now.
    pub fn verify(&self, kid: &str, message: &[u8], signature: &[u8], now: Time) -> bool {
        self.public_key(kid, now).is_some_and(|key| {
            UnparsedPublicKey::new(&ED25519, key)
                .verify(message, signature)
                .is_ok()
        })
    }

    /// The public keys as a JWK set (RFC 7517 §5), for `/.well-known/jwks.json`.
    pub fn jwks(&self) -> Value {
        let keys: Vec<Value> = self
            .keys()
            .map(|key| {
                json!({
                    "kty": "OKP",
                    "crv": "Ed25519",
                    "x": URL_SAFE_NO_PAD.encode(key.public_key()),
                    "kid": key.kid,
                    "use": "sig",
                    "alg": "EdDSA",
                })
            })
            .collect();
        json!({ "keys": keys })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_millis(seconds * 1000)
    }

    #[test]
    fn a_name_is_the_thumbprint_of_rfc_8037_appendix_a_3() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        assert_eq!(
            thumbprint(&URL_SAFE_NO_PAD.decode(x).unwrap()),
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
        );
    }

    #[test]
    fn a_key_read_back_from_its_file_has_the_same_name() {
        let key = SigningKey::generate(at(1));
        let again = SigningKey::from_pkcs8(key.pkcs8(), at(1)).unwrap();
        assert_eq!(
            (key.kid(), key.public_key()),
            (again.kid(), again.public_key())
        );
        assert_eq!(key.kid().len(), 43);
        assert_eq!(
            SigningKey::from_pkcs8(b"", at(1)).unwrap_err(),
            KeyError::Malformed
        );
        assert_eq!(
            SigningKey::from_pkcs8(&key.pkcs8()[1..], at(1)).unwrap_err(),
            KeyError::Malformed
        );
    }

    #[test]
    fn the_newest_key_signs_and_the_one_before_is_good_for_the_overlap() {
        let (old, new) = (SigningKey::generate(at(0)), SigningKey::generate(at(5_000)));
        let (was, is) = (old.kid().to_owned(), new.kid().to_owned());
        let mut ring = KeyRing::new(old);
        let signature = ring.sign(b"m");
        ring.rotate(new).unwrap();
        assert_eq!(ring.active().kid(), is);
        let last = 5_000 + OVERLAP_SECONDS - 1;
        assert!(ring.verify(&was, b"m", &signature, at(last)));
        assert!(!ring.verify(&was, b"m", &signature, at(last + 1)));
        assert!(!ring.verify(&was, b"n", &signature, at(last)));
        assert!(!ring.verify(&is, b"m", &signature, at(last)));
        assert!(ring.verify(&is, b"m", &ring.sign(b"m"), at(i64::MAX / 1000)));
        assert_eq!(ring.forget_expired(at(last)), Vec::<String>::new());
        assert_eq!(ring.forget_expired(at(last + 1)), [was]);
    }

    #[test]
    fn a_key_of_before_is_good_until_its_own_time() {
        let (old, new) = (SigningKey::generate(at(0)), SigningKey::generate(at(1)));
        let (was, is) = (old.kid().to_owned(), new.kid().to_owned());
        let ring = KeyRing::new(new).with_older(old, at(50));
        assert_eq!(ring.active().kid(), is);
        assert!(ring.public_key(&was, at(49)).is_some());
        assert!(ring.public_key(&was, at(50)).is_none());
    }

    #[test]
    fn a_forgotten_key_is_gone_at_once_and_the_signing_one_stays() {
        let old = SigningKey::generate(at(0));
        let kid = old.kid().to_owned();
        let mut ring = KeyRing::new(old);
        let signature = ring.sign(b"m");
        ring.forget(&kid);
        assert_eq!(ring.active().kid(), kid);
        ring.rotate(SigningKey::generate(at(1))).unwrap();
        assert!(ring.verify(&kid, b"m", &signature, at(1)));
        ring.forget(&kid);
        assert!(!ring.verify(&kid, b"m", &signature, at(1)));
    }

    #[test]
    fn the_published_set_is_public_only() {
        let mut ring = KeyRing::new(SigningKey::generate(at(0)));
        ring.rotate(SigningKey::generate(at(1))).unwrap();
        let set = ring.jwks();
        let keys = set["keys"].as_array().unwrap();
        assert_eq!(keys.len(), 2);
        for (jwk, key) in keys.iter().zip(ring.keys()) {
            let names: Vec<_> = jwk.as_object().unwrap().keys().cloned().collect();
            let mut names = names;
            names.sort();
            assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"]);
            assert_eq!(jwk["kid"], key.kid());
        }
    }

    #[test]
    fn debug_shows_no_private_key() {
        let key = SigningKey::generate(at(0));
        assert!(!format!("{key:?}").contains("pkcs8"));
    }
}
