//! Office lists: staged row by row, proposed together, decided together.

pub(crate) mod bytes;

use std::collections::HashSet;

use uuid::Uuid;

use super::{
    listing::{self, Proposal},
    plan::{Now, Plan},
    record::Applied,
    refused::{Refused, field},
    view::View,
};
use crate::{
    access::capability::FreshSupervisor,
    domain::{
        change::{Actor, Holder, ImportChange, ImportRow, Part, PartRef, RowOutcome, RowProposal},
        identifier::{Identifier, Kind},
        listing::{Event, EventKind, ImportLine, Refusal, Status, Subject, Validity},
        method::MethodId,
        unit::UnitCode,
    },
    store::{
        StoreError,
        schema::{Import, ImportRows, Imports, Listings, Staging, StoredRow},
    },
};

/// Most identifiers decided in one record: an id of 16 bytes and a commitment of 32 each stay within
/// its public megabyte.
pub const MAX_DECIDED: usize = 20_000;

/// One row as it was read.
pub struct RowRead {
    pub line: u32,
    pub outcome: RowOutcome,
    /// A machine word.
    pub reason: Option<String>,
    pub method: MethodId,
    pub unit: UnitCode,
    /// All identifiers read from it.
    pub identifiers: Vec<Identifier>,
    /// The cells that they stood in.
    pub written: String,
    /// What it proposes: ids of the listings to be, and whom they are about.
    pub proposals: Vec<(Uuid, Subject)>,
    pub evidence: String,
}

/// An officer proposes a whole list, whose rows are staged.
pub struct Propose {
    pub import: Uuid,
    pub unit: UnitCode,
    pub rows: u32,
    /// What its rows propose.
    pub identifiers: Vec<Identifier>,
    /// Name of the file, as far as it is known.
    pub file: String,
    /// Number of the document that it came with, as far as it is known.
    pub document: String,
}

/// A supervisor decides on proposals of a batch.
pub struct Decide {
    pub who: FreshSupervisor,
    pub import: Uuid,
    pub confirm: bool,
    /// The rows that it is about; all accepted ones when not given.
    pub lines: Option<Vec<u32>>,
    /// What was read.
    pub version: u32,
    pub reason: String,
    pub validity: Validity,
}

/// Stages rows. What is about persons goes into the private side.
///
/// # Errors
/// None: what stands in the way is told when the list is proposed.
pub fn stage(import: Uuid, rows: &[RowRead]) -> Result<Plan, Refused> {
    let mut plan = Plan::default();
    let rows = rows
        .iter()
        .map(|row| staged(&mut plan, import, row))
        .collect();
    plan.push(ImportChange::Staged { import, rows });
    Ok(plan)
}

fn staged(plan: &mut Plan, import: Uuid, row: &RowRead) -> ImportRow {
    let holder = Holder::ImportRow {
        import,
        line: row.line,
    };
    let proposes = !row.proposals.is_empty();
    let evidence = proposes.then(|| plan.keep(holder, &row.evidence)).flatten();
    let identifiers = (!row.identifiers.is_empty())
        .then(|| plan.keep_bytes(holder, bytes::encode(&row.identifiers, &row.written)));
    let proposals = row.proposals.iter().map(|(id, subject)| RowProposal {
        id: *id,
        kind: subject.identifier.kind(),
        subject: plan.keep_bytes(Holder::Listing(*id), subject.encode()),
    });
    ImportRow {
        line: row.line,
        outcome: row.outcome,
        reason: row.reason.clone(),
        method: row.method,
        unit: row.unit,
        proposals: proposals.collect(),
        identifiers,
        evidence,
    }
}

/// Proposes what is staged, in one stroke.
///
/// # Errors
/// As [`listing::available`]: somebody may have proposed one of them since the rows were read.
pub fn propose(view: &View<'_>, request: &Propose, _now: Now) -> Result<Plan, Refused> {
    for identifier in &request.identifiers {
        listing::available(view, identifier)?;
    }
    let import = request.import;
    let mut plan = Plan {
        created: import,
        ..Plan::default()
    };
    let file = plan.keep(Holder::Import(import), &request.file);
    let document = plan.keep(Holder::Import(import), &request.document);
    plan.push(ImportChange::Proposed {
        import,
        unit: request.unit,
        rows: request.rows,
        file,
        document,
    });
    Ok(plan)
}

/// Confirms or rejects proposals of a batch: all accepted rows, or the rows named. Doubtful rows only when named.
///
/// # Errors
/// [`Refused::NotFound`] outside the supervisor's units; [`Refused::Listing`] for the importer and when nothing waits any
/// more; [`Refused::Field`] for a row that there is not.
pub fn decide(view: &View<'_>, request: &Decide, now: Now) -> Result<Plan, Refused> {
    let id = request.import;
    let import = view.get::<Imports>(&id)?.ok_or(Refused::NotFound)?;
    if !request.who.covers(import.unit) {
        return Err(Refused::NotFound);
    }
    permits(&import, request)?;
    let (adopted, listings) = waiting(view, request)?;
    let mut plan = Plan::default();
    let reason = plan.keep(Holder::Import(id), &request.reason);
    let until = |kind| (kind, request.validity.until(kind, now.ledger));
    if !adopted.is_empty() {
        plan.push(ImportChange::Adopted {
            import: id,
            listings: adopted,
            reason,
        });
    }
    if !listings.is_empty() {
        plan.push(match request.confirm {
            true => ImportChange::Confirmed {
                import: id,
                listings,
                valid_until: Kind::ALL.map(until).to_vec(),
                reason,
            },
            false => ImportChange::Rejected {
                import: id,
                listings,
                reason,
            },
        });
    }
    Ok(plan)
}

fn permits(import: &Import, request: &Decide) -> Result<(), Refusal> {
    if request.version != import.version {
        return Err(Refusal::Stale);
    }
    if import.open == 0 {
        return Err(Refusal::NotOpen);
    }
    if request.confirm && import.by == Actor::User(request.who.user_id()) {
        return Err(Refusal::FourEyes);
    }
    Ok(())
}

/// The proposals that a decision is about: those that are only taken over by it, since they were made at the machine
/// itself, and the others.
fn waiting(view: &View<'_>, request: &Decide) -> Result<(Vec<Uuid>, Vec<Uuid>), Refused> {
    let named: Option<HashSet<u32>> = request
        .lines
        .as_ref()
        .map(|lines| lines.iter().copied().collect());
    let rows = view.staged_rows(request.import)?;
    let is_line = |line: &u32| rows.iter().any(|row| row.row.line == *line);
    if named
        .as_ref()
        .is_some_and(|named| !named.iter().all(is_line))
    {
        return Err(field("/lines", "unknown-line"));
    }
    let who = Actor::User(request.who.user_id());
    let (mut adopted, mut listings, mut is_own) = (Vec::new(), Vec::new(), false);
    for stored in rows {
        let wanted = match &named {
            Some(named) => named.contains(&stored.row.line),
            None => stored.row.outcome == RowOutcome::Accepted || !request.confirm,
        };
        for proposal in stored.row.proposals.iter().filter(|_| wanted) {
            let open = view
                .get::<Listings>(&proposal.id)?
                .filter(|l| l.status == Status::Proposed && request.who.covers(l.unit));
            let Some(open) = open.filter(|open| open.subject.is_some()) else {
                continue;
            };
            if !request.confirm {
                listings.push(proposal.id);
                continue;
            }
            if let Some(identifier) = open.identifier()
                && listing::is_official(view, identifier)?
            {
                continue;
            }
            if open.wants_adoption() {
                adopted.push(proposal.id);
            } else if open.proposed_by == who {
                is_own = true;
            } else {
                listings.push(proposal.id);
            }
        }
    }
    if adopted.is_empty() && listings.is_empty() {
        let why = if is_own {
            Refusal::FourEyes
        } else {
            Refusal::NotOpen
        };
        return Err(why.into());
    }
    adopted.truncate(MAX_DECIDED);
    listings.truncate(MAX_DECIDED - adopted.len());
    Ok((adopted, listings))
}

pub(super) fn apply(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &ImportChange,
) -> Result<(), StoreError> {
    match change {
        ImportChange::Staged { import, rows } => rows
            .iter()
            .try_for_each(|row| row_staged(view, record, *import, row)),
        ImportChange::Proposed {
            import,
            unit,
            rows,
            file,
            document,
        } => {
            let open = rows_proposed(view, record, *import)?;
            let row = Import {
                id: *import,
                unit: *unit,
                by: record.source_actor(),
                at: record.entry.at,
                rows: *rows,
                file: record.kept_text(*file),
                document: record.kept_text(*document),
                open,
                version: 1,
                confirmed_by: None,
            };
            view.put::<Imports>(import, &row)
        }
        ImportChange::Confirmed {
            import,
            listings,
            valid_until,
            reason,
        } => {
            for id in listings {
                let kind = view.must::<Listings>(id, "no such listing")?.kind;
                let until = valid_until.iter().find(|(known, _)| *known == kind);
                let (_, until) = until.ok_or(StoreError::Misfit("a kind without validity"))?;
                let event = record.event(EventKind::Confirmed, *reason);
                listing::confirmed(view, record, *id, *until, event)?;
            }
            let mut row = view.must::<Imports>(import, "no such import")?;
            row.confirmed_by = Some(record.entry.by);
            view.put::<Imports>(import, &row)
        }
        ImportChange::Rejected {
            import: _,
            listings,
            reason,
        } => listings.iter().try_for_each(|id| {
            listing::rejected(view, *id, record.event(EventKind::Rejected, *reason))
        }),
        ImportChange::Adopted {
            import,
            listings,
            reason,
        } => {
            for id in listings {
                listing::adopted(view, *id, record.event(EventKind::Adopted, *reason))?;
            }
            let mut row = view.must::<Imports>(import, "no such import")?;
            row.version += 1;
            view.put::<Imports>(import, &row)
        }
    }
}

fn row_staged(
    view: &mut View<'_>,
    record: &Applied<'_>,
    import: Uuid,
    row: &ImportRow,
) -> Result<(), StoreError> {
    if view.get::<Staging>(&import)?.is_none() {
        view.put::<Staging>(&import, &(import, record.entry.at))?;
    }
    let read = row.identifiers.and_then(|part| record.bytes(part));
    let (identifiers, written) = read.map_or_else(|| Ok(Default::default()), bytes::decode)?;
    let stored = StoredRow {
        seq: record.seq,
        row: row.clone(),
        identifiers,
        written,
        subjects: row
            .proposals
            .iter()
            .map(|proposal| record.subject(proposal.subject))
            .collect::<Result<_, _>>()?,
        evidence: record.text(row.evidence),
    };
    view.put::<ImportRows>(&(import, row.line), &stored)
}

/// Turns staged rows into proposals. Returns how many wait now.
fn rows_proposed(
    view: &mut View<'_>,
    record: &Applied<'_>,
    import: Uuid,
) -> Result<u32, StoreError> {
    view.remove::<Staging>(&import);
    let mut open = 0;
    for stored in view.staged_rows(import)? {
        let place = |part: Part| -> PartRef { stored.place(part) };
        for (planned, subject) in stored.row.proposals.iter().zip(&stored.subjects) {
            open += 1;
            let proposal = Proposal {
                id: planned.id,
                kind: planned.kind,
                subject: subject.clone(),
                subject_part: place(planned.subject),
                method: stored.row.method,
                unit: stored.row.unit,
                import: Some(ImportLine {
                    import,
                    line: stored.row.line,
                    doubtful: stored.row.outcome == RowOutcome::Doubtful,
                }),
                by: record.source_actor(),
                event: Event {
                    at: record.entry.at,
                    by: record.entry.by,
                    deed: EventKind::Proposed,
                    why: stored.evidence.clone(),
                    part: stored.row.evidence.map(place),
                },
            };
            listing::proposed(view, proposal)?;
        }
    }
    Ok(open)
}
