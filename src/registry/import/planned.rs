//! What each row of an office list would do, and how it is staged.

use std::collections::HashSet;

use uuid::Uuid;

use super::row_result::RowResult;
use crate::{
    access::capability::Officer,
    domain::{
        change::RowOutcome, identifier::Identifier, listing::MAX_NOTE, method::MethodId,
        unit::UnitCode,
    },
    office_list::{OfficeRow, Outcome, RowReason},
    registry::{RegistryError, listing::new_subject},
    state::{import::RowRead, view::View},
    store::schema::{Identifiers, StoredRow},
};

/// What one row would do.
#[derive(Clone)]
pub(super) struct PlannedRow {
    line: u32,
    outcome: RowOutcome,
    reason: Option<String>,
    method: MethodId,
    unit: UnitCode,
    identifiers: Vec<Identifier>,
    written: String,
    /// Those of them that it proposes.
    pub(super) proposed: Vec<Identifier>,
}

/// What each row would do, given what stands already and the rows before it.
pub(super) fn plan_rows(
    view: &View<'_>,
    officer: &Officer,
    rows: &[OfficeRow],
) -> Result<Vec<PlannedRow>, RegistryError> {
    let mut seen = HashSet::new();
    rows.iter()
        .map(|row| plan_row(view, officer.unit(), row, &mut seen))
        .collect()
}

fn plan_row(
    view: &View<'_>,
    unit: UnitCode,
    row: &OfficeRow,
    seen: &mut HashSet<String>,
) -> Result<PlannedRow, RegistryError> {
    let mut proposed = Vec::new();
    let proposes = matches!(row.outcome, Outcome::Accepted | Outcome::Doubtful);
    let mut all_above = true;
    for identifier in row.identifiers.iter().filter(|_| proposes) {
        let key = identifier.key();
        let taken = view
            .get::<Identifiers>(&key)?
            .is_some_and(|row| row.taken());
        all_above &= !taken;
        if !taken && seen.insert(key.as_str().to_owned()) {
            proposed.push(identifier.clone());
        }
    }
    let nothing_new = proposes && proposed.is_empty() && !row.identifiers.is_empty();
    let known = nothing_new && !all_above;
    let same = (nothing_new && all_above).then_some(RowReason::SAME_AS_ABOVE);
    Ok(PlannedRow {
        line: row.line,
        outcome: match row.outcome {
            _ if known => RowOutcome::AlreadyListed,
            Outcome::Accepted => RowOutcome::Accepted,
            Outcome::Doubtful => RowOutcome::Doubtful,
            Outcome::Refused => RowOutcome::Refused,
            Outcome::Skipped => RowOutcome::Skipped,
        },
        reason: row
            .reason
            .as_ref()
            .or(same.as_ref())
            .map(|r| r.code.to_owned()),
        method: row.method,
        unit: row.unit.unwrap_or(unit),
        identifiers: row.identifiers.clone(),
        written: row.written.clone(),
        proposed,
    })
}

/// Rows as they are staged: with an id and a fresh secret for each listing to be.
pub(super) fn staged(rows: &[PlannedRow], judged: &[OfficeRow]) -> Vec<RowRead> {
    let proposal = |identifier: &Identifier| (Uuid::now_v7(), new_subject(identifier.clone()));
    rows.iter()
        .zip(judged)
        .map(|(row, judged)| RowRead {
            line: row.line,
            outcome: row.outcome,
            reason: row.reason.clone(),
            method: row.method,
            unit: row.unit,
            identifiers: row.identifiers.clone(),
            // Only with what a person decides on.
            written: match row.proposed.is_empty() {
                true => String::new(),
                false => judged.kept.clone(),
            },
            proposals: row.proposed.iter().map(proposal).collect(),
            evidence: judged.evidence.chars().take(MAX_NOTE).collect(),
        })
        .collect()
}

pub(super) fn planned_result(row: PlannedRow) -> RowResult {
    RowResult {
        line: row.line,
        outcome: row.outcome,
        identifiers: row.identifiers,
        method: row.method,
        reason: row.reason,
        written: row.written,
        evidence: String::new(),
        // Nothing is proposed, so there is nothing to name.
        listings: Vec::new(),
    }
}

pub(super) fn stored_result(stored: StoredRow) -> RowResult {
    let row = stored.row;
    RowResult {
        line: row.line,
        outcome: row.outcome,
        identifiers: stored.identifiers,
        method: row.method,
        reason: row.reason,
        written: stored.written.unwrap_or_default(),
        evidence: stored.evidence.unwrap_or_default(),
        listings: row.proposals.iter().map(|proposal| proposal.id).collect(),
    }
}
