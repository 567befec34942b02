//! Changes of protected identifiers.

use serde::{Deserialize, Serialize};

use crate::domain::key::Key;

/// What happened to a protected identifier: one of an institution, public by its nature.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum OfficialChange {
    /// It was added.
    Added {
        key: Key,
        name_vi: String,
        name_en: String,
    },
    /// It was taken out.
    Removed { key: Key },
}

impl OfficialChange {
    /// The [`super::REVISION`] that each came with.
    pub(super) const fn since(&self) -> u16 {
        match self {
            Self::Added { .. } | Self::Removed { .. } => 1,
        }
    }
}
