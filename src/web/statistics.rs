//! What the listings in force add up to, as bars with their numbers.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{
    failure::Failure,
    page_context::{Nav, PageContext},
    render::{Page, page},
};
use crate::{
    domain::unit::UnitCode,
    http::state::State,
    present::{problem_code::ProblemCode, words},
    registry::statistics::Statistics,
};

/// Methods that are shown.
const MOST_METHODS: usize = 15;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for slug in Nav::Statistics.both() {
        config.route(&format!("/{slug}"), web::get().to(show));
    }
}

#[derive(Template)]
#[template(path = "statistics.html")]
struct StatisticsPage {
    s: PageContext,
    total: String,
    disputed: String,
    at: String,
    charts: Vec<Chart>,
}

struct Chart {
    id: &'static str,
    caption: &'static str,
    /// What the rows are.
    rows_are: &'static str,
    bars: Vec<Bar>,
}

struct Bar {
    label: String,
    /// Where the label leads; empty for nowhere.
    link: String,
    count: String,
    /// Of a hundred.
    width: u64,
}

async fn show(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Failure> {
    let s = PageContext::public(&request, Nav::Statistics, "");
    let now = state.now();
    let counts = web::block(move || state.registry.statistics(now)).await;
    let counts = counts.map_err(|_| Failure::of(ProblemCode::ShuttingDown))?;
    let template = StatisticsPage {
        total: words::grouped(counts.total, s.lang),
        disputed: words::grouped(counts.disputed, s.lang),
        at: words::moment(counts.at, s.lang),
        charts: charts(&s, &counts),
        s,
    };
    page(&request, Page::Public, &template)
}

fn charts(s: &PageContext, counts: &Statistics) -> Vec<Chart> {
    let nowhere = String::new;
    let kinds = counts.by_kind.iter();
    let methods = counts.by_method.iter().take(MOST_METHODS);
    let months = counts.by_month.iter();
    let provinces = counts.by_province.iter();
    let methods_at = s.to(Nav::Methods);
    vec![
        Chart {
            id: "kinds",
            caption: s.t("Cảnh báo về cái gì", "What the warnings are about"),
            rows_are: s.t("Loại", "Kind"),
            bars: bars(
                s,
                kinds.map(|(kind, n)| (first_upper(words::kind(*kind, s.lang)), nowhere(), *n)),
            ),
        },
        Chart {
            id: "methods",
            caption: s.t("Thủ đoạn hay gặp nhất", "The most frequent methods"),
            rows_are: s.t("Thủ đoạn", "Method"),
            bars: bars(
                s,
                methods.map(|(method, n)| {
                    let link = format!("{methods_at}/{}", method.slug());
                    (words::method(*method, s.lang).to_owned(), link, *n)
                }),
            ),
        },
        Chart {
            id: "months",
            caption: s.t(
                "Cảnh báo còn hiệu lực, theo tháng xác nhận",
                "Warnings in force, by the month they were confirmed",
            ),
            rows_are: s.t("Tháng", "Month"),
            bars: bars(
                s,
                months.map(|(at, n)| (words::month(at.year, at.month, s.lang), nowhere(), *n)),
            ),
        },
        Chart {
            id: "provinces",
            caption: s.t(
                "Nơi xác nhận, theo tỉnh, thành",
                "Where they were confirmed",
            ),
            rows_are: s.t("Tỉnh, thành phố", "Province or city"),
            bars: bars(
                s,
                provinces.map(|(unit, n)| (province(s, *unit), nowhere(), *n)),
            ),
        },
    ]
}

fn bars(s: &PageContext, rows: impl Iterator<Item = (String, String, u64)> + Clone) -> Vec<Bar> {
    let longest = rows.clone().map(|(_, _, n)| n).max().unwrap_or(0).max(1);
    rows.map(|(label, link, n)| Bar {
        label,
        link,
        count: words::grouped(n, s.lang),
        // What is there can be seen, however short its bar.
        width: (n * 100 / longest).max(u64::from(n > 0)),
    })
    .collect()
}

fn province(s: &PageContext, unit: UnitCode) -> String {
    match unit == UnitCode::national() {
        true => s.t("Cả nước", "The whole country").to_owned(),
        false => words::unit(unit, s.lang).to_owned(),
    }
}

pub(super) fn first_upper(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
