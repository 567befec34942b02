//! Extractors: what a handler asks of a request, parsed and bounded before it runs.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{
        Method,
        header::{self, Header},
    },
    mime,
    web::{self, Bytes},
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub use super::parsing::{parse_json, parse_json_in_place};
use super::{
    allowance::Attempt,
    author::Author,
    body::{self, SentBy},
    parsing::parse_query,
    state::State,
};
use crate::{
    access::{
        capability::{Denied, PartnerCaller, SignedIn},
        client::{Credentials, parse_authorization},
    },
    domain::{message::Lang, partner::Scope, trail::AddressToken},
    present::{problem::Problem, problem_code::ProblemCode},
    registry::{ReceiptKey, caller::Caller},
};

/// Largest JSON body. A partner's check of 10,000 items fits: 200 bytes each.
pub const MAX_JSON_BYTES: usize = 2 << 20;
/// Longest `Idempotency-Key`, in characters.
pub const MAX_KEY_CHARS: usize = 128;

type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// A JSON body: unknown and repeated fields refused, bad fields named by pointer. Keeps the bytes,
/// so that an `Idempotency-Key` can be bound to them.
pub struct Json<T> {
    pub value: T,
    pub bytes: Bytes,
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = JsonBytes::from_request(request, payload);
        Box::pin(async move { bytes.await?.read() })
    }
}

/// A body that says it is JSON, not read yet: who may not ask is told so before anything is said about the body.
pub struct JsonBytes(pub Bytes);

impl JsonBytes {
    /// Reads it.
    ///
    /// # Errors
    /// As [`parse_json`].
    pub fn read<T: DeserializeOwned>(self) -> Result<Json<T>, Problem> {
        let Self(bytes) = self;
        let value = parse_json(&bytes)?;
        Ok(Json { value, bytes })
    }
}

impl FromRequest for JsonBytes {
    type Error = Problem;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // What does not say what it is is taken for JSON: nothing else is read here.
        let is_json = media_type(request).is_none_or(|kind| kind == "application/json");
        let body = body::read(request, payload, MAX_JSON_BYTES, sender(request));
        Box::pin(async move {
            if !is_json {
                return Err(Problem::new(ProblemCode::UnsupportedMediaType));
            }
            Ok(Self(body.await?.shared()))
        })
    }
}

/// The media type of the body, without parameters, in lower case.
pub fn media_type(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

/// Who sends a body, where that matters: small ones are read whoever sends them.
fn sender(request: &HttpRequest) -> SentBy {
    let state = request.app_data::<web::Data<State>>();
    let Some(state) = state.filter(|_| body::may_be_large(request)) else {
        return SentBy::Stranger;
    };
    match caller(request, state) {
        Ok(Some(Caller::Person(person))) => SentBy::Known(person.user().id),
        Ok(Some(Caller::Partner(partner))) => SentBy::Known(partner.partner_id()),
        Ok(None) | Err(_) => SentBy::Stranger,
    }
}

/// A query string: unknown names and bad values refused. What is empty is not there: generated clients and forms send every
/// name they know.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(parse_query(request.query_string()).map(Self))
    }
}

/// A path segment that is an id; anything else is not found.
pub struct Id(pub Uuid);

impl FromRequest for Id {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request
            .match_info()
            .get("id")
            .filter(|text| text.len() == 36)
            .and_then(|text| Uuid::try_parse(text).ok());
        std::future::ready(
            id.map(Self)
                .ok_or_else(|| Problem::new(ProblemCode::NotFound)),
        )
    }
}

/// Whether a request would rather have this kind of answer than any other (`Accept`, RFC 9110 §12.5.1).
pub fn accepts_first(request: &HttpRequest, kind: &mime::Mime) -> bool {
    // Hardly anybody names it: the list is taken apart for those who do.
    let value = request.headers().get(header::ACCEPT);
    let value = value.and_then(|value| value.to_str().ok());
    if !value.is_some_and(|value| value.contains(kind.essence_str())) {
        return false;
    }
    let accepted = header::Accept::parse(request);
    accepted.is_ok_and(|accepted| accepted.preference() == *kind)
}

/// The language an answer is written in.
pub struct Language(pub Lang);

impl FromRequest for Language {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self(language(request))))
    }
}

/// Language of a request by `Accept-Language`; Vietnamese unless English is preferred.
pub fn language(request: &HttpRequest) -> Lang {
    request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map_or(Lang::Vi, Lang::from_accept_language)
}

/// The token of `Authorization: Bearer …`.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let value = request
        .headers()
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim())
        .filter(|token| !token.is_empty())
}

/// Client id and secret (HTTP Basic), where they are as good as a token: where partners read. Schedulers, spreadsheets and
/// `wget` get no tokens. What names no partner may be meant for a proxy in front, and is nothing here.
fn basic(request: &HttpRequest) -> Option<Credentials> {
    let path = request.path();
    let reads = path.starts_with("/v1/feed/") && request.method() == Method::GET;
    let value = request
        .headers()
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    let (scheme, _) = value.split_once(' ')?;
    let is_basic = scheme.eq_ignore_ascii_case("basic");
    let is_asked = is_basic && (reads || path == "/v1/check");
    is_asked.then(|| parse_authorization(value).ok()).flatten()
}

/// Why the secret of a request was refused. Who sends a large body is asked before it is read, and once more when it has
/// come: that is one attempt.
struct WrongSecret(Problem);

fn by_secret(
    request: &HttpRequest,
    state: &State,
    credentials: &Credentials,
    address: Option<AddressToken>,
) -> Result<PartnerCaller, Problem> {
    if let Some(WrongSecret(problem)) = request.extensions().get() {
        return Err(problem.clone());
    }
    let refuse = |problem: Problem| {
        let wrong = WrongSecret(problem.clone());
        request.extensions_mut().insert(wrong);
        problem
    };
    let (registry, limits) = (&state.registry, &state.limits);
    // Paid in advance, so that what is sent at once is counted before any of it is answered.
    let from = state.address(request);
    limits.attempt(Attempt::Token, from).map_err(refuse)?;
    let known = registry.partner_of(credentials, &state.replay, address, state.now());
    let known = known.map_err(|error| refuse(error.into()))?;
    limits.give_back_secret(from);
    Ok(known)
}

/// Who is behind the token that was sent, or the secret; nobody without one. A wrong secret counts as an attempt to get a
/// token, by address.
///
/// # Errors
/// 401, 429.
pub fn caller(request: &HttpRequest, state: &State) -> Result<Option<Caller>, Problem> {
    // Made only where it is used: most who check send neither.
    let address = || state.address_token(request);
    let (caller, address) = match (bearer(request), basic(request)) {
        (Some(token), _) => {
            let caller = state.registry.caller(&state.issuer, token, state.now())?;
            (caller, address())
        }
        (None, Some(credentials)) => {
            let address = address();
            let known = by_secret(request, state, &credentials, address)?;
            (Caller::Partner(known), address)
        }
        (None, None) => return Ok(None),
    };
    Author::set(request, caller.actor(), address);
    Ok(Some(caller.from_address(address)))
}

/// A token is needed and there is none.
pub fn unauthenticated() -> Problem {
    Problem::new(ProblemCode::Unauthenticated).header("WWW-Authenticate", "Bearer")
}

/// The caller as a partner that has a scope.
///
/// # Errors
/// 403 `insufficient-scope` (RFC 6750 §3.1).
pub fn partner_with(caller: Caller, scope: Scope) -> Result<PartnerCaller, Problem> {
    caller.partner(scope).map_err(|denied| match denied {
        Denied::Forbidden => Problem::new(ProblemCode::InsufficientScope).header(
            "WWW-Authenticate",
            format!(
                "Bearer error=\"insufficient_scope\", scope=\"{}\"",
                scope.as_str()
            ),
        ),
        other @ (Denied::Unauthenticated | Denied::StepUpRequired | Denied::AwaitsApproval) => {
            other.into()
        }
    })
}

/// The signed-in person, as the account stands now; their request is counted.
pub struct Person(pub SignedIn);

impl FromRequest for Person {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(person(request).map(Self))
    }
}

fn person(request: &HttpRequest) -> Result<SignedIn, Problem> {
    let state = State::of(request);
    // Two look-ups by id in the store's cache: short enough not to need a thread of their own.
    let caller = caller(request, &state).map_err(|error| {
        if error.code() == ProblemCode::Unauthenticated {
            unauthenticated().header("WWW-Authenticate", "Bearer error=\"invalid_token\"")
        } else {
            error
        }
    })?;
    let signed_in = caller.ok_or_else(unauthenticated)?.person()?;
    state.limits.officer(signed_in.user().id)?;
    Ok(signed_in)
}

/// The `Idempotency-Key` of a request bound to its caller, route and body.
///
/// # Errors
/// 400 `idempotency-key-invalid`.
pub fn receipt(
    request: &HttpRequest,
    caller: &str,
    body: &[u8],
) -> Result<Option<ReceiptKey>, Problem> {
    let Some(value) = request.headers().get("idempotency-key") else {
        return Ok(None);
    };
    let key = value
        .to_str()
        .ok()
        .map(str::trim)
        .filter(|key| !key.is_empty() && key.len() <= MAX_KEY_CHARS)
        .ok_or_else(|| Problem::new(ProblemCode::IdempotencyKeyInvalid))?;
    let route = format!("{} {}", request.method(), request.uri());
    Ok(Some(ReceiptKey::new(caller, &route, key, body)))
}
