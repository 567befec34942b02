//! Trials of lists: rows stand in order and within limits, each says why it was not taken, and nobody protected is taken.

use flate2::Crc;

use super::{Format, ListError, MAX_ROWS, Mapping, OfficeRow, Outcome, sniff};
use crate::domain::{fuzz::has_one_form, identifier::Identifier};

const SPREADSHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Any file.
pub(crate) fn file(bytes: &[u8]) {
    judged(bytes);
}

/// A workbook of parts that were made by hand: the sheet, the texts of all sheets, the styles and what the book says of
/// its sheet, with a zero byte between them.
pub(crate) fn workbook(bytes: &[u8]) {
    let mut parts = bytes.split(|byte| *byte == 0);
    let mut next = || parts.next().unwrap_or_default();
    let sheet = wrapped("worksheet", next());
    let texts = wrapped("sst", next());
    let styles = wrapped("styleSheet", next());
    let about = String::from_utf8_lossy(next()).into_owned();
    let book = format!(r#"<sheets><sheet name="a" sheetId="1" r:id="r0" {about}/></sheets>"#);
    let links = format!(
        r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="r0" Type="{OFFICE}/worksheet" Target="worksheets/s0.xml"/><Relationship Id="r1" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>"#
    );
    let root = format!(
        r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="r0" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    judged(&archive(&[
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", &wrapped("workbook", book.as_bytes())),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/worksheets/s0.xml", &sheet),
        ("xl/sharedStrings.xml", &texts),
        ("xl/styles.xml", &styles),
    ]));
}

fn wrapped(tag: &str, inside: &[u8]) -> Vec<u8> {
    let open = format!(r#"<{tag} xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}">"#);
    [open.as_bytes(), inside, format!("</{tag}>").as_bytes()].concat()
}

/// A ZIP archive of parts that are not pressed.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let long = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    for (name, content) in parts {
        let mut sum = Crc::new();
        sum.update(content);
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        common.extend(sum.sum().to_le_bytes());
        common.extend([long(content.len()), long(content.len())].concat());
        common.extend([&long(name.len())[..2], &[0, 0]].concat());
        directory.extend([b"PK\x01\x02\x14\0", &common[..], &[0; 10], &long(out.len())].concat());
        directory.extend(name.as_bytes());
        out.extend([b"PK\x03\x04", &common[..], name.as_bytes(), content].concat());
    }
    let (count, at) = (long(parts.len()), long(out.len()));
    let size = long(directory.len());
    out.extend(directory);
    out.extend(
        [
            b"PK\x05\x06\0\0\0\0",
            &count[..2],
            &count[..2],
            &size,
            &at,
            &[0, 0],
        ]
        .concat(),
    );
    out
}

fn read(
    bytes: &[u8],
    is_official: &dyn Fn(&Identifier) -> bool,
) -> Result<Vec<OfficeRow>, ListError> {
    super::read(bytes, &Mapping::default(), is_official).map(|list| {
        assert!(list.is_within_limits());
        list.rows
    })
}

fn judged(bytes: &[u8]) {
    match read(bytes, &|_| false) {
        Ok(rows) => sound(bytes, &rows),
        Err(refused) => assert!(refused.to_string().len() < 300),
    }
    if sniff(bytes) != Some(Format::Xlsx) {
        // Whoever is protected is never taken, however the list is read.
        let rows = read(bytes, &|_| true).unwrap_or_default();
        assert!(rows.iter().all(|row| row.outcome != Outcome::Accepted));
    }
}

fn sound(bytes: &[u8], rows: &[OfficeRow]) {
    assert!(rows.len() <= MAX_ROWS + 1);
    assert!(rows.is_sorted_by(|one, next| one.line <= next.line));
    for row in rows {
        assert!(row.is_within_limits());
        row.identifiers.iter().for_each(has_one_form);
        match row.outcome {
            Outcome::Accepted => assert!(!row.identifiers.is_empty() && row.reason.is_none()),
            Outcome::Doubtful | Outcome::Refused | Outcome::Skipped => {
                assert!(row.reason.is_some() || row.outcome == Outcome::Skipped);
            }
        }
    }
    assert!(
        matches!(read(bytes, &|_| false), Ok(again) if again == rows),
        "the same file, the same rows"
    );
}
