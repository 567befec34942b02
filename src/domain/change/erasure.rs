//! Erasures: written down first, carried out in the journal afterwards.

use serde::{Deserialize, Serialize};

use crate::domain::part::{Holder, PartRef};

/// What was erased, by whose it was. Retention is the same: what is kept until a time is erased when it is over.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErasureChange {
    /// One part of a holder is to be destroyed in the journal, and is forgotten here.
    Part { holder: Holder, part: PartRef },
    /// Everything that says who the holder is about is to be destroyed, and is forgotten here.
    Everything { holder: Holder },
    /// Parts of the journal that were to be destroyed are destroyed.
    Destroyed { parts: Vec<PartRef> },
}

impl ErasureChange {
    /// The [`super::REVISION`] that each came with.
    pub(super) const fn since(&self) -> u16 {
        match self {
            Self::Part { holder, .. } | Self::Everything { holder } => holder.since(),
            Self::Destroyed { .. } => 1,
        }
    }

    pub(super) const fn max_leaves(&self) -> usize {
        match self {
            Self::Everything {
                holder: Holder::Listing(_),
            } => 1,
            Self::Everything {
                holder:
                    Holder::ImportRow { .. }
                    | Holder::Import(_)
                    | Holder::Account(_)
                    | Holder::Registry
                    | Holder::Approval(_)
                    | Holder::Report(_),
            }
            | Self::Part { .. }
            | Self::Destroyed { .. } => 0,
        }
    }
}
