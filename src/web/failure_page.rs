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

/// What to do about it, for a person at a page, where the problem's own words are for programs.
fn for_people(s: &PageContext, problem: &Problem) -> Option<String> {
    let code = problem.code();
    if code == ProblemCode::NotFound {
        return Some(problem.told(s.lang));
    }
    // At the desk people know what a limit is.
    let limits = [
        (
            ProblemCode::TooManyRequests,
            "Bác tra hơi nhiều, đợi một phút rồi tra lại. Trong lúc chờ, đừng chuyển tiền. Việc gấp thì gọi 113.",
            "That was a lot of checks. Wait a minute and check again. Do not send money meanwhile. In an emergency call 113.",
        ),
        (
            ProblemCode::Busy,
            "Đang có nhiều người tra cùng lúc. Bác đợi một phút rồi tra lại. Chưa tra được thì đừng chuyển tiền.",
            "Many people are checking at this moment. Wait a minute and check again. Do not send money before you could check.",
        ),
        (
            ProblemCode::PayloadTooLarge,
            "Ảnh hoặc đoạn chữ này lớn quá. Bác chụp lại màn hình có mã rồi gửi ảnh đó, hoặc chỉ dán đoạn có số.",
            "This picture or text is too large. Take a screenshot of the code and send that, or paste only the part with the number.",
        ),
    ];
    let told = limits
        .into_iter()
        .find(|(limit, ..)| *limit == code && !s.desk);
    told.map(|(_, vi, en)| s.t(vi, en).to_owned())
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
        detail: for_people(&s, problem).unwrap_or(body.detail),
        code: body.code,
        errors: body.errors.into_iter().map(|error| error.detail).collect(),
        request_id: body.request_id,
        s,
    };
    page(request, Page::Private(status), &template)
}
