//! Workbooks made by hand, part by part.

use super::*;

const HEAD: &str =
    r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#;
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="0000000000000"/></numFmts><fonts count="2"><font><name val="Arial"/></font><font><strike/></font></fonts><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>"#;

/// The check sum of ZIP archives.
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// An archive of parts that are not compressed.
pub(super) fn archive(parts: &[(String, String)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in parts {
        let length = |text: &str| u32::try_from(text.len()).expect("small").to_le_bytes();
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        common.extend(crc(content.as_bytes()).to_le_bytes());
        common.extend(length(content));
        common.extend(length(content));
        common.extend(&length(name)[..2]);
        common.extend([0, 0]);
        let offset = u32::try_from(out.len()).expect("small").to_le_bytes();
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset);
        directory.extend(name.as_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(content.as_bytes());
    }
    let (count, at) = (
        u16::try_from(parts.len()).expect("few").to_le_bytes(),
        u32::try_from(out.len()).expect("small"),
    );
    let size = u32::try_from(directory.len()).expect("small");
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count);
    out.extend(count);
    out.extend(size.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// A workbook of sheets, each given by its rows; a name that begins with `.` is hidden.
pub(super) fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    archive(&parts(sheets))
}

pub(super) fn parts(sheets: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut list = String::new();
    let mut links = String::new();
    let mut parts = Vec::new();
    for (at, (name, rows)) in sheets.iter().enumerate() {
        let state = if name.starts_with('.') {
            "hidden"
        } else {
            "visible"
        };
        list += &format!(
            r#"<sheet name="{name}" sheetId="{}" state="{state}" r:id="r{at}"/>"#,
            at + 1
        );
        links += &format!(
            r#"<Relationship Id="r{at}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/s{at}.xml"/>"#
        );
        parts.push((
            format!("xl/worksheets/s{at}.xml"),
            format!("{HEAD}{rows}</sheetData></worksheet>"),
        ));
    }
    let book = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{list}</sheets></workbook>"#
    );
    let links = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>"#
    );
    let root = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r0" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    parts.push(("_rels/.rels".to_owned(), root.to_owned()));
    parts.push(("xl/workbook.xml".to_owned(), book));
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), links));
    parts.push(("xl/styles.xml".to_owned(), STYLES.to_owned()));
    parts
}

/// A row: `=f` a formula, `#n` a number, `~n` a number shown with zeros, `@n` a date, `!t` text that is struck through, `$n` a shared text, else text.
fn row(number: u32, cells: &str) -> String {
    let cell = |(at, cell): (usize, &str)| {
        let name = format!(
            "{}{number}",
            char::from(b'A' + u8::try_from(at).expect("few"))
        );
        match cell.split_at_checked(1) {
            Some(("=", formula)) => {
                format!(r#"<c r="{name}"><f>{formula}</f><v>950001001</v></c>"#)
            }
            Some(("#", digits)) => format!(r#"<c r="{name}"><v>{digits}</v></c>"#),
            Some(("~", digits)) => format!(r#"<c r="{name}" s="1"><v>{digits}</v></c>"#),
            Some(("!", text)) => {
                format!(r#"<c r="{name}" s="3" t="inlineStr"><is><t>{text}</t></is></c>"#)
            }
            Some(("$", place)) => format!(r#"<c r="{name}" t="s"><v>{place}</v></c>"#),
            Some(("@", day)) => format!(r#"<c r="{name}" s="2"><v>{day}</v></c>"#),
            Some(_) => format!(r#"<c r="{name}" t="inlineStr"><is><t>{cell}</t></is></c>"#),
            None => String::new(),
        }
    };
    let cells: String = cells.split('|').enumerate().map(cell).collect();
    format!(r#"<row r="{number}">{cells}</row>"#)
}

pub(super) fn list(rows: &[&str]) -> String {
    rows.iter()
        .zip(1..)
        .map(|(cells, number)| row(number, cells))
        .collect()
}

pub(super) const HEADINGS: &str = "SĐT|Số tài khoản|Ngân hàng|Ngày";

fn first_row(cells: &str) -> String {
    told_of(&workbook(&[("Sheet1", &list(&[HEADINGS, cells]))])).join("\n")
}

#[test]
fn number_cells_are_read_as_what_they_can_be_trusted_with() {
    for (cells, want) in [
        ("#950001001", format!("2 Accepted {A}")),
        ("#84950001001", format!("2 Accepted {A}")),
        ("#2370000018", "2 Accepted phone:+842370000018".to_owned()),
        (
            "|#70001|Vietcombank",
            "2 Doubtful leading-zeros-lost".to_owned(),
        ),
        (
            "|~70001|Vietcombank",
            format!("2 Doubtful {B} leading-zeros-lost"),
        ),
        (
            "|#19000000070001|Techcombank",
            "2 Doubtful account:VN:970407:19000000070001 leading-zeros-lost".to_owned(),
        ),
        (
            "|#950001001|MoMo",
            "2 Doubtful wallet:VN:momo:+84950001001 leading-zeros-lost".to_owned(),
        ),
        ("#-950001001", "2 Refused not-a-number".to_owned()),
        ("#950001001.5", "2 Refused not-a-number".to_owned()),
        (
            "|'0071000920172 x|Vietcombank|",
            "2 Refused masked-number".to_owned(),
        ),
        (
            "|#1234567890123456|Vietcombank",
            "2 Refused scientific-notation".to_owned(),
        ),
        ("|#1.5|Vietcombank", "2 Refused".to_owned()),
        (
            "|0000000070001|Vietcombank|@45947",
            format!("2 Accepted {B}"),
        ),
        ("@45947", "2 Refused scientific-notation".to_owned()),
        (
            "#950001001|||31/02/2026",
            format!("2 Doubtful {A} impossible-date"),
        ),
    ] {
        let told = first_row(cells);
        assert!(told.starts_with(&want), "{cells}: {told}");
    }
}

#[test]
fn a_formula_where_a_number_should_be_is_refused_whatever_it_shows() {
    assert_eq!(first_row("=A1"), "2 Refused formula");
    assert_eq!(first_row("=A1|0000000070001|VCB"), "2 Refused formula");
    assert_eq!(
        first_row("0950001001|||=TODAY()"),
        format!("2 Accepted {A}")
    );
}

#[test]
fn the_list_is_found_on_whatever_sheet_it_stands() {
    let cover = list(&["CÔNG AN XÃ THỬ", "Danh sách"]);
    let sheet = list(&[HEADINGS, "0950001001"]);
    let other = list(&[HEADINGS, "0950001002"]);
    let read = |sheets: &[(&str, &str)]| told_of(&workbook(sheets));
    assert_eq!(
        read(&[("Bìa", &cover), ("DS", &sheet)]),
        [format!("2 Accepted {A}")]
    );
    assert_eq!(
        read(&[(".Nháp", &other), ("DS", &sheet)]),
        [
            "1 Skipped hidden-sheet".to_owned(),
            format!("2 Accepted {A}")
        ]
    );
    assert_eq!(
        super::read(&workbook(&[("Bìa", &cover), (".DS", &sheet)]), &|_| false),
        Err(ListError::Hidden)
    );
    assert_eq!(
        read(&[("Đợt 1", &sheet), ("Đợt 2", &other)]),
        [
            "1 Skipped other-sheet".to_owned(),
            format!("2 Accepted {A}")
        ]
    );
    assert_eq!(
        super::read(&workbook(&[("Bìa", &cover)]), &|_| false),
        Err(ListError::NoHeader)
    );
}

#[test]
fn cells_far_apart_cost_no_room() {
    let far = format!(
        "{}{}",
        list(&[HEADINGS, "0950001001"]),
        r#"<row r="1048576"><c r="A1048576"><v>950001002</v></c></row>"#
    );
    let told = told_of(&workbook(&[("DS", &far)]));
    assert_eq!(
        told,
        [
            format!("2 Accepted {A}"),
            "1048576 Accepted phone:+84950001002".to_owned()
        ]
    );
    let wide = format!(
        "{}{}",
        list(&[HEADINGS]),
        r#"<row r="2"><c r="XFD2"><v>1</v></c></row>"#
    );
    assert_eq!(
        super::read(&workbook(&[("DS", &wide)]), &|_| false),
        Err(ListError::TooWide)
    );
}
