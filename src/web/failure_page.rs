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
    http::author,
    present::{
        page_problems::{self, Place},
        problem::Problem,
        problem_code::ProblemCode,
    },
};

/// The page of a problem.
#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    s: PageContext,
    title: &'static str,
    detail: String,
    /// The machine word, for whoever is told of it.
    code: &'static str,
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
    let below = |places: &[&str]| places.iter().any(|place| request.path().starts_with(place));
    let (s, place) = if below(&["/desk"]) {
        (PageContext::desk(request, None), Place::Desk)
    } else if below(&["/docs", "/problems"]) {
        (PageContext::outside(request), Place::Public)
    } else {
        let s = PageContext::public(request, Nav::Other, "");
        (s, Place::Public)
    };
    let template = ProblemPage {
        title: page_problems::title(problem.code(), s.lang),
        detail: problem.told(place, s.lang),
        code: problem.code().as_str(),
        request_id: crate::http::finish::request_id(request).to_string(),
        s,
    };
    page(request, Page::Private(problem.status_code()), &template)
}
