//! Erasable parts of the journal.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::time::Time;

/// Number of a private part within its record.
pub type Part = u16;

/// Where an erasable text stands in the journal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
pub struct PartRef {
    /// Journal position of the record.
    pub seq: u64,
    /// Part within it.
    pub part: Part,
}

/// Whose a private part is. Part of the journal's format: variants are appended only.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
pub enum Holder {
    /// One listing.
    Listing(Uuid),
    /// One row of an office list.
    ImportRow { import: Uuid, line: u32 },
    /// An office list as a whole.
    Import(Uuid),
    /// A user account.
    Account(Uuid),
    /// The registry itself.
    Registry,
    /// An act that wants a second person.
    Approval(Uuid),
    /// What a citizen reported.
    Report(Uuid),
}

impl Holder {
    /// The revision of the journal's vocabulary that the word came with.
    pub const fn since(&self) -> u16 {
        match self {
            Self::Listing(_)
            | Self::ImportRow { .. }
            | Self::Import(_)
            | Self::Account(_)
            | Self::Registry
            | Self::Approval(_) => 1,
            Self::Report(_) => 6,
        }
    }
}

/// An erasable text, and where the journal keeps it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KeptText {
    pub text: String,
    pub place: PartRef,
}

/// What a record says of one of its private parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Kept {
    pub holder: Holder,
    /// When it is erased by itself, if ever.
    pub keep_until: Option<Time>,
}
