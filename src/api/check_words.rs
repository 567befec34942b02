//! Answers of a check as words alone, for programs that read a line or a header: telephone exchanges and shells.

use actix_web::{
    HttpRequest, HttpResponseBuilder,
    http::header::{self, HeaderName, HeaderValue},
    mime,
};

use crate::{
    http::extract::accepts_first,
    present::{answer::VerdictWord, problem::Problem, problem_code::ProblemCode},
    registry::told::Told,
};

/// The header with the verdict of a single question.
const VERDICT: HeaderName = HeaderName::from_static("canhgiac-verdict");

/// Bytes that most answers have, in JSON: room for them is made once.
const ANSWER: usize = 1 << 10;

/// How answers are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Json,
    /// One verdict on each line, in the order of the questions.
    Words,
}

impl Form {
    /// The form that a request prefers (`Accept`).
    pub fn of(request: &HttpRequest) -> Self {
        match accepts_first(request, &mime::TEXT_PLAIN) {
            true => Self::Words,
            false => Self::Json,
        }
    }

    /// Answers in this form; `json` makes the whole of the other, which is not made for words alone.
    ///
    /// # Errors
    /// 500 for what can't be written.
    pub fn write<T: serde::Serialize>(
        self,
        told: &[Told],
        json: impl FnOnce() -> T,
    ) -> Result<Vec<u8>, Problem> {
        match self {
            Self::Json => {
                let mut body = Vec::with_capacity(ANSWER * told.len());
                serde_json::to_writer(&mut body, &json())
                    .map_err(|_| Problem::new(ProblemCode::Internal))?;
                Ok(body)
            }
            Self::Words => {
                let lines = told.iter().flat_map(|told| [word(told), "\n"]);
                Ok(lines.collect::<String>().into_bytes())
            }
        }
    }

    /// Says what form it is.
    pub fn name(self, response: &mut HttpResponseBuilder) {
        let vary = HeaderValue::from_static("Accept, Accept-Language");
        response.insert_header((header::VARY, vary));
        let kind = HeaderValue::from_static(match self {
            Self::Json => "application/json",
            Self::Words => "text/plain; charset=utf-8",
        });
        response.insert_header((header::CONTENT_TYPE, kind));
    }
}

/// The verdict of a single question; none for several.
pub fn single(told: &[Told]) -> Option<&'static str> {
    match told {
        [one] => Some(word(one)),
        [] | [_, _, ..] => None,
    }
}

fn word(told: &Told) -> &'static str {
    VerdictWord::of(&told.first).as_str()
}

/// Says the verdict in a header, for who reads no body.
pub fn name_verdict(response: &mut HttpResponseBuilder, verdict: Option<&'static str>) {
    if let Some(verdict) = verdict {
        response.insert_header((VERDICT, HeaderValue::from_static(verdict)));
    }
}
