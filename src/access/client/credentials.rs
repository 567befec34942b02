//! What a partner's program shows, and what can be wrong with it.

use std::fmt;

use jsonwebtoken::dangerous::insecure_decode_claims;
use serde::Deserialize;
use thiserror::Error;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::access::token::MAX_TOKEN_BYTES;

/// How far ahead a client's assertion may run out. What lives longer would have to be remembered
/// longer against being used twice.
pub const ASSERTION_SECONDS: i64 = 3_600;
/// How far a client's clock may be from ours. Its own machines are less well kept than those that read our tokens.
pub const CLOCK_SECONDS: i64 = 60;
/// The only `client_assertion_type` (RFC 7523 §2.2).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What went wrong, in the words of OAuth (RFC 6749 §5.2). It says no more, so that nobody learns
/// which part of a credential was wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ClientError {
    #[error("the request is malformed, or authenticates in two ways at once")]
    InvalidRequest,
    #[error("the client is unknown, suspended, or its credentials are wrong")]
    InvalidClient,
    /// Said only to who signed: all else of the assertion is right.
    #[error("the assertion's times are not good by the server's clock: set the client's clock")]
    WrongClock,
    #[error("the grant is wrong or has run out")]
    InvalidGrant,
    #[error("the client may not use this grant")]
    UnauthorizedClient,
    #[error("only client_credentials is granted here")]
    UnsupportedGrantType,
    #[error("a scope is unknown or wasn't given to this client")]
    InvalidScope,
}

impl ClientError {
    /// The word for `error` in the answer.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient | Self::WrongClock => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
        }
    }
}

impl ClientError {
    /// What to do about it, where more may be said than the word.
    pub const fn description(self) -> &'static str {
        match self {
            Self::WrongClock => {
                "The times in the assertion (exp, nbf, iat) are not good by the server's clock, which the Date header tells: set the client's clock, and let the assertion run out within an hour."
            }
            Self::InvalidRequest
            | Self::InvalidClient
            | Self::InvalidGrant
            | Self::UnauthorizedClient
            | Self::UnsupportedGrantType
            | Self::InvalidScope => "See RFC 6749, section 5.2.",
        }
    }
}

/// What a program shows. Nothing about it has been checked.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A shared secret.
    Secret {
        /// The partner it says it is.
        client_id: Uuid,
        /// What it shows for it.
        secret: Zeroizing<String>,
    },
    /// A JWT that the program signed.
    Assertion {
        /// The partner it says it is.
        client_id: Uuid,
        /// What it shows for it.
        assertion: String,
    },
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self {
            Self::Secret { .. } => "secret",
            Self::Assertion { .. } => "assertion",
        };
        write!(f, "Credentials({} by {way} …)", self.client_id())
    }
}

impl Credentials {
    /// The partner to look up.
    pub const fn client_id(&self) -> Uuid {
        match self {
            Self::Secret { client_id, .. } | Self::Assertion { client_id, .. } => *client_id,
        }
    }

    /// An assertion, with the client that it names itself.
    pub(super) fn from_assertion(assertion: String) -> Result<Self, ClientError> {
        #[derive(Deserialize)]
        struct Named {
            sub: Uuid,
        }
        if assertion.len() > MAX_TOKEN_BYTES {
            return Err(ClientError::InvalidClient);
        }
        // Only to find the partner whose key it is checked with.
        let named: Named =
            insecure_decode_claims(&assertion).map_err(|_| ClientError::InvalidClient)?;
        Ok(Self::Assertion {
            client_id: named.sub,
            assertion,
        })
    }
}
