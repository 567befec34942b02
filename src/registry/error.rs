//! Why the registry did not do it, in its own words.

use thiserror::Error;
use uuid::Uuid;

use crate::{
    access::capability::Denied,
    domain::{listing::Refusal, reading::Unreadable},
    journal::{AppendError, ReadError},
    store::StoreError,
};

/// A refusal or a failure. Nothing was changed when one is returned.
#[derive(Debug, Error)]
pub enum RegistryError {
    /// There is none, or it is not the asker's to see.
    #[error("there is no such thing")]
    NotFound,
    /// The caller has no right to it.
    #[error("not allowed")]
    Denied(#[from] Denied),
    /// The listing itself refuses the decision.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The identifier is in force already.
    #[error("already listed")]
    AlreadyListed(Uuid),
    /// Somebody proposed it already.
    #[error("already proposed")]
    AlreadyProposed(Uuid),
    /// A user name or protected identifier that exists.
    #[error("already exists")]
    AlreadyExists,
    /// Without this account nobody could administer any more.
    #[error("the last administrator")]
    LastAdmin,
    /// The identifier is protected.
    #[error("an official identifier can't be listed")]
    Official,
    /// Text that is not one identifier.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
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
    /// The password can be guessed.
    #[error("the password is too weak")]
    WeakPassword(&'static str),
    /// Too many failed attempts.
    #[error("too many attempts")]
    SlowDown { seconds: u64 },
    /// The cursor is not one of ours.
    #[error("bad cursor")]
    BadCursor,
    /// The partner's position is beyond the ledger.
    #[error("the cursor is ahead of the ledger")]
    CursorAhead,
    /// The partner is so far behind that a snapshot is the shorter way.
    #[error("the cursor is too old")]
    CursorTooOld,
    /// An office list that can't be read.
    #[error(transparent)]
    List(#[from] crate::office_list::ListError),
    /// Nothing can be written at present: disk full, read-only, failing. Checks go on.
    #[error("the storage does not take writes at present")]
    Unavailable,
    /// A fault of the program or of stored data.
    #[error("internal fault: {0}")]
    Internal(String),
}

impl From<StoreError> for RegistryError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Engine(_) => Self::Unavailable,
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<ReadError> for RegistryError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unavailable(_) => Self::Unavailable,
            ReadError::Damaged(damage) => Self::Internal(damage.to_string()),
        }
    }
}

impl From<AppendError> for RegistryError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Unavailable(_) | AppendError::Unknown(_) => Self::Unavailable,
            AppendError::Conflict { .. } | AppendError::Refused(_) => {
                Self::Internal(error.to_string())
            }
        }
    }
}

/// Bad field of a request.
pub(super) const fn field(pointer: &'static str, code: &'static str) -> RegistryError {
    RegistryError::Field { pointer, code }
}
