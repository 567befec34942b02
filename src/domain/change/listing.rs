//! Changes of listings.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{
    identifier::Kind, listing::ImportLine, method::MethodId, part::Part, time::Time, unit::UnitCode,
};

/// What happened to one listing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListingChange {
    /// An officer proposed it.
    Proposed {
        id: Uuid,
        kind: Kind,
        /// The [`crate::domain::listing::Subject`].
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
    /// A person took over a proposal that was made at the machine itself, as the first of the two.
    Adopted { id: Uuid, reason: Option<Part> },
}

impl ListingChange {
    /// The [`super::REVISION`] that each came with.
    pub(super) const fn since(&self) -> u16 {
        match self {
            Self::Proposed { .. }
            | Self::Confirmed { .. }
            | Self::Rejected { .. }
            | Self::Renewed { .. }
            | Self::Delisted { .. }
            | Self::Expired { .. } => 1,
            Self::Adopted { .. } => 2,
        }
    }

    pub(super) const fn max_leaves(&self) -> usize {
        match self {
            Self::Confirmed { .. }
            | Self::Renewed { .. }
            | Self::Delisted { .. }
            | Self::Expired { .. } => 1,
            Self::Proposed { .. } | Self::Rejected { .. } | Self::Adopted { .. } => 0,
        }
    }
}
