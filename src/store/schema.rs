//! Every table: its name, key and value.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::table::Table;
pub use super::{
    import_rows::{Import, StoredRow},
    position::{Position, SCHEMA_VERSION, Trusted},
    report_tables::{
        DueReports, ListingReports, OpenReport, OpenReports, PendingCopies, ReportFiles,
        ReportKeys, ReportReceipts, ReportReferences, ReportSenders, ReportSources, Reports,
    },
};
use crate::{
    domain::{
        approval::Approval,
        change::{Actor, Holder, PartRef, Receipt},
        key::Key,
        listing::Listing,
        method::MethodId,
        partner::Partner,
        session::Session,
        time::Time,
        unit::UnitCode,
        user::{User, Username},
    },
    ledger::{Hash, leaf::Leaf},
};

/// Row of [`Meta`] that holds the [`Position`].
pub const META_POSITION: &[u8] = b"position";

/// Row of [`Meta`] that holds what the master secret is known by.
pub const META_MASTER: &[u8] = b"master";

/// Row of [`Meta`] that holds the SHA-256 of the table of official numbers that the ledger names.
pub const META_OFFICIALS: &[u8] = b"officials";

/// Row of [`Meta`] that holds [`Trusted`].
pub const META_TRUSTED: &[u8] = b"trusted";

/// Names of the tables, in order of their numbers.
pub const NAMES: [&str; 34] = [
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
    "subtrees",
    "ledger_keys",
    "destroying",
    "signing_keys",
    "lapsing",
    "approvals",
    "destroyed",
    "open_approvals",
    "official_leaves",
    "reports",
    "open_reports",
    "due_reports",
    "report_receipts",
    "report_references",
    "report_keys",
    "report_senders",
    "report_files",
    "pending_copies",
    "listing_reports",
    "report_sources",
];

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
    /// Version of the payload that this leaf commits to.
    pub payload: u8,
}

/// Everything about one key.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IdentifierRow {
    /// The listing in force.
    pub live: Option<Live>,
    /// Opens the leaf that `live` stands in.
    pub salt: Hash,
    /// The proposal that waits.
    pub proposed: Option<Uuid>,
    /// All listings there ever were, oldest first.
    pub all: Vec<Uuid>,
}

/// One leaf of the ledger, and what partners are told with it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedEntry {
    /// Ledger index, from 0.
    pub index: u64,
    pub leaf: Leaf,
    /// Version of the payload that the leaf commits to.
    pub payload: u8,
    pub opening: Opening,
}

/// What opens a leaf.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Opening {
    /// A listing is (still) in force.
    Put { key: Key, live: Live, salt: Hash },
    /// A listing is no longer in force.
    Del {
        key: Key,
        listing: Uuid,
        expired: bool,
        salt: Hash,
    },
    /// A key that signs the ledger from now, or no more: the leaf says which.
    LedgerKey { verifier_key: String },
    /// There is nothing to tell, or it was erased: the leaf says which.
    Nothing,
    /// An identifier is protected.
    Protect {
        key: Key,
        name_vi: String,
        name_en: String,
    },
    /// It is not any more.
    Unprotect { key: Key },
    /// The table of those that always are.
    OfficialTable { digest: Hash },
}

/// A key that signs the ledger.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerKey {
    /// As [`crate::ledger::note::VerifierKey`] writes it.
    pub verifier_key: String,
    pub added_at: Time,
    pub retired_at: Option<Time>,
    /// Index of the leaf that says so.
    pub retired_by: Option<u64>,
    /// Index of the leaf that announced it; none for the first one.
    pub announced_by: Option<u64>,
    /// How whoever trusts it is led to the next.
    pub hand_over: Option<HandOver>,
    /// The private key, for every machine, as long as it signs.
    pub wrapped: Option<WrappedKey>,
}

/// A private key, sealed under the master secret, and where the journal keeps it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappedKey {
    pub sealed: Vec<u8>,
    pub place: PartRef,
}

/// The last checkpoint that a retired key signed, and a key that it vouches for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HandOver {
    /// The signed note.
    pub checkpoint: String,
    /// The verifier key that came after it.
    pub to: String,
    /// Index of the leaf that announced that key: the checkpoint holds it.
    pub announced_by: u64,
}

/// A key that signs tokens. Which of them count follows from these rows, never from the files that lie there.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeyRow {
    pub kid: String,
    pub added_at: Time,
    /// It was withdrawn: nothing that it signed is good any more.
    pub retired_at: Option<Time>,
    /// The private key, for every machine, until it is withdrawn.
    pub wrapped: Option<WrappedKey>,
}

impl IdentifierRow {
    /// Whether a new proposal would collide.
    pub fn taken(&self) -> bool {
        self.live.is_some() || self.proposed.is_some()
    }
}

/// A protected identifier added by an administrator.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficialRow {
    pub key: Key,
    pub name_vi: String,
    pub name_en: String,
    pub added_at: Time,
    /// Ledger index of the leaf that tells of it; none for those of earlier programs, until they are told.
    pub ledger_index: Option<u64>,
}

/// A part of the journal that is kept until a time.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lapse {
    pub until: Time,
    pub holder: Holder,
    pub place: PartRef,
}

/// What a request with an `Idempotency-Key` made, and when.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptRow {
    pub receipt: Receipt,
    pub at: Time,
    pub by: Actor,
}

fn part_bytes(place: &PartRef) -> Vec<u8> {
    let mut bytes = place.seq.to_be_bytes().to_vec();
    bytes.extend(place.part.to_be_bytes());
    bytes
}

/// Declares a table: its number, key, value and the bytes of a key.
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

/// Times before 1970 come first.
pub(super) fn time_bytes(time: Time) -> Vec<u8> {
    (time.millis() ^ i64::MIN).to_be_bytes().to_vec()
}

pub(super) use table;

pub(super) fn id_bytes(id: &Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

pub(super) fn text_bytes(key: &Key) -> Vec<u8> {
    key.as_str().as_bytes().to_vec()
}

table!(
    /// The position, under [`META_POSITION`]; what the master secret is known by, under [`META_MASTER`]; which time
    /// was trusted last, under [`META_TRUSTED`]; which table of official numbers the ledger names, under
    /// [`META_OFFICIALS`].
    Meta, 0, [u8], Vec<u8>, <[u8]>::to_vec
);
table!(
    /// Listings by id, which is by time of proposal.
    Listings, 1, Uuid, Listing, id_bytes
);
table!(
    /// What is known of a key; the order of the snapshot.
    Identifiers, 2, Key, IdentifierRow, text_bytes
);
table!(
    /// Proposals that wait, with the unit they belong to.
    PendingProposals, 3, Uuid, (Uuid, UnitCode), id_bytes
);
table!(
    /// Leaves by ledger index.
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
    IdempotencyKeys, 12, [u8; 32], ReceiptRow, |key| key.to_vec()
);
table!(
    /// Imports whose rows are put down but not yet proposed, and since when.
    Staging, 13, Uuid, (Uuid, Time), id_bytes
);
table!(
    /// Roots of the ledger's complete subtrees of 256^level leaves, by level (from 1) and number.
    Subtrees, 14, (u8, u64), Hash, |(level, number)| {
        let mut bytes = vec![*level];
        bytes.extend(number.to_be_bytes());
        bytes
    }
);
table!(
    /// Keys that sign the ledger, oldest first.
    LedgerKeys, 15, u32, LedgerKey, |number| number.to_be_bytes().to_vec()
);
table!(
    /// Parts of the journal that are to be destroyed.
    Destroying, 16, PartRef, PartRef, part_bytes
);
table!(
    /// Keys that sign tokens, oldest first.
    SigningKeys, 17, u32, SigningKeyRow, |number| number.to_be_bytes().to_vec()
);
table!(
    /// Parts of the journal that are erased when their time is over, by that time.
    Lapsing, 18, (Time, PartRef), Lapse, |(until, place)| {
        let mut bytes = time_bytes(*until);
        bytes.extend(place.seq.to_be_bytes());
        bytes.extend(place.part.to_be_bytes());
        bytes
    }
);
table!(
    /// Acts that want a second person, by id, which is by time.
    Approvals, 19, Uuid, Approval, id_bytes
);
table!(
    /// Parts of the journal that were destroyed: what its files mark as erased is one of them, or damaged.
    Destroyed, 20, PartRef, (), part_bytes
);
table!(
    /// Approvals that wait, with the unit that they concern.
    PendingApprovals, 21, Uuid, (Uuid, UnitCode), id_bytes
);
table!(
    /// Indices of the leaves about official numbers.
    OfficialLeaves, 22, u64, u64, |index| index.to_be_bytes().to_vec()
);
