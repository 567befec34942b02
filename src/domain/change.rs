//! One thing that happened, in the past tense: the only way state changes.
//!
//! An [`Entry`] is what one journal record holds: who did what, when. What is about persons (the
//! identifier of a listing, evidence notes, reasons, password hashes) is not in it: a change names a
//! [`Part`] of the record's private side, which can be erased while the chain stays verifiable.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use super::{
    actor::Actor,
    part::{Part, PartRef},
};
use super::{
    identifier::{Kind, Kinds},
    key::Key,
    listing::{ImportLine, Validity},
    method::MethodId,
    partner::{PartnerKind, PartnerStatus, Scope},
    role::Role,
    time::Time,
    unit::UnitCode,
    user::{UserStatus, Username},
};

/// Most changes in one entry.
pub const MAX_CHANGES: usize = 1_000;

/// What the reader made of one row of an office list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum RowOutcome {
    Accepted,
    Doubtful,
    Refused,
    Skipped,
    /// Everything in it is listed or proposed already.
    AlreadyListed,
}

/// One row of an import: what was read and what it proposes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    /// Line of the file or row of the sheet, from 1.
    pub line: u32,
    pub outcome: RowOutcome,
    /// Why it is not simply accepted: a machine word.
    pub reason: Option<String>,
    pub method: MethodId,
    pub unit: UnitCode,
    /// All identifiers read from it.
    pub identifiers: Option<Part>,
    /// What it proposes.
    pub proposals: Vec<RowProposal>,
    pub evidence: Option<Part>,
}

/// One of a row's proposals.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowProposal {
    /// Id of the listing to be.
    pub id: Uuid,
    pub kind: Kind,
    /// The [`super::listing::Subject`].
    pub subject: Part,
}

/// A request that may be sent again (`Idempotency-Key`): what it made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// SHA-256 of the caller, the route and the key.
    pub key: [u8; 32],
    /// SHA-256 of the request body.
    pub body: [u8; 32],
    /// What it created.
    pub made: Uuid,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// The registry was founded.
    Founded { installation: Uuid },

    /// An officer proposed a listing.
    Proposed {
        id: Uuid,
        kind: Kind,
        /// The [`super::listing::Subject`].
        subject: Part,
        method: MethodId,
        unit: UnitCode,
        import: Option<ImportLine>,
        evidence: Option<Part>,
    },
    /// A second officer confirmed it: it is public from now.
    Confirmed {
        id: Uuid,
        valid_until: Time,
        reason: Option<Part>,
    },
    /// A second officer rejected it.
    Rejected { id: Uuid, reason: Option<Part> },
    /// New evidence prolonged it.
    Renewed {
        id: Uuid,
        valid_until: Time,
        reason: Option<Part>,
    },
    /// It was taken off.
    Delisted { id: Uuid, reason: Option<Part> },
    /// Its time ran out.
    Expired { id: Uuid },

    /// Rows of an office list were put down; nothing is proposed until [`Change::ImportProposed`].
    ImportStaged { import: Uuid, rows: Vec<ImportRow> },
    /// The whole list was proposed as one batch.
    ImportProposed {
        import: Uuid,
        unit: UnitCode,
        rows: u32,
    },
    /// Proposals of the batch were confirmed together.
    ImportConfirmed {
        import: Uuid,
        listings: Vec<Uuid>,
        validity: Validity,
        reason: Option<Part>,
    },
    /// Proposals of the batch were rejected together.
    ImportRejected {
        import: Uuid,
        listings: Vec<Uuid>,
        reason: Option<Part>,
    },

    /// A protected identifier was added.
    OfficialAdded {
        key: Key,
        name_vi: String,
        name_en: String,
    },
    /// A protected identifier was taken out.
    OfficialRemoved { key: Key },

    /// An account was made, or invited again with a fresh one-time code.
    UserInvited {
        id: Uuid,
        username: Username,
        role: Role,
        unit: UnitCode,
        generation: u32,
        until: Time,
    },
    /// The person chose a password; the second factor is not shown to work yet.
    EnrolmentBegun { user: Uuid, password: Part },
    /// The second factor worked: the account may sign in.
    Enrolled { user: Uuid, step: u64 },
    /// Role, unit or status were changed.
    UserChanged {
        id: Uuid,
        role: Role,
        unit: UnitCode,
        status: UserStatus,
    },

    /// Somebody signed in.
    SessionStarted {
        id: Uuid,
        user: Uuid,
        refresh: [u8; 32],
        step: u64,
        expires_at: Time,
    },
    /// A refresh token was exchanged for the next.
    SessionRefreshed {
        id: Uuid,
        refresh: [u8; 32],
        expires_at: Time,
    },
    /// The second factor was shown again.
    SteppedUp { id: Uuid, step: u64 },
    /// A session ended.
    SessionEnded { id: Uuid },
    /// Every session of a user ended.
    SessionsEnded { user: Uuid },
    /// Somebody who named this account failed to sign in.
    SignInFailed { user: Uuid },

    /// A partner was added.
    PartnerAdded {
        id: Uuid,
        name: String,
        kind: PartnerKind,
        scopes: Vec<Scope>,
        kinds: Kinds,
        public_key: Option<[u8; 32]>,
    },
    /// What a partner may do was changed.
    PartnerChanged {
        id: Uuid,
        name: String,
        scopes: Vec<Scope>,
        kinds: Kinds,
        status: PartnerStatus,
        public_key: Option<[u8; 32]>,
    },
    /// A partner got a new secret; the old one is worthless.
    PartnerSecretChanged { id: Uuid, generation: u32 },

    /// A signing key came into use.
    KeyAdded { kid: String },
    /// A signing key was withdrawn.
    KeyRetired { kid: String },

    /// A key that signs the ledger came into use, as its verifier key.
    LedgerKeyAdded { verifier_key: String },
    /// A key signs the ledger no more.
    LedgerKeyRetired { verifier_key: String },
    /// Nothing happened for an hour: the ledger says so, so that a copy knows it is fresh.
    Beat,

    /// A text about a listing is to be destroyed in the journal, and is forgotten here.
    Erased { part: PartRef, listing: Uuid },
    /// Everything that says who a listing is about is to be destroyed, and is forgotten here.
    ListingErased { id: Uuid },
    /// The identifiers of a row of an office list are to be destroyed, and are forgotten here.
    RowErased { import: Uuid, line: u32 },
    /// Parts of the journal that were to be destroyed are destroyed.
    Destroyed { parts: Vec<PartRef> },
    /// Receipts, ended sessions and stale staging older than this were dropped.
    Tidied { before: Time },
    /// What the installation's master secret is known by, so that another one is refused.
    MasterSecretNamed { check: [u8; 32] },
    /// An administrator confirmed the clock of the machine, which was not believed.
    /// The record's own time is what the clock showed.
    ClockConfirmed { reason: Option<Part> },
    /// The time that counts, told while the ledger's leaves tell a later one: they never go back.
    TimeTrusted { at: Time },
}

/// The public side of one journal record.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Time,
    /// Who.
    pub by: Actor,
    /// What, in order; applied together.
    pub changes: Vec<Change>,
    /// For a request that may be sent again.
    pub receipt: Option<Receipt>,
    /// Commitments of the ledger leaves that the changes make, in order. They outlive what they
    /// commit to, so that the ledger stays what it was after an erasure.
    pub commitments: Vec<[u8; 32]>,
}

impl Change {
    /// Most ledger leaves it can make.
    pub fn max_leaves(&self) -> usize {
        match self {
            Self::Confirmed { .. }
            | Self::Renewed { .. }
            | Self::Delisted { .. }
            | Self::Expired { .. }
            | Self::ListingErased { .. }
            | Self::LedgerKeyAdded { .. }
            | Self::Beat => 1,
            Self::ImportConfirmed { listings, .. } => listings.len(),
            _ => 0,
        }
    }
}
