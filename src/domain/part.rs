//! Erasable parts of the journal.

use serde::{Deserialize, Serialize};

/// Number of a private part within its record.
pub type Part = u16;

/// Where an erasable text stands in the journal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
pub struct PartRef {
    /// Journal position of the record.
    pub seq: u64,
    /// Part within it.
    pub part: Part,
}
