//! Changes of approvals.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{approval::Act, part::Part, time::Time, unit::UnitCode};

/// What happened to an act that wants a second person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApprovalChange {
    /// Somebody asked for it.
    Asked {
        id: Uuid,
        act: Act,
        /// The unit that it concerns.
        unit: UnitCode,
        until: Time,
        reason: Option<Part>,
    },
    /// A person agreed. The act itself is a change of its own beside it, once enough did.
    Agreed { id: Uuid, reason: Option<Part> },
    /// A person refused it.
    Refused { id: Uuid, reason: Option<Part> },
    /// Nobody agreed in time.
    Lapsed { id: Uuid },
}

impl ApprovalChange {
    /// The [`super::REVISION`] that each came with.
    pub(super) const fn since(&self) -> u16 {
        match self {
            Self::Asked { .. }
            | Self::Agreed { .. }
            | Self::Refused { .. }
            | Self::Lapsed { .. } => 2,
        }
    }
}
