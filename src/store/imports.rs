//! `apply` for office lists: rows put down, proposed together, decided together; and forgetting the
//! texts that their listings share.

use uuid::Uuid;

use super::{
    StoreError,
    schema::{Import, ImportRows, Imports, Listings, Staging, StoredRow},
    state::{Applied, Proposal, propose},
    view::View,
};
use crate::domain::{
    change::{Actor, ImportRow, PartRef, RowOutcome},
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
    let stored = StoredRow {
        row: row.clone(),
        evidence: record.text(row.evidence),
        part: record.place(row.evidence),
    };
    view.put::<ImportRows>(&(import, row.line), &stored)
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
        for (id, identifier) in &stored.row.proposals {
            open += 1;
            let proposal = Proposal {
                id: *id,
                identifier: identifier.clone(),
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
                    part: stored.part,
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

/// Forgets a text wherever it stands: the rows of an office list share one note, and a batch shares
/// one reason.
pub(super) fn erase(view: &mut View<'_>, listing: Uuid, part: PartRef) -> Result<(), StoreError> {
    let about = view.must::<Listings>(&listing, "no such listing")?;
    let mut sharing = vec![listing];
    if let Some(line) = about.import {
        for mut stored in view.staged_rows(line.import)? {
            sharing.extend(stored.row.proposals.iter().map(|(id, _)| *id));
            if stored.part == Some(part) {
                stored.evidence = None;
                view.put::<ImportRows>(&(line.import, stored.row.line), &stored)?;
            }
        }
    }
    for id in sharing {
        let Some(mut row) = view.get::<Listings>(&id)? else {
            continue;
        };
        if row.history.iter().any(|event| event.part == Some(part)) {
            for event in row.history.iter_mut().filter(|e| e.part == Some(part)) {
                event.why = None;
            }
            // Its content changed: whoever read it before decides on something else.
            row.version += 1;
            view.put::<Listings>(&id, &row)?;
        }
    }
    Ok(())
}
