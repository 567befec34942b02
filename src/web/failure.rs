//! Why a page could not be given.

use std::fmt;

use actix_web::{HttpRequest, HttpResponse, ResponseError, body::BoxBody, http::StatusCode};

use crate::{
    access::capability::Denied,
    http::headers::see_other,
    present::{problem::Problem, problem_code::ProblemCode},
    registry::RegistryError,
};

/// Why a page could not be given.
#[derive(Clone, Debug)]
pub enum Failure {
    /// Opening as a page.
    Problem(Box<Problem>),
    /// Nobody is signed in: the way leads over the sign-in page and back.
    SignIn { back: String },
}

impl Failure {
    /// A fault of ours.
    pub fn internal(what: &str) -> Self {
        tracing::error!(%what, "a page could not be made");
        Problem::new(ProblemCode::Internal).into()
    }

    /// A problem by its code.
    pub fn of(code: ProblemCode) -> Self {
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
            Self::SignIn { back } => see_other(&format!("/desk/sign-in?back={back}")),
        }
    }
}

/// There is no such page.
pub(super) async fn not_found() -> Failure {
    Failure::of(ProblemCode::NotFound)
}

impl actix_web::Responder for Failure {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<BoxBody> {
        self.error_response()
    }
}
