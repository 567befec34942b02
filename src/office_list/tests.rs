//! Whole files, as offices keep them.

use super::*;
use crate::domain::{method::MethodId, official};

mod attacked;
mod field;
mod hidden;
mod hostile;
mod innocent;
mod limits;
mod owners;
mod whose;
mod workbooks;

const CSV: &[u8] = include_bytes!("../../tests/samples/police_list.csv");
const XLSX: &[u8] = include_bytes!("../../tests/samples/police_list.xlsx");
const EXPECTED: &str = include_str!("../../tests/samples/police_list_expected.tsv");

/// The rows of a list, of whose columns no officer says anything.
fn read(
    bytes: &[u8],
    is_official: &dyn Fn(&Identifier) -> bool,
) -> Result<Vec<OfficeRow>, ListError> {
    super::read(bytes, &Mapping::default(), is_official).map(|list| list.rows)
}

fn read_list(bytes: &[u8]) -> Vec<OfficeRow> {
    read(bytes, &|id| official::builtin(id).is_some()).expect("a list")
}

fn keys(row: &OfficeRow) -> Vec<String> {
    row.identifiers
        .iter()
        .map(|id| id.key().as_str().to_owned())
        .collect()
}

struct Expected<'a> {
    line: u32,
    expect: &'a str,
    keys: Vec<&'a str>,
    difference: &'a str,
}

fn expected() -> Vec<Expected<'static>> {
    let line = |line: &'static str| {
        let columns: Vec<&str> = line.split('\t').collect();
        Expected {
            line: columns[1].parse().expect("a line"),
            expect: columns[2],
            keys: columns[4]
                .split(" | ")
                .filter(|key| !key.is_empty())
                .collect(),
            difference: columns.get(5).copied().unwrap_or(""),
        }
    };
    EXPECTED.lines().skip(1).map(line).collect()
}

fn check(rows: &[OfficeRow], is_workbook: bool) {
    for want in expected() {
        let row = rows
            .iter()
            .find(|row| row.line == want.line)
            .expect("every row is told of");
        let context = format!("line {}: {row:?}, keys {:?}", want.line, keys(row));
        let account_lost = is_workbook && want.difference.starts_with("account is a NUMBER");
        match want.expect {
            "accepted" if account_lost => {
                assert_eq!(row.outcome, Outcome::Doubtful, "{context}");
                let phones: Vec<_> = want
                    .keys
                    .iter()
                    // An account's zeros can't be known, a phone's and so a wallet's can.
                    .filter(|key| !key.starts_with("account"))
                    .collect();
                assert_eq!(keys(row).iter().collect::<Vec<_>>(), phones, "{context}");
            }
            "accepted" => {
                assert_eq!(row.outcome, Outcome::Accepted, "{context}");
                assert_eq!(keys(row), want.keys, "{context}");
            }
            "doubtful" => {
                assert_eq!(row.outcome, Outcome::Doubtful, "{context}");
                assert!(want.keys.is_empty() || keys(row) == want.keys, "{context}");
            }
            "either" => {
                assert!(
                    matches!(row.outcome, Outcome::Accepted | Outcome::Doubtful),
                    "{context}"
                );
                assert_eq!(keys(row), want.keys, "{context}");
            }
            _ => {
                assert!(
                    matches!(row.outcome, Outcome::Refused | Outcome::Skipped),
                    "{context}"
                );
                assert!(row.identifiers.is_empty(), "{context}");
            }
        }
        assert_eq!(
            row.reason.is_none(),
            row.outcome == Outcome::Accepted,
            "{context}"
        );
    }
}

#[test]
fn every_row_of_the_sample_csv_is_judged_as_expected() {
    check(&read_list(CSV), false);
}

#[test]
fn every_row_of_the_sample_workbook_is_judged_as_expected() {
    check(&read_list(XLSX), true);
}

/// The rows of a list as `line outcome keys reason`.
fn told(text: &str) -> Vec<String> {
    told_of(text.as_bytes())
}

fn told_of(bytes: &[u8]) -> Vec<String> {
    let line = |row: &OfficeRow| {
        let reason = row.reason.map_or("", |reason| reason.code);
        format!(
            "{} {:?} {} {reason}",
            row.line,
            row.outcome,
            keys(row).join(" ")
        )
        .trim()
        .replace("  ", " ")
    };
    read_list(bytes).iter().map(line).collect()
}

const A: &str = "phone:+84950001001";
const B: &str = "account:VN:970436:0000000070001";

#[test]
fn columns_may_stand_in_any_order_and_language() {
    let accepted = format!("2 Accepted {A} {B}");
    for list in [
        "Phone,Account,Bank\n0950001001,0000000070001,VCB\n",
        "Bank name;Phone number;Account number;Method\nVietcombank;0950 001 001;0000000070001;Fake police\n",
        "Ngân hàng\tGhi chú\tSĐT\tSTK\nVietcombank\tx\t0950001001\t'0000000070001\n",
        "Nguồn|Số ĐT|Số tài khoản ngân hàng|Tại ngân hàng\nPA05|0950001001|STK 0000000070001|Ngân hàng Ngoại thương\n",
        "Victim phone,Phone,Account no.,Bank\n0950009999,0950001001,0000000070001,VCB\n",
        "SO DIEN THOAI,SO TAI KHOAN,NGAN HANG\n0950001001,0000000070001,vietcombank\n",
    ] {
        assert_eq!(told(list), [accepted.as_str()], "{list}");
    }
}

#[test]
fn one_column_may_hold_everything() {
    let list = "Số điện thoại/Số tài khoản\n0950001001\nVCB 0000000070001\nMAU-BANK\n0000000070001\n\n038000000000\n";
    assert_eq!(
        told(list),
        [
            format!("2 Accepted {A}"),
            format!("3 Accepted {B}"),
            "4 Accepted sender:VN:mau-bank".to_owned(),
            "5 Refused account-without-bank".to_owned(),
            "7 Refused identity-card".to_owned(),
        ]
    );
    assert_eq!(told("SĐT\n950001001\n"), [format!("2 Accepted {A}")]);
}

#[test]
fn an_account_cell_may_name_its_bank() {
    let list = "STT,Tài khoản ngân hàng,Ghi chú\n\
        1,0000000070001 - Vietcombank,\n\
        2,Vietcombank: 0000000070001,\n\
        3,Ví MoMo 0950001001,\n\
        4,0950001001,\n";
    let wallet = "4 Accepted wallet:VN:momo:+84950001001";
    let want = [
        format!("2 Accepted {B}"),
        format!("3 Accepted {B}"),
        wallet.to_owned(),
        "5 Refused account-without-bank".to_owned(),
    ];
    assert_eq!(told(list), want);
}

#[test]
fn headings_of_two_rows_are_read_together() {
    let list = "STT,Đối tượng,,,Người bị hại,,Ghi chú\n\
        ,SĐT,STK,Ngân hàng,Họ tên,SĐT,\n\
        (1),(2),(3),(4),(5),(6),(7)\n\
        1,0950001001,0000000070001,VCB,Trần Thị Thử,0950009999,a\n";
    let rows = read_list(list.as_bytes());
    assert_eq!(
        told(list),
        [
            "3 Skipped column-numbers".to_owned(),
            format!("4 Accepted {A} {B}")
        ]
    );
    assert!(!rows[1].evidence.contains("0950009999") && !rows[1].evidence.contains("Thử"));
}

#[test]
fn a_second_table_may_have_columns_of_its_own() {
    let list = "STT,Số điện thoại,Ghi chú\n1,0950001001,a\n,,\nSTT,Số tài khoản,Ngân hàng\n1,0000000070001,VCB\n";
    assert_eq!(
        told(list),
        [
            format!("2 Accepted {A}"),
            "3 Skipped blank-row".to_owned(),
            "4 Skipped repeated-heading".to_owned(),
            format!("5 Accepted {B}"),
        ]
    );
}

#[test]
fn lines_are_counted_over_quoted_line_breaks_and_blank_lines() {
    let list = "\u{feff}CÔNG AN XÃ THỬ\r\n\r\n\"Danh sách\r\nsố lừa đảo\"\r\nSĐT,Ghi chú\r\n0950001001,\"dòng một\r\ndòng hai\"\r\n\r\n0950001002,\r\n";
    assert_eq!(
        told(list),
        [
            format!("6 Accepted {A}"),
            "9 Accepted phone:+84950001002".to_owned()
        ]
    );
}

#[test]
fn utf_16_with_a_mark_is_read() {
    let list = "\u{feff}Số điện thoại\tGhi chú\r\n0950001001\ta\r\n";
    for encode in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = list.encode_utf16().flat_map(encode).collect();
        assert_eq!(told_of(&bytes), [format!("2 Accepted {A}")]);
    }
}

#[test]
fn a_bad_number_beside_a_good_one_is_told_and_the_good_one_kept() {
    let head = "SĐT,STK,Ngân hàng,Ngày\n";
    for (row, want) in [
        (
            "0950xxx123,0000000070001,VCB,",
            format!("2 Doubtful {B} masked-number"),
        ),
        (
            "0950001001,0000****5678,VCB,",
            format!("2 Doubtful {A} masked-number"),
        ),
        (
            "0950001001,9704360000000000018,VCB,",
            format!("2 Doubtful {A} card-number"),
        ),
        (
            "0950001001,0000000070001,,",
            format!("2 Doubtful {A} account-without-bank"),
        ),
        (
            "0950001001,0000000070001,Ngân hàng XYZ,",
            format!("2 Doubtful {A} unknown-bank"),
        ),
        (
            "113,0000000070001,VCB,",
            format!("2 Doubtful {B} official-identifier"),
        ),
        ("không rõ,0000000070001,VCB,", format!("2 Accepted {B}")),
        ("0950001001,không có,không rõ,", format!("2 Accepted {A}")),
        ("0950001001,,Vietcombank,", format!("2 Accepted {A}")),
        (
            "0950001001,,,31/02/2026",
            format!("2 Doubtful {A} impossible-date"),
        ),
        (
            "0950xxx123,0000****5678,VCB,",
            "2 Refused masked-number".to_owned(),
        ),
        ("=1+1,0000000070001,VCB,", "2 Refused formula".to_owned()),
        ("@SUM(A1),,,", "2 Refused formula".to_owned()),
        (
            "0950001001; 0950001002,,,",
            format!("2 Doubtful {A} phone:+84950001002 several-numbers"),
        ),
        (
            "\"0950001001\n0950001002\",,,",
            format!("2 Doubtful {A} phone:+84950001002 several-numbers"),
        ),
        ("095000100l,,,", format!("2 Doubtful {A} letters-in-number")),
        (
            ",VCB,0000000070001,",
            "2 Refused columns-swapped".to_owned(),
        ),
        (
            ",1.23457E+12,VCB,",
            "2 Refused scientific-notation".to_owned(),
        ),
        (
            ",MB0000000070008,MB Bank,",
            "2 Accepted account:VN:970422:0000000070008".to_owned(),
        ),
        ("Không có số,0000000070001,VCB,", format!("2 Accepted {B}")),
        (
            ",0000000070001,BVB,",
            "2 Doubtful ambiguous-bank".to_owned(),
        ),
        ("O95OOO1OO1,,,", format!("2 Doubtful {A} letters-in-number")),
        ("0950001,,,", "2 Refused too-short".to_owned()),
        ("đã khóa máy,,,", "2 Refused not-a-number".to_owned()),
    ] {
        assert_eq!(told(&format!("{head}{row}\n")), [want], "{row}");
    }
}

#[test]
fn what_stands_between_and_below_the_entries_is_skipped() {
    let list = "STT,SĐT,Ghi chú\n1,0950001001,a\nCộng: 1,,\n,Tổng số: 01 số,\n2,,\n,,Người lập biểu\nNơi nhận:,,\n,,\"Bỉm Sơn, ngày 01 tháng 03 năm 2026\"\n,THỦ TRƯỞNG ĐƠN VỊ,(Ký tên)\n";
    let outcomes: Vec<_> = read_list(list.as_bytes())
        .iter()
        .map(|row| row.outcome)
        .collect();
    assert_eq!(outcomes[0], Outcome::Accepted);
    assert!(
        outcomes[1..]
            .iter()
            .all(|outcome| *outcome == Outcome::Skipped),
        "{:?}",
        told(list)
    );
}

#[test]
fn a_quote_that_is_not_closed_does_not_swallow_rows_silently() {
    let list = "SĐT,Ngày,Địa bàn,Ghi chú\n0950001001,,,\"a\n0950001002,,,b\n0950001003,,,c\n";
    assert_eq!(told(list), ["2 Refused open-quote"]);
}

#[test]
fn the_note_for_officers_has_the_other_cells_and_stays_in_bounds() {
    let list = format!(
        "SĐT,Chủ TK,Số tiền,Ngày,Địa bàn,Ghi chú,Số CCCD\n0950001001,NGUYEN VAN MAU,15tr,45947,phường Bỉm Sơn,\"{}\",038000000000\n",
        "dài ".repeat(2_000)
    );
    let row = &read_list(list.as_bytes())[0];
    assert!(row.evidence.starts_with(
        "Chủ TK: NGUYEN VAN MAU; Số tiền: 15tr; Ngày: 17/10/2025; Địa bàn: phường Bỉm Sơn"
    ));
    assert!(row.evidence.chars().count() <= evidence::MAX_EVIDENCE);
    assert!(!row.evidence.contains("038000000000") && !row.evidence.contains("0950001001"));
}

#[test]
fn places_are_read_from_where_the_office_is() {
    let rows = read_list(CSV);
    let unit = |line: u32| {
        rows.iter()
            .find(|row| row.line == line)
            .and_then(|row| row.unit)
            .map(|unit| unit.as_str())
    };
    assert_eq!(unit(7), Some("15274"));
    assert_eq!(unit(12), Some("14812"));
    assert_eq!(unit(11), Some("14812"));
    assert_eq!(unit(31), Some("14818"));
    assert_eq!(unit(22), Some("38"));
    let methods: std::collections::BTreeSet<_> = rows.iter().map(|row| row.method).collect();
    assert!(methods.len() > 12);
    let other = rows
        .iter()
        .filter(|row| row.outcome == Outcome::Accepted && row.method == MethodId::other());
    assert_eq!(other.count(), 0);
}
