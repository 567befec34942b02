//! Office lists: judged row by row, proposed as one batch, decided as one batch or by rows.

mod became;
mod notes;
mod planned;
mod row_result;

pub use notes::notes;
pub use row_result::RowResult;

use uuid::Uuid;

use planned::{plan_rows, planned_result, staged, stored_result};

use super::{ReceiptKey, Registry, RegistryError, engine::shared::new_id};
use crate::{
    access::capability::{FreshSupervisor, Officer, Reader},
    domain::{
        change::Actor, identifier::Identifier, listing::ImportLine, text, time::Time, trail::Sealed,
    },
    office_list::{Column, OfficeList, OfficeRow, RowReason},
    state::{self, view::View},
    store::schema::{Import, ImportRows, Imports},
};

/// Rows staged in one journal record: their evidence notes of up to [`MAX_NOTE`] characters and their cells of up to 200, of
/// up to 4 bytes each, stay within the record's private megabyte beside their identifiers.
const ROWS_PER_RECORD: usize = 55;

/// An import with its rows.
pub struct ImportView {
    /// `None` for a dry run.
    pub import: Option<Import>,
    /// What the columns were taken for, of a list that was just read.
    pub columns: Vec<Column>,
    pub rows: Vec<RowResult>,
}

/// Longest name of a file that is kept, in characters.
pub const MAX_FILE_NAME: usize = 200;

/// Longest number of a document, in characters.
pub const MAX_DOCUMENT: usize = 100;

/// Where a list came from. For officers only.
#[derive(Clone, Default)]
pub struct Origin {
    file: String,
    document: String,
}

impl Origin {
    /// The name of its file and the number of the document that it came with, as far as they are given.
    ///
    /// # Errors
    /// [`RegistryError`] of a field for a text that is too long or no line.
    pub fn new(file: &str, document: &str) -> Result<Self, RegistryError> {
        let line = |field, text: &str, most| match text.trim() {
            "" => Ok(String::new()),
            text => text::clean_line(text, most)
                .map(|line| without_numbers(&line))
                .map_err(|_| RegistryError::field(field, "bad-line")),
        };
        Ok(Self {
            file: line("/file", file, MAX_FILE_NAME)?,
            document: line("/document", document, MAX_DOCUMENT)?,
        })
    }
}

/// Digits from which on a number may be somebody's; a day has eight.
const MIN_NUMBER: usize = 7;

/// A text without numbers that may be an identifier's: whose listing is erased may stand in no name of a file.
fn without_numbers(line: &str) -> String {
    let is_day = |digits: &str| {
        let year = |text: Option<&str>| text.is_some_and(|text| text.starts_with("20"));
        digits.len() == 8 && (year(digits.get(..4)) || year(digits.get(4..)))
    };
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        let inside = |c: char| c.is_ascii_digit() || " .-_".contains(c);
        let length = number.find(|c| !inside(c)).unwrap_or(number.len());
        let written = number[..length].trim_end_matches([' ', '.', '-', '_']);
        let digits: String = written.chars().filter(char::is_ascii_digit).collect();
        out.push_str(before);
        out.push_str(match digits.len() < MIN_NUMBER || is_day(&digits) {
            true => written,
            false => "…",
        });
        rest = &number[written.len()..];
    }
    out + rest
}

impl Registry {
    /// Says what would happen with the rows of an office list. Changes nothing.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn import_dry_run(
        &self,
        officer: &Officer,
        list: OfficeList,
    ) -> Result<ImportView, RegistryError> {
        let rows = within(officer, list.rows);
        let store = self.shared.store()?;
        let view = View::new(&*store);
        Ok(ImportView {
            import: None,
            columns: list.columns,
            rows: plan_rows(&view, officer, &rows)?
                .into_iter()
                .map(planned_result)
                .collect(),
        })
    }

    /// Proposes the rows of an office list, as one batch. Rows are put down first, a few at a time;
    /// nothing is proposed until the last record says so, in one stroke.
    ///
    /// # Errors
    /// As [`Registry::import_dry_run`].
    pub fn import(
        &self,
        officer: &Officer,
        list: OfficeList,
        origin: Origin,
        receipt: Option<ReceiptKey>,
        now: Time,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<ImportView, RegistryError> {
        let by = officer.acting();
        if let Some(created) = self.created_before(receipt.as_ref(), now)? {
            return self.load_import(created);
        }
        let judged = within(officer, list.rows);
        let import = new_id(now);
        let planned = {
            let store = self.shared.store()?;
            plan_rows(&View::new(&*store), officer, &judged)?
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
            let rows = staged(chunk, judged);
            self.commit(
                by,
                now,
                None,
                move |_, _| state::import::stage(import, &rows),
                |_, _| Ok(()),
            )?;
            done += ROWS_PER_RECORD as u64;
            progress(done.min(total), total);
        }
        let request = state::import::Propose {
            import,
            unit: officer.unit(),
            rows: u32::try_from(planned.len()).unwrap_or(u32::MAX),
            identifiers: proposed,
            file: origin.file,
            document: origin.document,
        };
        self.commit(
            by,
            now,
            receipt,
            move |view, now| state::import::propose(view, &request, now),
            |_, created| Ok(created),
        )
        .and_then(|created| self.load_import(created))
        .map(|view| ImportView {
            columns: list.columns,
            ..view
        })
    }

    /// An import as its unit and those above see it.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`].
    pub fn get_import(&self, reader: &Reader, id: Uuid) -> Result<ImportView, RegistryError> {
        let view = self.load_import(id)?;
        match &view.import {
            Some(import) if reader.sees(import.unit) => {
                if reader.user_id().map(Actor::User) != Some(import.by) {
                    self.note_read(reader.user_id(), Sealed::Import(id));
                }
                Ok(view)
            }
            _ => Err(RegistryError::NOT_FOUND),
        }
    }

    /// What the reader of an office list said of the row that a proposal came from.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn import_row(
        &self,
        reader: &Reader,
        from: ImportLine,
    ) -> Result<Option<RowResult>, RegistryError> {
        let store = self.shared.store()?;
        let import = store.get::<Imports>(&from.import)?;
        let Some(import) = import.filter(|import| reader.sees(import.unit)) else {
            return Ok(None);
        };
        let row = store.get::<ImportRows>(&(from.import, from.line))?;
        let shows_cells = row.as_ref().is_some_and(|row| row.written.is_some());
        if shows_cells && reader.user_id().map(Actor::User) != Some(import.by) {
            self.note_read(reader.user_id(), Sealed::Import(from.import));
        }
        Ok(row.map(stored_result))
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
        version: u32,
        reason: String,
        now: Time,
    ) -> Result<ImportView, RegistryError> {
        let request = state::import::Decide {
            who: supervisor.clone(),
            import: id,
            confirm,
            lines,
            version,
            reason,
            validity: self.settings().validity,
        };
        self.commit(
            supervisor.acting(),
            now,
            None,
            move |view, now| state::import::decide(view, &request, now),
            |_, _| Ok(()),
        )?;
        self.load_import(id)
    }

    /// Takes back what still waits of the officer's own list.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] for somebody else's; [`RegistryError::Refused`] once nothing waits any more.
    pub fn withdraw_import(
        &self,
        officer: &Officer,
        id: Uuid,
        now: Time,
    ) -> Result<ImportView, RegistryError> {
        let who = officer.clone();
        self.commit(
            officer.acting(),
            now,
            None,
            move |view, now| state::withdrawal::import(view, &who, id, now),
            |_, _| Ok(()),
        )?;
        self.load_import(id)
    }

    fn load_import(&self, id: Uuid) -> Result<ImportView, RegistryError> {
        let store = self.shared.store()?;
        let import = store.get::<Imports>(&id)?.ok_or(RegistryError::NOT_FOUND)?;
        let rows = store
            .page::<ImportRows>(id.as_bytes(), None, usize::MAX, usize::MAX, |_, _| true)?
            .rows;
        Ok(ImportView {
            import: Some(import),
            columns: Vec::new(),
            rows: rows.into_iter().map(stored_result).collect(),
        })
    }
}

/// The rows, with the officer's unit as their place where they name one outside of it: that does not move a listing there.
fn within(officer: &Officer, mut rows: Vec<OfficeRow>) -> Vec<OfficeRow> {
    for row in &mut rows {
        row.unit = row.unit.filter(|unit| officer.covers(*unit));
    }
    rows
}

/// The words for a row's reason.
pub fn reason_text(code: &str) -> Option<&'static RowReason> {
    RowReason::ALL.iter().find(|reason| reason.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_of_anybody_is_kept_in_the_name_of_a_file() {
        for (name, kept) in [
            ("0950987657.csv", "….csv"),
            ("số 0950 987 657 (gấp).xlsx", "số … (gấp).xlsx"),
            ("ds-0950.987.657-x.csv", "ds-…-x.csv"),
            ("danh sách tháng 3-2026.xlsx", "danh sách tháng 3-2026.xlsx"),
            ("ds_20260305.xlsx", "ds_20260305.xlsx"),
            ("05-03-2026 lần 2.csv", "05-03-2026 lần 2.csv"),
            ("VCB 0000000070001", "VCB …"),
            ("12/CAP", "12/CAP"),
        ] {
            let origin = Origin::new(name, name).expect("a line");
            assert_eq!(
                (origin.file.as_str(), origin.document.as_str()),
                (kept, kept)
            );
        }
        assert!(Origin::new(&"x".repeat(MAX_FILE_NAME + 1), "").is_err());
        assert!(Origin::new("", &"x".repeat(MAX_DOCUMENT + 1)).is_err());
    }
}
