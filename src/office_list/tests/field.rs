//! Lists as offices keep them, of which it is known what is right (`tests/samples/field`).
//!
//! What is expected of a list: `never:key` no accepted row names it; `never2:key` no row does; `has:key` an accepted or
//! doubtful one does; `rows:line/outcomes/key` the row of that line has one of these outcomes and names it.

use std::fmt::Write as _;

use serde::Deserialize;

use super::{workbooks::archive, *};
use crate::domain::tsv;

const LISTS: &str = include_str!("../../../tests/samples/field/lists.tsv");
const WORKBOOKS: &str = include_str!("../../../tests/samples/field/workbooks.tsv");

/// A workbook as the samples describe it. Rows are counted from 1, columns are letters.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    sheets: Vec<Page>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    name: String,
    pub(super) rows: Vec<Vec<String>>,
    #[serde(default)]
    pub(super) hidden_rows: Vec<u32>,
    #[serde(default)]
    hidden_columns: Vec<char>,
    #[serde(default)]
    pub(super) struck: Vec<String>,
    #[serde(default)]
    merged: Vec<String>,
    #[serde(default)]
    hidden: bool,
    #[serde(default)]
    filter: Option<String>,
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

fn column(letter: char) -> u32 {
    u32::from(letter) - u32::from('A') + 1
}

impl Page {
    pub(super) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// The workbook that has this sheet only.
    pub(super) fn file(&self) -> Vec<u8> {
        workbook(std::slice::from_ref(self))
    }

    fn xml(&self) -> String {
        let mut out = String::from(
            r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#,
        );
        if !self.hidden_columns.is_empty() {
            out += "<cols>";
            for letter in &self.hidden_columns {
                let at = column(*letter);
                let _ = write!(out, r#"<col min="{at}" max="{at}" width="9" hidden="1"/>"#);
            }
            out += "</cols>";
        }
        out += "<sheetData>";
        for (number, row) in (1..).zip(&self.rows) {
            let hidden = u8::from(self.hidden_rows.contains(&number));
            let _ = write!(out, r#"<row r="{number}" hidden="{hidden}">"#);
            for (letter, text) in ('A'..).zip(row).filter(|(_, text)| !text.is_empty()) {
                let place = format!("{letter}{number}");
                let style = 3 * u8::from(self.struck.contains(&place));
                let text = escaped(text);
                let _ = write!(
                    out,
                    r#"<c r="{place}" s="{style}" t="inlineStr"><is><t>{text}</t></is></c>"#
                );
            }
            out += "</row>";
        }
        out += "</sheetData>";
        if let Some(place) = &self.filter {
            let _ = write!(out, r#"<autoFilter ref="{place}"/>"#);
        }
        if !self.merged.is_empty() {
            out += "<mergeCells>";
            for place in &self.merged {
                let _ = write!(out, r#"<mergeCell ref="{place}"/>"#);
            }
            out += "</mergeCells>";
        }
        out + "</worksheet>"
    }
}

/// The file that a row of the samples describes.
fn file(channel: &str, input: &str) -> Vec<u8> {
    if channel == "csv" {
        let text: String = serde_json::from_str(input).expect("a text");
        return text.into_bytes();
    }
    let book: Book = serde_json::from_str(input).expect("a workbook");
    workbook(&book.sheets)
}

fn workbook(sheets: &[Page]) -> Vec<u8> {
    let names: Vec<String> = sheets
        .iter()
        .map(|page| format!("{}{}", if page.hidden { "." } else { "" }, page.name))
        .collect();
    let named: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    let mut parts = workbooks::parts(&named);
    for (at, page) in sheets.iter().enumerate() {
        let path = format!("xl/worksheets/s{at}.xml");
        for (name, content) in &mut parts {
            if *name == path {
                *content = page.xml();
            }
        }
    }
    archive(&parts)
}

fn is_right(rows: &[OfficeRow], expected: &str) -> bool {
    let names = |row: &OfficeRow, key: &str| keys(row).iter().any(|held| held == key);
    let accepted = |row: &OfficeRow| row.outcome == Outcome::Accepted;
    let open = |row: &OfficeRow| accepted(row) || row.outcome == Outcome::Doubtful;
    let (form, key) = expected.split_once(':').expect("a form and a key");
    match form {
        "never" => !rows.iter().any(|row| accepted(row) && names(row, key)),
        "never2" => !rows.iter().any(|row| names(row, key)),
        "has" => rows.iter().any(|row| open(row) && names(row, key)),
        "rows" => {
            let parts: Vec<&str> = key.splitn(3, '/').collect();
            let line: u32 = parts[0].parse().expect("a line");
            rows.iter().any(|row| {
                let outcome = format!("{:?}", row.outcome).to_lowercase();
                row.line == line
                    && parts[1].split(',').any(|one| one == outcome)
                    && names(row, parts[2])
            })
        }
        other => panic!("an unknown expectation: {other}"),
    }
}

/// What a file came to, for a message.
fn told(rows: &[OfficeRow]) -> String {
    let told = rows.iter().map(|row| {
        let why = row.reason.map_or("", |reason| reason.code);
        format!(
            "{} {:?} {} {why}",
            row.line,
            row.outcome,
            keys(row).join("+")
        )
    });
    told.collect::<Vec<_>>().join("\n    ")
}

#[test]
fn lists_of_the_field_are_read_as_they_are_meant() {
    let (mut count, mut wrong) = (0, Vec::new());
    for row in tsv::rows(LISTS).chain(tsv::rows(WORKBOOKS)) {
        count += 1;
        let (kind, input) = (row.get("kind"), row.get("input"));
        let (expected, why) = (row.get("expected"), row.get("reason"));
        let bytes = file(row.get("channel"), input);
        let result = read(&bytes, &|id| official::builtin(id).is_some());
        let rows = result.as_deref().unwrap_or_default();
        // What can't be read names nobody; but only what nobody sees may not be read.
        let unread = matches!(result, Err(ListError::Hidden)) && expected.starts_with("never");
        if !(result.is_ok() || unread) || !is_right(rows, expected) {
            let error = result.as_ref().err();
            let told = told(rows);
            wrong.push(format!(
                "{kind}: {input}\n  {expected} ({why})\n  {error:?}\n    {told}"
            ));
        }
    }
    assert!(count > 120, "{count}");
    assert!(
        wrong.is_empty(),
        "{} of {count}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
