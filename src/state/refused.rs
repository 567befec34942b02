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
    /// The report itself refuses it.
    #[error(transparent)]
    Report(#[from] ReportRefusal),
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

/// Why something can't be done to a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ReportRefusal {
    /// Somebody did something to it since it was read.
    #[error("the report has changed since it was read")]
    Stale,
    /// It is not in a state in which this can be done.
    #[error("the report is not open for this")]
    NotOpen,
    /// The unit may not decide this: only investigating units resolve a loss.
    #[error("the unit is not competent")]
    NotCompetent,
    /// A handling is suspended only after its term.
    #[error("the term is not over yet")]
    TooEarly,
    /// The term was prolonged as often as the law allows.
    #[error("the term can't be prolonged any more")]
    NoMoreExtensions,
    /// Neither the caller nor the receiver of money: it is proposed only by who says so twice.
    #[error("the identifier has another role")]
    OtherRole,
    /// The reporter wrote as much as can be taken.
    #[error("too many messages")]
    TooManyMessages,
    /// There are as many files as can be kept.
    #[error("too many files")]
    TooManyFiles,
    /// The sealed part was erased, or there is none.
    #[error("there is nothing to open")]
    NothingSealed,
    /// As much was written down about it as can be kept.
    #[error("the history is full")]
    Full,
}

/// Bad field of a request.
pub const fn field(pointer: &'static str, code: &'static str) -> Refused {
    Refused::Field { pointer, code }
}
