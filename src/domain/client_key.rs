//! The public keys that a partner's program signs in with (`private_key_jwt`, RFC 7523).

use serde::{Deserialize, Serialize};

/// Most keys of one partner: the one in use and the next, for two programs.
pub const MAX_KEYS: usize = 4;
/// 65537, the one exponent of RSA keys that is in use.
pub const RSA_EXPONENT: [u8; 3] = [1, 0, 1];
/// The names of algorithms that assertions may be signed with (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2).
pub const ALGORITHMS: [&str; 5] = ["EdDSA", "Ed25519", "ES256", "PS256", "RS256"];

/// A public key, found good when it was read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PublicKey {
    Ed25519([u8; 32]),
    P256 {
        x: [u8; 32],
        y: [u8; 32],
    },
    /// Its exponent is [`RSA_EXPONENT`].
    Rsa {
        modulus: Vec<u8>,
    },
}

impl PublicKey {
    /// The algorithms that it may be used with: the key says so, never who shows something signed (RFC 8725 §3.1).
    pub const fn algorithms(&self) -> &'static [&'static str] {
        match self {
            Self::Ed25519(_) => &["EdDSA", "Ed25519"],
            Self::P256 { .. } => &["ES256"],
            Self::Rsa { .. } => &["PS256", "RS256"],
        }
    }
}

/// A key with the name that its owner gave it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClientKey {
    /// The `kid` of RFC 7517 §4.5.
    pub kid: Option<String>,
    pub key: PublicKey,
}

/// The keys of a partner.
///
/// The first two stand in the journal as `Option<[u8; 32]>` did, byte for byte: that is what was written before there were
/// others, and what an older program reads.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ClientKeys {
    #[default]
    None,
    /// One Ed25519 key without a name.
    Ed25519([u8; 32]),
    /// One to [`MAX_KEYS`] others.
    Listed(Vec<ClientKey>),
}

impl ClientKeys {
    /// These keys, in the form in which they are kept.
    pub fn of(keys: Vec<ClientKey>) -> Self {
        match keys.as_slice() {
            [] => Self::None,
            [
                ClientKey {
                    kid: None,
                    key: PublicKey::Ed25519(key),
                },
            ] => Self::Ed25519(*key),
            _ => Self::Listed(keys),
        }
    }

    /// Each of them.
    pub fn all(&self) -> Vec<ClientKey> {
        match self {
            Self::None => Vec::new(),
            Self::Ed25519(key) => vec![ClientKey {
                kid: None,
                key: PublicKey::Ed25519(*key),
            }],
            Self::Listed(keys) => keys.clone(),
        }
    }

    /// The revision of the vocabulary of changes that each form came with.
    pub const fn since(&self) -> u16 {
        match self {
            Self::None | Self::Ed25519(_) => 1,
            Self::Listed(_) => 7,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_before_is_read_and_written_as_it_was() {
        for (before, now) in [
            (None, ClientKeys::None),
            (Some([5; 32]), ClientKeys::Ed25519([5; 32])),
        ] {
            let bytes = postcard::to_stdvec::<Option<[u8; 32]>>(&before).unwrap();
            assert_eq!(postcard::to_stdvec(&now).unwrap(), bytes);
            assert_eq!(postcard::from_bytes::<ClientKeys>(&bytes).unwrap(), now);
        }
    }

    #[test]
    fn each_set_of_keys_has_one_form() {
        let ed = |kid: Option<&str>| ClientKey {
            kid: kid.map(str::to_owned),
            key: PublicKey::Ed25519([5; 32]),
        };
        assert_eq!(ClientKeys::of(vec![]), ClientKeys::None);
        assert_eq!(ClientKeys::of(vec![ed(None)]), ClientKeys::Ed25519([5; 32]));
        for listed in [vec![ed(Some("a"))], vec![ed(None), ed(Some("b"))]] {
            assert_eq!(ClientKeys::of(listed.clone()).all(), listed);
            assert_eq!(ClientKeys::of(listed.clone()), ClientKeys::Listed(listed));
        }
    }
}
