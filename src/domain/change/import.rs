//! Changes of office lists.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{identifier::Kind, method::MethodId, part::Part, time::Time, unit::UnitCode};

/// What happened to one office list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportChange {
    /// Rows were staged; nothing is proposed until [`ImportChange::Proposed`].
    Staged { import: Uuid, rows: Vec<ImportRow> },
    /// The whole list was proposed as one batch.
    Proposed {
        import: Uuid,
        unit: UnitCode,
        rows: u32,
        /// Name of the file.
        file: Option<Part>,
        /// Number of the document that the list came with.
        document: Option<Part>,
    },
    /// Proposals of the batch were confirmed together.
    Confirmed {
        import: Uuid,
        listings: Vec<Uuid>,
        /// Until when those of each kind are valid.
        valid_until: Vec<(Kind, Time)>,
        reason: Option<Part>,
    },
    /// Proposals of the batch were rejected together.
    Rejected {
        import: Uuid,
        listings: Vec<Uuid>,
        reason: Option<Part>,
    },
    /// A person took over proposals of a batch that was made at the machine itself, as the first of the two.
    Adopted {
        import: Uuid,
        listings: Vec<Uuid>,
        reason: Option<Part>,
    },
}

impl ImportChange {
    /// The [`super::REVISION`] that each came with.
    pub(super) const fn since(&self) -> u16 {
        match self {
            Self::Staged { .. }
            | Self::Proposed { .. }
            | Self::Confirmed { .. }
            | Self::Rejected { .. } => 1,
            Self::Adopted { .. } => 2,
        }
    }

    pub(super) fn max_leaves(&self) -> usize {
        match self {
            Self::Confirmed { listings, .. } => listings.len(),
            Self::Staged { .. }
            | Self::Proposed { .. }
            | Self::Rejected { .. }
            | Self::Adopted { .. } => 0,
        }
    }
}

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

impl RowOutcome {
    /// Its machine word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Doubtful => "doubtful",
            Self::Refused => "refused",
            Self::Skipped => "skipped",
            Self::AlreadyListed => "already_listed",
        }
    }
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
    /// The [`crate::domain::listing::Subject`].
    pub subject: Part,
}
