//! A row of an office's list, as it was judged.

use serde::{Deserialize, Serialize};

use super::{
    column::Column,
    evidence::{MAX_EVIDENCE, MAX_WRITTEN},
    limits::{MAX_COLUMNS, MAX_ROW_IDENTIFIERS},
    reason::RowReason,
};
use crate::domain::{identifier::Identifier, method::MethodId, unit::UnitCode};

/// What becomes of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// Can be confirmed with the batch.
    Accepted,
    /// A person must look; is confirmed only when named.
    Doubtful,
    /// Names nothing that can be listed.
    Refused,
    /// Is no entry: a blank row, a heading again, a subtotal, a signature.
    Skipped,
}

/// One row of an office's list, judged.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfficeRow {
    /// Line of the file, or row of the sheet, where it begins; from 1.
    pub line: u32,
    /// What becomes of it.
    pub outcome: Outcome,
    /// What it names. A doubtful row may name nothing, when only a person can tell what was meant.
    pub identifiers: Vec<Identifier>,
    /// The card that its words speak of.
    pub method: MethodId,
    /// The place it names, as far as it is a unit of today.
    pub unit: Option<UnitCode>,
    /// The row's other cells, for officers only: place, date, amount, source, note, holder's name.
    pub evidence: String,
    /// The cells that name an identifier or its bank as they stand in the file, for whoever looks at it before it is sent.
    pub written: String,
    /// What of them is kept with a proposal.
    pub kept: String,
    /// Why it was not simply accepted.
    pub reason: Option<RowReason>,
}

/// A list, read and judged.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OfficeList {
    /// What its columns were taken for, from the left.
    pub columns: Vec<Column>,
    pub rows: Vec<OfficeRow>,
}

impl OfficeRow {
    /// Whether it holds no more than a row of a list can, for whoever was handed it.
    pub fn is_within_limits(&self) -> bool {
        self.identifiers.len() <= MAX_ROW_IDENTIFIERS
            && self.evidence.chars().count() <= MAX_EVIDENCE
            && self.written.chars().count() <= MAX_WRITTEN
            && self.kept.chars().count() <= MAX_WRITTEN
    }
}

impl OfficeList {
    /// Whether its columns say no more than those of a list can, for whoever was handed them.
    pub fn is_within_limits(&self) -> bool {
        self.columns.len() <= MAX_COLUMNS && self.columns.iter().all(Column::is_within_limits)
    }
}
