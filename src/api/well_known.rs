//! The API's document, keys and health.

use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{client_key::ALGORITHMS, partner::Scope},
    http::{headers, state::State},
    present::{
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::Hindrance,
};

/// The public keys that tokens and receipts of checks are signed with (RFC 7517).
#[utoipa::path(
    operation_id = "get_token_keys",
    tag = "service",
    responses((status = 200, body = Object, content_type = "application/jwk-set+json"), (status = 304)),
)]
#[get("/.well-known/jwks.json")]
pub async fn jwks(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let bytes = serde_json::to_vec(&state.registry.jwks()).unwrap_or_default();
    headers::cached(&request, "application/jwk-set+json", bytes, 300)
}

/// Where and how programs get tokens (RFC 8414): what an OAuth library reads to find the rest by itself.
#[derive(Serialize, ToSchema)]
pub struct AuthorizationServer {
    issuer: String,
    token_endpoint: String,
    jwks_uri: String,
    grant_types_supported: [&'static str; 1],
    /// None: nobody is sent here with a browser.
    response_types_supported: [&'static str; 0],
    scopes_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: [&'static str; 3],
    /// For `private_key_jwt`.
    token_endpoint_auth_signing_alg_values_supported: [&'static str; ALGORITHMS.len()],
    service_documentation: String,
}

/// Where and how programs get tokens (RFC 8414).
#[utoipa::path(
    operation_id = "get_authorization_server",
    tag = "service",
    responses((status = 200, body = AuthorizationServer), (status = 304)),
)]
#[get("/.well-known/oauth-authorization-server")]
pub async fn authorization_server(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let url = &state.issuer.url;
    let server = AuthorizationServer {
        issuer: url.clone(),
        token_endpoint: format!("{url}/v1/oauth/token"),
        jwks_uri: format!("{url}/.well-known/jwks.json"),
        grant_types_supported: ["client_credentials"],
        response_types_supported: [],
        scopes_supported: Scope::ALL.map(Scope::as_str).to_vec(),
        token_endpoint_auth_methods_supported: [
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
        ],
        token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
        service_documentation: format!("{url}/en/developers"),
    };
    let bytes = serde_json::to_vec(&server).unwrap_or_default();
    headers::cached(&request, "application/json", bytes, 3600)
}

/// `/openapi.json`: the document that all of this is in, so not part of itself.
pub async fn openapi(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    state.openapi.serve(&request)
}

/// How the service is.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok`
    pub status: &'static str,
    /// Whether listings can be changed; checks are answered in any case.
    pub writable: bool,
    /// Why they can't: `store-rebuilding` (by itself, some minutes), `disk-full`, `disk-refuses`, `journal-unreachable` (by itself
    /// once the shared database is back), `checkpoint-missing` (signing in works), `records-missing`, `journal-contradicts`,
    /// `cannot-follow` or `ledger-forked` (an operator decides).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hindrance: Option<&'static str>,
    /// With a journal that several machines share: `sound`; `asynchronous` while it keeps no copy of what it acknowledges;
    /// `unreachable`; `contradicts` when it lacks what this machine has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal: Option<&'static str>,
    pub ledger_size: u64,
    /// `steady`; `held` while the clock of the machine is not believed: nothing expires until an administrator
    /// confirms it or it has run evenly for an hour. Checks go on.
    pub clock: &'static str,
    /// `none`; `unbelieved` while forwarding headers come from an address that is not in `server.trusted_proxies`: behind a
    /// proxy everybody shares its limits then.
    pub forwarded: &'static str,
    /// `public`; `local` while `server.public_url` opens on this machine alone: links, QR codes and posters lead nowhere.
    pub address: &'static str,
}

fn health(state: &State) -> Health {
    let hindrance = state.registry.hindrance();
    Health {
        status: "ok",
        writable: hindrance.is_none(),
        hindrance: hindrance.map(Hindrance::as_str),
        journal: state
            .registry
            .is_shared()
            .then(|| state.registry.journal_standing().as_str()),
        ledger_size: state.registry.index().ledger_size(),
        clock: match state.registry.is_clock_held(state.now()) {
            true => "held",
            false => "steady",
        },
        forwarded: match state.unbelieved.is_lately(state.now()) {
            true => "unbelieved",
            false => "none",
        },
        address: match state.is_local() {
            true => "local",
            false => "public",
        },
    }
}

/// Whether the program lives. Also tells whether it can write.
#[utoipa::path(
    operation_id = "get_health",tag = "service", responses((status = 200, body = Health)))]
#[get("/healthz")]
pub async fn healthz(state: web::Data<State>) -> HttpResponse {
    headers::private_json(StatusCode::OK, &health(&state))
}

/// Whether requests should be sent here: checks can be answered.
#[utoipa::path(
    operation_id = "get_readiness",
    tag = "service",
    responses(
        (status = 200, body = Health),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[get("/readyz")]
pub async fn readyz(state: web::Data<State>) -> Result<HttpResponse, Problem> {
    if *state.stopping.borrow() {
        return Err(Problem::new(ProblemCode::ShuttingDown).header("Retry-After", "5"));
    }
    if state.registry.lags() {
        return Err(Problem::new(ProblemCode::CatchingUp).header("Retry-After", "5"));
    }
    Ok(headers::private_json(StatusCode::OK, &health(&state)))
}
