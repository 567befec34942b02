//! What an office should know of a list as a whole, before it is proposed.

use super::RowResult;
use crate::{domain::message::Lang, office_list::RowReason};

/// Sentences on what was left out of a list, and what is doubtful because of how it looks in its file.
pub fn notes(rows: &[RowResult], lang: Lang) -> Vec<String> {
    let with = |reason: RowReason| {
        let same = rows
            .iter()
            .filter(|row| row.reason.as_deref() == Some(reason.code));
        same.count()
    };
    let (hidden, struck, whose) = (
        with(RowReason::HIDDEN_ROW),
        with(RowReason::STRUCK),
        with(RowReason::WHOSE),
    );
    let sentence = |count: usize, vi: &str, one: &str, more: &str| {
        (count > 0).then(|| match (lang, count) {
            (Lang::Vi, _) => format!("{count} {vi}"),
            (Lang::En, 1) => format!("1 {one}"),
            (Lang::En, _) => format!("{count} {more}"),
        })
    };
    let counted = [
        sentence(
            hidden,
            "dòng bị ẩn không được đọc; bỏ ẩn (bỏ lọc) trong Excel rồi gửi lại nếu muốn gồm cả chúng.",
            "hidden row was not read; unhide it (clear the filter) in Excel and send the file again to include it.",
            "hidden rows were not read; unhide them (clear the filter) in Excel and send the file again to include them.",
        ),
        sentence(
            struck,
            "dòng có chữ bị gạch ngang: cần xem kỹ, có thể đã được rút lại.",
            "row has something struck through: look at it, it may have been taken back.",
            "rows have something struck through: look at them, they may have been taken back.",
        ),
        sentence(
            whose,
            "dòng có số chưa rõ là của ai: cần xem kỹ trước khi xác nhận.",
            "row has a number that may be another person's: look at it before it is confirmed.",
            "rows have numbers that may be another person's: look at them before they are confirmed.",
        ),
    ];
    let aside = RowReason::LEFT_OUT
        .iter()
        .filter(|reason| with(**reason) > 0);
    let told = aside.map(|reason| reason.detail(lang.as_str()).to_owned());
    counted.into_iter().flatten().chain(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{change::RowOutcome, method::MethodId};

    #[test]
    fn rows_left_out_are_counted_in_words() {
        let row = |reason: RowReason| RowResult {
            line: 1,
            outcome: RowOutcome::Skipped,
            identifiers: Vec::new(),
            method: MethodId::other(),
            reason: Some(reason.code.to_owned()),
            written: String::new(),
            evidence: String::new(),
            listings: Vec::new(),
        };
        let rows = [
            row(RowReason::HIDDEN_ROW),
            row(RowReason::BLANK),
            row(RowReason::HIDDEN_ROW),
            row(RowReason::HIDDEN_SHEET),
        ];
        let vi = notes(&rows, Lang::Vi);
        assert!(vi[0].starts_with("2 dòng bị ẩn không được đọc"), "{vi:?}");
        assert_eq!(vi[1..], [RowReason::HIDDEN_SHEET.detail_vi]);
        let en = notes(&rows[..1], Lang::En);
        assert!(en[0].starts_with("1 hidden row was not read"), "{en:?}");
        assert!(notes(&rows[1..2], Lang::En).is_empty());
    }
}
