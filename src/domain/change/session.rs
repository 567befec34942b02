//! Changes of sessions.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{credential::Factor, time::Time};

/// What happened to a session, or to an account that somebody tried to sign in with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionChange {
    /// Somebody signed in.
    Started {
        id: Uuid,
        user: Uuid,
        /// SHA-256 of the refresh token's secret.
        refresh: [u8; 32],
        factor: Factor,
        expires_at: Time,
    },
    /// A refresh token was exchanged for the next.
    Refreshed {
        id: Uuid,
        refresh: [u8; 32],
        expires_at: Time,
    },
    /// The second factor was shown again.
    SteppedUp { id: Uuid, factor: Factor },
    /// It ended.
    Ended { id: Uuid },
    /// Every session of a user ended.
    AllEnded { user: Uuid },
    /// Somebody who named this account failed to sign in. Written no more: [`super::TrailChange::Refused`] gathers them.
    SignInFailed { user: Uuid },
}

impl SessionChange {
    /// The [`super::REVISION`] that each came with.
    pub(super) const fn since(&self) -> u16 {
        match self {
            Self::Started { .. }
            | Self::Refreshed { .. }
            | Self::SteppedUp { .. }
            | Self::Ended { .. }
            | Self::AllEnded { .. }
            | Self::SignInFailed { .. } => 1,
        }
    }
}
