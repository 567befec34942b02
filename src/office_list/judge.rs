//! From rows of cells to rows that an office can act on.

use super::{
    cells,
    dates::{self, When},
    evidence,
    headings::{Columns, Found},
    limits::MAX_ROW_IDENTIFIERS,
    reading::Reading,
    reason::RowReason,
    roles::Role,
    row::{OfficeRow, Outcome},
    sections,
    sheet::{Row, Sheet},
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

/// Judges every row below the headings.
pub(super) fn rows(sheet: &Sheet, is_official: &dyn Fn(&Identifier) -> bool) -> Vec<OfficeRow> {
    let Some(Found {
        mut columns,
        row: last,
    }) = Columns::find(sheet)
    else {
        return Vec::new();
    };
    let office = office(&sheet.rows[..=last]);
    let mut below = Below {
        title: sections::title_is_others(&sheet.name, &sheet.rows[..last]),
        section: false,
    };
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
            columns = again.columns;
        } else if let Some(whose) = sections::section(row) {
            below = Below {
                title: whose != Whose::Suspect,
                section: whose != Whose::Suspect,
            };
            judged.push(skipped(row, RowReason::HEADING));
        } else {
            judged.push(
                Judge {
                    columns: &columns,
                    office,
                    is_official,
                    below,
                }
                .row(row),
            );
        }
        at += 1;
    }
    let heading = sheet.rows[last].line;
    let hidden = sheet.hidden.iter().filter(|line| **line > heading);
    judged.extend(hidden.map(|line| left_out(*line, RowReason::HIDDEN_ROW)));
    judged.sort_by_key(|row| row.line);
    judged
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
        OfficeRow {
            line: row.line,
            outcome,
            identifiers,
            method: self.method(row),
            unit: self.unit(row),
            evidence: evidence::note(row, self.columns),
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
        for reading in cells::read(row, self.columns, &|column| self.is_suspects(column)) {
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
    if row.filled().any(|(_, cell)| is_old_font(&cell.text)) {
        RowReason::OLD_FONT
    } else {
        RowReason::NO_IDENTIFIER
    }
}

/// Signs that TCVN3 and VNI text turns into when read as Unicode, and that Vietnamese never has.
fn is_old_font(text: &str) -> bool {
    text.chars()
        .filter(|c| {
            matches!(
                c,
                '¸' | '¶'
                    | '·'
                    | '¹'
                    | '¨'
                    | '»'
                    | '¾'
                    | '¼'
                    | '½'
                    | '©'
                    | '®'
                    | '«'
                    | '¬'
                    | '­'
                    | '§'
                    | '¤'
                    | '¥'
                    | '¦'
                    | 'µ'
                    | 'ß'
                    | 'ñ'
                    | 'ø'
                    | 'ä'
                    | 'ö'
                    | 'ü'
                    | 'ï'
                    | 'å'
            )
        })
        .count()
        >= 2
}

/// `(1) (2) (3)` under the headings.
fn is_numbering(row: &Row) -> bool {
    let numbers: Vec<&str> = row
        .filled()
        .map(|(_, cell)| {
            cell.text
                .trim()
                .trim_matches(|c: char| "()[]. ".contains(c))
        })
        .collect();
    let counts = numbers.windows(2).all(|pair| match (pair[0].parse::<u8>(), pair[1].parse::<u8>()) {
        (Ok(first), Ok(second)) => second == first.saturating_add(1),
        _ => matches!((pair[0].as_bytes(), pair[1].as_bytes()), ([a], [b]) if a.is_ascii_uppercase() && *b == a.saturating_add(1)),
    });
    numbers.len() > 2 && counts
}

fn is_subtotal(row: &Row) -> bool {
    row.filled().take(3).any(|(_, cell)| {
        let plain = text::toneless(&text::fold(&cell.text));
        let words: Vec<&str> = plain
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        match words[..] {
            ["tong", "cong" | "so", ..] | ["cong" | "total" | "subtotal" | "tong" | "sum"] => true,
            ["grand" | "sub", "total", ..]
            | ["cong", "don" | "trang" | "luy" | "thang", ..]
            | ["luy", "ke", ..] => true,
            ["cong" | "total" | "tong", next, ..] => next.bytes().all(|b| b.is_ascii_digit()),
            _ => false,
        }
    })
}

/// The words under a list: who made it, who signs, where it goes.
fn is_closing(row: &Row) -> bool {
    const WORDS: [&str; 24] = [
        "nguoi lap",
        "lap bieu",
        "thu truong",
        "truong cong an",
        "pho truong",
        "ky ten",
        "ky, ghi",
        "ghi ro ho ten",
        "noi nhan",
        "xac nhan",
        "can bo",
        "thu ky",
        "chu tich",
        "giam doc",
        "mau thu",
        "danh sach",
        "luu:",
        "ngay",
        "phan",
        "prepared by",
        "signature",
        "approved",
        "ghi chu",
        "nhu tren",
    ];
    let mut texts = row
        .filled()
        .map(|(_, cell)| text::toneless(&text::fold(&cell.text)));
    texts.any(|text| WORDS.iter().any(|word| text.contains(word)))
}

/// A quote that was never closed makes one cell of many lines, each with its separators.
fn swallowed_lines(row: &Row) -> bool {
    row.filled().any(|(_, cell)| {
        let many = |line: &str| {
            [',', ';', '\t']
                .iter()
                .any(|c| line.matches(*c).count() > 2)
        };
        cell.text.lines().skip(1).any(many)
    })
}
