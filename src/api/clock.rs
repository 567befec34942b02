//! `/v1/clock`: what an administrator says of the machine's clock.

use actix_web::{HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    access::capability::Admin,
    http::{
        extract::{Json, JsonBytes, Person},
        state::State,
    },
    present::problem::{Problem, ProblemBody},
};

/// Why the clock is believed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockConfirmation {
    /// For the audit trail.
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
}

/// Confirms the clock of the machine while it is held (`clock` in `/readyz`): what fell due expires. Without a clock
/// that is held, nothing happens.
#[utoipa::path(
    operation_id = "confirm_clock",
    tag = "administration",
    responses(
        (status = 204),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/clock/confirm")]
pub async fn confirm(
    state: web::Data<State>,
    person: Person,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    let now = state.now();
    let admin = Admin::fresh(&person.0, now)?;
    let body: Json<ClockConfirmation> = body.read()?;
    let registry = state.registry.clone();
    State::blocking(move || registry.confirm_clock(&admin, &body.value.reason, now)).await?;
    Ok(HttpResponse::NoContent().finish())
}
