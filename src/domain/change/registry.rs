//! Changes of the registry as a whole.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::time::Time;

/// What happened to the registry as a whole.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RegistryChange {
    /// It was founded.
    Founded { installation: Uuid },
    /// What the installation's master secret is known by, so that another one is refused.
    MasterSecretNamed { check: [u8; 32] },
    /// Receipts, ended sessions and stale staging older than this were dropped.
    Pruned { before: Time },
}

impl RegistryChange {
    /// The [`super::REVISION`] that each came with.
    pub(super) const fn since(&self) -> u16 {
        match self {
            Self::Founded { .. } | Self::MasterSecretNamed { .. } | Self::Pruned { .. } => 1,
        }
    }
}
