//! The kinds of identifier.

use serde::{Deserialize, Serialize};

/// The kinds of identifier; the first word of a key.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A phone number of any country.
    Phone,
    /// An account at a bank in Vietnam.
    Account,
    /// An e-wallet of a provider in Vietnam.
    Wallet,
    /// A short code of Vietnam's networks.
    ShortCode,
    /// A name that short messages are sent under.
    Sender,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Phone,
        Self::Account,
        Self::Wallet,
        Self::ShortCode,
        Self::Sender,
    ];

    /// The kind that a key begins with.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::parse(key.split(':').next()?)
    }

    /// The kind of a machine word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The machine word, e.g. `short_code`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Account => "account",
            Self::Wallet => "wallet",
            Self::ShortCode => "short_code",
            Self::Sender => "sender",
        }
    }
}
