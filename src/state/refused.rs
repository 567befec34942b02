//! Why a decision is not taken.

use thiserror::Error;
use uuid::Uuid;

use crate::{access::capability::Denied, domain::listing::Refusal, store::StoreError};

/// Why a decision is not taken. Nothing was changed.
#[derive(Debug, Error)]
pub enum Refused {
    /// There is none, or it is not the asker's to see.
    #[error("there is no such thing")]
    NotFound,
    /// What the caller's right rests on does not stand any more.
    #[error("not allowed")]
    Denied(#[from] Denied),
    /// The listing itself refuses the decision.
    #[error(transparent)]
    Listing(#[from] Refusal),
    /// The identifier is in force already.
    #[error("already listed")]
    AlreadyListed(Uuid),
    /// Somebody proposed it already.
    #[error("already proposed")]
    AlreadyProposed(Uuid),
    #[error("a proposal of another unit waits already")]
    ProposedElsewhere,
    /// A user name or protected identifier that exists.
    #[error("already exists")]
    AlreadyExists,
    /// Without this account nobody could administer any more.
    #[error("the last administrator")]
    LastAdmin,
    /// The identifier is protected.
    #[error("an official identifier can't be listed")]
    Official,
    /// A field that can't be accepted: JSON pointer and machine word.
    #[error("bad field {pointer}: {code}")]
    Field {
        pointer: &'static str,
        code: &'static str,
    },
    /// As many keys are in use as can be.
    #[error(
        "too many keys are in use: withdraw an old one; a key of the tokens counts for 15 minutes after the next"
    )]
    TooManyKeys,
    /// The `Idempotency-Key` was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// User name, password or second factor do not fit.
    #[error("the credentials do not fit")]
    BadCredentials,
    /// The refresh token is over, replaced or unknown.
    #[error("the refresh token is not good")]
    BadRefresh,
    /// The one-time enrolment code does not fit or its time is over.
    #[error("the enrolment code does not fit")]
    BadEnrolment,
    /// The state could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Bad field of a request.
pub const fn field(pointer: &'static str, code: &'static str) -> Refused {
    Refused::Field { pointer, code }
}
