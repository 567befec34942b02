//! Rows that are no entries: the numbers of the columns, subtotals, signatures, and lines that ran together.

use super::sheet::Row;
use crate::domain::text;

/// `(1) (2) (3)` under the headings.
pub(super) fn is_numbering(row: &Row) -> bool {
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

pub(super) fn is_subtotal(row: &Row) -> bool {
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
pub(super) fn is_closing(row: &Row) -> bool {
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
pub(super) fn swallowed_lines(row: &Row) -> bool {
    row.filled().any(|(_, cell)| {
        let many = |line: &str| {
            [',', ';', '\t']
                .iter()
                .any(|c| line.matches(*c).count() > 2)
        };
        cell.text.lines().skip(1).any(many)
    })
}
