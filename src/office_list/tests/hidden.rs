//! What the officer can't see, or has struck through, in a workbook.

use super::{
    workbooks::{HEADINGS, archive, list, parts, workbook},
    *,
};
use crate::office_list::limits::MAX_ROWS;

const ROWS: [&str; 4] = [HEADINGS, "0950001001", "0950001002", "0950001003"];

/// The outcomes of a list whose XML is changed.
fn changed(change: impl Fn(String) -> String) -> Vec<String> {
    told_of(&workbook(&[("DS", &change(list(&ROWS)))]))
}

fn row_with(attributes: &str) -> Vec<String> {
    changed(|rows| rows.replace(r#"<row r="3""#, &format!(r#"<row r="3" {attributes}"#)))
}

#[test]
fn a_hidden_row_is_never_accepted() {
    let hidden = [
        "2 Accepted phone:+84950001001",
        "3 Skipped hidden-row",
        "4 Accepted phone:+84950001003",
    ];
    for attributes in [
        r#"hidden="1""#,
        r#"hidden="true""#,
        r#"ht="0" customHeight="1""#,
        r#"ht="0.0""#,
        r#"hidden="1" outlineLevel="1""#,
        r#"ht="15" hidden="1""#,
    ] {
        assert_eq!(row_with(attributes), hidden, "{attributes}");
    }
    let seen = row_with(r#"hidden="0" ht="15" collapsed="1""#);
    assert_eq!(seen[1], "3 Accepted phone:+84950001002");
}

#[test]
fn a_hidden_row_is_known_however_its_place_is_told() {
    // Without places: the second row, and its cells, are counted.
    let rows = changed(|rows| {
        let bare = regex_free(&rows);
        bare.replacen(
            "<row><c t=\"inlineStr\"><is><t>0950001002",
            "<row hidden=\"1\"><c t=\"inlineStr\"><is><t>0950001002",
            1,
        )
    });
    assert_eq!(rows[1], "3 Skipped hidden-row");
    // A cell that says that it stands in another row than the one it is in.
    let moved = changed(|rows| {
        rows.replace(r#"<row r="3""#, r#"<row r="9" hidden="1""#)
            .replace(r#"<row r="4""#, r#"<row r="10""#)
    });
    assert!(
        !moved.join("\n").contains("Accepted phone:+84950001002"),
        "{moved:?}"
    );
}

/// The rows without the places of rows and cells.
fn regex_free(rows: &str) -> String {
    let mut out = rows.to_owned();
    for row in 1..=4 {
        out = out.replace(&format!(r#"<row r="{row}">"#), "<row>");
        for column in 'A'..='D' {
            out = out.replace(&format!(r#" r="{column}{row}""#), "");
        }
    }
    out
}

#[test]
fn hidden_columns_are_not_read_and_told_of() {
    let rows = list(&["SĐT|Ghi chú|Số Zalo", "0950001001|a|0950001002"]);
    let mut parts = parts(&[("DS", &rows)]);
    for columns in [
        r#"<col min="3" max="3" hidden="1"/>"#,
        r#"<col min="3" max="16384" width="0" customWidth="1"/>"#,
    ] {
        let sheet = &mut parts[0].1;
        *sheet = sheet.replace("<sheetData>", &format!("<cols>{columns}</cols><sheetData>"));
        let told = told_of(&archive(&parts));
        assert_eq!(
            told,
            ["1 Skipped hidden-columns", "2 Accepted phone:+84950001001"]
        );
    }
    let sheet = &mut parts[0].1;
    *sheet = sheet.replace(r#"min="3""#, r#"min="1""#);
    assert_eq!(read(&archive(&parts), &|_| false), Err(ListError::Hidden));
}

#[test]
fn a_row_that_is_struck_through_is_doubtful() {
    let struck = "2 Doubtful phone:+84950001001 struck-through";
    for cells in [
        "!0950001001",
        "0950001001|||!x",
        "!0950001001|!0000000070001|VCB",
    ] {
        let told = told_of(&workbook(&[("DS", &list(&[HEADINGS, cells]))]));
        assert!(
            told[0].starts_with("2 Doubtful phone:+84950001001"),
            "{told:?}"
        );
        assert!(told[0].ends_with("struck-through"), "{told:?}");
    }
    // A piece of a text that the sheets share, and one of its own.
    let pieces = "<r><rPr><b/><strike/></rPr><t>0950001</t></r><r><t>001</t></r>";
    let strings = format!(
        "<sst count=\"2\" uniqueCount=\"2\"><si><t>0950001002</t></si><si>{pieces}</si></sst>"
    );
    let mut parts = parts(&[("DS", &list(&[HEADINGS, "$1", "$0"]))]);
    parts.push(("xl/sharedStrings.xml".to_owned(), strings));
    assert_eq!(
        told_of(&archive(&parts)),
        [struck, "3 Accepted phone:+84950001002"]
    );
    let own = list(&[HEADINGS, "0950001001"]).replace("<t>0950001001</t>", pieces);
    assert_eq!(told_of(&workbook(&[("DS", &own)])), [struck]);
    let not = own.replace("<strike/>", r#"<strike val="0"/>"#);
    assert_eq!(
        told_of(&workbook(&[("DS", &not)])),
        ["2 Accepted phone:+84950001001"]
    );
}

#[test]
fn the_name_of_a_sheet_names_the_person() {
    let list = |name: &str| {
        told_of(&workbook(&[(
            name,
            &list(&["SĐT|Ghi chú", "0950001001|x"]),
        )]))
    };
    for name in [
        "Bị hại",
        "DS nạn nhân",
        "Khách hàng",
        "Bị hại vụ lừa đảo",
        "Victims",
    ] {
        assert_eq!(
            list(name),
            ["2 Doubtful phone:+84950001001 whose-number"],
            "{name}"
        );
    }
    for name in ["Sheet1", "Đối tượng", "Số lừa đảo", "Tháng 3"] {
        assert_eq!(list(name), ["2 Accepted phone:+84950001001"], "{name}");
    }
}

#[test]
fn hidden_rows_count_among_the_rows_of_a_list() {
    let rows = |hidden: usize| {
        let more = r#"<row hidden="1"><c><v>1</v></c></row>"#.repeat(hidden);
        let seen = list(&["SĐT|Ghi chú", "0950001001|x"]);
        read(&workbook(&[("DS", &format!("{seen}{more}"))]), &|_| false)
    };
    assert_eq!(rows(MAX_ROWS - 2).map(|rows| rows.len()), Ok(MAX_ROWS - 1));
    assert_eq!(rows(MAX_ROWS - 1), Err(ListError::TooManyRows));
}

#[test]
fn a_workbook_has_as_many_tags_as_allowed_and_no_more() {
    let opened = |more: usize| {
        let book = workbook(&[("DS", &format!("{}{}", list(&ROWS), "<c/>".repeat(more)))]);
        super::super::archive::Archive::open(&book).map(|archive| {
            let bytes = archive.parts().flat_map(|(_, part)| part);
            bytes.filter(|byte| **byte == b'<').count()
        })
    };
    let few = opened(0).expect("a workbook");
    let room = super::super::archive::MAX_TAGS - few;
    assert_eq!(opened(room), Ok(super::super::archive::MAX_TAGS));
    assert_eq!(opened(room + 1), Err(ListError::Bomb));
}
