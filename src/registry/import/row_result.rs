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
    /// Proposals it made, where it stands among the imports.
    pub listings: Vec<Uuid>,
}
