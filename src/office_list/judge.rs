//! From rows of cells to rows that an office can act on.

use super::{
    aside::{is_closing, is_numbering, is_subtotal, swallowed_lines},
    cells,
    column::{Column, MAX_SAMPLES, MAX_SHOWN, Mapping, Role, letters},
    dates::{self, When},
    evidence, fonts,
    groups::{self, Group},
    headings::{Columns, Found},
    limits::MAX_ROW_IDENTIFIERS,
    reading::Reading,
    reason::RowReason,
    remarks,
    row::{OfficeList, OfficeRow, Outcome},
    sections,
    sheet::{Cell, Row, Sheet},
    whose::Whose,
};
use crate::domain::{
    identifier::Identifier,
    method::{self, MethodId},
    text,
    unit::{self, UnitCode},
};

/// Cells that a row of text between the entries has at most: a signature, a place and a date.
const MAX_TEXT_CELLS: usize = 3;

/// Judges every row below the headings, with what an officer says of its columns.
pub(super) fn list(
    sheet: &Sheet,
    mapping: &Mapping,
    is_official: &dyn Fn(&Identifier) -> bool,
) -> OfficeList {
    let Some(Found {
        mut columns,
        row: last,
    }) = Columns::find(sheet)
    else {
        return OfficeList::default();
    };
    columns.assign(mapping);
    let described = described(&columns, &sheet.rows[last + 1..]);
    let office = office(&sheet.rows[..=last]);
    let mut below = Below {
        title: sections::title_is_others(&sheet.name, &sheet.rows[..last]),
        section: false,
    };
    let mut group: Option<Cell> = None;
    let mut judged = Vec::with_capacity(sheet.rows.len() - last);
    let mut at = last + 1;
    while let Some(row) = sheet.rows.get(at) {
        // Headings again, on a new page or over a second table with columns of its own.
        if let Some(again) = Columns::at(sheet, at, true) {
            judged.extend(
                sheet.rows[at..=again.row]
                    .iter()
                    .map(|row| skipped(row, RowReason::HEADING)),
            );
            at = again.row;
            (columns, group) = (again.columns, None);
        } else if let Some(whose) = sections::section(row) {
            below = Below {
                title: whose != Whose::Suspect,
                section: whose != Whose::Suspect,
            };
            group = None;
            judged.push(skipped(row, RowReason::HEADING));
        } else {
            let begins = groups::group(row, &columns);
            if begins.is_some() {
                group = None;
            }
            if let Some(Group::Bank(bank)) = begins {
                group = Some(bank);
                judged.push(skipped(row, RowReason::HEADING));
            } else {
                judged.push(
                    Judge {
                        columns: &columns,
                        office,
                        is_official,
                        below,
                        group: group.as_ref(),
                    }
                    .row(row),
                );
            }
        }
        at += 1;
    }
    let heading = sheet.rows[last].line;
    let hidden = sheet.hidden.iter().filter(|line| **line > heading);
    judged.extend(hidden.map(|line| left_out(*line, RowReason::HIDDEN_ROW)));
    judged.sort_by_key(|row| row.line);
    OfficeList {
        columns: described,
        rows: judged,
    }
}

/// The columns as they were understood, with the first cells below their headings.
fn described(columns: &Columns, below: &[Row]) -> Vec<Column> {
    let shown = |written: &str| {
        let written = text::within_written_out(written, 2 * MAX_SHOWN);
        text::fold(written)
            .chars()
            .take(MAX_SHOWN)
            .collect::<String>()
    };
    let describe = |column: usize| {
        let cells = below.iter().filter_map(|row| row.cell(column));
        let role = columns.role(column);
        Column {
            letters: letters(column),
            heading: shown(columns.heading(column)),
            samples: cells
                .take(MAX_SAMPLES)
                .map(|cell| shown(&cell.text))
                .collect(),
            role,
            asks: role.identifies() && !columns.is_suspects(column),
        }
    };
    let described = (0..columns.width()).map(describe);
    described
        .filter(|column| !column.heading.is_empty() || !column.samples.is_empty())
        .collect()
}

/// Tells of something that was not read.
pub(super) fn left_out(line: u32, reason: RowReason) -> OfficeRow {
    OfficeRow {
        line,
        outcome: Outcome::Skipped,
        identifiers: Vec::new(),
        method: MethodId::other(),
        unit: None,
        evidence: String::new(),
        written: String::new(),
        kept: String::new(),
        reason: Some(reason),
    }
}

/// Where the office is, by its letterhead: "CÔNG AN PHƯỜNG BỈM SƠN".
fn office(letterhead: &[Row]) -> Option<UnitCode> {
    let texts = letterhead
        .iter()
        .flat_map(Row::filled)
        .map(|(_, cell)| cell.text.as_str());
    let mut found: Option<UnitCode> = None;
    for cell in texts {
        let bare = cell.split('(').next().unwrap_or_default().trim();
        let plain = text::toneless(bare);
        // Letters with tones are longer than without, so the name is cut off by words.
        if let Some(words) = plain
            .strip_prefix("cong an ")
            .map(|rest| rest.split_whitespace().count())
        {
            let all: Vec<&str> = bare.split_whitespace().collect();
            let name = all[all.len().saturating_sub(words)..].join(" ");
            found = unit::locate(&name, found).or(found);
        }
    }
    found
}

fn skipped(row: &Row, reason: RowReason) -> OfficeRow {
    left_out(row.line, reason)
}

/// Titles of other persons that a row stands below.
#[derive(Clone, Copy)]
struct Below {
    /// The list's: columns that name nobody are theirs.
    title: bool,
    /// A section's: whatever its columns say.
    section: bool,
}

struct Judge<'a> {
    columns: &'a Columns,
    office: Option<UnitCode>,
    below: Below,
    /// The bank that a row above names for all below it.
    group: Option<&'a Cell>,
    is_official: &'a dyn Fn(&Identifier) -> bool,
}

impl Judge<'_> {
    fn row(&self, row: &Row) -> OfficeRow {
        if let Some(reason) = self.no_entry(row) {
            return skipped(row, reason);
        }
        let (mut outcome, mut identifiers, mut reason) = self.outcome(row);
        if identifiers.len() > MAX_ROW_IDENTIFIERS {
            identifiers.clear();
            (outcome, reason) = (Outcome::Refused, Some(RowReason::TOO_MANY));
        }
        let kept = evidence::kept(row, self.columns, &identifiers);
        OfficeRow {
            line: row.line,
            outcome,
            identifiers,
            method: self.method(row),
            unit: self.unit(row),
            evidence: evidence::note(row, self.columns),
            written: evidence::written(row, self.columns),
            kept,
            reason,
        }
    }

    /// Why a row is no entry at all.
    fn no_entry(&self, row: &Row) -> Option<RowReason> {
        let mut filled = row
            .filled()
            .filter(|(column, _)| self.columns.role(*column) != Role::Serial);
        if filled.next().is_none() {
            return Some(RowReason::BLANK);
        }
        if is_numbering(row) {
            return Some(RowReason::NUMBERING);
        }
        if is_subtotal(row) {
            return Some(RowReason::SUBTOTAL);
        }
        let named = row.filled().any(|(column, cell)| {
            self.columns.role(column).identifies() && cell.text.chars().any(|c| c.is_ascii_digit())
        });
        let serial = self
            .columns
            .with(Role::Serial)
            .any(|column| row.cell(column).is_some());
        let few = row.filled().count() <= MAX_TEXT_CELLS;
        let aside = row
            .filled()
            .all(|(column, _)| !self.columns.role(column).identifies());
        let closing = few && !serial && (aside && row.filled().count() == 1 || is_closing(row));
        (!named && closing).then_some(RowReason::SIGNATURE)
    }

    fn outcome(&self, row: &Row) -> (Outcome, Vec<Identifier>, Option<RowReason>) {
        if swallowed_lines(row) {
            return (Outcome::Refused, Vec::new(), Some(RowReason::OPEN_QUOTE));
        }
        let mut found: Vec<Identifier> = Vec::new();
        let (mut doubt, mut bad, mut whose) = (None, None, None);
        for reading in cells::read(row, self.columns, self.group, &|column| {
            self.is_suspects(column)
        }) {
            let (identifiers, why) = match reading {
                Reading::Good(identifier) => (vec![identifier], None),
                Reading::Doubt(identifiers, why) => (identifiers, Some(why)),
                // A formula is no slip of the pen: nothing of its row is taken.
                Reading::Bad(RowReason::FORMULA) => {
                    return (Outcome::Refused, Vec::new(), Some(RowReason::FORMULA));
                }
                Reading::Bad(why) => {
                    bad = bad.or(Some(why));
                    continue;
                }
                Reading::Nothing => continue,
            };
            doubt = doubt.or(why);
            whose = whose.or(why.filter(|why| *why == RowReason::WHOSE));
            for identifier in identifiers {
                if (self.is_official)(&identifier) {
                    bad = Some(RowReason::OFFICIAL);
                } else if !found.contains(&identifier) {
                    found.push(identifier);
                }
            }
        }
        if found.is_empty() && (bad.is_some() || doubt.is_none()) {
            return (Outcome::Refused, found, bad.or_else(|| Some(nothing(row))));
        }
        // A bad number beside a good one is told, and a person decides on the good one.
        let struck = row.struck.then_some(RowReason::STRUCK);
        let why = struck
            .or(whose)
            .or_else(|| remarks::take_back(row, self.columns).then_some(RowReason::TAKEN_BACK))
            .or_else(|| {
                let group = self.group?;
                groups::is_contradicted(row, self.columns, group).then_some(RowReason::TWO_BANKS)
            })
            .or(bad)
            .or(doubt)
            .or_else(|| self.impossible_date(row));
        let outcome = if why.is_some() {
            Outcome::Doubtful
        } else {
            Outcome::Accepted
        };
        (outcome, found, why)
    }

    fn is_suspects(&self, column: usize) -> bool {
        let named = self.columns.names_suspect(column);
        self.columns.is_suspects(column) && !self.below.section && (named || !self.below.title)
    }

    fn impossible_date(&self, row: &Row) -> Option<RowReason> {
        let mut dates = self
            .columns
            .with(Role::Date)
            .filter_map(|column| row.cell(column));
        dates
            .any(|cell| dates::read(&cell.text) == When::Impossible)
            .then_some(RowReason::IMPOSSIBLE_DATE)
    }

    /// The card that the row's words about the method speak of, else its remarks.
    fn method(&self, row: &Row) -> MethodId {
        for role in [Role::Method, Role::Note] {
            let words: Vec<&str> = self.texts(row, role).collect();
            let method = method::recognise(&words.join(" "));
            if method != MethodId::other() {
                return method;
            }
        }
        MethodId::other()
    }

    fn unit(&self, row: &Row) -> Option<UnitCode> {
        let words: Vec<&str> = self.texts(row, Role::Place).collect();
        unit::locate(&words.join(", "), self.office)
    }

    fn texts<'r>(&self, row: &'r Row, role: Role) -> impl Iterator<Item = &'r str> {
        let columns: Vec<usize> = self.columns.with(role).collect();
        columns
            .into_iter()
            .filter_map(|column| row.cell(column))
            .map(|cell| cell.text.as_str())
    }
}

/// Why a row without any identifier has none.
fn nothing(row: &Row) -> RowReason {
    if row.filled().any(|(_, cell)| fonts::is_old(&cell.text)) {
        RowReason::OLD_FONT
    } else {
        RowReason::NO_IDENTIFIER
    }
}
