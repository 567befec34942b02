//! What accounts sign in with.

use serde::{Deserialize, Serialize};

/// Something that an account signs in with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Credential {
    /// Argon2id hash in PHC form.
    Password { hash: String },
    /// An authenticator application (RFC 6238). Its secret follows from [`super::user::User::generation`].
    Totp {
        /// The time step last used: a step is accepted once.
        last_step: u64,
    },
    /// A passkey (WebAuthn).
    Passkey { id: Vec<u8>, counter: u32 },
    /// An account at an identity provider (OpenID Connect).
    Oidc { issuer: String, subject: String },
}

impl Credential {
    /// Whether both are the same thing to sign in with, whatever they count.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Password { .. }, Self::Password { .. })
            | (Self::Totp { .. }, Self::Totp { .. }) => true,
            (Self::Passkey { id: one, .. }, Self::Passkey { id: other, .. }) => one == other,
            (Self::Oidc { .. }, Self::Oidc { .. }) => self == other,
            (
                Self::Password { .. }
                | Self::Totp { .. }
                | Self::Passkey { .. }
                | Self::Oidc { .. },
                _,
            ) => false,
        }
    }
}

/// A second factor that was shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Factor {
    /// A code of an authenticator application, by its time step (RFC 6238).
    Totp { step: u64 },
    /// A passkey (WebAuthn), by its id and signature counter.
    Passkey { credential: Vec<u8>, counter: u32 },
    /// A sign-in at an identity provider (OpenID Connect).
    Oidc { issuer: String, subject: String },
}
