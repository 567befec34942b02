//! Files of a report, as the journal and the store know them: where the sealed bytes are, and what they must be.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::words::Side;
use crate::domain::{
    evidence::FileKind,
    part::{Part, PartRef},
    time::Time,
};

/// Most files that one report can have altogether.
pub const MAX_FILES_ALTOGETHER: usize = 25;
/// A file whose sealed bytes are on the disk.
#[derive(Clone)]
pub struct NewFile {
    pub stored: Uuid,
    pub sha256: [u8; 32],
    pub bytes: u32,
    pub kind: FileKind,
    pub key: [u8; 32],
}

/// A file that came.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FileKept {
    /// What the sealed bytes are found by.
    pub stored: Uuid,
    /// SHA-256 of what came.
    pub sha256: [u8; 32],
    /// Length of what came, in bytes.
    pub bytes: u32,
    pub kind: FileKind,
    /// The key that opens the sealed bytes, 32 bytes: destroying it destroys the file.
    pub key: Part,
}

/// The safe copy of a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FileCopy {
    pub stored: Uuid,
    pub sha256: [u8; 32],
    pub bytes: u32,
    pub kind: FileKind,
    /// The key that opens the sealed bytes, 32 bytes.
    pub key: Part,
}

/// Sealed bytes as the store knows them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    pub stored: Uuid,
    pub sha256: [u8; 32],
    pub bytes: u32,
    pub kind: FileKind,
    /// None once it was erased.
    pub key: Option<[u8; 32]>,
    /// Where the journal keeps the key.
    pub place: PartRef,
}

/// A file of a report, as the store keeps it. Its number is its place in the list, from 1.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportFile {
    pub at: Time,
    pub side: Side,
    /// None once it was destroyed.
    pub original: Option<Sealed>,
    pub copy: CopyState,
}

/// The safe copy of a file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CopyState {
    /// Not made yet.
    Pending,
    Made(Sealed),
    /// None can be made: only the original is there.
    None,
    /// It was erased.
    Erased,
}
