//! Changes of partners.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{
    client_key::ClientKeys,
    identifier::Kinds,
    partner::{PartnerKind, PartnerStatus, Scope},
    time::Time,
};

/// What happened to one partner.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartnerChange {
    /// It was added.
    Added {
        id: Uuid,
        name: String,
        kind: PartnerKind,
        scopes: Vec<Scope>,
        kinds: Kinds,
        keys: ClientKeys,
    },
    /// What it may do was changed.
    Changed {
        id: Uuid,
        name: String,
        scopes: Vec<Scope>,
        kinds: Kinds,
        status: PartnerStatus,
        keys: ClientKeys,
    },
    /// It got a new secret; the old one is worthless.
    SecretReplaced { id: Uuid, generation: u32 },
    /// It got a new secret; the old one is good until then, so that its machines can change over one after another.
    SecretRenewed {
        id: Uuid,
        generation: u32,
        old_until: Time,
    },
}

impl PartnerChange {
    /// The [`super::REVISION`] that each came with.
    pub(super) fn since(&self) -> u16 {
        match self {
            Self::Added { scopes, keys, .. } | Self::Changed { scopes, keys, .. } => {
                let since = scopes.iter().map(|scope| scope.since());
                since.chain([keys.since()]).max().unwrap_or(1)
            }
            Self::SecretReplaced { .. } => 1,
            Self::SecretRenewed { .. } => 5,
        }
    }
}
