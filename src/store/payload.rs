//! What the feed shows of a change: the text that a ledger leaf commits to.
//!
//! A line of the feed is this object with `seq`, `leaf` and `salt` added. Members stand in the order of
//! the fields here, without spaces; adding one changes only leaves made from then on.

use serde::Serialize;
use uuid::Uuid;

use super::schema::{Live, Told};

/// A listing in force.
#[derive(Serialize)]
struct Put<'a> {
    op: &'static str,
    key: &'a str,
    /// First word of the key.
    kind: &'a str,
    listing: Uuid,
    method: &'static str,
    unit: &'static str,
    listed_at: String,
    valid_until: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    renewed_at: Option<String>,
    disputed: bool,
}

/// A listing that is no longer in force.
#[derive(Serialize)]
struct Del<'a> {
    op: &'static str,
    key: &'a str,
    listing: Uuid,
    reason: &'static str,
}

/// The payload of a listing in force.
pub fn put(key: &str, live: &Live) -> String {
    let put = Put {
        op: "put",
        key,
        kind: key.split(':').next().unwrap_or_default(),
        listing: live.listing,
        method: live.method.slug(),
        unit: live.unit.as_str(),
        listed_at: live.listed_at.rfc3339(),
        valid_until: live.valid_until.rfc3339(),
        renewed_at: live.renewed_at.map(|at| at.rfc3339()),
        disputed: live.disputed,
    };
    // Plain text and a flag always encode.
    serde_json::to_string(&put).unwrap_or_default()
}

impl Told {
    /// The payload; empty when there is nothing to tell.
    pub fn payload(&self) -> String {
        match self {
            Self::Put { key, live, .. } => put(key.as_str(), live),
            Self::Del {
                key,
                listing,
                expired,
                ..
            } => {
                let del = Del {
                    op: "del",
                    key: key.as_str(),
                    listing: *listing,
                    reason: if *expired { "expired" } else { "delisted" },
                };
                serde_json::to_string(&del).unwrap_or_default()
            }
            Self::LedgerKey { verifier_key } => verifier_key.clone(),
            Self::Nothing => String::new(),
        }
    }

    /// The salt; zeros where nothing is hidden.
    pub fn salt(&self) -> [u8; 32] {
        match self {
            Self::Put { salt, .. } | Self::Del { salt, .. } => *salt,
            Self::LedgerKey { .. } | Self::Nothing => [0; 32],
        }
    }
}
