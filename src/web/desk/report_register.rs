//! `/desk/register`: the register of reports that the law wants, for paper and for spreadsheets.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web,
};
use askama::Template;

use super::request::Desk;
use crate::{
    access::capability::IntakeReader,
    domain::{intake::calendar::Day, message::Lang, report::reading::moment, time::Time},
    present::{
        problem::Problem,
        register::{headings, row_texts},
        table, words,
    },
    registry::report::register::{
        MAX_REGISTER_DAYS, MAX_REGISTER_ROWS, RegisterPage, RegisterPeriod,
    },
    web::{failure::Failure, forms::Fields, page_context::PageContext, render::Answer},
};

/// Days before today that are shown when nothing is said.
const USUAL_DAYS: i64 = 30;
const DAY_SECONDS: i64 = 86_400;
/// Cells of a row that are printed: what they are follows from [`headings`].
const PRINTED: [usize; 12] = [0, 1, 2, 3, 4, 7, 9, 10, 11, 12, 14, 15];

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/register", web::get().to(read))
        .route("/register.csv", web::get().to(csv));
}

#[derive(Template)]
#[template(path = "desk/report_register.html")]
struct RegisterView {
    s: PageContext,
    from: String,
    to: String,
    /// The same as they are read: `31/10/2026 – 30/11/2026`.
    period: String,
    headings: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    is_cut: bool,
    unit: String,
}

/// The days that were asked for, the last one included; the last thirty where that is nothing or too much.
fn days(fields: &Fields, now: Time) -> (String, String) {
    let day = |name: &str| {
        let text = fields.get(name);
        begins(text).map(|_| text.to_owned())
    };
    let usual = || {
        let from = now.plus_seconds(-USUAL_DAYS * DAY_SECONDS);
        (Day::of(from).to_string(), Day::of(now).to_string())
    };
    let asked = day("from").zip(day("to")).filter(|(from, to)| {
        let length = begins(to).zip(begins(from));
        let days = length.map(|(to, from)| (to.seconds() - from.seconds()) / DAY_SECONDS + 1);
        days.is_some_and(|days| (1..=MAX_REGISTER_DAYS).contains(&days))
    });
    asked.unwrap_or_else(usual)
}

/// The beginning of a day in Vietnam.
fn begins(text: &str) -> Option<Time> {
    moment(&format!("{text}T00:00:00")).filter(|_| text.len() == 10)
}

/// A day as it is read.
fn shown(day: &str, lang: Lang) -> String {
    begins(day).map_or_else(String::new, |at| words::day(at, lang))
}

async fn load(desk: &Desk, from: &str, to: &str) -> Result<RegisterPage, Problem> {
    let reader = IntakeReader::of(&desk.who)?;
    let period = RegisterPeriod {
        unit: None,
        from: begins(from).unwrap_or_default(),
        until: begins(to).unwrap_or_default().plus_days(1),
        after: None,
    };
    desk.ask(move |registry, now| registry.register(&reader, &period, MAX_REGISTER_ROWS, now))
        .await
}

async fn read(desk: Desk, fields: Fields) -> Answer {
    let (from, to) = days(&fields, desk.state.now());
    let page = load(&desk, &from, &to).await?;
    let s = desk.context();
    let printed = |cells: [String; 16]| PRINTED.map(|at| cells[at].clone()).to_vec();
    let template = RegisterView {
        headings: PRINTED.map(|at| headings(s.lang)[at]).to_vec(),
        rows: page
            .rows
            .iter()
            .map(|row| printed(row_texts(row, s.lang)))
            .collect(),
        is_cut: page.next.is_some(),
        unit: words::police_of(desk.who.user().unit.unit(), s.lang),
        period: format!("{} – {}", shown(&from, s.lang), shown(&to, s.lang)),
        from,
        to,
        s,
    };
    desk.page(StatusCode::OK, &template)
}

async fn csv(desk: Desk, fields: Fields) -> Result<HttpResponse, Failure> {
    let (from, to) = days(&fields, desk.state.now());
    let page = load(&desk, &from, &to).await?;
    let lang = desk.lang();
    let rows = page.rows.iter().map(|row| row_texts(row, lang));
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"so-tiep-nhan.csv\"",
        ))
        .content_type("text/csv; charset=utf-8")
        .body(table::csv(headings(lang), rows)))
}
