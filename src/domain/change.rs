//! One thing that happened, in the past tense: the only way state changes.
//!
//! An [`Entry`] is what one journal record holds: who did what, when. What is about persons (the identifier of a
//! listing, evidence notes, reasons, password hashes) is not in it: a change names a [`Part`] of the record's private
//! side, which can be erased while the chain stays verifiable.
//!
//! # The vocabulary is for ever
//!
//! Journals of released versions open for ever, so a variant or a field here is never taken out, moved or changed; new
//! variants are appended to the enum of their subject, new subjects to [`Change`], and [`REVISION`] goes up. Nothing
//! here is listed per kind of identifier. `tests/samples/journal-3` holds every variant, and every build replays it.
//!
//! What is to come has its place: a proposal withdrawn is a [`ListingChange`]; a unit's own phone and address, and what
//! partners acknowledged are subjects of their own.

mod account;
mod approval;
mod clock;
mod erasure;
mod import;
mod key;
mod listing;
mod official;
mod partner;
mod registry;
mod report;
mod session;
mod trail;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::{
    account::AccountChange,
    approval::ApprovalChange,
    clock::ClockChange,
    erasure::ErasureChange,
    import::{ImportChange, ImportRow, RowOutcome, RowProposal},
    key::{KeyChange, LedgerChange},
    listing::ListingChange,
    official::OfficialChange,
    partner::PartnerChange,
    registry::RegistryChange,
    report::{ReportChange, ReportReceived},
    session::SessionChange,
    trail::TrailChange,
};
pub use super::{
    actor::Actor,
    credential::Factor,
    part::{Holder, Kept, Part, PartRef},
};
use super::{approval::Act, time::Time};

/// Most changes in one entry.
pub const MAX_CHANGES: usize = 1_000;

/// How many times the vocabulary has grown. A record says which of them is needed to understand it.
pub const REVISION: u16 = 7;

/// A request that may be sent again (`Idempotency-Key`): what it made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// SHA-256 of the caller, the route and the key.
    pub key: [u8; 32],
    /// SHA-256 of the request body.
    pub body: [u8; 32],
    /// What it created.
    pub created: Uuid,
}

/// What happened, by subject.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    Registry(RegistryChange),
    Listing(ListingChange),
    Import(ImportChange),
    Official(OfficialChange),
    Account(AccountChange),
    Session(SessionChange),
    Partner(PartnerChange),
    Key(KeyChange),
    Ledger(LedgerChange),
    Erasure(ErasureChange),
    Clock(ClockChange),
    Approval(ApprovalChange),
    Trail(TrailChange),
    Report(ReportChange),
}

/// The public side of one journal record.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Time,
    /// Who.
    pub by: Actor,
    /// Who did it in the actor's name: the console, for a person of this registry.
    pub through: Option<Actor>,
    /// What, in order; applied together.
    pub changes: Vec<Change>,
    /// For a request that may be sent again.
    pub receipt: Option<Receipt>,
    /// Of each private part, in order: whose it is, and until when it is kept.
    pub parts: Vec<Kept>,
    /// Version of the payloads that the leaves of this record commit to. A replay computes that version, whatever the
    /// feed shows by then.
    pub payload: u8,
    /// Commitments of the ledger leaves that the changes make, in order. They outlive what they commit to, so that
    /// the ledger stays what it was after an erasure.
    pub commitments: Vec<[u8; 32]>,
}

impl Entry {
    /// The [`REVISION`] without which it can't be understood; 1 for none in particular.
    pub fn must_understand(&self) -> u16 {
        let since = self.changes.iter().map(Change::since);
        since.max().unwrap_or(1)
    }

    /// Whether it founds this account: one that may decide, made or invited again at the machine itself without a second
    /// person being asked, since none could be.
    pub fn founds(&self, account: Uuid) -> bool {
        let invites = self.changes.iter().any(|change| {
            matches!(change, Change::Account(AccountChange::Invited { id, role, .. })
                if *id == account && role.decides())
        });
        let asks = self.changes.iter().any(|change| {
            matches!(change, Change::Approval(ApprovalChange::Asked { act: Act::Account { user, .. }, .. })
                if *user == account)
        });
        self.by == Actor::Console && invites && !asks
    }
}

macro_rules! subjects {
    ($($subject:ident($change:ty)),+) => { $(
        impl From<$change> for Change {
            fn from(change: $change) -> Self {
                Self::$subject(change)
            }
        }
    )+ };
}

subjects!(
    Registry(RegistryChange),
    Listing(ListingChange),
    Import(ImportChange),
    Official(OfficialChange),
    Account(AccountChange),
    Session(SessionChange),
    Partner(PartnerChange),
    Key(KeyChange),
    Ledger(LedgerChange),
    Erasure(ErasureChange),
    Clock(ClockChange),
    Approval(ApprovalChange),
    Trail(TrailChange),
    Report(ReportChange)
);

impl Change {
    /// Most ledger leaves it can make.
    pub fn max_leaves(&self) -> usize {
        match self {
            Self::Listing(change) => change.max_leaves(),
            Self::Import(change) => change.max_leaves(),
            Self::Official(change) => change.max_leaves(),
            Self::Ledger(change) => change.max_leaves(),
            Self::Erasure(change) => change.max_leaves(),
            Self::Registry(_)
            | Self::Account(_)
            | Self::Session(_)
            | Self::Partner(_)
            | Self::Key(_)
            | Self::Clock(_)
            | Self::Approval(_)
            | Self::Trail(_)
            | Self::Report(_) => 0,
        }
    }

    /// The [`REVISION`] that it came with. A word that is added later to a list inside a change (a kind, a role) counts as
    /// one too.
    pub fn since(&self) -> u16 {
        match self {
            Self::Registry(change) => change.since(),
            Self::Listing(change) => change.since(),
            Self::Import(change) => change.since(),
            Self::Official(change) => change.since(),
            Self::Account(change) => change.since(),
            Self::Session(change) => change.since(),
            Self::Partner(change) => change.since(),
            Self::Key(change) => change.since(),
            Self::Ledger(change) => change.since(),
            Self::Erasure(change) => change.since(),
            Self::Clock(change) => change.since(),
            Self::Approval(change) => change.since(),
            Self::Trail(change) => change.since(),
            Self::Report(change) => change.since(),
        }
    }
}
