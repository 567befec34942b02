//! `/desk/reports/{id}/notice`: what the unit tells the procuracy of the same level within the term for acknowledging
//! (Joint Circular 01/2017, article 14), to be printed and signed.

use actix_web::{http::StatusCode, web};
use askama::Template;

use super::{
    report_lines::to_print,
    report_row::dong,
    report_told::{Named, told_of},
    request::Desk,
};
use crate::{
    domain::{
        intake::clock::{Clock, ClockKind},
        report::Report,
    },
    http::extract::Id,
    present::words::{
        self,
        clock::{arithmetic, due},
        report as told,
    },
    web::{page_context::PageContext, render::Answer},
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/reports/{id}/notice", web::get().to(read));
}

#[derive(Template)]
#[template(path = "desk/report_notice.html")]
struct NoticePage {
    s: PageContext,
    id: uuid::Uuid,
    reference: String,
    unit: String,
    received_at: String,
    channel: &'static str,
    kind: &'static str,
    /// What the reader may know of what was told.
    identifiers: Vec<Named>,
    lost: String,
    place: String,
    /// The unit that may resolve it, where that is another one.
    competent: String,
    /// The term for the outcome: its last day, and how that is counted.
    term: Option<(String, Vec<String>)>,
    at: String,
}

async fn read(desk: Desk, Id(id): Id) -> Answer {
    let (report, reads) = to_print(&desk, id).await?;
    let s = desk.context_at("/desk/reports");
    let lang = s.lang;
    let said = report.told.as_ref().filter(|_| reads);
    let shown = said.map(|said| told_of(&desk, said));
    let competent = report.competent_unit.filter(|unit| *unit != report.unit);
    let template = NoticePage {
        id,
        reference: report.reference.to_string(),
        unit: words::police_of(report.unit.unit(), lang),
        received_at: words::moment(report.received_at, lang),
        channel: told::channel(report.channel, lang),
        kind: told::report_kind(report.kind, lang),
        lost: match said.map_or(0, |said| said.lost_vnd()) {
            0 => String::new(),
            sum => dong(sum, lang),
        },
        place: shown
            .as_ref()
            .map_or_else(String::new, |shown| shown.place.clone()),
        identifiers: shown.map_or_else(Vec::new, |shown| shown.identifiers),
        competent: competent.map_or_else(String::new, |unit| words::police_of(unit.unit(), lang)),
        term: term(&report).map(|clock| {
            let day = due(clock, lang);
            (day, arithmetic(clock, lang))
        }),
        at: words::moment(desk.state.now(), lang),
        s,
    };
    desk.page(StatusCode::OK, &template)
}

/// The term of the law for an outcome.
fn term(report: &Report) -> Option<&Clock> {
    let kinds = [ClockKind::ReportResume, ClockKind::ReportResolve];
    kinds.into_iter().find_map(|kind| report.clock(kind))
}
