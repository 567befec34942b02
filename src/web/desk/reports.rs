//! `/desk/reports`: what citizens reported, in the reader's unit and below, what can't wait first.

use actix_web::{http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{
    report_act::Act,
    report_row::Row,
    request::Desk,
    shortcuts::{Key, OF_A_LIST},
};
use crate::{
    access::capability::IntakeReader,
    present::words::grouped,
    registry::report::queue::{Asked, Line, Part, ReportQueue},
    web::{forms::Fields, page_context::PageContext, render::Answer},
};

/// Lines of a page.
const LINES: usize = 50;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/reports", web::get().to(read));
}

#[derive(Template)]
#[template(path = "desk/reports.html")]
struct ReportsPage {
    s: PageContext,
    rows: Vec<Row>,
    parts_of: Vec<Choice>,
    /// The reports are those alike one.
    is_like: bool,
    /// It was come here from the last report of the unit's queue.
    is_at_end: bool,
    is_cut: bool,
    back: Option<String>,
    next: Option<String>,
}

/// A part of the queue, to be chosen.
struct Choice {
    href: String,
    name: &'static str,
    /// Empty where it is not counted.
    count: String,
    is_chosen: bool,
    is_hot: bool,
}

async fn read(desk: Desk, fields: Fields) -> Answer {
    let reader = IntakeReader::of(&desk.who)?;
    let part = Part::parse(fields.get("only"));
    let like = Uuid::try_parse(fields.get("like")).ok();
    let who = reader.clone();
    let work =
        desk.ask(move |registry, now| registry.report_queue(&who, &Asked { part, like }, now));
    let queue = work.await?;
    let mut s = desk.context_at("/desk/reports");
    // What was given away is told of here: its page is not the reader's any more.
    s.done = Act::parse(fields.get("done")).map(|act| act.done(s.lang));
    let total = queue.lines.len();
    let from = fields.get("from").parse().unwrap_or(0usize);
    let from = from.min(total.saturating_sub(1)) / LINES * LINES;
    let lines: &[Line] = queue.lines.get(from..).unwrap_or_default();
    let rows = lines
        .iter()
        .take(LINES)
        .map(|line| Row::of(&desk, &reader, line));
    let to = |from: usize| {
        let like = like.map_or_else(String::new, |id| format!("&like={id}"));
        format!("/desk/reports?only={}{like}&from={from}", part.as_str())
    };
    let template = ReportsPage {
        rows: rows.collect::<Result<_, _>>()?,
        parts_of: choices(&s, &queue, part, reader.role().handles_reports()),
        is_like: like.is_some(),
        is_at_end: fields.get("left") == "none",
        is_cut: queue.is_cut,
        back: (from > 0).then(|| to(from.saturating_sub(LINES))),
        next: (from + LINES < total).then(|| to(from + LINES)),
        s,
    };
    desk.page(StatusCode::OK, &template)
}

impl ReportsPage {
    fn keys(&self) -> &'static [Key] {
        &OF_A_LIST
    }
}

fn choices(s: &PageContext, queue: &ReportQueue, chosen: Part, handles: bool) -> Vec<Choice> {
    let shown = Part::ALL.into_iter().filter(|part| match part {
        Part::Mine | Part::OwnUnit => handles,
        Part::Escalated => {
            queue.counts.get(part).is_some_and(|count| *count > 0) || chosen == *part
        }
        Part::Open
        | Part::Urgent
        | Part::Unassigned
        | Part::Late
        | Part::Waiting
        | Part::Resolved => true,
    });
    shown
        .map(|part| {
            let count = queue.counts.get(&part).copied().unwrap_or_default();
            Choice {
                href: format!("/desk/reports?only={}", part.as_str()),
                name: name(s, part),
                count: match part {
                    Part::Resolved => String::new(),
                    Part::Open
                    | Part::Urgent
                    | Part::Mine
                    | Part::Unassigned
                    | Part::Late
                    | Part::Waiting
                    | Part::OwnUnit
                    | Part::Escalated => grouped(count as u64, s.lang),
                },
                is_chosen: part == chosen,
                is_hot: count > 0 && matches!(part, Part::Urgent | Part::Late | Part::Escalated),
            }
        })
        .collect()
}

fn name(s: &PageContext, part: Part) -> &'static str {
    match part {
        Part::Open => s.t("Chưa xong", "Open"),
        Part::Urgent => s.t("Khẩn", "Urgent"),
        Part::Mine => s.t("Của tôi", "Mine"),
        Part::Unassigned => s.t("Chưa ai nhận", "Nobody's"),
        Part::Late => s.t("Quá hạn", "Late"),
        Part::Waiting => s.t("Chờ người báo", "Reporter asked"),
        Part::OwnUnit => s.t("Đơn vị tôi", "My unit"),
        Part::Escalated => s.t("Cấp trên cần xem", "For the unit above"),
        Part::Resolved => s.t("Đã có kết quả", "With an outcome"),
    }
}
