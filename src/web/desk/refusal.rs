//! Why a form was not taken: its page comes back with what was typed, and with the reason above it.

use std::borrow::Cow;

use actix_web::{ResponseError, http::StatusCode};

use crate::{
    access::capability::Denied,
    domain::message::Lang,
    http::author,
    present::{page_problems::Place, problem::Problem, problem_code::ProblemCode},
    registry::RegistryError,
    web::{failure::Failure, page_context::PageContext},
};

/// Why a form was not taken.
pub struct Refusal {
    problem: Box<Problem>,
    /// In the reader's language, where the problem's own words do not say what to do on this page.
    words: Option<String>,
    /// The form of the page that was sent, as the names of its fields end (`reason-edit`); none where a page has several
    /// that nothing tells apart.
    form: Option<Cow<'static, str>>,
    /// The field that is wrong, where the problem names none.
    at: Option<&'static str>,
    /// Its id, where the page's own names of fields are no part of the problem's.
    id: Option<String>,
}

/// Fields that every form of a page has, so that their names end with the form's.
const OF_EVERY_FORM: [&str; 6] = ["reason", "otp", "pick", "message", "document_no", "note"];

impl Refusal {
    /// A form that is wrong by itself.
    pub fn of_form(words: impl Into<String>) -> Self {
        Self {
            problem: Box::new(Problem::new(ProblemCode::Validation)),
            words: Some(words.into()),
            form: None,
            at: None,
            id: None,
        }
    }

    /// Says which field is wrong, by the name that the form gives it.
    #[must_use]
    pub fn at(mut self, field: &'static str) -> Self {
        self.at = Some(field);
        self
    }

    /// Says which form of the page was sent, so that the reason leads to its field; empty where the page has one only.
    #[must_use]
    pub fn in_form(mut self, form: impl Into<Cow<'static, str>>) -> Self {
        self.form = Some(form.into());
        self
    }

    /// Says where on the page the field of a JSON pointer is.
    #[must_use]
    pub fn leading(mut self, to: impl FnOnce(&str) -> Option<String>) -> Self {
        self.id = self.problem.pointer().and_then(to);
        self
    }

    /// The field that is to be put right, by its id on the page.
    fn field(&self) -> Option<String> {
        if self.id.is_some() {
            return self.id.clone();
        }
        let form = self.form.as_deref()?;
        let name = if self.is(ProblemCode::StepUpRequired) {
            "otp"
        } else {
            match self.problem.pointer() {
                Some(pointer) => pointer.trim_start_matches('/'),
                None => self.at?,
            }
        };
        let known = [
            "reason",
            "otp",
            "pick",
            "method",
            "unit",
            "evidence",
            "file",
            "number",
            "identifier",
            "name_vi",
            "name_en",
            "message",
            "note",
            "at",
            "reference",
            "outcome",
            "document_no",
            "document_date",
            "user",
            "present",
            "password",
            "next",
            "public_key",
        ];
        let name = known.into_iter().find(|known| *known == name)?;
        Some(match form {
            "" => name.to_owned(),
            form if OF_EVERY_FORM.contains(&name) => format!("{name}-{form}"),
            _ => name.to_owned(),
        })
    }

    /// Whether this problem is why.
    pub fn is(&self, code: ProblemCode) -> bool {
        self.problem.code() == code
    }

    /// Says it in other words if this problem is why.
    #[must_use]
    pub fn when(mut self, code: ProblemCode, words: &str) -> Self {
        if self.is(code) {
            self.words = Some(words.to_owned());
        }
        self
    }

    /// Says what to do on a page that shows above its form how things are now.
    #[must_use]
    pub fn of_edit(self, lang: Lang) -> Self {
        self.when(ProblemCode::StaleVersion, lang.pick(
            "Người khác vừa sửa mục này trong lúc trang đang mở. Phần đầu trang là nội dung mới: hãy xem rồi lưu lần nữa nếu vẫn cần.",
            "Somebody changed this while the page was open. The top of the page shows how it is now: look at it and save again if it is still needed.",
        ))
    }

    /// Puts the reason above a page, where there is one. The status of the page.
    ///
    /// # Errors
    /// The problem itself, as a page of its own, when whoever filled in the form can't do anything about it there.
    pub fn show(refusal: Option<Self>, above: &mut PageContext) -> Result<StatusCode, Failure> {
        let Some(refusal) = refusal else {
            return Ok(StatusCode::OK);
        };
        let field = refusal.field();
        let Self { problem, words, .. } = refusal;
        author::told(&above.request, problem.code());
        let status = problem.status_code();
        let elsewhere = matches!(
            problem.code(),
            ProblemCode::Unauthenticated | ProblemCode::Forbidden | ProblemCode::NotFound
        );
        if words.is_none() && (elsewhere || status.is_server_error()) {
            return Err((*problem).into());
        }
        above.error = Some(words.unwrap_or_else(|| problem.told(Place::Desk, above.lang)));
        above.error_at = field;
        Ok(status)
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self {
            problem: Box::new(problem),
            words: None,
            form: None,
            at: None,
            id: None,
        }
    }
}

impl From<RegistryError> for Refusal {
    fn from(error: RegistryError) -> Self {
        Problem::from(error).into()
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        Problem::from(denied).into()
    }
}
