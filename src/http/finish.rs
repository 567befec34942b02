//! The middleware around every request: request id, problem bodies, security headers, metrics.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use uuid::Uuid;

use super::{author, cors, extract, metrics::method_label, state::State};
use crate::{
    present::{problem::Problem, problem_code::ProblemCode},
    telemetry::of_request,
};

/// Header of the request id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a page may load, from where, and who may frame it: our own files, and nobody.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// What a page may ask the device for: nothing.
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// Headers of every answer.
const OF_ALL: [(HeaderName, &str); 2] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
];
/// Headers of what a browser may show.
const OF_PAGES: [(HeaderName, &str); 5] = [
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::PERMISSIONS_POLICY, PERMISSIONS),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
];

/// Whether an answer is for programs, and no browser shows it as a page.
fn is_data(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.ends_with("json") || kind == "text/event-stream"
}

/// Runs one request and completes its answer.
///
/// # Errors
/// None of its own: handlers' errors are answers already.
pub async fn finish<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let started = Instant::now();
    let id = named(&mut request);
    of_request(id, async move {
        let response = next.call(request).await?;
        Ok(registered(response, id, started))
    })
    .await
}

/// Completes an answer of the registry, and counts it.
fn registered<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
    id: Uuid,
    started: Instant,
) -> ServiceResponse<EitherBody<B>> {
    let http = response.request().clone();
    let state = State::of(&http);
    state
        .unbelieved
        .look(&http, &state.trusted_proxies, state.now());
    author::note_refusal(&state, &http, &response);
    let mut response = complete(response, id, &state.issuer.url);
    if let Some(NewCookie(cookie)) = http.extensions_mut().remove() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    let (route, method) = (http.match_pattern(), method_label(http.method().as_str()));
    let status = response.status().as_u16();
    if status >= 500 {
        tracing::warn!(method, route, status, "answered");
    } else {
        tracing::debug!(method, route, status, "answered");
    }
    let took = started.elapsed();
    state
        .metrics
        .request(route.as_deref(), method, status, took);
    response
}

/// As [`finish`], for a program that is no registry: without figures. Problems are explained at the address
/// in the application's [`ExplainedAt`].
///
/// # Errors
/// None of its own.
pub async fn finish_local<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let id = named(&mut request);
    of_request(id, async move {
        let response = next.call(request).await?;
        let at = response.request().app_data::<Data<ExplainedAt>>().cloned();
        let url = at.map_or(String::new(), |at| at.0.clone());
        Ok(complete(response, id, &url))
    })
    .await
}

/// The id of a request, for its answer and the lines of the log.
#[derive(Clone, Copy)]
struct RequestId(Uuid);

/// Gives a request its id, and a `HEAD` what `GET` would be answered.
fn named(request: &mut ServiceRequest) -> Uuid {
    let id = Uuid::now_v7();
    request.extensions_mut().insert(RequestId(id));
    get_for_head(request);
    id
}

/// The address of the registry whose pages explain problems.
pub struct ExplainedAt(pub String);

/// What can be got can be asked about: the connection leaves the body of such an answer away.
fn get_for_head(request: &mut ServiceRequest) {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(HeadOnly);
    }
}

/// A cookie for the answer of a request, whatever it will be. `None` for what can't stand in a header.
pub fn set_cookie(request: &HttpRequest, cookie: &str) -> Option<()> {
    let value = HeaderValue::from_str(cookie).ok()?;
    request.extensions_mut().insert(NewCookie(value));
    Some(())
}

/// A cookie that the answer sets.
struct NewCookie(HeaderValue);

/// Marks a request that asked for the head alone.
struct HeadOnly;

/// Whether a request asked for the head alone, for answers whose body has no end.
pub fn asked_for_head(request: &HttpRequest) -> bool {
    request.extensions().get::<HeadOnly>().is_some()
}

/// Writes the problem of an answer, if it has one, and the headers that every answer has.
fn complete<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
    id: Uuid,
    url: &str,
) -> ServiceResponse<EitherBody<B>> {
    let mut response = response.map_into_left_body();
    let bare = response.status() == StatusCode::NOT_ACCEPTABLE;
    let failed = response.status().as_u16() >= 400 && response.response().error().is_some();
    let unexplained =
        (failed || bare) && response.response().extensions().get::<Problem>().is_none();
    if unexplained {
        // The framework's own refusals carry its own words; they get ours.
        let problem = framework_problem(response.status().as_u16());
        response.response_mut().extensions_mut().insert(problem);
    }
    let problem = response.response_mut().extensions_mut().remove::<Problem>();
    if let Some(problem) = problem {
        response = write_problem(response, &problem, url, id);
    }
    add_headers(&mut response, id, url.starts_with("https:"));
    response
}

/// The id of a request, for its answer.
pub fn request_id(request: &HttpRequest) -> Uuid {
    let known = request.extensions().get::<RequestId>().map(|id| id.0);
    known.unwrap_or_else(Uuid::now_v7)
}

fn framework_problem(status: u16) -> Problem {
    Problem::new(match status {
        404 => ProblemCode::NotFound,
        405 => ProblemCode::MethodNotAllowed,
        406 => ProblemCode::NotAcceptable,
        408 => ProblemCode::RequestTimeout,
        413 => ProblemCode::PayloadTooLarge,
        414 => ProblemCode::UriTooLong,
        415 => ProblemCode::UnsupportedMediaType,
        431 => ProblemCode::HeadersTooLarge,
        400..=499 => ProblemCode::BadRequest,
        _ => ProblemCode::Internal,
    })
}

fn write_problem<B>(
    response: ServiceResponse<EitherBody<B>>,
    problem: &Problem,
    url: &str,
    id: Uuid,
) -> ServiceResponse<EitherBody<B>> {
    let lang = extract::language(response.request());
    let body = problem.body(lang, url, &id.to_string());
    let bytes = serde_json::to_vec(&body).unwrap_or_default();
    let (request, response) = response.into_parts();
    let mut response = response.set_body(EitherBody::right(actix_web::body::BoxBody::new(bytes)));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(lang.as_str()),
    );
    ServiceResponse::new(request, response)
}

fn add_headers<B>(response: &mut ServiceResponse<B>, id: Uuid, encrypted: bool) {
    let asked = response.request().clone();
    let headers = response.headers_mut();
    if encrypted {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    let mut text = Uuid::encode_buffer();
    if let Ok(id) = HeaderValue::from_str(id.hyphenated().encode_lower(&mut text)) {
        headers.insert(REQUEST_ID, id);
    }
    // What is no page has nothing to frame, to load or to ask the device for.
    let of_pages = if is_data(headers) { &[][..] } else { &OF_PAGES };
    for (name, value) in OF_ALL.iter().chain(of_pages) {
        // A file that a stranger sent may do even less than a page.
        let is_set = name == header::CONTENT_SECURITY_POLICY && headers.contains_key(name);
        if !is_set {
            headers.insert(name.clone(), HeaderValue::from_static(value));
        }
    }
    cors::allow(&asked, headers);
    // A sign to the compression within, and no coding (RFC 9110 §8.4.1): nobody is told of it.
    let coding = headers.get(header::CONTENT_ENCODING);
    if coding.is_some_and(|coding| coding.as_bytes() == b"identity") {
        headers.remove(header::CONTENT_ENCODING);
    }
    // Set on purpose everywhere; whoever forgot gets the safe one.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
