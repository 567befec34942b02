//! What each row of an office list would do, and the journal records that put it down.

use std::collections::HashSet;

use uuid::Uuid;

use super::RowResult;
use crate::{
    access::capability::Officer,
    domain::{
        change::{Change, ImportRow, RowOutcome, RowProposal},
        identifier::Identifier,
        listing::MAX_NOTE,
        method::MethodId,
        unit::UnitCode,
    },
    office_list::{OfficeRow, Outcome, RowReason},
    registry::{Plan, RegistryError, new_subject},
    store::{
        imports::encode_identifiers,
        schema::{Keys, StoredRow},
        view::View,
    },
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
        let taken = view.get::<Keys>(&key)?.is_some_and(|row| row.taken());
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
        proposed,
    })
}

/// Puts rows down. What is about persons goes into the private side.
pub(super) fn stage(import: Uuid, rows: Vec<PlannedRow>, judged: &[OfficeRow]) -> Plan {
    let mut plan = Plan::default();
    let staged = rows.into_iter().zip(judged).map(|(row, judged)| {
        let note: String = judged.evidence.chars().take(MAX_NOTE).collect();
        let evidence = (!row.proposed.is_empty())
            .then(|| plan.keep(&note))
            .flatten();
        let read = (!row.identifiers.is_empty())
            .then(|| plan.keep_bytes(encode_identifiers(&row.identifiers)));
        let proposals = row.proposed.into_iter().map(|identifier| RowProposal {
            id: Uuid::now_v7(),
            kind: identifier.kind(),
            subject: plan.keep_bytes(new_subject(identifier).encode()),
        });
        ImportRow {
            line: row.line,
            outcome: row.outcome,
            reason: row.reason,
            method: row.method,
            unit: row.unit,
            identifiers: read,
            proposals: proposals.collect(),
            evidence,
        }
    });
    let rows = staged.collect();
    plan.changes.push(Change::ImportStaged { import, rows });
    plan
}

pub(super) fn planned_result(row: PlannedRow) -> RowResult {
    RowResult {
        line: row.line,
        outcome: row.outcome,
        identifiers: row.identifiers,
        method: row.method,
        reason: row.reason,
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
        listings: row.proposals.iter().map(|proposal| proposal.id).collect(),
    }
}
