//! Changes of the keys that sign tokens, and of the ledger itself.

use serde::{Deserialize, Serialize};

use crate::domain::part::Part;

/// What happened to a key that signs tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyChange {
    /// It came into use.
    Added {
        kid: String,
        /// The private key under the master secret, where every machine is to have it.
        wrapped: Option<Part>,
    },
    /// It was withdrawn.
    Retired { kid: String },
}

/// What happened to the ledger itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LedgerChange {
    /// A key that signs the ledger came into use, as its verifier key.
    KeyAdded {
        verifier_key: String,
        /// The private key under the master secret, where every machine is to have it.
        wrapped: Option<Part>,
    },
    /// A key signs the ledger no more. No leaf says so: copies went on to trust it.
    KeyRetired { verifier_key: String },
    /// Nothing happened for an hour: the ledger says so, so that a copy knows it is fresh.
    Heartbeat,
    /// A leaf says that a key signs the ledger no more; it did until now, or was retired without a leaf.
    KeyRetiredByLeaf { verifier_key: String },
    /// A key is about to be retired: the last checkpoint that it signed, which holds the leaf of a key that stays. Whoever
    /// trusts the one is led to the other.
    HandedOver {
        verifier_key: String,
        /// The verifier key that stays.
        to: String,
        /// The signed note (C2SP tlog-checkpoint).
        checkpoint: String,
    },
}

impl KeyChange {
    /// The [`super::REVISION`] that each came with.
    pub(super) const fn since(&self) -> u16 {
        match self {
            Self::Added { .. } | Self::Retired { .. } => 1,
        }
    }
}

impl LedgerChange {
    /// The [`super::REVISION`] that each came with.
    pub(super) const fn since(&self) -> u16 {
        match self {
            Self::KeyAdded { .. } | Self::KeyRetired { .. } | Self::Heartbeat => 1,
            Self::KeyRetiredByLeaf { .. } => 3,
            Self::HandedOver { .. } => 4,
        }
    }

    pub(super) const fn max_leaves(&self) -> usize {
        match self {
            Self::KeyAdded { .. } | Self::Heartbeat | Self::KeyRetiredByLeaf { .. } => 1,
            Self::KeyRetired { .. } | Self::HandedOver { .. } => 0,
        }
    }
}
