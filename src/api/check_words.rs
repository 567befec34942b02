//! Answers of a check as words alone, for programs that read a line or a header: telephone exchanges and shells.

use actix_web::{
    HttpRequest, HttpResponseBuilder,
    http::header::{self, HeaderName, HeaderValue},
    mime,
};

use crate::{
    http::extract::accepts_first,
    present::{answer::CheckResult, problem::Problem, problem_code::ProblemCode},
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

    /// Answers in this form; `json` is the whole of the other, in which they stand.
    ///
    /// # Errors
    /// 500 for what can't be written.
    pub fn write(
        self,
        results: &[CheckResult],
        json: &impl serde::Serialize,
    ) -> Result<Vec<u8>, Problem> {
        match self {
            Self::Json => {
                let mut body = Vec::with_capacity(ANSWER * results.len());
                serde_json::to_writer(&mut body, json)
                    .map_err(|_| Problem::new(ProblemCode::Internal))?;
                Ok(body)
            }
            Self::Words => {
                let lines = results
                    .iter()
                    .map(|one| format!("{}\n", one.verdict.as_str()));
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
pub fn single(results: &[CheckResult]) -> Option<&'static str> {
    match results {
        [one] => Some(one.verdict.as_str()),
        [] | [_, _, ..] => None,
    }
}

/// Says the verdict in a header, for who reads no body.
pub fn name_verdict(response: &mut HttpResponseBuilder, verdict: Option<&'static str>) {
    if let Some(verdict) = verdict {
        response.insert_header((VERDICT, HeaderValue::from_static(verdict)));
    }
}
