//! What became of one row of an office list.

use uuid::Uuid;

use crate::domain::{change::RowOutcome, identifier::Identifier, method::MethodId};

/// What became of one row.
#[derive(Clone)]
pub struct RowResult {
    pub line: u32,
    pub outcome: RowOutcome,
    pub identifiers: Vec<Identifier>,
    pub method: MethodId,
    /// Machine word of the reason.
    pub reason: Option<String>,
    /// The cells that name an identifier or its bank as they stand in the file, as far as they are kept: of a row that names
    /// none only while the list is looked at.
    pub written: String,
    /// The row's other cells, of a list that was sent.
    pub evidence: String,
    /// Proposals it made, where it stands among the imports.
    pub listings: Vec<Uuid>,
}
