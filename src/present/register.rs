//! The register of reports as a table: for spreadsheets and for paper.

use super::words::{self, report as report_words};
use crate::{
    domain::{intake::calendar::Day, message::Lang, report::reading::moment, time::Time},
    registry::report::register::RegisterRow,
};

/// The headings of the table.
pub const fn headings(lang: Lang) -> [&'static str; 16] {
    match lang {
        Lang::Vi => [
            "Số thứ tự",
            "Số báo cáo",
            "Nhận lúc",
            "Kênh",
            "Loại",
            "Trạng thái",
            "Mã đơn vị",
            "Đơn vị",
            "Cơ quan có thẩm quyền",
            "Báo đã tiếp nhận lúc",
            "Hạn giải quyết",
            "Kết quả",
            "Số quyết định",
            "Ngày quyết định",
            "Báo kết quả lúc",
            "Từng quá hạn",
        ],
        Lang::En => [
            "Number",
            "Reference",
            "Received",
            "Channel",
            "Kind",
            "State",
            "Unit code",
            "Unit",
            "Competent unit",
            "Acknowledged",
            "Due",
            "Outcome",
            "Decision number",
            "Decision date",
            "Told",
            "Ever late",
        ],
    }
}

/// The cells of a row, in the order of [`headings`].
pub fn row_texts(row: &RegisterRow, lang: Lang) -> [String; 16] {
    let time = |at: Option<Time>| at.map(|at| words::moment(at, lang)).unwrap_or_default();
    let outcome = row.outcome.map(|it| report_words::outcome(it, lang));
    let competent = row.competent_unit.map(|unit| words::unit(unit, lang));
    [
        row.number.to_string(),
        row.reference.clone(),
        words::moment(row.received_at, lang),
        report_words::channel(row.channel, lang).to_owned(),
        report_words::report_kind(row.kind, lang).to_owned(),
        report_words::report_state(row.state, lang).to_owned(),
        row.unit.as_str().to_owned(),
        words::unit(row.unit, lang).to_owned(),
        competent.unwrap_or_default().to_owned(),
        time(row.acknowledged_at),
        row.due_at
            .map(|due| last_moment(due, lang))
            .unwrap_or_default(),
        outcome.unwrap_or_default().to_owned(),
        row.document_no.clone().unwrap_or_default(),
        row.document_date
            .as_deref()
            .map(|date| told_date(date, lang))
            .unwrap_or_default(),
        time(row.told_at),
        (if row.late {
            lang.pick("có", "yes")
        } else {
            ""
        })
        .to_owned(),
    ]
}

/// A date of a document, `2026-08-21`, as it is read.
fn told_date(date: &str, lang: Lang) -> String {
    let noon = moment(&format!("{date}T12:00:00"));
    noon.map_or_else(|| date.to_owned(), |at| words::day(at, lang))
}

/// The last moment in time: what is due at 24:00 is not due on the day after.
fn last_moment(due: Time, lang: Lang) -> String {
    match Day::last_of(due).end() == due {
        true => words::day(Time::from_millis(due.millis() - 1), lang),
        false => words::moment(due, lang),
    }
}
