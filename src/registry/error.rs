//! Why the registry did not do it, in its own words.

use thiserror::Error;

use crate::{
    access::capability::Denied,
    domain::{listing::Refusal, reading::Unreadable},
    journal::{AppendError, ReadError},
    state::refused::{self, Refused},
    store::StoreError,
};

/// A refusal or a failure. Nothing was changed when one is returned.
#[derive(Debug, Error)]
pub enum RegistryError {
    /// The decision was not taken, or what was asked for is not there.
    #[error(transparent)]
    Refused(Refused),
    /// The caller has no right to it.
    #[error("not allowed")]
    Denied(#[from] Denied),
    /// Text that is not one identifier.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
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
    /// Nothing can be written at present: disk full, read-only, failing. Checks go on.
    #[error("the storage does not take writes at present")]
    Unavailable,
    /// It is not known yet whether the change stands; it shows itself when it does.
    #[error("it is not known yet whether the change was kept")]
    Pending,
    /// This machine has not yet what another one acknowledged.
    #[error("this machine is still catching up")]
    CatchingUp,
    /// A fault of the program or of stored data.
    #[error("internal fault: {0}")]
    Internal(String),
}

impl RegistryError {
    /// There is none, or it is not the asker's to see.
    pub const NOT_FOUND: Self = Self::Refused(Refused::NotFound);

    /// A field that can't be accepted: JSON pointer and machine word.
    pub const fn field(pointer: &'static str, code: &'static str) -> Self {
        Self::Refused(refused::field(pointer, code))
    }

    /// Whether the credentials that were shown don't fit.
    pub(super) const fn is_bad_credentials(&self) -> bool {
        matches!(self, Self::Refused(Refused::BadCredentials))
    }
}

impl From<Refused> for RegistryError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Denied(denied) => Self::Denied(denied),
            Refused::Store(error) => error.into(),
            refused @ (Refused::NotFound
            | Refused::Listing(_)
            | Refused::Report(_)
            | Refused::AlreadyListed(_)
            | Refused::AlreadyProposed(_)
            | Refused::ProposedElsewhere
            | Refused::AlreadyExists
            | Refused::LastAdmin
            | Refused::Official
            | Refused::Field { .. }
            | Refused::TooManyKeys
            | Refused::KeyReused
            | Refused::BadCredentials
            | Refused::BadRefresh
            | Refused::BadEnrolment) => Self::Refused(refused),
        }
    }
}

impl From<Refusal> for RegistryError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<StoreError> for RegistryError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Engine(_) | StoreError::Disk(_) => Self::Unavailable,
            StoreError::Damaged(_) | StoreError::Newer { .. } | StoreError::Misfit(_) => {
                Self::Internal(error.to_string())
            }
        }
    }
}

impl From<ReadError> for RegistryError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unavailable(_) => Self::Unavailable,
            ReadError::Damaged(_) | ReadError::Altered { .. } => Self::Internal(error.to_string()),
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
