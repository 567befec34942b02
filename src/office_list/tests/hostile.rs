//! Workbooks made to cost: each is refused at once, by what is true of it and not by what it says.

use std::time::{Duration, Instant};

use super::{
    archive::{Archive, MAX_ENTRIES, MAX_PART_BYTES},
    book::{MAX_FORMATS, MAX_STRINGS},
    workbooks::{HEADINGS, archive, list, parts},
    *,
};
use crate::office_list::limits::{MAX_CELL_BYTES, MAX_ROWS, MAX_UNPACKED_BYTES};

fn refused(bytes: &[u8]) -> Option<ListError> {
    let begun = Instant::now();
    let error = read(bytes, &|_| false).err();
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    error
}

/// A good list with parts changed, or added.
fn with(changed: &[(&str, &str)]) -> Vec<u8> {
    archive(&changed_parts(changed))
}

fn changed_parts(changed: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut parts = parts(&[("DS", &list(&[HEADINGS, "0950001001"]))]);
    for (name, content) in changed {
        parts.retain(|(known, _)| known != name);
        parts.push(((*name).to_owned(), (*content).to_owned()));
    }
    parts
}

const STRINGS: &str = "xl/sharedStrings.xml";
const STYLE: &str = "xl/styles.xml";
const SHEET: &str = "xl/worksheets/s0.xml";

fn sheet(before: &str, after: &str) -> String {
    let rows = list(&[HEADINGS, "0950001001"]);
    format!("<worksheet>{before}<sheetData>{rows}</sheetData>{after}</worksheet>")
}

#[test]
fn a_count_that_its_part_has_no_room_for_is_damaged() {
    let many = "3000000000";
    for (part, content) in [
        (
            STRINGS,
            format!(r#"<sst count="1" uniqueCount="{many}"><si><t>a</t></si></sst>"#),
        ),
        (
            STRINGS,
            format!(r#"<sst count="{many}" uniqueCount="1"><si><t>a</t></si></sst>"#),
        ),
        (
            STRINGS,
            format!(r#"<x:sst xmlns:x="a" uniqueCount="{many}"/>"#),
        ),
        (
            STRINGS,
            r#"<sst uniqueCount="99999999999999999999999"/>"#.to_owned(),
        ),
        (STRINGS, r#"<sst uniqueCount="-1"/>"#.to_owned()),
        (
            STRINGS,
            format!(r#"<sst uniqueCount="&#51;000000000"{}/>"#, ""),
        ),
        (
            STYLE,
            format!(r#"<styleSheet><cellXfs count="{many}"><xf/></cellXfs></styleSheet>"#),
        ),
        (
            STYLE,
            format!(r#"<styleSheet><numFmts count="{many}"/></styleSheet>"#),
        ),
        (
            STYLE,
            format!(r#"<styleSheet><fonts count="{many}"/></styleSheet>"#),
        ),
        (
            SHEET,
            sheet("", &format!(r#"<mergeCells count="{many}"/>"#)),
        ),
        (
            SHEET,
            sheet("", &format!(r#"<tableParts count="{many}"/>"#)),
        ),
        (
            STRINGS,
            r#"<sst uniqueCount="1" uniqueCount="3000000000"><si/></sst>"#.to_owned(),
        ),
        (
            "xl/tables/table1.xml",
            format!(r#"<table><tableColumns count="{many}"/></table>"#),
        ),
    ] {
        assert_eq!(
            refused(&with(&[(part, &content)])),
            Some(ListError::Damaged),
            "{content}"
        );
    }
}

#[test]
fn a_count_may_be_as_large_as_its_part_has_room_and_no_larger() {
    let strings = |count: usize| {
        let part = format!(r#"<sst uniqueCount="{count:04}"><si><t>a</t></si></sst>"#);
        (part.len() / 4, part)
    };
    let (room, _) = strings(0);
    assert_eq!(refused(&with(&[(STRINGS, &strings(room).1)])), None);
    assert_eq!(
        refused(&with(&[(STRINGS, &strings(room + 1).1)])),
        Some(ListError::Damaged)
    );
    // A text used by a great many cells stands once.
    let often = r#"<sst count="100000" uniqueCount="1"><si><t>a</t></si></sst>"#;
    assert_eq!(refused(&with(&[(STRINGS, often)])), None);
}

#[test]
fn a_sheet_may_say_that_it_is_as_large_as_it_likes() {
    let whole = sheet(r#"<dimension ref="A1:XFD1048576"/>"#, "");
    let told = told_of(&with(&[(SHEET, &whole)]));
    assert_eq!(told, [format!("2 Accepted {A}")]);
    let shared = whole.replace(
        "<is>",
        r#"<f t="shared" si="4000000000" ref="A1:XFD1048576">A1</f><is>"#,
    );
    assert_eq!(
        refused(&with(&[(SHEET, &shared)])),
        Some(ListError::NoHeader)
    );
}

#[test]
fn what_repeats_a_little_text_very_often_is_refused() {
    let formats = |count: u32, code: usize| {
        let code = "0".repeat(code);
        let xf = "<xf numFmtId=\"164\"/>".repeat(count as usize);
        format!(
            "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"{code}\"/></numFmts><cellXfs>{xf}</cellXfs></styleSheet>"
        )
    };
    assert_eq!(refused(&with(&[(STYLE, &formats(MAX_FORMATS, 9))])), None);
    for styles in [formats(MAX_FORMATS + 1, 9), formats(4_000, 5_000)] {
        assert_eq!(
            refused(&with(&[(STYLE, &styles)])),
            Some(ListError::Damaged)
        );
    }
    let strings = |count: u32| format!("<sst>{}</sst>", "<si/>".repeat(count as usize));
    assert_eq!(refused(&with(&[(STRINGS, &strings(MAX_STRINGS))])), None);
    assert_eq!(
        refused(&with(&[(STRINGS, &strings(MAX_STRINGS + 1))])),
        Some(ListError::Damaged)
    );
    // One long text in every cell of a full list.
    let long = format!("<sst><si><t>{}</t></si></sst>", "a".repeat(MAX_CELL_BYTES));
    let row = format!("{HEADINGS}|$0");
    let rows: Vec<&str> = std::iter::once(HEADINGS)
        .chain(std::iter::repeat_n(row.as_str(), MAX_ROWS - 1))
        .collect();
    let sheet = format!(
        "<worksheet><sheetData>{}</sheetData></worksheet>",
        list(&rows)
    );
    assert_eq!(
        refused(&with(&[(STRINGS, &long), (SHEET, &sheet)])),
        Some(ListError::Bomb)
    );
    let laughs =
        r#"<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><sst><si><t>&c;</t></si></sst>"#;
    assert_eq!(
        refused(&with(&[(STRINGS, laughs)])),
        Some(ListError::Damaged)
    );
}

#[test]
fn a_sheet_stands_once_in_its_workbook() {
    let mut parts = changed_parts(&[]);
    let book = parts
        .iter_mut()
        .find(|(name, _)| name == "xl/workbook.xml")
        .expect("the book");
    let at = book.1.find("<sheet ").expect("a sheet");
    let end = at + book.1[at..].find("/>").expect("its end") + 2;
    let again = book.1[at..end].to_owned();
    let other = again.replace("name=\"DS\"", "name=\"DS 2\"");
    for copy in [again, other] {
        let mut parts = parts.clone();
        for (name, content) in &mut parts {
            if name == "xl/workbook.xml" {
                content.insert_str(at, &copy);
            }
        }
        assert_eq!(
            refused(&archive(&parts)),
            Some(ListError::Damaged),
            "{copy}"
        );
    }
}

/// Where the directory's entry of a part begins.
fn told_at(bytes: &[u8], name: &str) -> usize {
    let place = |from: usize| {
        bytes[from..]
            .windows(4)
            .position(|w| w == b"PK\x01\x02")
            .map(|at| from + at)
    };
    let mut at = place(0).expect("a directory");
    while !bytes[at + 46..].starts_with(name.as_bytes()) {
        at = place(at + 4).expect("the part");
    }
    at
}

fn patched(at: usize, with: &[u8]) -> Vec<u8> {
    let mut bytes = with_strings();
    let place = told_at(&bytes, STRINGS) + at;
    bytes[place..place + with.len()].copy_from_slice(with);
    bytes
}

fn with_strings() -> Vec<u8> {
    with(&[(STRINGS, "<sst><si><t>a</t></si></sst>")])
}

#[test]
fn an_archive_is_believed_only_when_it_is_true() {
    assert_eq!(refused(&with_strings()), None);
    let damaged = Some(ListError::Damaged);
    let size = 28_u32;
    let crc = [0; 4];
    for (what, bytes) in [
        ("smaller than it is", patched(24, &(size - 1).to_le_bytes())),
        ("larger than it is", patched(24, &(size + 1).to_le_bytes())),
        (
            "packed beyond the end",
            patched(20, &u32::MAX.to_le_bytes()),
        ),
        (
            "longer than the place",
            patched(20, &(size + 200).to_le_bytes()),
        ),
        ("at the place of another", patched(42, &0_u32.to_le_bytes())),
        ("beyond the end", patched(42, &u32::MAX.to_le_bytes())),
        ("another check sum", patched(16, &crc)),
        ("encrypted", patched(8, &[1])),
        ("packed in a way of its own", patched(10, &[12])),
        (
            "a name twice",
            with(&[(STRINGS, "<sst/>"), ("xl/sharedStrings.XML", "<sst/>")]),
        ),
    ] {
        assert_eq!(refused(&bytes), damaged, "{what}");
    }
    assert_eq!(
        refused(&patched(24, &u32::MAX.to_le_bytes())),
        Some(ListError::Bomb)
    );
    let mut doubled = with_strings();
    doubled.extend(with_strings());
    assert_eq!(refused(&doubled), damaged);
    let mut behind = with_strings();
    behind.extend(b"more");
    assert_eq!(refused(&behind), damaged);
}

#[test]
fn as_many_parts_as_large_as_allowed_and_no_more() {
    let padded = |size: u64| {
        let room = usize::try_from(size).expect("small") - "<a></a>".len();
        format!("<a>{}</a>", " ".repeat(room))
    };
    let error = |parts: &[(&str, u64)]| {
        let contents: Vec<_> = parts
            .iter()
            .map(|(name, size)| (*name, padded(*size)))
            .collect();
        let changed: Vec<_> = contents
            .iter()
            .map(|(name, part)| (*name, part.as_str()))
            .collect();
        Archive::open(&with(&changed)).err()
    };
    assert_eq!(error(&[("xl/a.xml", MAX_PART_BYTES)]), None);
    assert_eq!(
        error(&[("xl/a.xml", MAX_PART_BYTES + 1)]),
        Some(ListError::Bomb)
    );
    let rest: usize = changed_parts(&[]).iter().map(|(_, part)| part.len()).sum();
    let room = MAX_UNPACKED_BYTES - rest as u64;
    assert_eq!(error(&[("xl/worksheets/s9.xml", room)]), None);
    assert_eq!(
        error(&[("xl/worksheets/s9.xml", room + 1)]),
        Some(ListError::Bomb)
    );
    let many = |count: usize| {
        let mut parts = changed_parts(&[]);
        let more = count - parts.len();
        parts.extend((0..more).map(|n| (format!("xl/p{n}.xml"), "<a/>".to_owned())));
        Archive::open(&archive(&parts)).err()
    };
    assert_eq!(many(MAX_ENTRIES), None);
    assert_eq!(many(MAX_ENTRIES + 1), Some(ListError::Damaged));
}
