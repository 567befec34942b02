//! What a workbook says beside its cells: which sheets, rows and columns are hidden, and what is struck through.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::events::{BytesStart, Event};

use super::{
    archive::{Archive, SHEETS},
    error::ListError,
    limits::{MAX_COLUMNS, MAX_ROWS},
    xml::{Xml, attribute, is_no_length, is_yes, says_yes},
};

/// Most texts that sheets share: 20,000 rows of fifty.
pub(super) const MAX_STRINGS: u32 = 1_000_000;

/// Most formats, fonts, fills and borders together; Excel takes 65,490 formats.
pub(super) const MAX_FORMATS: u32 = 100_000;

/// Room for what formats repeat: each keeps its number format and its font's name.
pub(super) const MAX_FORMAT_BYTES: u64 = 16 * 1024 * 1024;

/// A sheet of the workbook.
pub(super) struct SheetPart {
    pub(super) name: String,
    pub(super) hidden: bool,
    path: String,
}

/// A workbook whose parts have been measured.
pub(super) struct Book {
    pub(super) archive: Archive,
    pub(super) sheets: Vec<SheetPart>,
    /// Shared texts of which a piece is struck through, by their place.
    struck: BTreeSet<u32>,
}

/// What a sheet says about its rows and columns, counted from 0.
#[derive(Default)]
pub(super) struct Marks {
    pub(super) hidden_rows: BTreeSet<u32>,
    /// Of the columns that a list can have, a bit for each.
    hidden_columns: u128,
    pub(super) struck_rows: BTreeSet<u32>,
    /// Cells merged over several rows: the column, the first row and the last.
    pub(super) merged: Vec<(u32, u32, u32)>,
}

impl Marks {
    pub(super) fn hides_column(&self, column: u32) -> bool {
        bits(column) & !bits(column.saturating_add(1)) & self.hidden_columns != 0
    }
}

const _: () = assert!(MAX_COLUMNS <= 128);

/// The bits of all columns from one on.
fn bits(from: u32) -> u128 {
    u128::MAX.checked_shl(from).unwrap_or(0)
}

impl Book {
    pub(super) fn open(bytes: &[u8]) -> Result<Self, ListError> {
        let archive = Archive::open(bytes)?;
        let mut struck = BTreeSet::new();
        for (name, part) in archive.parts() {
            // Sheets are measured when they are read.
            if !name.contains(SHEETS) || name.ends_with(".rels") {
                measure(part, &mut struck)?;
            }
        }
        let sheets = sheets(&archive)?;
        Ok(Self {
            archive,
            sheets,
            struck,
        })
    }

    /// Measures a sheet, and reads what it says about its rows and columns.
    pub(super) fn marks(&self, sheet: &SheetPart) -> Result<Marks, ListError> {
        let part = self.archive.part(&sheet.path).ok_or(ListError::Damaged)?;
        let mut reader = MarkReader {
            struck: &self.struck,
            marks: Marks::default(),
            flat: false,
            row: 0,
            hidden: false,
            cell: 0,
            shared: false,
            value: None,
        };
        let mut xml = Xml::new(part);
        while let Some(event) = xml.next()? {
            match event {
                Event::Start(tag) => reader.open(&tag)?,
                Event::Text(text) => reader.text(&text.xml10_content()),
                Event::End(tag) => reader.close(tag.local_name().as_ref()),
                Event::Empty(_)
                | Event::CData(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_)
                | Event::GeneralRef(_)
                | Event::Eof => {}
            }
        }
        Ok(reader.marks)
    }
}

/// Reads the marks of a sheet, one element after the other. Places are counted as the library of cells counts them.
struct MarkReader<'b> {
    struck: &'b BTreeSet<u32>,
    marks: Marks,
    /// Rows are of no height unless they say otherwise.
    flat: bool,
    row: u32,
    hidden: bool,
    /// The row that the cell itself names.
    cell: u32,
    /// The cell's value is the place of a shared text.
    shared: bool,
    value: Option<String>,
}

impl MarkReader<'_> {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), ListError> {
        match tag.local_name().as_ref() {
            "sheetFormatPr" => self.flat = is_no_length(tag, "defaultRowHeight")?,
            "col" if says_yes(tag, "hidden")? || is_no_length(tag, "width")? => {
                let place = |name| Ok(attribute(tag, name)?.and_then(|at| at.parse::<u32>().ok()));
                let (first, last) = (
                    place("min")?.unwrap_or(1),
                    place("max")?.unwrap_or(u32::MAX),
                );
                self.marks.hidden_columns |= bits(first.saturating_sub(1)) & !bits(last);
            }
            "row" => {
                if let Some(row) = attribute(tag, "r")?.as_deref().and_then(row_of) {
                    self.row = row;
                }
                let unseen = match attribute(tag, "ht")? {
                    Some(_) => is_no_length(tag, "ht")?,
                    None => self.flat,
                };
                self.hidden = says_yes(tag, "hidden")? || unseen;
                self.hide(self.row);
            }
            "c" => {
                let named = attribute(tag, "r")?.as_deref().and_then(row_of);
                self.cell = named.unwrap_or(self.row);
                self.hide(self.cell);
                self.shared = attribute(tag, "t")?.as_deref() == Some("s");
            }
            "mergeCell" => {
                let merged = attribute(tag, "ref")?.and_then(|place| merged(&place));
                if let Some(merged) = merged.filter(|(_, first, last)| first < last) {
                    self.marks.merged.push(merged);
                }
                if self.marks.merged.len() > MAX_ROWS {
                    return Err(ListError::TooManyRows);
                }
            }
            "v" if self.shared && !self.struck.is_empty() => self.value = Some(String::new()),
            "strike" if strikes(tag)? => {
                self.marks.struck_rows.insert(self.cell);
            }
            _ => {}
        }
        Ok(())
    }

    fn hide(&mut self, row: u32) {
        if self.hidden {
            self.marks.hidden_rows.insert(row);
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(value) = &mut self.value {
            value.push_str(text);
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "row" => {
                self.row = self.row.saturating_add(1);
                self.hidden = false;
            }
            "v" => {
                let place = self.value.take().and_then(|text| text.trim().parse().ok());
                if place.is_some_and(|place| self.struck.contains(&place)) {
                    self.marks.struck_rows.insert(self.cell);
                }
            }
            _ => {}
        }
    }
}

/// The row of `B12` or `12`, from 0.
fn row_of(place: &str) -> Option<u32> {
    let digits = place.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    digits.parse::<u32>().ok()?.checked_sub(1)
}

/// The first column and the rows of `B2:D4`, from 0; none outside of a list's columns.
fn merged(place: &str) -> Option<(u32, u32, u32)> {
    let (first, last) = place.split_once(':')?;
    let letters = first.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.fold(0_u32, |column, letter| {
        let letter = u32::from(letter.to_ascii_uppercase() - b'A');
        column.saturating_mul(26).saturating_add(letter + 1)
    });
    let column = column.checked_sub(1)?;
    let inside = usize::try_from(column).is_ok_and(|column| column < MAX_COLUMNS);
    Some((column, row_of(first)?, row_of(last)?)).filter(|_| inside)
}

fn strikes(tag: &BytesStart<'_>) -> Result<bool, ListError> {
    Ok(attribute(tag, "val")?.is_none_or(|value| is_yes(&value)))
}

/// Measures a part that is no sheet: how many texts and formats it has. Notes the shared texts with a struck piece.
fn measure(part: &[u8], struck: &mut BTreeSet<u32>) -> Result<(), ListError> {
    let (mut strings, mut formats, mut longest) = (0_u32, 0_u32, 0_u64);
    let mut xml = Xml::new(part);
    while let Some(event) = xml.next()? {
        let Event::Start(tag) = event else {
            continue;
        };
        match tag.local_name().as_ref() {
            "si" => strings += 1,
            "xf" | "font" | "fill" | "border" => formats += 1,
            "numFmt" | "name" => longest = longest.max(tag.attributes_raw().len() as u64),
            "strike" if strings > 0 && strikes(&tag)? => {
                struck.insert(strings - 1);
            }
            _ => {}
        }
        let repeated = u64::from(formats).saturating_mul(longest);
        if strings > MAX_STRINGS || formats > MAX_FORMATS || repeated > MAX_FORMAT_BYTES {
            return Err(ListError::Damaged);
        }
    }
    Ok(())
}

/// The sheets in the order of the workbook. Names and parts stand for one sheet each.
fn sheets(archive: &Archive) -> Result<Vec<SheetPart>, ListError> {
    let books = links(archive, "_rels/.rels")?.into_values();
    let mut books = books.filter(|link| link.kind.ends_with("/officeDocument"));
    let (book, other) = (books.next().ok_or(ListError::Damaged)?, books.next());
    let path = book.target.trim_start_matches('/');
    // Sheets are measured later than the rest, so nothing else may stand among them.
    if other.is_some() || path.to_ascii_lowercase().contains(SHEETS) {
        return Err(ListError::Damaged);
    }
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = if folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    };
    let links = links(archive, &format!("{folder}_rels/{name}.rels"))?;
    let mut xml = Xml::new(archive.part(path).ok_or(ListError::Damaged)?);
    let mut sheets = Vec::new();
    let mut known = BTreeSet::new();
    while let Some(event) = xml.next()? {
        let Event::Start(tag) = event else {
            continue;
        };
        if tag.local_name().as_ref() != "sheet" {
            continue;
        }
        let (name, id) = (attribute(&tag, "name")?, attribute(&tag, "id")?);
        let link = id.and_then(|id| links.get(&id)).ok_or(ListError::Damaged)?;
        let path = match link.target.strip_prefix('/') {
            Some(path) => path.to_owned(),
            None => format!("{folder}{}", link.target),
        };
        let sheet = SheetPart {
            name: name.ok_or(ListError::Damaged)?,
            hidden: attribute(&tag, "state")?.is_some_and(|state| state != "visible"),
            path,
        };
        let new = known.insert(format!("n{}", sheet.name))
            && known.insert(format!("p{}", sheet.path.to_ascii_lowercase()));
        if !new {
            return Err(ListError::Damaged);
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

struct Link {
    kind: String,
    target: String,
}

/// The links of a part, by their names.
fn links(archive: &Archive, path: &str) -> Result<BTreeMap<String, Link>, ListError> {
    let mut xml = Xml::new(archive.part(path).ok_or(ListError::Damaged)?);
    let mut links = BTreeMap::new();
    while let Some(event) = xml.next()? {
        let Event::Start(tag) = event else {
            continue;
        };
        if tag.local_name().as_ref() != "Relationship" {
            continue;
        }
        let told = (
            attribute(&tag, "Id")?,
            attribute(&tag, "Type")?,
            attribute(&tag, "Target")?,
        );
        if let (Some(id), Some(kind), Some(target)) = told
            && links.insert(id, Link { kind, target }).is_some()
        {
            return Err(ListError::Damaged);
        }
    }
    Ok(links)
}
