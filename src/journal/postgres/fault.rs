//! Why the database is of no use.

use std::io;

use thiserror::Error;

use crate::journal::Standing;

/// Why the database is of no use at present.
#[derive(Debug, Error)]
pub(super) enum Fault {
    #[error("the database refused: {0}")]
    Refused(String),
    #[error("the database can't be reached: {0}")]
    Unreachable(String),
    #[error("the database does not answer in time")]
    Slow,
    #[error("the connection to the database is closed")]
    Closed,
    #[error("the database has version {0}; it takes 15 or later")]
    TooOld(i32),
    #[error("the database runs with {0}: it would lose what it acknowledged")]
    Careless(&'static str),
    #[error(
        "the database waits for no copy (synchronous_standby_names is empty): what it acknowledges is lost with its machine. Configure a quorum, or set journal.allow_asynchronous"
    )]
    Asynchronous,
    #[error("too few copies of the database answer: it acknowledges nothing")]
    NoQuorum,
    #[error("the server has less than was known: another took its place")]
    Deposed,
    #[error("the wait for copies was broken off: it is not known whether the records stay")]
    Uncopied,
    #[error(
        "the database has not record {0} as this node has it: it was restored from an older copy, or is another journal. Nothing is written until an operator decides"
    )]
    Contradicts(u64),
    #[error("a row of the journal can't be read: {0}")]
    Misfit(&'static str),
}

impl Fault {
    pub(super) fn standing(&self) -> Standing {
        match self {
            Self::Contradicts(_) => Standing::Contradicts,
            Self::Refused(_)
            | Self::Unreachable(_)
            | Self::Slow
            | Self::Closed
            | Self::TooOld(_)
            | Self::Careless(_)
            | Self::Asynchronous
            | Self::NoQuorum
            | Self::Deposed
            | Self::Uncopied
            | Self::Misfit(_) => Standing::Unreachable,
        }
    }
}

/// The server's code and message; never the rows that its details would show.
impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(told) => Self::Refused(format!("{} {}", told.code().code(), told.message())),
            None if error.is_closed() => Self::Closed,
            None => Self::Unreachable(error.to_string()),
        }
    }
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        Self::other(fault)
    }
}
