//! What the feed shows of a change: the text that a ledger leaf commits to.

use super::{
    error::StoreError,
    schema::{Live, Opening},
};
use crate::domain::hex::hex;
use crate::formats::{
    ndjson::{self, UnknownPayload},
    official,
    row::FeedRow,
};

impl From<UnknownPayload> for StoreError {
    fn from(_: UnknownPayload) -> Self {
        Self::Misfit("a payload of a later version")
    }
}

impl Live {
    /// The listing as feed and files show it.
    pub fn row(&self, key: &str) -> FeedRow {
        FeedRow {
            seq: self.ledger_index,
            key: key.to_owned(),
            kind: key.split(':').next().unwrap_or_default().to_owned(),
            listing: self.listing,
            method: self.method.slug().to_owned(),
            unit: self.unit.as_str().to_owned(),
            listed_at: self.listed_at.rfc3339(),
            valid_until: self.valid_until.rfc3339(),
            renewed_at: self.renewed_at.map(|at| at.rfc3339()),
            disputed: self.disputed,
        }
    }
}

impl Opening {
    /// The payload of a version; empty when there is nothing to tell.
    ///
    /// # Errors
    /// [`StoreError::Misfit`] for a version that this program does not know.
    pub fn payload(&self, version: u8) -> Result<String, StoreError> {
        Ok(match self {
            Self::Put { key, live, .. } => ndjson::put_payload(version, &live.row(key.as_str()))?,
            Self::Del {
                key,
                listing,
                expired,
                ..
            } => {
                let reason = if *expired { "expired" } else { "delisted" };
                ndjson::del_payload(version, key.as_str(), *listing, reason)?
            }
            Self::LedgerKey { verifier_key } => verifier_key.clone(),
            Self::Nothing => String::new(),
            Self::Protect {
                key,
                name_vi,
                name_en,
            } => official::protect_payload(version, key.as_str(), name_vi, name_en)?,
            Self::Unprotect { key } => official::unprotect_payload(version, key.as_str())?,
            Self::OfficialTable { digest } => official::table_payload(version, &hex(digest))?,
        })
    }

    /// The salt; zeros where nothing is hidden.
    pub fn salt(&self) -> [u8; 32] {
        match self {
            Self::Put { salt, .. } | Self::Del { salt, .. } => *salt,
            Self::LedgerKey { .. }
            | Self::Nothing
            | Self::Protect { .. }
            | Self::Unprotect { .. }
            | Self::OfficialTable { .. } => [0; 32],
        }
    }
}
