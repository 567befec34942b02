//! Erasures under `/v1/listings`, for administrators; a second person must agree to each.

use actix_web::{HttpResponse, delete, web};

use super::{
    approvals::{ApprovalJson, asked},
    listings::ReasonBody,
};
use crate::{
    access::capability::Admin,
    http::{
        extract::{Id, Json, JsonBytes, Language, Person},
        if_match::IfMatch,
        state::State,
    },
    present::problem::{Problem, ProblemBody},
    registry::listing::required_reason,
};

/// Asks for the notes and reasons written about a listing to be destroyed, for ever. The history stays, without its
/// words. For administrators, when the law demands it; not while the listing is proposed or public. A second person must
/// agree.
#[utoipa::path(
    operation_id = "erase_listing_notes",
    tag = "administration",
    params(("id" = Uuid, Path)),
    request_body = ReasonBody,
    responses(
        (status = 202, body = ApprovalJson, headers(("Location"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[delete("/v1/listings/{id}/notes")]
pub async fn notes(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    Admin::of(&person.0)?;
    let body: Json<ReasonBody> = body.read()?;
    let reason = required_reason(&body.value.reason)?;
    let (registry, now) = (state.registry.clone(), state.now());
    let admin = Admin::fresh(&person.0, now)?;
    let found = State::blocking(move || registry.erase_notes(&admin, id.0, &reason, now)).await?;
    Ok(asked(&found, lang.0))
}

/// Asks for everything to be destroyed that says whom a listing is about, and what was written about it, for ever: for
/// somebody who was listed wrongly, or on a lawful demand. Delist it first. Its id, dates and ledger leaves
/// stay, and nothing opens them any more. For administrators. A second person must agree.
#[utoipa::path(
    operation_id = "erase_listing",
    tag = "administration",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)),
    request_body = ReasonBody,
    responses(
        (status = 202, body = ApprovalJson, headers(("Location"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[delete("/v1/listings/{id}")]
pub async fn listing(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
    version: IfMatch,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    Admin::of(&person.0)?;
    let version = version.required()?;
    let body: Json<ReasonBody> = body.read()?;
    let reason = required_reason(&body.value.reason)?;
    let (registry, now) = (state.registry.clone(), state.now());
    let admin = Admin::fresh(&person.0, now)?;
    let found =
        State::blocking(move || registry.erase_listing(&admin, id.0, version, &reason, now));
    Ok(asked(&found.await?, lang.0))
}
