//! Rows of office lists.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{
    change::{Actor, ImportRow, PartRef},
    identifier::Identifier,
    listing::Subject,
    part::KeptText,
    time::Time,
    unit::UnitCode,
};

/// An import as a whole.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    pub id: Uuid,
    pub unit: UnitCode,
    pub by: Actor,
    pub at: Time,
    pub rows: u32,
    /// Name of the file, unless erased.
    pub file: Option<KeptText>,
    /// Number of the document that it came with, unless erased.
    pub document: Option<KeptText>,
    /// Proposals of it that still wait.
    pub open: u32,
    pub version: u32,
    pub confirmed_by: Option<Actor>,
}

/// A row of an import with its private side.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredRow {
    /// Journal position of the record that its parts are in.
    pub seq: u64,
    pub row: ImportRow,
    /// All identifiers read from it, unless erased.
    pub identifiers: Vec<Identifier>,
    /// The cells that they stood in, where they are known, unless erased.
    pub written: Option<String>,
    /// Of each of its proposals, unless erased.
    pub subjects: Vec<Option<Subject>>,
    /// The text kept for officers.
    pub evidence: Option<String>,
}

impl StoredRow {
    /// Where the journal keeps a part of it.
    pub fn place(&self, part: crate::domain::change::Part) -> PartRef {
        PartRef {
            seq: self.seq,
            part,
        }
    }

    /// Every part of it in the journal.
    pub fn parts(&self) -> impl Iterator<Item = PartRef> {
        let subjects = self.row.proposals.iter().map(|proposal| proposal.subject);
        subjects
            .chain(self.row.identifiers)
            .chain(self.row.evidence)
            .map(|part| self.place(part))
    }
}
