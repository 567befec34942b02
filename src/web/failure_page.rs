//! What went wrong, as a page in plain words.

use actix_web::{
    Error, HttpRequest, HttpResponse, ResponseError,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header},
    middleware::Next,
};
use askama::Template;

use super::{
    failure::Failure,
    page_context::{Nav, PageContext},
    render::{Page, page},
};
use crate::{
    http::{author, state::State},
    present::{problem::Problem, problem_code::ProblemCode},
};

/// The page of a problem.
#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    s: PageContext,
    title: String,
    detail: String,
    code: String,
    errors: Vec<String>,
    request_id: String,
}

/// Whether a person's browser asks, for something that is not of the API.
pub fn wants_page(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT);
    let html = accept
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("text/html"));
    html && *request.method() == Method::GET && !request.path().starts_with("/v1/")
}

/// The page that says that there is none.
pub fn no_such_page(request: &HttpRequest) -> HttpResponse {
    show(request, &Problem::new(ProblemCode::NotFound))
        .unwrap_or_else(|_| HttpResponse::InternalServerError().finish())
}

/// Turns problems below it into pages; what has a body already passes.
///
/// # Errors
/// None of its own.
pub(super) async fn as_page<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let called = match next.call(request).await {
        Ok(response) => response,
        Err(error) => return Err(error),
    };
    let mut response = called.map_into_left_body();
    let problem = response.response_mut().extensions_mut().remove::<Problem>();
    let Some(problem) = problem else {
        return Ok(response);
    };
    let (request, old) = response.into_parts();
    author::told(&request, problem.code());
    let shown =
        show(&request, &problem).unwrap_or_else(|_| HttpResponse::InternalServerError().finish());
    let mut shown = shown.map_into_right_body();
    for name in ["retry-after", "ratelimit", "ratelimit-policy", "allow"] {
        if let Some(value) = old.headers().get(name)
            && let Ok(name) = actix_web::http::header::HeaderName::try_from(name)
        {
            shown.headers_mut().insert(name, value.clone());
        }
    }
    Ok(ServiceResponse::new(request, shown))
}

fn show(request: &HttpRequest, problem: &Problem) -> Result<HttpResponse, Failure> {
    let s = match request.path().starts_with("/desk") {
        true => PageContext::desk(request, None),
        false => PageContext::public(request, Nav::Other, ""),
    };
    let state = State::of(request);
    let id = crate::http::finish::request_id(request).to_string();
    let body = problem.body(s.lang, &state.issuer.url, &id);
    let status = problem.status_code();
    let template = ProblemPage {
        title: body.title,
        // What to do about it is told in words for programs.
        detail: if problem.code() == ProblemCode::NotFound {
            problem.told(s.lang)
        } else {
            body.detail
        },
        code: body.code,
        errors: body.errors.into_iter().map(|error| error.detail).collect(),
        request_id: body.request_id,
        s,
    };
    page(request, Page::Private(status), &template)
}
