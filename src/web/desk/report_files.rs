//! `/desk/reports/{id}/files/{number}`: safe copies in pages of the desk, and originals for who opened them.

use actix_web::{HttpResponse, web};

use super::request::Desk;
use crate::{
    access::capability::Officer, http::evidence, present::problem_code::ProblemCode,
    web::failure::Failure,
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/reports/{id}/files/{number}", web::get().to(copy))
        .route(
            "/reports/{id}/files/{number}/original",
            web::get().to(original),
        );
}

fn named(place: &(String, String)) -> Result<(uuid::Uuid, u8), Failure> {
    let id = uuid::Uuid::try_parse(&place.0).ok();
    let number = place.1.parse().ok().filter(|number| *number > 0u8);
    id.zip(number)
        .ok_or_else(|| Failure::from(crate::present::problem::Problem::new(ProblemCode::NotFound)))
}

async fn copy(desk: Desk, place: web::Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let officer = Officer::of(&desk.who)?;
    let (id, number) = named(&place)?;
    let (kind, bytes) = desk
        .ask(move |registry, _| registry.safe_copy(&officer, id, number))
        .await?;
    Ok(evidence::safe_copy(kind, bytes))
}

async fn original(desk: Desk, place: web::Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let officer = Officer::of(&desk.who)?;
    let (id, number) = named(&place)?;
    let (kind, bytes) = desk
        .ask(move |registry, now| registry.original(&officer, id, number, now))
        .await?;
    Ok(evidence::original(kind, number, bytes))
}
