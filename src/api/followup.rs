//! `/v1/followup`: a report, followed with its receipt code. The code stands in the body: an address would end up in logs.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, post, web};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::reports::{authority_phone, private, sealed};
use crate::{
    domain::{
        intake::receipt::ReceiptCode,
        message::Lang,
        report::{MAX_MESSAGE, MAX_REASON, acts::Wish, reading},
        time::Time,
    },
    http::{
        extract::{self, Json, Language},
        parts,
        state::State,
    },
    present::{
        follow::{self, FollowJson, masked_words},
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::{Registry, RegistryError, report::follow::Followed},
};

/// A receipt code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// 25 digits; blanks and dashes between them are passed over.
    #[schema(example = "00000 00000 00000 00000 00000")]
    receipt: String,
}

/// What a reporter writes, and the receipt code of the report.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReporterWords {
    receipt: String,
    #[schema(min_length = 1, max_length = 4000)]
    text: String,
}

/// As [`ReporterWords`], where nothing has to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReporterReview {
    receipt: String,
    #[serde(default)]
    #[schema(max_length = 4000)]
    text: String,
}

/// A report is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    receipt: String,
    #[serde(default)]
    #[schema(max_length = 1000)]
    reason: String,
}

/// The code that a text is. What is none becomes one that nobody has, so that it takes as long to find nothing by it.
fn code(text: &str) -> ReceiptCode {
    let none = || ReceiptCode::from_bytes(&Sha256::digest(text).into());
    ReceiptCode::parse(text).unwrap_or_else(none)
}

/// Does something with the report of a code. A code that opens nothing costs what a check without a finding does.
async fn with_code(
    request: &HttpRequest,
    state: &web::Data<State>,
    receipt: &str,
    work: impl FnOnce(&Registry, &ReceiptCode, Time) -> Result<Followed, Problem> + Send + 'static,
) -> Result<Followed, Problem> {
    let address = state.address(request);
    state.limits.receipt(address)?;
    let (registry, code, now) = (state.registry.clone(), code(receipt), state.now());
    let done = State::blocking(move || work(&registry, &code, now)).await;
    if !matches!(&done, Err(problem) if problem.code() == ProblemCode::UnknownReceipt) {
        state.limits.give_back_receipt(address);
    }
    done
}

/// A report that is not there is one whose code is wrong.
fn unknown(error: RegistryError) -> Problem {
    let problem = Problem::from(error);
    match problem.code() == ProblemCode::NotFound {
        true => Problem::new(ProblemCode::UnknownReceipt),
        false => problem,
    }
}

fn answer(
    state: &State,
    followed: &Followed,
    masked: Vec<&'static str>,
    lang: Lang,
) -> HttpResponse {
    let else_phone = authority_phone(state);
    let view = follow::follow(&state.registry, followed, else_phone, lang, state.now());
    private(StatusCode::OK).json(FollowJson { masked, ..view })
}

/// Does what a reporter wants, and shows the report after that.
async fn ask(
    request: &HttpRequest,
    state: &web::Data<State>,
    lang: Lang,
    receipt: &str,
    wish: impl FnOnce(&Registry, Time) -> Result<Wish, Problem> + Send + 'static,
    masked: Vec<&'static str>,
) -> Result<HttpResponse, Problem> {
    let followed = with_code(request, state, receipt, |registry, code, now| {
        // Nothing is taken from whoever has no report.
        registry.follow(code, now).map_err(unknown)?;
        let wish = wish(registry, now)?;
        registry.ask_as_reporter(code, wish, now).map_err(unknown)
    });
    Ok(answer(state, &followed.await?, masked, lang))
}

/// How a report stands: what happens now, by which date, and who has it.
#[utoipa::path(
    operation_id = "follow_report",
    tag = "reports",
    params(("Accept-Language" = Option<String>, Header, description = "`vi` (default) or `en`")),
    request_body = Receipt,
    responses(
        (status = 200, body = FollowJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(()),
)]
#[post("/v1/followup")]
pub async fn follow_report(
    request: HttpRequest,
    state: web::Data<State>,
    lang: Language,
    body: Json<Receipt>,
) -> Result<HttpResponse, Problem> {
    let receipt = &body.value.receipt;
    let followed = with_code(&request, &state, receipt, |registry, code, now| {
        registry.follow(code, now).map_err(unknown)
    });
    Ok(answer(&state, &followed.await?, Vec::new(), lang.0))
}

/// Form with files.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the parts of a form")]
struct MessageForm {
    message: ReporterWords,
    /// At most 5, of 5 MiB each and 20 MiB together: PNG, JPEG, WebP, PDF.
    #[schema(value_type = Vec<String>, format = Binary, max_items = 5)]
    file: Vec<Vec<u8>>,
}

/// Tells more, or answers a question: at most 5 messages a day and 20 altogether.
#[utoipa::path(
    operation_id = "add_to_report",
    tag = "reports",
    params(("Accept-Language" = Option<String>, Header, description = "`vi` (default) or `en`")),
    request_body(content((ReporterWords = "application/json"), (MessageForm = "multipart/form-data"))),
    responses(
        (status = 200, body = FollowJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(()),
)]
#[post("/v1/followup/messages")]
pub async fn message(
    request: HttpRequest,
    state: web::Data<State>,
    lang: Language,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let parts = parts::read(&request, &mut payload.into_inner(), "message").await?;
    let body: ReporterWords = extract::parse_json(&parts.about)?;
    let (text, notices) = required(&body.text)?;
    let wish = |registry: &Registry, now| {
        let files = sealed(registry, parts, now)?;
        Ok(Wish::Tell { text, files })
    };
    let masked = masked_words(&notices);
    ask(&request, &state, lang.0, &body.receipt, wish, masked).await
}

fn required(text: &str) -> Result<(String, reading::Notices), Problem> {
    let (text, notices) = reading::later_words(text, "/text", MAX_MESSAGE)?;
    match text.is_empty() {
        true => Err(reading::bad("/text", "required").into()),
        false => Ok((text, notices)),
    }
}

/// Takes the report back: name and telephone number are erased. The police may still go on.
#[utoipa::path(
    operation_id = "withdraw_report",
    tag = "reports",
    params(("Accept-Language" = Option<String>, Header, description = "`vi` (default) or `en`")),
    request_body = Withdrawal,
    responses(
        (status = 200, body = FollowJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(()),
)]
#[post("/v1/followup/withdraw")]
pub async fn withdraw(
    request: HttpRequest,
    state: web::Data<State>,
    lang: Language,
    body: Json<Withdrawal>,
) -> Result<HttpResponse, Problem> {
    let body = body.value;
    let (reason, notices) = reading::later_words(&body.reason, "/reason", MAX_REASON)?;
    let wish = |_: &Registry, _| Ok(Wish::Withdraw { reason });
    let masked = masked_words(&notices);
    ask(&request, &state, lang.0, &body.receipt, wish, masked).await
}

/// Has the report taken up again, with new facts: until 60 days after its outcome.
#[utoipa::path(
    operation_id = "reopen_own_report",
    tag = "reports",
    params(("Accept-Language" = Option<String>, Header, description = "`vi` (default) or `en`")),
    request_body = ReporterWords,
    responses(
        (status = 200, body = FollowJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(()),
)]
#[post("/v1/followup/reopen")]
pub async fn reopen(
    request: HttpRequest,
    state: web::Data<State>,
    lang: Language,
    body: Json<ReporterWords>,
) -> Result<HttpResponse, Problem> {
    let body = body.value;
    let (text, notices) = required(&body.text)?;
    let wish = |_: &Registry, _| Ok(Wish::Reopen { text });
    let masked = masked_words(&notices);
    ask(&request, &state, lang.0, &body.receipt, wish, masked).await
}

/// Asks the unit above to look at it: once, after something was late or there is an outcome.
#[utoipa::path(
    operation_id = "ask_review_of_report",
    tag = "reports",
    params(("Accept-Language" = Option<String>, Header, description = "`vi` (default) or `en`")),
    request_body = ReporterReview,
    responses(
        (status = 200, body = FollowJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(()),
)]
#[post("/v1/followup/review")]
pub async fn ask_review(
    request: HttpRequest,
    state: web::Data<State>,
    lang: Language,
    body: Json<ReporterReview>,
) -> Result<HttpResponse, Problem> {
    let body = body.value;
    let (text, notices) = reading::later_words(&body.text, "/text", MAX_MESSAGE)?;
    let wish = |_: &Registry, _| Ok(Wish::Review { text });
    let masked = masked_words(&notices);
    ask(&request, &state, lang.0, &body.receipt, wish, masked).await
}
