//! A signed-in person.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::time::Time;

/// A session of a user. Access tokens name it, and it is looked up on each request, so ending it
/// works at once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Session {
    /// Id, in access tokens as `sid`.
    pub id: Uuid,
    /// Whose it is.
    pub user: Uuid,
    /// SHA-256 of the only refresh token that is good now.
    pub refresh: [u8; 32],
    /// When the second factor was last shown.
    pub second_factor_at: Time,
    /// When it began.
    pub started_at: Time,
    /// When it ends unless refreshed.
    pub expires_at: Time,
}

impl Session {
    /// The session for who holds a token of a time when the second factor was shown no later than this.
    pub fn as_shown(self, at: Time) -> Self {
        Self {
            second_factor_at: self.second_factor_at.min(at),
            ..self
        }
    }
}
