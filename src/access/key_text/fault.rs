//! Why a text is not taken as public keys.

use thiserror::Error;

/// Why a text is not taken as public keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum KeyFault {
    #[error("it is longer than what is looked at")]
    TooLong,
    #[error("it has a private or a secret key in it")]
    Private,
    #[error("it is none of the forms that are read")]
    NoKey,
    #[error("it is a certificate")]
    Certificate,
    #[error("keys of this kind are not used here")]
    OtherKind,
    #[error("the key is meant for something else than signing")]
    OtherUse,
    #[error("the RSA key has fewer than 2048 bits, or more than 4096")]
    RsaSize,
    #[error("the RSA exponent is not 65537")]
    RsaExponent,
    #[error("the key is damaged")]
    Damaged,
    #[error("there are too many keys")]
    TooMany,
    #[error("the set has no key for signing")]
    Empty,
    #[error("two keys have the same kid")]
    SameKid,
    #[error("a kid is empty, too long, or has strange characters")]
    BadKid,
}

impl KeyFault {
    /// The machine word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLong => "key-too-long",
            Self::Private => "private-key",
            Self::NoKey => "not-a-key",
            Self::Certificate => "certificate",
            Self::OtherKind => "key-kind",
            Self::OtherUse => "key-use",
            Self::RsaSize => "rsa-size",
            Self::RsaExponent => "rsa-exponent",
            Self::Damaged => "damaged-key",
            Self::TooMany => "key-count",
            Self::Empty => "no-signing-key",
            Self::SameKid => "same-kid",
            Self::BadKid => "bad-kid",
        }
    }
}
