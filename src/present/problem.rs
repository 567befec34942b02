//! Errors as `application/problem+json` (RFC 9457): the one place where an error becomes a status.

use std::fmt;

use actix_web::{HttpResponse, ResponseError, body::BoxBody, http::StatusCode};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    field_words::field_words,
    page_problems::{self, Place},
    problem_catalogue::{self, ProblemKind},
    problem_code::ProblemCode,
    words,
};
use crate::{
    access::capability::Denied,
    domain::{listing::Refusal, message::Lang, report::reading::BadField},
    office_list::ListError,
    registry::RegistryError,
    state::refused::{Refused, ReportRefusal},
};

/// One bad field of a request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the request body.
    pub pointer: String,
    /// Machine word.
    pub code: String,
    /// What is wrong, in words.
    pub detail: String,
}

/// The body of every error answer.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Address of a page that explains it.
    #[serde(rename = "type")]
    #[schema(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    /// Machine word: the last part of `type`.
    pub code: String,
    /// The answer's `X-Request-Id`.
    pub request_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
    /// More that a program may use, such as the id of a listing that stands already.
    #[serde(flatten)]
    #[schema(ignore)]
    pub more: Map<String, Value>,
}

/// An error on its way out. The middleware adds language and request id.
#[derive(Clone, Debug)]
pub struct Problem {
    code: ProblemCode,
    errors: Vec<FieldError>,
    more: Map<String, Value>,
    headers: Vec<(&'static str, String)>,
}

impl Problem {
    /// A problem of a code.
    pub fn new(code: impl Into<ProblemCode>) -> Self {
        Self {
            code: code.into(),
            errors: Vec::new(),
            more: Map::new(),
            headers: Vec::new(),
        }
    }

    /// There is too much to do at this moment: it is worth to come again.
    pub fn busy() -> Self {
        Self::new(ProblemCode::Busy).header("Retry-After", "5")
    }

    /// Names a bad field.
    #[must_use]
    pub fn field(mut self, pointer: impl Into<String>, code: &str, detail: &str) -> Self {
        self.errors.push(FieldError {
            pointer: pointer.into(),
            code: code.to_owned(),
            detail: detail.to_owned(),
        });
        self
    }

    /// Adds a member for programs.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// What went wrong.
    pub const fn code(&self) -> ProblemCode {
        self.code
    }

    fn kind(&self) -> &'static ProblemKind {
        problem_catalogue::of(self.code)
    }

    /// The first field that is wrong, as a JSON pointer (RFC 6901).
    pub fn pointer(&self) -> Option<&str> {
        self.errors.first().map(|error| error.pointer.as_str())
    }

    /// What is wrong and what to do, for a person at a page: its fields where those are all there is to say.
    pub fn told(&self, place: Place, lang: Lang) -> String {
        let fields: Vec<String> = self
            .errors
            .iter()
            .map(|error| {
                let detail = words::one_language(&error.detail, lang);
                match words::field_name(&error.pointer, lang) {
                    Some(name) => format!("{name}: {detail}"),
                    None => detail.to_owned(),
                }
            })
            .collect();
        let of_fields = matches!(
            self.code,
            ProblemCode::Validation
                | ProblemCode::FileRefused
                | ProblemCode::UnreadableList
                | ProblemCode::UnreadableIdentifier
        );
        match of_fields && !fields.is_empty() {
            true => fields.join(" "),
            false => page_problems::words(self.code, place, lang).to_owned(),
        }
    }

    /// The body in the reader's language.
    pub fn body(&self, lang: Lang, public_url: &str, request_id: &str) -> ProblemBody {
        let kind = self.kind();
        let (title, meaning, remedy) = lang.pick(
            (kind.title_vi, kind.meaning_vi, kind.remedy_vi),
            (kind.title_en, kind.meaning_en, kind.remedy_en),
        );
        ProblemBody {
            kind: problem_catalogue::type_uri(self.kind().code, public_url),
            title: title.to_owned(),
            status: self.kind().status,
            detail: format!("{meaning} {remedy}"),
            code: self.kind().code.to_owned(),
            request_id: request_id.to_owned(),
            errors: self.errors.clone(),
            more: self.more.clone(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().code)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Status and headers; the body is written further out, where the request is known.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut builder = HttpResponse::build(self.status_code());
        for (name, value) in &self.headers {
            builder.insert_header((*name, value.as_str()));
        }
        let mut response = builder.finish();
        response.extensions_mut().insert(self.clone());
        response
    }
}

fn with_listing(code: ProblemCode, id: Uuid) -> Problem {
    Problem::new(code).with("listing", json!(id))
}

impl From<RegistryError> for Problem {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::Refused(refused) => refused.into(),
            RegistryError::Denied(denied) => denied.into(),
            RegistryError::Unreadable(unreadable) => {
                let suggestions: Vec<_> = unreadable
                    .suggestions
                    .iter()
                    .map(super::json::identifier)
                    .collect();
                let reason = unreadable.reason.code();
                let kind = problem_catalogue::of(unreadable.reason.into());
                let words = format!(
                    "{} {} / {} {}",
                    kind.meaning_vi, kind.remedy_vi, kind.meaning_en, kind.remedy_en
                );
                Self::new(ProblemCode::UnreadableIdentifier)
                    .field("/identifier", reason, &words)
                    .with("suggestions", json!(suggestions))
            }
            RegistryError::WeakPassword(code) => {
                Self::new(ProblemCode::WeakPassword).field("/password", code, field_words(code))
            }
            RegistryError::SlowDown { seconds } => {
                let seconds = seconds.max(1);
                Self::new(ProblemCode::TooManyRequests)
                    .header("Retry-After", seconds.to_string())
                    .header("RateLimit", format!("\"sign-in\";r=0;t={seconds}"))
                    .header("RateLimit-Policy", "\"sign-in\";q=5;w=86400")
            }
            RegistryError::BadCursor => Self::new(ProblemCode::CursorInvalid),
            RegistryError::CursorAhead => Self::new(ProblemCode::FeedCursorAhead),
            RegistryError::CursorTooOld => Self::new(ProblemCode::FeedCursorTooOld),
            RegistryError::Unavailable => {
                Self::new(ProblemCode::StorageUnavailable).header("Retry-After", "5")
            }
            RegistryError::Pending => Self::new(ProblemCode::OutcomePending),
            RegistryError::CatchingUp => {
                Self::new(ProblemCode::CatchingUp).header("Retry-After", "1")
            }
            RegistryError::Internal(what) => {
                tracing::error!(%what, "internal fault");
                Self::new(ProblemCode::Internal)
            }
        }
    }
}

impl From<BadField> for Problem {
    fn from(BadField { pointer, code }: BadField) -> Self {
        Self::new(ProblemCode::Validation).field(pointer, code, field_words(code))
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotFound => Self::new(ProblemCode::NotFound),
            Refused::Denied(denied) => denied.into(),
            Refused::Listing(Refusal::Stale) => Self::new(ProblemCode::StaleVersion),
            Refused::Listing(Refusal::NotOpen) => Self::new(ProblemCode::NotOpen),
            Refused::Listing(Refusal::FourEyes) => Self::new(ProblemCode::FourEyes),
            Refused::Report(refused) => report_refused(refused),
            Refused::AlreadyListed(id) => {
                with_listing(ProblemCode::AlreadyListed, id).with("offer", json!("renew"))
            }
            Refused::AlreadyProposed(id) => with_listing(ProblemCode::AlreadyProposed, id),
            Refused::ProposedElsewhere => Self::new(ProblemCode::AlreadyProposed),
            Refused::AlreadyExists => Self::new(ProblemCode::AlreadyExists),
            Refused::LastAdmin => Self::new(ProblemCode::LastAdmin),
            Refused::Official => Self::new(ProblemCode::OfficialIdentifier),
            Refused::Field { pointer, code } => {
                Self::new(ProblemCode::Validation).field(pointer, code, field_words(code))
            }
            Refused::TooManyKeys => {
                let code = "too-many-keys";
                Self::new(ProblemCode::Validation).field("", code, field_words(code))
            }
            Refused::KeyReused => Self::new(ProblemCode::IdempotencyKeyReused),
            Refused::BadCredentials => Self::new(ProblemCode::BadCredentials),
            Refused::BadRefresh => Self::new(ProblemCode::InvalidRefreshToken),
            Refused::BadEnrolment => Self::new(ProblemCode::BadEnrolmentCode),
            Refused::Store(error) => RegistryError::from(error).into(),
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Unauthenticated => {
                Self::new(ProblemCode::Unauthenticated).header("WWW-Authenticate", "Bearer")
            }
            Denied::Forbidden => Self::new(ProblemCode::Forbidden),
            Denied::StepUpRequired => Self::new(ProblemCode::StepUpRequired),
            Denied::AwaitsApproval => Self::new(ProblemCode::AwaitsApproval),
        }
    }
}

fn report_refused(refused: ReportRefusal) -> Problem {
    if refused == ReportRefusal::TooManyFiles {
        let code = "too-many-files";
        return Problem::new(ProblemCode::Validation).field("/files", code, field_words(code));
    }
    Problem::new(match refused {
        ReportRefusal::Stale => ProblemCode::StaleVersion,
        ReportRefusal::NotOpen | ReportRefusal::Full => ProblemCode::NotOpen,
        ReportRefusal::NotCompetent => ProblemCode::NotCompetent,
        ReportRefusal::TooEarly => ProblemCode::TermRuns,
        ReportRefusal::NoMoreExtensions => ProblemCode::NoMoreExtensions,
        ReportRefusal::OtherRole => ProblemCode::OtherRole,
        ReportRefusal::TooManyMessages => ProblemCode::TooManyMessages,
        ReportRefusal::TooManyFiles => ProblemCode::Validation,
        ReportRefusal::NothingSealed => ProblemCode::NotFound,
    })
}

fn unreadable_list(reason: &str) -> Problem {
    Problem::new(ProblemCode::UnreadableList)
        .field("", reason, field_words(reason))
        .with("reason", json!(reason))
}

impl From<ListError> for Problem {
    fn from(error: ListError) -> Self {
        match error {
            ListError::TooLarge | ListError::Bomb => Self::new(ProblemCode::PayloadTooLarge),
            ListError::NotAList => Self::new(ProblemCode::UnsupportedMediaType),
            ListError::TooManyRows => unreadable_list("too-many-rows"),
            ListError::TooWide => unreadable_list("too-wide"),
            ListError::NoHeader => unreadable_list("no-header"),
            ListError::SaveAsXlsx => unreadable_list("save-as-xlsx"),
            ListError::Locked => unreadable_list("locked"),
            ListError::Hidden => unreadable_list("hidden"),
            ListError::Damaged => unreadable_list("damaged"),
        }
    }
}
