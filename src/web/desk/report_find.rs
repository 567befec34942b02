//! `POST /desk/reports/find`: the report of a reference. It stands in no address: a form leads there.

use actix_web::web;

use super::{
    refusal::Refusal,
    request::{Desk, Form},
};
use crate::{
    access::capability::IntakeReader,
    domain::intake::reference::Reference,
    http::headers::see_other,
    present::{problem::Problem, problem_code::ProblemCode},
    web::{page_context::PageContext, render::Answer},
};

use askama::Template;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/reports/find", web::post().to(find));
}

#[derive(Template)]
#[template(path = "desk/report_find.html")]
struct FindPage {
    s: PageContext,
    reference: String,
}

async fn find(Form { desk, fields }: Form) -> Answer {
    let reader = IntakeReader::of(&desk.who)?;
    let typed = fields.get("reference").to_owned();
    let Ok(reference) = Reference::parse(&typed) else {
        return again(&desk, typed);
    };
    let work =
        desk.ask(move |registry, _| Ok(registry.intake_by_reference(&reader, reference).ok()));
    match work.await? {
        Some(report) => Ok(see_other(&format!("/desk/reports/{}", report.id))),
        None => again(&desk, typed),
    }
}

fn again(desk: &Desk, reference: String) -> Answer {
    let mut s = desk.context_at("/desk/reports");
    let words = s.t(
        "Không có báo cáo nào mang số này trong đơn vị của anh/chị. Số báo cáo có chín chữ số.",
        "No report of your units has this reference. It has nine digits.",
    );
    // As for any other thing that is not there, or not the reader's to see.
    let refusal = Refusal::from(Problem::new(ProblemCode::NotFound));
    let refusal = refusal.when(ProblemCode::NotFound, words);
    let status = Refusal::show(Some(refusal), &mut s)?;
    desk.page(status, &FindPage { s, reference })
}
