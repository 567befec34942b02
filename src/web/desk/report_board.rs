//! `/desk/board`: how the reader's unit and those below it deal with reports, each month beside the own six before it.

use actix_web::{http::StatusCode, web};
use askama::Template;

use super::request::Desk;
use crate::{
    access::capability::IntakeReader,
    domain::{intake::month::Month, message::Lang, time::Time, unit::UnitCode},
    present::words::{self, report as told},
    registry::report::board::{Board, BoardMonth},
    web::{forms::Fields, page_context::PageContext, render::Answer},
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/board", web::get().to(read));
}

#[derive(Template)]
#[template(path = "desk/report_board.html")]
struct BoardPage {
    s: PageContext,
    unit: String,
    at: String,
    /// What is so now: what it is, and how much.
    open: Vec<(&'static str, String)>,
    charts: Vec<Chart>,
    lists: Vec<List>,
    erasures: Vec<(uuid::Uuid, String, String, &'static str)>,
    missing_calendar: Option<i16>,
    is_cut: bool,
}

/// One figure of each month: bars, the last is the present month.
struct Chart {
    caption: &'static str,
    rows: Vec<Row>,
}

struct Row {
    label: String,
    /// Length of its bar, of a hundred.
    width: u64,
    shown: String,
}

/// What a month is made of.
struct List {
    caption: &'static str,
    rows: Vec<(&'static str, String)>,
}

async fn read(desk: Desk, fields: Fields) -> Answer {
    let reader = IntakeReader::of(&desk.who)?;
    let (lang, now) = (desk.lang(), desk.state.now());
    let unit = reader.reach().unwrap_or(UnitCode::national());
    let unit = UnitCode::parse(fields.get("unit")).unwrap_or(unit);
    let month = Month::parse(fields.get("month")).unwrap_or(Month::of(now));
    let work = desk.ask(move |registry, now| registry.board(&reader, unit, month, now));
    let board = work.await?;
    let template = BoardPage {
        unit: words::police_of(board.unit.unit(), lang),
        at: words::moment(board.at, lang),
        open: open(&board, lang),
        charts: charts(&board.months, lang),
        lists: board
            .months
            .last()
            .map(|month| lists(month, lang))
            .unwrap_or_default(),
        erasures: board
            .erasures
            .iter()
            .map(|(ahead, reference)| {
                let what = match ahead.words {
                    true => lang.pick("toàn bộ lời kể, tin nhắn, tệp", "everything that was said"),
                    false => lang.pick("tên và số của người báo", "who reported"),
                };
                (
                    ahead.report,
                    reference.clone(),
                    words::day(ahead.at, lang),
                    what,
                )
            })
            .collect(),
        missing_calendar: board.missing_calendar,
        is_cut: board.is_cut,
        s: desk.context(),
    };
    desk.page(StatusCode::OK, &template)
}

fn open(board: &Board, lang: Lang) -> Vec<(&'static str, String)> {
    let open = &board.open;
    let [new, weeks, months, old] = open.ages;
    let figures = [
        (lang.pick("Chưa xong", "Open"), open.ages.iter().sum()),
        (
            lang.pick("nhận trong 3 ngày qua", "came within 3 days"),
            new,
        ),
        (lang.pick("4 đến 20 ngày", "4 to 20 days"), weeks),
        (lang.pick("21 đến 60 ngày", "21 to 60 days"), months),
        (lang.pick("hơn 60 ngày", "more than 60 days"), old),
        (lang.pick("Đang quá hạn", "Late now"), open.late),
        (lang.pick("Đã từng quá hạn", "Ever late"), open.ever_late),
        (
            lang.pick(
                "Lỡ hạn của luật: cấp trên xem",
                "A term of the law was missed",
            ),
            open.escalated,
        ),
        (
            lang.pick(
                "Lỡ gấp đôi hạn: cấp trên quyết định",
                "Twice that has passed",
            ),
            open.to_decide,
        ),
    ];
    let shown = figures
        .into_iter()
        .map(|(what, count)| (what, words::grouped(count, lang)));
    shown.collect()
}

fn charts(months: &[BoardMonth], lang: Lang) -> Vec<Chart> {
    let count = |caption, of: fn(&BoardMonth) -> u64| {
        let shown = |value: u64| words::grouped(value, lang);
        chart(caption, months, |month| Some(of(month)), &shown, lang)
    };
    let time = |millis: u64| {
        let start = Time::default();
        let seconds = i64::try_from(millis / 1_000).unwrap_or(i64::MAX);
        words::age(start, start.plus_seconds(seconds), lang)
    };
    let percent = |value: u64| format!("{value} %");
    let in_time = |month: &BoardMonth| (month.told_in_time * 100).checked_div(month.to_tell);
    vec![
        count(lang.pick("Nhận được", "Received"), |month| {
            month.received
        }),
        count(
            lang.pick("Có lúc quá hạn", "Late at some time"),
            |month| month.ever_late,
        ),
        chart(
            lang.pick(
                "Nửa số báo cáo có kết quả trong",
                "Half of them have an outcome within",
            ),
            months,
            |month| month.median,
            &time,
            lang,
        ),
        chart(
            lang.pick(
                "Chín phần mười có kết quả trong",
                "Nine of ten have an outcome within",
            ),
            months,
            |month| month.p90,
            &time,
            lang,
        ),
        chart(
            lang.pick("Báo kết quả đúng hạn", "Told the outcome in time"),
            months,
            in_time,
            &percent,
            lang,
        ),
        count(lang.pick("Mở lại", "Reopened"), |month| month.reopened),
        count(
            lang.pick("Chuyển bị trả lại", "Transfers returned"),
            |month| month.returned,
        ),
        count(
            lang.pick("Cảnh báo từ báo cáo", "Listings from reports"),
            |month| month.listings,
        ),
        count(lang.pick("Báo cáo khẩn", "Urgent reports"), |month| {
            month.urgent
        }),
        chart(
            lang.pick(
                "Nửa số báo cáo khẩn được xử lý trong",
                "Half of the urgent ones were acted on within",
            ),
            months,
            |month| month.urgent_median,
            &time,
            lang,
        ),
    ]
}

fn chart(
    caption: &'static str,
    months: &[BoardMonth],
    of: impl Fn(&BoardMonth) -> Option<u64>,
    shown: &dyn Fn(u64) -> String,
    lang: Lang,
) -> Chart {
    let longest = months.iter().filter_map(&of).max().unwrap_or(0).max(1);
    let row = |month: &BoardMonth| {
        let value = of(month);
        Row {
            label: label(month.month, lang),
            width: value.map_or(0, |value| (value * 100 / longest).max(u64::from(value > 0))),
            shown: value.map_or_else(|| lang.pick("chưa rõ", "not known yet").to_owned(), shown),
        }
    };
    Chart {
        caption,
        rows: months.iter().map(row).collect(),
    }
}

/// A month as it is read: `11/2026`, in English `2026-11`.
fn label(month: Month, lang: Lang) -> String {
    let text = month.to_string();
    match (lang, text.split_once('-')) {
        (Lang::Vi, Some((year, month))) => format!("{month}/{year}"),
        (Lang::Vi | Lang::En, _) => text,
    }
}

fn lists(month: &BoardMonth, lang: Lang) -> Vec<List> {
    let rows = |counts: Vec<(&'static str, u64)>| {
        let shown = counts.into_iter().filter(|(_, count)| *count > 0);
        shown
            .map(|(name, count)| (name, words::grouped(count, lang)))
            .collect()
    };
    let kinds = month
        .kinds
        .iter()
        .map(|(kind, count)| (told::report_kind(*kind, lang), *count));
    let channels = month
        .channels
        .iter()
        .map(|(one, count)| (told::channel(*one, lang), *count));
    let outcomes = month
        .outcomes
        .iter()
        .map(|(one, count)| (told::outcome(*one, lang), *count));
    vec![
        List {
            caption: lang.pick("Loại", "Kind"),
            rows: rows(kinds.collect()),
        },
        List {
            caption: lang.pick("Kênh", "Channel"),
            rows: rows(channels.collect()),
        },
        List {
            caption: lang.pick("Kết quả", "Outcomes"),
            rows: rows(outcomes.collect()),
        },
    ]
}
