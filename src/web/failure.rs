//! What goes wrong, as a page in plain words.

use std::fmt;

use actix_web::{
    Error, HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode, header},
    middleware::Next,
};
use askama::Template;

use super::{
    render::{Page, go, page},
    shell::{Nav, Shell},
};
use crate::{
    access::capability::Denied,
    http::{problem::Problem, state::State},
    registry::RegistryError,
};

/// Why a page could not be given.
#[derive(Clone, Debug)]
pub enum Failure {
    /// Told as a page.
    Problem(Box<Problem>),
    /// Nobody is signed in: the way leads over the sign-in page and back.
    SignIn { back: String },
}

impl Failure {
    /// A fault of ours.
    pub fn internal(what: &str) -> Self {
        tracing::error!(%what, "a page could not be made");
        Problem::new("internal").into()
    }

    /// A problem by its code.
    pub fn of(code: &str) -> Self {
        Problem::new(code).into()
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<RegistryError> for Failure {
    fn from(error: RegistryError) -> Self {
        Problem::from(error).into()
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        Problem::from(denied).into()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem(problem) => problem.fmt(f),
            Self::SignIn { .. } => f.write_str("sign in first"),
        }
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Problem(problem) => problem.status_code(),
            Self::SignIn { .. } => StatusCode::SEE_OTHER,
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        match self {
            Self::Problem(problem) => problem.error_response(),
            Self::SignIn { back } => go(&format!("/desk/sign-in?back={back}")),
        }
    }
}

/// The page of a problem.
#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    s: Shell,
    title: String,
    detail: String,
    code: String,
    errors: Vec<String>,
    request_id: String,
}

/// There is no such page.
pub(super) async fn not_found() -> Failure {
    Failure::of("not-found")
}

impl actix_web::Responder for Failure {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<BoxBody> {
        self.error_response()
    }
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
    show(request, &Problem::new("not-found"))
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
        true => Shell::desk(request, None),
        false => Shell::public(request, Nav::Other, ""),
    };
    let state = State::of(request);
    let id = crate::http::finish::request_id(request).to_string();
    let body = problem.body(s.lang, &state.issuer.url, &id);
    let status = problem.status_code();
    let template = ProblemPage {
        title: body.title,
        // What to do about it is told in words for programs.
        detail: match problem.code() {
            "not-found" => problem.told(s.lang),
            _ => body.detail,
        },
        code: body.code,
        errors: body.errors.into_iter().map(|error| error.detail).collect(),
        request_id: body.request_id,
        s,
    };
    page(request, Page::Private(status), &template)
}
