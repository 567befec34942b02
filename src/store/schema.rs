//! Every table: its name, key and value.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{StoreError, digest::LiveDigest, table::Table};
use crate::domain::{
    change::{Actor, ImportRow, PartRef, Receipt},
    key::Key,
    listing::Listing,
    method::MethodId,
    partner::Partner,
    session::Session,
    time::Time,
    unit::UnitCode,
    user::{User, Username},
};

/// Version of the tables' layout. A store of another version is rebuilt from the journal; a newer
/// one is refused, since a newer program wrote it on purpose.
pub const SCHEMA_VERSION: u32 = 2;

/// Row of [`Meta`] that holds the [`Position`].
pub const META_POSITION: &[u8] = b"position";

/// Names of the tables, in order of their numbers.
pub const NAMES: [&str; 14] = [
    "meta",
    "listings",
    "keys",
    "open",
    "feed",
    "imports",
    "import_rows",
    "users",
    "usernames",
    "sessions",
    "partners",
    "officials",
    "receipts",
    "staging",
];

/// How far the journal is applied, and what the live set adds up to there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Position {
    pub schema: u32,
    /// Journal position applied.
    pub seq: u64,
    /// The journal's chain value there: a store of another journal shows.
    pub chain: [u8; 32],
    /// Public changes so far: the ledger's size.
    pub ledger_size: u64,
    /// Listings in force.
    pub live: u64,
    /// Proposals waiting for a decision.
    pub open: u64,
    /// Order-free digest of the live set.
    pub digest: LiveDigest,
}

impl Default for Position {
    fn default() -> Self {
        Self {
            schema: SCHEMA_VERSION,
            seq: 0,
            chain: [0; 32],
            ledger_size: 0,
            live: 0,
            open: 0,
            digest: LiveDigest::default(),
        }
    }
}

impl Position {
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
            return Err(StoreError::Newer { found });
        }
        if found < SCHEMA_VERSION {
            return Err(StoreError::Damaged("an older schema"));
        }
        postcard::from_bytes(rest).map_err(|_| StoreError::Damaged("position"))
    }
}

/// What a public answer says about a key: a listing in force.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Live {
    pub listing: Uuid,
    pub method: MethodId,
    pub unit: UnitCode,
    pub listed_at: Time,
    pub valid_until: Time,
    pub renewed_at: Option<Time>,
    pub disputed: bool,
    /// Ledger index of the listing's last public change.
    pub ledger_index: u64,
}

/// Everything about one key.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KeyRow {
    /// The listing in force.
    pub live: Option<Live>,
    /// The proposal that waits.
    pub proposed: Option<Uuid>,
    /// All listings there ever were, oldest first.
    pub all: Vec<Uuid>,
}

/// One public change, as partners are told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedEntry {
    /// Ledger index, from 1.
    pub index: u64,
    pub key: Key,
    pub op: FeedOp,
}

/// What happened to the live set.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeedOp {
    Put(Live),
    Del { listing: Uuid, expired: bool },
}

/// An import as a whole.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    pub id: Uuid,
    pub unit: UnitCode,
    pub by: Actor,
    pub at: Time,
    pub rows: u32,
    /// Proposals of it that still wait.
    pub open: u32,
    pub version: u32,
    pub confirmed_by: Option<Actor>,
}

/// A row of an import with the text kept for officers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredRow {
    pub row: ImportRow,
    pub evidence: Option<String>,
    pub part: Option<PartRef>,
}

/// A protected identifier added by an administrator.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficialRow {
    pub key: Key,
    pub name_vi: String,
    pub name_en: String,
    pub added_at: Time,
}

/// What a request with an `Idempotency-Key` made, and when.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptRow {
    pub receipt: Receipt,
    pub at: Time,
    pub by: Actor,
}

macro_rules! table {
    ($(#[$doc:meta])* $name:ident, $id:expr, $key:ty, $value:ty, $bytes:expr) => {
        $(#[$doc])*
        pub struct $name;
        impl Table for $name {
            const ID: usize = $id;
            type Key = $key;
            type Value = $value;
            fn key_bytes(key: &$key) -> Vec<u8> {
                let bytes: fn(&$key) -> Vec<u8> = $bytes;
                bytes(key)
            }
        }
    };
}

fn id_bytes(id: &Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

fn text_bytes(key: &Key) -> Vec<u8> {
    key.as_str().as_bytes().to_vec()
}

table!(
    /// The position, under [`META_POSITION`].
    Meta, 0, [u8], Vec<u8>, <[u8]>::to_vec
);
table!(
    /// Listings by id, which is by time of proposal.
    Listings, 1, Uuid, Listing, id_bytes
);
table!(
    /// What is known of a key; the order of the snapshot.
    Keys, 2, Key, KeyRow, text_bytes
);
table!(
    /// Proposals that wait, with the unit they belong to.
    Open, 3, Uuid, (Uuid, UnitCode), id_bytes
);
table!(
    /// Public changes by ledger index.
    Feed, 4, u64, FeedEntry, |index| index.to_be_bytes().to_vec()
);
table!(
    /// Imports by id.
    Imports, 5, Uuid, Import, id_bytes
);
table!(
    /// Rows of imports by import and line.
    ImportRows, 6, (Uuid, u32), StoredRow, |(import, line)| {
        let mut bytes = id_bytes(import);
        bytes.extend(line.to_be_bytes());
        bytes
    }
);
table!(
    /// User accounts by id.
    Users, 7, Uuid, User, id_bytes
);
table!(
    /// User ids by sign-in name.
    Usernames, 8, Username, Uuid, |name| name.as_str().as_bytes().to_vec()
);
table!(
    /// Sessions by id.
    Sessions, 9, Uuid, Session, id_bytes
);
table!(
    /// Partners by id.
    Partners, 10, Uuid, Partner, id_bytes
);
table!(
    /// Protected identifiers by key.
    Officials, 11, Key, OfficialRow, text_bytes
);
table!(
    /// What requests with an `Idempotency-Key` made.
    Receipts, 12, [u8; 32], ReceiptRow, |key| key.to_vec()
);
table!(
    /// Imports whose rows are put down but not yet proposed, and since when.
    Staging, 13, Uuid, (Uuid, Time), id_bytes
);
