//! Office lists: judged row by row, proposed as one batch, decided as one batch or by rows.

mod notes;
mod planned;

pub use notes::notes;

use std::collections::HashSet;

use uuid::Uuid;

use planned::{plan_rows, planned_result, stage, stored_result};

use super::{Plan, ReceiptKey, Registry, RegistryError, listing, new_id};
use crate::{
    access::capability::{FreshSupervisor, Officer, Reader},
    domain::{
        change::{Actor, Change, RowOutcome},
        identifier::Identifier,
        listing::{Listing, Status},
        method::MethodId,
        time::Time,
    },
    office_list::{self, OfficeRow, RowReason},
    store::{
        schema::{Import, ImportRows, Imports, Listings, StoredRow},
        view::View,
    },
};

/// Rows put down in one journal record: their evidence notes, each up to [`MAX_NOTE`] characters of
/// up to 4 bytes, stay within the record's private megabyte beside their identifiers.
const ROWS_PER_RECORD: usize = 60;

/// Most identifiers decided in one record: an id of 16 bytes and a commitment of 32 each stay within
/// its public megabyte.
const MAX_DECIDED: usize = 20_000;

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

/// An import with its rows.
pub struct ImportView {
    /// `None` for a dry run.
    pub import: Option<Import>,
    pub rows: Vec<RowResult>,
}

impl Registry {
    /// Reads an office list and says what would happen. Changes nothing.
    ///
    /// # Errors
    /// [`RegistryError::List`] when it is not a list that can be read.
    pub fn import_dry_run(
        &self,
        officer: &Officer,
        file: &[u8],
    ) -> Result<ImportView, RegistryError> {
        let rows = self.judge(officer, file)?;
        let store = self.shared.store()?;
        let view = View::new(&store);
        Ok(ImportView {
            import: None,
            rows: plan_rows(&view, officer, &rows)?
                .into_iter()
                .map(planned_result)
                .collect(),
        })
    }

    /// Proposes what an office list holds, as one batch. Rows are put down first, a few at a time;
    /// nothing is proposed until the last record says so, in one stroke.
    ///
    /// # Errors
    /// As [`Registry::import_dry_run`].
    pub fn import(
        &self,
        officer: &Officer,
        file: &[u8],
        receipt: Option<ReceiptKey>,
        now: Time,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<ImportView, RegistryError> {
        let by = officer.acting();
        if let Some(made) = self.made_before(receipt.as_ref(), now)? {
            return self.load_import(made);
        }
        let judged = self.judge(officer, file)?;
        let import = new_id(now);
        let planned = {
            let store = self.shared.store()?;
            plan_rows(&View::new(&store), officer, &judged)?
        };
        let proposed: Vec<Identifier> = planned
            .iter()
            .flat_map(|row| row.proposed.iter().cloned())
            .collect();
        let total = planned.len() as u64;
        let mut done = 0;
        for (chunk, judged) in planned
            .chunks(ROWS_PER_RECORD)
            .zip(judged.chunks(ROWS_PER_RECORD))
        {
            let (chunk, judged) = (chunk.to_vec(), judged.to_vec());
            self.commit(
                by,
                now,
                None,
                move |_| Ok(stage(import, chunk, &judged)),
                |_, _| Ok(()),
            )?;
            done += ROWS_PER_RECORD as u64;
            progress(done.min(total), total);
        }
        let unit = officer.unit();
        let rows = u32::try_from(planned.len()).unwrap_or(u32::MAX);
        self.commit(
            by,
            now,
            receipt,
            move |view| {
                // Somebody may have proposed one of them since the rows were read.
                for identifier in &proposed {
                    listing::available(view, identifier)?;
                }
                Ok(Plan {
                    made: import,
                    ..Plan::one(Change::ImportProposed { import, unit, rows })
                })
            },
            |_, made| Ok(made),
        )
        .and_then(|made| self.load_import(made))
    }

    /// An import as its unit and those above see it.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`].
    pub fn get_import(&self, reader: &Reader, id: Uuid) -> Result<ImportView, RegistryError> {
        let view = self.load_import(id)?;
        match &view.import {
            Some(import) if reader.sees(import.unit) => Ok(view),
            _ => Err(RegistryError::NotFound),
        }
    }

    /// Imports that the reader may see, newest first.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn imports(
        &self,
        reader: &Reader,
        before: Option<Uuid>,
        limit: usize,
    ) -> Result<(Vec<Import>, Option<Uuid>), RegistryError> {
        let before = before.map(|id| id.as_bytes().to_vec());
        let page = self.shared.store()?.page_back::<Imports>(
            before.as_deref(),
            limit,
            10_000,
            |_, import| reader.sees(import.unit),
        )?;
        let next = page.next.and_then(|key| Uuid::from_slice(&key).ok());
        Ok((page.rows, next))
    }

    /// Confirms or rejects proposals of a batch: all accepted rows, or the rows named. Doubtful rows
    /// only when named.
    ///
    /// # Errors
    /// [`RegistryError::Refused`] for the importer and when nothing waits any more.
    #[expect(clippy::too_many_arguments, reason = "a decision has that many sides")]
    pub fn decide_import(
        &self,
        supervisor: &FreshSupervisor,
        id: Uuid,
        confirm: bool,
        lines: Option<Vec<u32>>,
        version: Option<u32>,
        reason: String,
        now: Time,
    ) -> Result<ImportView, RegistryError> {
        let who = supervisor.clone();
        let validity = self.settings().validity;
        self.commit(
            supervisor.acting(),
            now,
            None,
            move |view| {
                let import = view.get::<Imports>(&id)?.ok_or(RegistryError::NotFound)?;
                if !who.covers(import.unit) {
                    return Err(RegistryError::NotFound);
                }
                permits(&import, confirm, version, Actor::User(who.user_id()))?;
                let listings = waiting(view, id, lines.as_deref(), confirm, &who)?;
                let mut plan = Plan::default();
                let reason = plan.keep(&reason);
                plan.changes.push(if confirm {
                    Change::ImportConfirmed {
                        import: id,
                        listings,
                        validity,
                        reason,
                    }
                } else {
                    Change::ImportRejected {
                        import: id,
                        listings,
                        reason,
                    }
                });
                Ok(plan)
            },
            |_, _| Ok(()),
        )?;
        self.load_import(id)
    }

    fn judge(&self, officer: &Officer, file: &[u8]) -> Result<Vec<OfficeRow>, RegistryError> {
        let mut rows = office_list::read(file, &|id| self.official_name(id).is_some())?;
        for row in &mut rows {
            // A place outside the officer's units does not move the listing there.
            row.unit = row.unit.filter(|unit| officer.covers(*unit));
        }
        Ok(rows)
    }

    fn load_import(&self, id: Uuid) -> Result<ImportView, RegistryError> {
        let store = self.shared.store()?;
        let import = store.get::<Imports>(&id)?.ok_or(RegistryError::NotFound)?;
        let rows = store
            .page::<ImportRows>(id.as_bytes(), None, usize::MAX, usize::MAX, |_, _| true)?
            .rows;
        Ok(ImportView {
            import: Some(import),
            rows: rows.into_iter().map(stored_result).collect(),
        })
    }
}

fn permits(
    import: &Import,
    confirm: bool,
    version: Option<u32>,
    who: Actor,
) -> Result<(), RegistryError> {
    use crate::domain::listing::Refusal;
    if version.is_some_and(|read| read != import.version) {
        return Err(Refusal::Stale.into());
    }
    if import.open == 0 {
        return Err(Refusal::NotOpen.into());
    }
    if confirm && import.by == who {
        return Err(Refusal::FourEyes.into());
    }
    Ok(())
}

/// The proposals that a decision is about.
fn waiting(
    view: &View<'_>,
    import: Uuid,
    lines: Option<&[u32]>,
    confirm: bool,
    who: &FreshSupervisor,
) -> Result<Vec<Uuid>, RegistryError> {
    let named: Option<HashSet<u32>> = lines.map(|lines| lines.iter().copied().collect());
    let rows: Vec<StoredRow> = view
        .store()
        .page::<ImportRows>(import.as_bytes(), None, usize::MAX, usize::MAX, |_, _| true)?
        .rows;
    if let Some(named) = &named
        && !named
            .iter()
            .all(|line| rows.iter().any(|r| r.row.line == *line))
    {
        return Err(super::error::field("/lines", "unknown-line"));
    }
    let mut listings = Vec::new();
    for stored in rows {
        let wanted = match &named {
            Some(named) => named.contains(&stored.row.line),
            None => stored.row.outcome == RowOutcome::Accepted || !confirm,
        };
        for proposal in stored.row.proposals.iter().filter(|_| wanted) {
            let open = view
                .get::<Listings>(&proposal.id)?
                .filter(|l| l.status == Status::Proposed && who.covers(l.unit));
            let Some(identifier) = open.as_ref().and_then(Listing::identifier) else {
                continue;
            };
            if !(confirm && listing::is_official(view, identifier)?) {
                listings.push(proposal.id);
            }
        }
    }
    if listings.is_empty() {
        return Err(crate::domain::listing::Refusal::NotOpen.into());
    }
    listings.truncate(MAX_DECIDED);
    Ok(listings)
}

/// The words for a row's reason.
pub fn reason_text(code: &str) -> Option<&'static RowReason> {
    RowReason::ALL.iter().find(|reason| reason.code == code)
}
