//! `/v1/keys`: the keys that sign tokens.

use actix_web::{HttpResponse, delete, get, http::StatusCode, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::listings::ReasonBody;
use crate::{
    access::capability::Admin,
    http::{
        extract::{JsonBytes, Person},
        headers,
        state::State,
    },
    present::problem::{Problem, ProblemBody},
    registry::keys::Withdrawn,
};

/// A signing key, without anything secret.
#[derive(Serialize, ToSchema)]
pub struct KeyJson {
    pub kid: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Signs now.
    pub active: bool,
}

/// The signing keys.
#[derive(Serialize, ToSchema)]
pub struct Keys {
    pub items: Vec<KeyJson>,
    /// Always `null`: the list is whole.
    pub next_cursor: Option<String>,
}

fn all(state: &State, admin: &Admin) -> Keys {
    let items = state
        .registry
        .keys(admin)
        .into_iter()
        .map(|key| KeyJson {
            kid: key.kid,
            created_at: key.created.rfc3339(),
            active: key.active,
        })
        .collect();
    Keys {
        items,
        next_cursor: None,
    }
}

/// The signing keys.
#[utoipa::path(
    operation_id = "list_signing_keys",
    tag = "administration",
    responses(
        (status = 200, body = Keys),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/keys")]
pub async fn list(state: web::Data<State>, person: Person) -> Result<HttpResponse, Problem> {
    let admin = Admin::of(&person.0)?;
    Ok(headers::private_json(StatusCode::OK, &all(&state, &admin)))
}

/// Brings a new signing key into use. What the old one signed stays good until it runs out.
#[utoipa::path(
    operation_id = "rotate_signing_keys",
    tag = "administration",
    request_body = ReasonBody,
    responses(
        (status = 201, body = Keys),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/keys")]
pub async fn rotate(
    state: web::Data<State>,
    person: Person,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    Admin::of(&person.0)?;
    let reason = body.read::<ReasonBody>()?.value.reason;
    let (registry, now) = (state.registry.clone(), state.now());
    let admin = Admin::fresh(&person.0, now)?;
    State::blocking(move || registry.rotate_key(&admin, &reason, now)).await?;
    let admin = Admin::of(&person.0)?;
    Ok(headers::private_json(
        StatusCode::CREATED,
        &all(&state, &admin),
    ))
}

/// A key that was withdrawn, but whose file could not be removed.
#[derive(Serialize, ToSchema)]
pub struct FileLeft {
    /// Always `false`: the key counts no more, but its file still lies in the data folder. Remove it by hand.
    pub file_removed: bool,
}

/// The answer to a withdrawal: nothing to say, or that the file is still there.
pub(super) fn withdrawn(outcome: Withdrawn) -> HttpResponse {
    match outcome.file_removed {
        true => HttpResponse::NoContent().finish(),
        false => headers::private_json(
            StatusCode::OK,
            &FileLeft {
                file_removed: false,
            },
        ),
    }
}

/// Withdraws a key at once: every token it signed is worthless. For a key that leaked.
#[utoipa::path(
    operation_id = "retire_signing_key",
    tag = "administration",
    params(("kid" = String, Path)),
    request_body = ReasonBody,
    responses(
        (status = 204),
        (status = 200, body = FileLeft),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[delete("/v1/keys/{kid}")]
pub async fn retire(
    state: web::Data<State>,
    person: Person,
    kid: web::Path<String>,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    Admin::of(&person.0)?;
    let reason = body.read::<ReasonBody>()?.value.reason;
    let (registry, now) = (state.registry.clone(), state.now());
    let admin = Admin::fresh(&person.0, now)?;
    let outcome = State::blocking(move || registry.retire_key(&admin, &kid, &reason, now)).await?;
    Ok(withdrawn(outcome))
}
