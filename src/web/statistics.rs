//! What was done, in numbers: bars with what they stand for, and the same as tables to take away.

mod charts;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web,
};
use askama::Template;

use super::{
    failure::Failure,
    page_context::{Nav, PageContext},
    render::{Page, page},
};
use crate::{
    domain::{message::Lang, time::Time},
    http::{headers, state::State},
    present::{problem::Problem, problem_code::ProblemCode, table, words},
    registry::statistics::{LEAST, Statistics, Wait},
};
use charts::{Chart, Subject};

/// How long a table may be kept, in seconds.
const MAX_AGE: u32 = 60;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for slug in Nav::Statistics.both() {
        config
            .route(&format!("/{slug}"), web::get().to(show))
            .route(&format!("/{slug}/{{table}}.csv"), web::get().to(csv));
    }
}

#[derive(Template)]
#[template(path = "statistics.html")]
struct StatisticsPage {
    s: PageContext,
    /// None until the first counts are made.
    counted: Option<Counted>,
}

/// What the page says of the counts.
struct Counted {
    at: String,
    /// What is counted and how much it is.
    totals: Vec<(&'static str, String)>,
    waits: Vec<String>,
    charts: Vec<Drawn>,
}

/// A chart and where its table is.
struct Drawn {
    chart: Chart,
    csv: String,
}

async fn show(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Failure> {
    let s = PageContext::public(&request, Nav::Statistics, "");
    let counts = state.registry.statistics();
    let template = StatisticsPage {
        counted: counts.map(|counts| counted(&s, &counts)),
        s,
    };
    page(&request, Page::Public, &template)
}

fn counted(s: &PageContext, counts: &Statistics) -> Counted {
    let total = &counts.total;
    let totals = [
        (
            s.t("Đã xác nhận từ trước đến nay", "Warnings ever confirmed"),
            total.ever(),
        ),
        (s.t("Đang có hiệu lực", "In force now"), total.in_force),
        (s.t("Đã hết thời hạn", "Their time ran out"), total.expired),
        (s.t("Đã gỡ", "Taken off"), total.delisted),
        (
            s.t("Đang có khiếu nại", "With an open appeal"),
            counts.disputed,
        ),
    ];
    let own = s.to(Nav::Statistics);
    let charts = Subject::ALL.into_iter().map(|subject| Drawn {
        chart: Chart::of(subject, s.lang, counts),
        csv: format!("{own}/{}.csv", subject.slug(s.lang)),
    });
    Counted {
        at: words::moment(counts.at, s.lang),
        totals: totals
            .into_iter()
            .map(|(what, count)| (what, words::grouped(count, s.lang)))
            .collect(),
        waits: waits(counts, s.lang),
        charts: charts.collect(),
    }
}

/// How soon the second person confirms; nothing is said of fewer than [`LEAST`] listings.
fn waits(counts: &Statistics, lang: Lang) -> Vec<String> {
    let within = |wait: Wait| {
        let start = Time::default();
        let end = start.plus_seconds(i64::try_from(wait.median).unwrap_or(i64::MAX));
        (
            words::age(start, end, lang),
            words::grouped(wait.listings, lang),
        )
    };
    let enough = |wait: &Wait| wait.listings >= LEAST;
    let single = Some(counts.single).filter(enough).map(within);
    let lists = Some(counts.lists).filter(enough).map(within);
    let single = single.map(|(time, listings)| match lang {
        Lang::Vi => format!("Gửi từng số: trong nửa số lần, người thứ hai xác nhận trong {time} ({listings} cảnh báo)."),
        Lang::En => format!("Proposed one by one: in half of the cases the second person confirmed within {time} ({listings} warnings)."),
    });
    let lists = lists.map(|(time, listings)| match lang {
        Lang::Vi => format!("Gửi cả danh sách: trong nửa số lần, người thứ hai xác nhận trong {time} ({listings} cảnh báo)."),
        Lang::En => format!("Sent as a list: in half of the cases the second person confirmed within {time} ({listings} warnings)."),
    });
    single.into_iter().chain(lists).collect()
}

/// The same numbers as in a chart, for a spreadsheet.
async fn csv(
    request: HttpRequest,
    state: web::Data<State>,
    name: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let s = PageContext::public(&request, Nav::Statistics, "");
    let subject = Subject::parse(&name).ok_or_else(|| Failure::of(ProblemCode::NotFound))?;
    let counts = state.registry.statistics().ok_or_else(Problem::busy)?;
    let chart = Chart::of(subject, s.lang, &counts);
    let head = [chart.rows_are].into_iter().chain(chart.numbers);
    let rows = chart.rows.into_iter().map(|row| {
        let numbers = row.numbers.into_iter().map(|number| number.to_string());
        [row.label].into_iter().chain(numbers).collect::<Vec<_>>()
    });
    let bytes = table::csv(head, rows);
    let mut answer = headers::cached(&request, "text/csv; charset=utf-8", bytes, MAX_AGE);
    let file = format!("attachment; filename=\"{}.csv\"", subject.slug(s.lang));
    if let Ok(file) = HeaderValue::from_str(&file) {
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_DISPOSITION, file);
    }
    Ok(answer)
}
