//! How far the tables are, and whether this program can read them.

use serde::{Deserialize, Serialize};

use super::{digest::Tallies, error::StoreError};
use crate::ledger::tree::Frontier;

/// Version of the tables' layout. A store of another version is rebuilt from the journal; a newer
/// one is refused, since a newer program wrote it on purpose.
pub const SCHEMA_VERSION: u32 = 6;

/// How far the journal is applied, and what the live set adds up to there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Position {
    pub schema: u32,
    /// Journal position applied.
    pub seq: u64,
    /// The journal's chain value there: a store of another journal shows.
    pub chain: [u8; 32],
    /// The ledger's tree.
    pub tree: Frontier,
    /// What the listings in force add up to.
    pub tallies: Tallies,
    /// Proposals waiting for a decision.
    pub open: u64,
}

impl Default for Position {
    fn default() -> Self {
        Self {
            schema: SCHEMA_VERSION,
            seq: 0,
            chain: [0; 32],
            tree: Frontier::default(),
            tallies: Tallies::default(),
            open: 0,
        }
    }
}

impl Position {
    /// Leaves of the ledger.
    pub fn ledger_size(&self) -> u64 {
        self.tree.size()
    }

    /// Stored bytes: the schema version first, readable whatever follows.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.schema.to_be_bytes().to_vec();
        bytes.extend(postcard::to_stdvec(self).unwrap_or_default());
        bytes
    }

    /// Reads [`Position::encode`].
    ///
    /// # Errors
    /// [`StoreError::Newer`] or [`StoreError::Damaged`].
    pub fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        let (schema, rest) = bytes
            .split_first_chunk::<4>()
            .ok_or(StoreError::Damaged("position"))?;
        let found = u32::from_be_bytes(*schema);
        if found > SCHEMA_VERSION {
            return Err(StoreError::Newer {
                found,
                known: SCHEMA_VERSION,
            });
        }
        if found < SCHEMA_VERSION {
            return Err(StoreError::Damaged("an older schema"));
        }
        postcard::from_bytes(rest).map_err(|_| StoreError::Damaged("position"))
    }
}
