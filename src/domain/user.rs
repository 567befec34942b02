//! People who sign in: officers, supervisors, auditors, procurators, administrators.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    credential::{Credential, Factor},
    role::Role,
    time::Time,
    unit::UnitCode,
};

/// Longest user name, in characters.
pub const MAX_USERNAME: usize = 40;
/// Shortest user name, in characters.
pub const MIN_USERNAME: usize = 3;

/// A sign-in name: `[a-z0-9._-]`, 3 to 40 characters, kept in lower case.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Username(String);

/// Why a text is not a user name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("a user name has {MIN_USERNAME} to {MAX_USERNAME} of the characters a-z, 0-9, . _ -")]
pub struct BadUsername;

impl Username {
    /// Reads a user name; capitals are folded.
    ///
    /// # Errors
    /// [`BadUsername`] when it is too short, too long or has other characters.
    pub fn parse(text: &str) -> Result<Self, BadUsername> {
        let name = text.trim().to_ascii_lowercase();
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
        if (MIN_USERNAME..=MAX_USERNAME).contains(&name.len()) && name.bytes().all(allowed) {
            Ok(Self(name))
        } else {
            Err(BadUsername)
        }
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Username {
    type Error = BadUsername;
    fn try_from(text: String) -> Result<Self, BadUsername> {
        Self::parse(&text)
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

/// Where an account stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    /// Has a one-time code and has not yet chosen a password and second factor.
    Invited,
    /// May sign in.
    Active,
    /// May not sign in; every session is over.
    Suspended,
}

/// A user account as the store keeps it. Holds no secret that could sign in by itself: the second
/// factor is derived from the installation's master secret and [`User::generation`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Stable id, used in tokens.
    pub id: Uuid,
    /// Sign-in name, unique for ever.
    pub username: Username,
    /// What the account may do.
    pub role: Role,
    /// The unit it belongs to; rights reach this unit and those below it.
    pub unit: UnitCode,
    /// Whether it may sign in.
    pub status: UserStatus,
    /// What it signs in with, once enrolled.
    pub credentials: Vec<Credential>,
    /// Counts invitations: a new one makes the old code and the old second factor worthless.
    pub generation: u32,
    /// Drawn when an enrolment begins, and part of what the second factor is derived from: beginning again makes the
    /// factor of whoever began before worthless.
    pub enrolment: Option<[u8; 16]>,
    /// When the present invitation ends.
    pub invited_until: Time,
    /// When the account was made.
    pub created_at: Time,
    /// Increased by each change of the account, for `ETag`.
    pub version: u32,
    /// The approval by a second person that it lacks: until then it decides nothing.
    pub approval: Option<Uuid>,
}

impl User {
    /// The hash of its password, once chosen.
    pub fn password(&self) -> Option<&str> {
        self.credentials
            .iter()
            .find_map(|credential| match credential {
                Credential::Password { hash } => Some(hash.as_str()),
                Credential::Totp { .. } | Credential::Passkey { .. } | Credential::Oidc { .. } => {
                    None
                }
            })
    }

    /// The TOTP time step last used; 0 before the first.
    pub fn last_step(&self) -> u64 {
        let step = self
            .credentials
            .iter()
            .find_map(|credential| match credential {
                Credential::Totp { last_step } => Some(*last_step),
                Credential::Password { .. }
                | Credential::Passkey { .. }
                | Credential::Oidc { .. } => None,
            });
        step.unwrap_or_default()
    }

    /// Takes note that a second factor was shown: the first time of each kind, it becomes a credential.
    pub fn show(&mut self, factor: &Factor) {
        let shown = match factor {
            Factor::Totp { step } => Credential::Totp { last_step: *step },
            Factor::Passkey {
                credential,
                counter,
            } => Credential::Passkey {
                id: credential.clone(),
                counter: *counter,
            },
            Factor::Oidc { issuer, subject } => Credential::Oidc {
                issuer: issuer.clone(),
                subject: subject.clone(),
            },
        };
        let known = self
            .credentials
            .iter_mut()
            .find(|known| known.is_same(&shown));
        match known {
            Some(known) => *known = shown,
            None => self.credentials.push(shown),
        }
    }

    /// Whether a second factor was ever shown to work.
    pub fn is_enrolled(&self) -> bool {
        self.credentials.iter().any(|credential| match credential {
            Credential::Totp { .. } | Credential::Passkey { .. } | Credential::Oidc { .. } => true,
            Credential::Password { .. } => false,
        })
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("role", &self.role)
            .field("unit", &self.unit)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Username;

    #[test]
    fn a_user_name_is_folded_and_bounded() {
        assert_eq!(
            Username::parse(" An.Nguyen ").unwrap().as_str(),
            "an.nguyen"
        );
        for good in ["abc", &"a".repeat(40)] {
            assert!(Username::parse(good).is_ok(), "{good}");
        }
        for bad in ["ab", "", "a b c", "nguyễn", &"a".repeat(41)] {
            assert!(Username::parse(bad).is_err(), "{bad}");
        }
    }
}
