//! Programs that keep a copy or ask in bulk: telecom operators, banks, wallets.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{client_key::ClientKeys, identifier::Kinds, time::Time};

/// What kind of institution a partner is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartnerKind {
    Telecom,
    Bank,
    Wallet,
}

/// One thing a partner may do.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize, ToSchema,
)]
pub enum Scope {
    /// Pull the listed set and its changes.
    #[serde(rename = "feed:read")]
    FeedRead,
    /// Check up to 10,000 identifiers at once, with the partner's own quota.
    #[serde(rename = "check:bulk")]
    CheckBulk,
    /// Submit suspect accounts.
    #[serde(rename = "flags:write")]
    FlagsWrite,
    /// Answer police questions.
    #[serde(rename = "requests:answer")]
    RequestsAnswer,
    /// Pass on citizens' messages, each limited by its sender.
    #[serde(rename = "sms:gateway")]
    SmsGateway,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 5] = [
        Self::FeedRead,
        Self::CheckBulk,
        Self::FlagsWrite,
        Self::RequestsAnswer,
        Self::SmsGateway,
    ];

    /// The word in tokens and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FeedRead => "feed:read",
            Self::CheckBulk => "check:bulk",
            Self::FlagsWrite => "flags:write",
            Self::RequestsAnswer => "requests:answer",
            Self::SmsGateway => "sms:gateway",
        }
    }

    /// The revision of the vocabulary of changes that it came with.
    pub const fn since(self) -> u16 {
        match self {
            Self::FeedRead | Self::CheckBulk | Self::FlagsWrite | Self::RequestsAnswer => 1,
            Self::SmsGateway => 2,
        }
    }

    /// The scope of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }
}

/// Whether a partner may obtain and use tokens.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartnerStatus {
    Active,
    Suspended,
}

/// A partner as the store keeps it. The client secret is derived from the installation's master
/// secret and [`Partner::generation`], so none is stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Partner {
    /// Stable id; its text is also the OAuth `client_id`.
    pub id: Uuid,
    /// Name shown to administrators.
    pub name: String,
    /// What it is.
    pub kind: PartnerKind,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Kinds of identifier that its feed holds.
    pub kinds: Kinds,
    /// Whether it may.
    pub status: PartnerStatus,
    /// Counts secrets.
    pub generation: u32,
    /// Until when the secret before the present one is good too; none when it is worthless.
    pub old_secret_until: Option<Time>,
    /// Public keys for `private_key_jwt` (RFC 7523).
    pub keys: ClientKeys,
    /// When it was made.
    pub created_at: Time,
    /// Increased by each change, for `ETag`.
    pub version: u32,
}
