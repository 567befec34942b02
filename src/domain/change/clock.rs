//! Changes of what is known of time.

use serde::{Deserialize, Serialize};

use crate::domain::{part::Part, time::Time};

/// What became known of time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClockChange {
    /// An administrator confirmed the clock of the machine, which was not believed. The record's own time is what the
    /// clock showed.
    Confirmed { reason: Option<Part> },
    /// The time that counts, told while the ledger's leaves tell a later one: they never go back.
    Trusted { at: Time },
}

impl ClockChange {
    /// The [`super::REVISION`] that each came with.
    pub(super) const fn since(&self) -> u16 {
        match self {
            Self::Confirmed { .. } | Self::Trusted { .. } => 1,
        }
    }
}
