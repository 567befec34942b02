//! The shapes in which SMS gateways hand over a message: JSON, or as Kannel, Jasmin, playSMS and Twilio do it, by query, form or
//! as the bare text.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::{Method, header},
    web,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    domain::message,
    http::{
        body::{self, SentBy},
        extract::{media_type, parse_json},
    },
    present::{problem::Problem, problem_code::ProblemCode},
};

/// Longest body, in bytes: ten joined SMS in the widest spelling of a form, and what else a gateway says.
const MAX_BODY: usize = 32 << 10;
/// Names that gateways have for the message.
const TEXT: [&str; 4] = ["text", "Body", "content", "message"];
/// Names that gateways have for who sent it.
const SENDER: [&str; 4] = ["sender", "from", "From", "msisdn"];

/// A message as it came in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SmsRequest {
    /// `LD 0950001001`, or just the number.
    #[schema(example = "LD 0950001001", max_length = 1600)]
    pub text: String,
    /// With the scope `sms:gateway`: the number that sent the message, by which it is limited. It is kept for this alone, in
    /// memory and under a key. Without a token nobody vouches for it, and the address is what is limited.
    #[serde(default)]
    #[schema(example = "+84950001001", max_length = 32)]
    pub sender: Option<String>,
}

/// Who asks: a program that reads statuses, or a gateway that passes on whatever it gets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    Program,
    Gateway,
}

impl Asker {
    /// What is answered when something went wrong. A gateway would throw away an answer with a fault's status, and the sender
    /// would hear nothing: limits and faults are told to them as a message.
    pub fn answer(self, problem: Problem) -> Result<HttpResponse, Problem> {
        let is_passing = matches!(problem.status_code().as_u16(), 429 | 500..=599);
        match self {
            Self::Gateway if is_passing => Ok(reply(message::sms("busy", &[]))),
            Self::Gateway | Self::Program => Err(problem),
        }
    }
}

/// An answer to a message.
pub fn reply(text: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/plain; charset=us-ascii")
        .body(text)
}

/// Reads a message in whichever shape it came. What else a gateway says is passed over, but in JSON.
///
/// # Errors
/// As the readers of bodies and JSON; 415 for another shape.
pub async fn read(
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<(Asker, SmsRequest), Problem> {
    if request.method() == Method::GET {
        return Ok((Asker::Gateway, fields(request.query_string().as_bytes())?));
    }
    let kind = media_type(request);
    let mut payload = payload.into_inner();
    let body = body::read(request, &mut payload, MAX_BODY, SentBy::Stranger);
    Ok(match kind.as_deref() {
        None | Some("application/json") => (Asker::Program, parse_json(body.await?.as_ref())?),
        Some("application/x-www-form-urlencoded") => {
            (Asker::Gateway, fields(body.await?.as_ref())?)
        }
        Some("text/plain") => {
            let text = String::from_utf8_lossy(body.await?.as_ref()).into_owned();
            (Asker::Gateway, SmsRequest { text, sender: None })
        }
        Some(_) => return Err(Problem::new(ProblemCode::UnsupportedMediaType)),
    })
}

/// The message of a query or a form.
fn fields(encoded: &[u8]) -> Result<SmsRequest, Problem> {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_bytes(encoded).map_err(|_| Problem::new(ProblemCode::BadQuery))?;
    let named = |names: &[&str]| {
        let found = pairs
            .iter()
            .find(|(name, value)| names.contains(&name.as_str()) && !value.is_empty());
        found.map(|(_, value)| value.clone())
    };
    Ok(SmsRequest {
        // A message without a word is one: its sender is told how to ask.
        text: named(&TEXT).unwrap_or_default(),
        sender: named(&SENDER),
    })
}
