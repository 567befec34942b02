//! `/v1/intake/{id}/files/{number}`: the safe copy of a file, and its original for who opened it with a reason.

use actix_web::{HttpResponse, get, web};

use crate::{
    access::capability::Officer,
    http::{
        evidence,
        extract::{Id, Person},
        state::State,
    },
    present::{
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
};

/// The number of a file in a path, from 1.
fn number(request: &actix_web::HttpRequest) -> Result<u8, Problem> {
    let text = request.match_info().get("number").unwrap_or_default();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| *number > 0 && is_plain);
    number.ok_or_else(|| Problem::new(ProblemCode::NotFound))
}

/// The safe copy of a file: drawn anew, nothing but what it shows.
///
/// There is none while it is being made, of a PDF, and of a picture that can't be read: `copy` of the report says so.
#[utoipa::path(
    tag = "intake",
    operation_id = "get_safe_copy",
    params(("id" = uuid::Uuid, Path, description = "The report"), ("number" = u8, Path, description = "The file, from 1")),
    responses(
        (status = 200, description = "The picture", content_type = "image/png"),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/intake/{id}/files/{number}/copy")]
pub async fn safe_copy(
    state: web::Data<State>,
    person: Person,
    id: Id,
    request: actix_web::HttpRequest,
) -> Result<HttpResponse, Problem> {
    let officer = Officer::of(&person.0)?;
    let number = number(&request)?;
    let registry = state.registry.clone();
    let copy = State::blocking(move || registry.safe_copy(&officer, id.0, number)).await?;
    Ok(evidence::safe_copy(copy.0, copy.1))
}

/// The original of a file as it came, for who opened it with a reason in the last five minutes.
///
/// Nobody cleaned it: treat it as hostile.
#[utoipa::path(
    tag = "intake",
    operation_id = "get_original_file",
    params(("id" = uuid::Uuid, Path, description = "The report"), ("number" = u8, Path, description = "The file, from 1")),
    responses(
        (status = 200, description = "The file, to be saved", content_type = "application/octet-stream"),
        (status = "4XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/intake/{id}/files/{number}/original")]
pub async fn original(
    state: web::Data<State>,
    person: Person,
    id: Id,
    request: actix_web::HttpRequest,
) -> Result<HttpResponse, Problem> {
    let officer = Officer::of(&person.0)?;
    let number = number(&request)?;
    let (registry, now) = (state.registry.clone(), state.now());
    let file = State::blocking(move || registry.original(&officer, id.0, number, now)).await?;
    Ok(evidence::original(file.0, number, file.1))
}
