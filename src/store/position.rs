//! How far the tables are, and whether this program can read them.

use serde::{Deserialize, Serialize};

use super::{digest::Tallies, error::StoreError};
use crate::{
    domain::{change::REVISION, time::Time},
    ledger::tree::Frontier,
};

/// Version of the tables' layout. A store of another version is rebuilt from the journal; a newer
/// one is refused, since a newer program wrote it on purpose.
pub const SCHEMA_VERSION: u32 = 15;

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
    /// Revision of the changes that the records applied so far need, so that an older program stops before it writes.
    pub revision: u16,
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
            revision: 0,
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
        let read: Self = postcard::from_bytes(rest).map_err(|_| StoreError::Damaged("position"))?;
        if read.revision > REVISION {
            return Err(StoreError::Newer {
                found: read.revision.into(),
                known: REVISION.into(),
            });
        }
        Ok(read)
    }
}

/// The time that was trusted when the registry last wrote so. It may lie before the newest leaf: leaves never go back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Trusted {
    pub at: Time,
    /// What the newest leaf tells, in minutes.
    pub minute: u64,
}

impl Trusted {
    /// Reads [`Trusted::encode`]; there is no row before the first leaf and the first confirmation.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn read(bytes: Option<Vec<u8>>) -> Result<Option<Self>, StoreError> {
        let read = |bytes: Vec<u8>| postcard::from_bytes(&bytes);
        bytes
            .map(read)
            .transpose()
            .map_err(|_| StoreError::Damaged("trusted time"))
    }

    /// Stored bytes.
    pub fn encode(self) -> Vec<u8> {
        postcard::to_stdvec(&self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_of_a_later_program_is_refused_by_schema_or_revision_and_an_older_one_rebuilt() {
        let read = |schema, revision| {
            let position = Position {
                schema,
                revision,
                ..Position::default()
            };
            Position::decode(&position.encode())
        };
        assert!(read(SCHEMA_VERSION, REVISION).is_ok());
        for (schema, revision) in [(SCHEMA_VERSION + 1, 1), (SCHEMA_VERSION, REVISION + 1)] {
            let newer = read(schema, revision);
            assert!(
                matches!(newer, Err(StoreError::Newer { .. })),
                "{schema} {revision}"
            );
        }
        let older = read(SCHEMA_VERSION - 1, REVISION);
        assert!(matches!(older, Err(StoreError::Damaged(_))));
    }
}
