//! How a command ends.

use thiserror::Error;

use crate::{
    config::ConfigError,
    office_list::ListError,
    registry::{RegistryError, StartError},
    server::ServerError,
    sync::error::SyncError,
};

/// Why a command could not do it.
#[derive(Debug, Error)]
pub enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error(transparent)]
    Sync(#[from] SyncError),
    #[error(transparent)]
    List(#[from] ListError),
    #[error("name the data folder with --data DIR")]
    NoData,
    /// The service said why, and with which exit code it ends.
    #[error("exit code {0}")]
    Told(u8),
    #[error("{0}")]
    Usage(String),
    #[error("the system gives this program too few {what}: raise the limit")]
    Starved {
        what: &'static str,
        #[source]
        source: std::io::Error,
    },
    #[error("{what}")]
    Io {
        what: String,
        #[source]
        source: std::io::Error,
    },
}

/// How a command ended when it could do its work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 1: the answer is no.
    No,
}

impl Outcome {
    /// The exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 1,
        }
    }
}
