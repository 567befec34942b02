//! `/v1/session` and `/v1/sessions`.

use actix_web::{HttpRequest, HttpResponse, delete, get, http::StatusCode, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    access::session_secret::Face,
    http::{
        allowance::Attempt,
        extract::{Id, Json, Person},
        headers,
        signing_in::{self, Asked},
        state::State,
    },
    present::{
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::sign_in::Tokens,
};

/// Longest credential read, in bytes; longer ones can't be right and must not cost hashing time.
const MAX_CREDENTIAL: usize = 1_024;

pub(super) fn bounded<'a>(texts: impl IntoIterator<Item = &'a String>) -> Result<(), Problem> {
    if texts.into_iter().any(|text| text.len() > MAX_CREDENTIAL) {
        return Err(Problem::new(ProblemCode::BadCredentials));
    }
    Ok(())
}

/// A sign-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInBody {
    #[schema(max_length = 1024)]
    username: String,
    #[schema(max_length = 1024)]
    password: String,
    /// Six digits of the second factor (RFC 6238). Each code works once.
    #[schema(example = "123456", max_length = 32)]
    otp: String,
    /// What the last sign-in on this device answered as `device`: then nobody who fails elsewhere in this name delays it.
    #[serde(default)]
    #[schema(max_length = 1024)]
    device: Option<String>,
}

/// Tokens of a session.
#[derive(Serialize, ToSchema)]
pub struct TokensJson {
    pub access_token: String,
    /// `Bearer`
    pub token_type: &'static str,
    /// Seconds.
    pub expires_in: i64,
    /// Good once; the next comes with the next access token.
    pub refresh_token: String,
    /// Of a sign-in: to be kept on this device for 90 days and shown at the next. Signs nobody in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

fn tokens_json(tokens: Tokens, device: Option<String>) -> TokensJson {
    TokensJson {
        access_token: tokens.access,
        token_type: "Bearer",
        expires_in: tokens.expires_in,
        refresh_token: tokens.refresh,
        device,
    }
}

fn answer(tokens: Tokens, device: Option<String>) -> HttpResponse {
    headers::private_json(StatusCode::OK, &tokens_json(tokens, device))
}

/// Signs in with password and second factor.
#[utoipa::path(
    operation_id = "start_session",
    tag = "session",
    request_body = SignInBody,
    responses(
        (status = 200, body = TokensJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[post("/v1/session")]
pub async fn sign_in(
    request: HttpRequest,
    state: web::Data<State>,
    body: Json<SignInBody>,
) -> Result<HttpResponse, Problem> {
    let address = state.address(&request);
    let body = body.value;
    bounded([&body.username, &body.password, &body.otp])?;
    bounded(&body.device)?;
    let asked = Asked {
        face: Face::Api,
        username: body.username,
        password: body.password,
        otp: body.otp,
        devices: body.device.into_iter().collect(),
    };
    let started = signing_in::sign_in(&state, address, asked).await?;
    let (issuer, now) = (&state.issuer, state.now());
    let tokens = state
        .registry
        .tokens(issuer, &started.session, started.secret, now);
    Ok(answer(tokens, Some(started.device)))
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshBody {
    refresh_token: String,
}

/// Exchanges a refresh token for the next pair. One that was used before ends the session.
#[utoipa::path(
    operation_id = "refresh_session",
    tag = "session",
    request_body = RefreshBody,
    responses(
        (status = 200, body = TokensJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[post("/v1/session/refresh")]
pub async fn refresh(
    request: HttpRequest,
    state: web::Data<State>,
    body: Json<RefreshBody>,
) -> Result<HttpResponse, Problem> {
    state
        .limits
        .attempt(Attempt::Refresh, state.address(&request))?;
    let token = body.value.refresh_token;
    let (registry, issuer, now) = (state.registry.clone(), state.issuer.clone(), state.now());
    let from = state.address_token(&request);
    let tokens = State::blocking(move || registry.refresh(&issuer, &token, from, now)).await?;
    Ok(answer(tokens, None))
}

/// A second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUpBody {
    #[schema(example = "123456", max_length = 32)]
    otp: String,
}

/// What a step-up answers.
#[derive(Serialize, ToSchema)]
pub struct StepUpJson {
    /// Decisions are taken until then.
    #[schema(format = DateTime)]
    pub fresh_until: String,
    #[serde(flatten)]
    pub tokens: TokensJson,
}

/// Shows the second factor again: decisions want one not older than five minutes. The session gets new tokens: the refresh
/// token of before is worthless, and the access token of before decides nothing by the new factor.
#[utoipa::path(
    operation_id = "step_up_session",
    tag = "session",
    request_body = StepUpBody,
    responses(
        (status = 200, body = StepUpJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/session/step-up")]
pub async fn step_up(
    state: web::Data<State>,
    person: Person,
    body: Json<StepUpBody>,
) -> Result<HttpResponse, Problem> {
    let otp = body.value.otp;
    bounded([&otp])?;
    let (registry, now) = (state.registry.clone(), state.now());
    let work = move || registry.step_up(&person.0, Face::Api, &otp, now);
    let (session, secret) = State::blocking(work).await?;
    let tokens = state.registry.tokens(&state.issuer, &session, secret, now);
    let until = now.plus_seconds(crate::access::capability::SECOND_FACTOR_FRESH_SECONDS);
    let body = StepUpJson {
        fresh_until: until.rfc3339(),
        tokens: tokens_json(tokens, None),
    };
    Ok(headers::private_json(StatusCode::OK, &body))
}

/// Signs out: this session is over at once.
#[utoipa::path(
    operation_id = "end_session",
    tag = "session",
    responses(
        (status = 204),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[delete("/v1/session")]
pub async fn sign_out(state: web::Data<State>, person: Person) -> Result<HttpResponse, Problem> {
    let (registry, now) = (state.registry.clone(), state.now());
    State::blocking(move || registry.sign_out(&person.0, false, now)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A session.
#[derive(Serialize, ToSchema)]
pub struct SessionJson {
    pub id: Uuid,
    /// The one this request was made in.
    pub current: bool,
    #[schema(format = DateTime)]
    pub started_at: String,
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// The sessions of a person.
#[derive(Serialize, ToSchema)]
pub struct Sessions {
    pub items: Vec<SessionJson>,
    /// Always `null`: the list is whole.
    pub next_cursor: Option<String>,
}

/// My sessions.
#[utoipa::path(
    operation_id = "list_sessions",
    tag = "session",
    responses(
        (status = 200, body = Sessions),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/sessions")]
pub async fn sessions(state: web::Data<State>, person: Person) -> Result<HttpResponse, Problem> {
    let registry = state.registry.clone();
    let current = person.0.session().id;
    let sessions = State::blocking(move || registry.sessions(&person.0)).await?;
    let items = sessions
        .iter()
        .map(|session| SessionJson {
            id: session.id,
            current: session.id == current,
            started_at: session.started_at.rfc3339(),
            expires_at: session.expires_at.rfc3339(),
        })
        .collect();
    let body = Sessions {
        items,
        next_cursor: None,
    };
    Ok(headers::private_json(StatusCode::OK, &body))
}

/// Ends all my sessions, this one too.
#[utoipa::path(
    operation_id = "end_other_sessions",
    tag = "session",
    responses(
        (status = 204),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[delete("/v1/sessions")]
pub async fn end_sessions(
    state: web::Data<State>,
    person: Person,
) -> Result<HttpResponse, Problem> {
    let (registry, now) = (state.registry.clone(), state.now());
    State::blocking(move || registry.sign_out(&person.0, true, now)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends one of my sessions.
#[utoipa::path(
    operation_id = "end_one_session",
    tag = "session",
    params(("id" = Uuid, Path)),
    responses(
        (status = 204),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[delete("/v1/sessions/{id}")]
pub async fn end_one_session(
    state: web::Data<State>,
    person: Person,
    id: Id,
) -> Result<HttpResponse, Problem> {
    let (registry, now) = (state.registry.clone(), state.now());
    State::blocking(move || registry.end_session(&person.0, id.0, now)).await?;
    Ok(HttpResponse::NoContent().finish())
}
