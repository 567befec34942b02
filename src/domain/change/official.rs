//! Changes of protected identifiers.

use serde::{Deserialize, Serialize};

use crate::domain::key::Key;

/// What happened to protected identifiers: those of institutions, public by their nature. All that is written since
/// revision 3 makes a leaf of the ledger.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum OfficialChange {
    /// It was added, by a program that made no leaf of it.
    Added {
        key: Key,
        name_vi: String,
        name_en: String,
    },
    /// It was taken out, by a program that made no leaf of it.
    Removed { key: Key },
    /// It is protected from here on; one that was protected before is told to the public from here on.
    Protected {
        key: Key,
        name_vi: String,
        name_en: String,
    },
    /// It is not protected any more.
    Unprotected { key: Key },
    /// Those that come with the program are those of a table with this SHA-256 from here on.
    TableNamed { digest: [u8; 32] },
}

impl OfficialChange {
    /// Most ledger leaves it can make.
    pub(super) const fn max_leaves(&self) -> usize {
        match self {
            Self::Added { .. } | Self::Removed { .. } => 0,
            Self::Protected { .. } | Self::Unprotected { .. } | Self::TableNamed { .. } => 1,
        }
    }

    /// The [`super::REVISION`] that each came with.
    pub(super) const fn since(&self) -> u16 {
        match self {
            Self::Added { .. } | Self::Removed { .. } => 1,
            Self::Protected { .. } | Self::Unprotected { .. } | Self::TableNamed { .. } => 3,
        }
    }
}
