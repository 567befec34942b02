//! `POST /v1/oauth/token` and `GET /v1/me`.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    post, web,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    access::{
        capability::PartnerCaller,
        client::{ClientError, MAX_REQUEST_BYTES, TokenRequest},
        token::ACCESS_TOKEN_SECONDS,
    },
    domain::{
        identifier::Kind,
        partner::{PartnerKind, Scope},
        role::Role,
    },
    http::{
        allowance::Attempt,
        body::{self, SentBy},
        extract::{self, Language},
        headers,
        state::State,
    },
    present::{
        json,
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::caller::Caller,
};

/// A token for a partner's program (RFC 6749 §5.1).
#[derive(Serialize, ToSchema)]
pub struct TokenJson {
    pub access_token: String,
    /// `Bearer`
    pub token_type: &'static str,
    /// Seconds.
    pub expires_in: i64,
    /// Scopes, separated by spaces.
    pub scope: String,
}

/// OAuth's own form of an error (RFC 6749 §5.2).
#[derive(Serialize, ToSchema)]
pub struct OauthError {
    pub error: &'static str,
    pub error_description: &'static str,
}

/// What a program sends.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct TokenForm {
    /// `client_credentials`
    #[schema(pattern = "^client_credentials$", example = "client_credentials")]
    grant_type: String,
    /// Unless HTTP Basic is used.
    #[schema(required = false, format = Uuid)]
    client_id: String,
    #[schema(required = false)]
    client_secret: String,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer` for `private_key_jwt`.
    #[schema(required = false)]
    client_assertion_type: String,
    /// A JWT signed with a key of the partner's: `ES256` (P-256), `PS256` or `RS256` (RSA), `EdDSA` or `Ed25519`. `iss` and `sub`
    /// are the `client_id`, `aud` the address of this endpoint or the issuer; `exp` lies within an hour; a `jti` is used once. A
    /// `kid` picks the key; without one each that fits is tried.
    #[schema(required = false)]
    client_assertion: String,
    /// Scopes, separated by spaces; all of the partner's when not given.
    #[schema(required = false, example = "check:bulk")]
    scope: String,
}

/// A 10-minute token for a partner's program: HTTP Basic, form fields, or `private_key_jwt`.
#[utoipa::path(
    operation_id = "grant_token",
    tag = "partners",
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, body = TokenJson),
        (status = 400, body = OauthError),
        (status = 401, body = OauthError),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[post("/v1/oauth/token")]
pub async fn grant_token(
    request: HttpRequest,
    state: web::Data<State>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    state
        .limits
        .attempt(Attempt::Token, state.address(&request))?;
    if extract::media_type(&request).as_deref() != Some("application/x-www-form-urlencoded") {
        return Err(Problem::new(ProblemCode::UnsupportedMediaType));
    }
    let mut payload = payload.into_inner();
    let body = body::read(&request, &mut payload, MAX_REQUEST_BYTES, SentBy::Stranger).await?;
    let authorization = request
        .headers()
        .get(header::AUTHORIZATION)
        .map(|value| value.to_str().unwrap_or(""));
    let asked = match TokenRequest::parse(authorization, body.as_ref()) {
        Ok(asked) => asked,
        Err(error) => return Ok(refusal(error, authorization.is_some())),
    };
    let granted = state.registry.grant(
        &state.issuer,
        &asked.credentials,
        asked.scope.as_deref(),
        &state.replay,
        state.address_token(&request),
        state.now(),
    )?;
    Ok(match granted {
        Ok(grant) => {
            let words: Vec<_> = grant.scopes.iter().map(|scope| scope.as_str()).collect();
            HttpResponse::Ok()
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .insert_header((header::PRAGMA, "no-cache"))
                .json(TokenJson {
                    access_token: grant.token,
                    token_type: "Bearer",
                    expires_in: ACCESS_TOKEN_SECONDS,
                    scope: words.join(" "),
                })
        }
        Err(error) => refusal(error, authorization.is_some()),
    })
}

fn refusal(error: ClientError, by_header: bool) -> HttpResponse {
    let status = match error {
        ClientError::InvalidClient | ClientError::WrongClock => StatusCode::UNAUTHORIZED,
        ClientError::InvalidRequest
        | ClientError::InvalidGrant
        | ClientError::UnauthorizedClient
        | ClientError::UnsupportedGrantType
        | ClientError::InvalidScope => StatusCode::BAD_REQUEST,
    };
    let mut response = HttpResponse::build(status);
    if status == StatusCode::UNAUTHORIZED || by_header {
        response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"canhgiac\""));
    }
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(OauthError {
            error: error.as_str(),
            error_description: error.description(),
        })
}

/// Who is behind a token.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum Me {
    Partner(PartnerMe),
    User(UserMe),
}

/// A partner's program.
#[derive(Serialize, ToSchema)]
pub struct PartnerMe {
    pub client_id: Uuid,
    pub name: String,
    pub kind: PartnerKind,
    pub scopes: Vec<Scope>,
    /// Kinds of identifier that its feed holds.
    pub kinds: Vec<Kind>,
    pub quota: Quota,
    /// When it last pulled the feed since the service started.
    #[schema(format = DateTime)]
    pub last_pull: Option<String>,
}

/// What is left of a partner's quota.
#[derive(Serialize, ToSchema)]
pub struct Quota {
    pub requests_per_minute: u32,
    pub requests_remaining: u32,
    pub checks_per_minute: u32,
}

/// A signed-in person.
#[derive(Serialize, ToSchema)]
pub struct UserMe {
    pub id: Uuid,
    pub username: String,
    pub role: Role,
    pub unit: json::UnitRef,
    #[schema(format = DateTime)]
    pub session_expires_at: String,
    #[schema(format = DateTime)]
    pub second_factor_at: String,
}

/// Who am I: scopes and quota of a partner, role and unit of a person.
#[utoipa::path(
    operation_id = "get_caller",
    tag = "partners",
    responses(
        (status = 200, body = Me),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("partner" = []), ("officer" = [])),
)]
#[get("/v1/me")]
pub async fn me(
    request: HttpRequest,
    state: web::Data<State>,
    lang: Language,
) -> Result<HttpResponse, Problem> {
    let caller = extract::caller(&request, &state)?;
    let me = match caller.ok_or_else(extract::unauthenticated)? {
        Caller::Person(signed_in) => {
            let user = signed_in.user();
            state.limits.officer(user.id)?;
            Me::User(UserMe {
                id: user.id,
                username: user.username.to_string(),
                role: user.role,
                unit: json::unit(user.unit, lang.0),
                session_expires_at: signed_in.session().expires_at.rfc3339(),
                second_factor_at: signed_in.session().second_factor_at.rfc3339(),
            })
        }
        Caller::Partner(caller) => Me::Partner(partner_me(&state, &caller)?),
    };
    Ok(headers::private_json(StatusCode::OK, &me))
}

fn partner_me(state: &State, caller: &PartnerCaller) -> Result<PartnerMe, Problem> {
    let taken = state.limits.partner(caller.partner_id())?;
    let partner = caller.partner();
    Ok(PartnerMe {
        client_id: partner.id,
        name: partner.name.clone(),
        kind: partner.kind,
        scopes: caller.scopes().to_vec(),
        kinds: caller.kinds().iter().collect(),
        quota: Quota {
            requests_per_minute: taken.policy.per_minute.get(),
            requests_remaining: taken.remaining,
            checks_per_minute: state.limits.checks_per_minute,
        },
        last_pull: state
            .partners_seen
            .of(partner.id)
            .pulled
            .map(|at| at.rfc3339()),
    })
}
