//! What `verify` found.

use thiserror::Error;
use uuid::Uuid;

use super::{data_folder::StartError, sealed_files::Fault};
use crate::{
    journal::{OpenError, Summary},
    store::StoreError,
};

/// What was found in order.
pub struct Verified {
    pub journal: Summary,
    /// Listings in force.
    pub live: u64,
    pub ledger_size: u64,
    /// Hexadecimal digest of the live set.
    pub digest: String,
    /// Whether the store was there to be compared: it can't be opened on a disk that takes no writes.
    pub is_store_compared: bool,
}

/// The first thing that is wrong.
#[derive(Debug, Error)]
pub enum Wrong {
    #[error(transparent)]
    CannotTell(#[from] StartError),
    /// The journal itself is damaged: restore it from a backup.
    #[error(transparent)]
    Journal(OpenError),
    /// The master secret is gone, or another one.
    #[error(transparent)]
    Secrets(StartError),
    /// The ledger is not the one that was published, or breaks its own rules.
    #[error("{0}")]
    Ledger(String),
    /// A sealed file of a report is not what came, or gone.
    #[error("{what}; restore it from a backup (it is named by the report {report})")]
    File { report: Uuid, what: String },
    /// The store can't be read.
    #[error("the store can't be opened ({0}); `canhgiac rebuild` mends it")]
    Store(StoreError),
    /// The store has records that the journal has not.
    #[error(
        "acknowledged records are missing from the journal, the store has {0}; put a newer copy of the journal back, or give them up with `canhgiac rebuild --accept-loss`"
    )]
    Loss(String),
    #[error(
        "the store is at position {store}, the journal at {journal}; `canhgiac rebuild` mends it"
    )]
    Position { store: u64, journal: u64 },
    #[error(
        "the store's table `{table}` differs from what the journal says, first at row {row}{}{}; `canhgiac rebuild` mends it",
        position.map(|p| format!(" (last changed at position {p})")).unwrap_or_default(),
        unreadable.as_ref().map(|error| format!(", which can't be read: {error}")).unwrap_or_default()
    )]
    Row {
        table: &'static str,
        row: u64,
        position: Option<u64>,
        unreadable: Option<StoreError>,
    },
}

impl From<Fault> for Wrong {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::CannotTell(error) => Self::CannotTell(error),
            Fault::File { report, what } => Self::File { report, what },
        }
    }
}
