//! `apply` for office lists: rows put down, proposed together, decided together.

use uuid::Uuid;

use super::{
    StoreError,
    schema::{Import, ImportRows, Imports, Staging, StoredRow},
    state::{Applied, Proposal, propose},
    view::View,
};
use crate::domain::{
    change::{Actor, ImportRow, RowOutcome},
    identifier::Identifier,
    listing::{Deed, Event, ImportLine},
    unit::UnitCode,
};

pub(super) fn stage_row(
    view: &mut View<'_>,
    record: &Applied<'_>,
    import: Uuid,
    row: &ImportRow,
) -> Result<(), StoreError> {
    if view.get::<Staging>(&import)?.is_none() {
        view.put::<Staging>(&import, &(import, record.entry.at))?;
    }
    let identifiers = row.identifiers.and_then(|part| record.bytes(part));
    let stored = StoredRow {
        seq: record.seq,
        row: row.clone(),
        identifiers: identifiers.map_or_else(|| Ok(Vec::new()), decode_identifiers)?,
        subjects: row
            .proposals
            .iter()
            .map(|proposal| record.subject(proposal.subject))
            .collect::<Result<_, _>>()?,
        evidence: record.text(row.evidence),
    };
    view.put::<ImportRows>(&(import, row.line), &stored)
}

/// The bytes of a row's identifiers, as its private part.
pub fn encode_identifiers(identifiers: &[Identifier]) -> Vec<u8> {
    postcard::to_stdvec(identifiers).unwrap_or_default()
}

fn decode_identifiers(bytes: &[u8]) -> Result<Vec<Identifier>, StoreError> {
    postcard::from_bytes(bytes).map_err(|_| StoreError::Misfit("identifiers are unreadable"))
}

/// Turns staged rows into proposals. Rows are found by prefix in the store and in what is pending.
pub(super) fn propose_import(
    view: &mut View<'_>,
    record: &Applied<'_>,
    import: Uuid,
    unit: UnitCode,
    rows: u32,
) -> Result<(), StoreError> {
    view.remove::<Staging>(&import);
    let mut open = 0;
    for stored in view.staged_rows(import)? {
        let doubtful = stored.row.outcome == RowOutcome::Doubtful;
        for (planned, subject) in stored.row.proposals.iter().zip(&stored.subjects) {
            open += 1;
            let proposal = Proposal {
                id: planned.id,
                kind: planned.kind,
                subject: subject.clone(),
                subject_part: stored.place(planned.subject),
                method: stored.row.method,
                unit: stored.row.unit,
                import: Some(ImportLine {
                    import,
                    line: stored.row.line,
                    doubtful,
                }),
                event: Event {
                    at: record.entry.at,
                    by: record.entry.by,
                    deed: Deed::Proposed,
                    why: stored.evidence.clone(),
                    part: stored.row.evidence.map(|part| stored.place(part)),
                },
            };
            propose(view, proposal)?;
        }
    }
    let row = Import {
        id: import,
        unit,
        by: record.entry.by,
        at: record.entry.at,
        rows,
        open,
        version: 1,
        confirmed_by: None,
    };
    view.put::<Imports>(&import, &row)
}

pub(super) fn note_confirmer(
    view: &mut View<'_>,
    import: Uuid,
    by: Actor,
) -> Result<(), StoreError> {
    let mut row = view.must::<Imports>(&import, "no such import")?;
    row.confirmed_by = Some(by);
    view.put::<Imports>(&import, &row)
}
