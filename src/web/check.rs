//! The citizen's check and the teller's counter: one box that takes anything, one plain answer. The number comes in a
//! body and goes back on a page that is never kept.

use actix_web::{
    HttpRequest, HttpResponse,
    dev::Payload,
    http::{StatusCode, header},
    web,
};
use askama::Template;
use serde_json::json;

use super::{
    answer::{Answer, identifier_of, present},
    failure::Failure,
    forms::Upload,
    page_context::{Nav, PageContext},
    render::{Page, page},
};
use crate::{
    domain::{findings::Findings, identifier::Identifier},
    http::{
        ask::{Admission, ask},
        body::SentBy,
        payer::Payer,
        qr_picture,
        state::State,
    },
    present::{answer::VerdictWord, problem::Problem, problem_code::ProblemCode},
    registry::{check::Checked, told::Told},
};

/// Longest text shown again in the box.
const MAX_SHOWN: usize = 200;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("", web::get().to(open))
        .route("", web::post().to(check))
        .route("/", web::get().to(open));
    let (vi, en) = Nav::Counter.slugs();
    for slug in [vi, en] {
        config
            .route(&format!("/{slug}"), web::get().to(open_counter))
            .route(&format!("/{slug}"), web::post().to(check_at_counter));
    }
}

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage {
    s: PageContext,
    answer: Option<Answer>,
    asked: String,
}

#[derive(Template)]
#[template(path = "counter.html")]
struct CounterPage {
    s: PageContext,
    answer: Option<Answer>,
}

async fn open(request: HttpRequest) -> Result<HttpResponse, Failure> {
    let template = CheckPage {
        s: PageContext::public(&request, Nav::Check, ""),
        answer: None,
        asked: String::new(),
    };
    page(&request, Page::Public, &template)
}

async fn open_counter(request: HttpRequest) -> Result<HttpResponse, Failure> {
    let template = CounterPage {
        s: PageContext::public(&request, Nav::Counter, ""),
        answer: None,
    };
    page(&request, Page::Public, &template)
}

async fn check(request: HttpRequest, body: web::Payload) -> Result<HttpResponse, Failure> {
    let s = PageContext::public(&request, Nav::Check, "");
    let state = State::of(&request);
    let (asked, found) = look_up(&request, &state, body).await?;
    let again = matches!(found.first, Checked::Unreadable(_));
    let template = CheckPage {
        answer: Some(present(&s, &state, &found)),
        asked: if again { asked } else { String::new() },
        s,
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}

async fn check_at_counter(
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Failure> {
    let s = PageContext::public(&request, Nav::Counter, "");
    let state = State::of(&request);
    let (_, found) = look_up(&request, &state, body).await?;
    let mut answer = present(&s, &state, &found);
    answer.message = for_teller(&s, &answer);
    let wants_json = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.starts_with("application/json"));
    if wants_json {
        let first = answer.listings.first();
        return Ok(HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .json(json!({
                "verdict": VerdictWord::of(&found.first).as_str(), "heading": answer.heading, "display": answer.display, "key": identifier_of(&found.first).map(Identifier::key),
                "message": answer.message, "disputed": answer.disputed,
                "unit": first.map(|listed| listed.unit.as_str()),
                "valid_until": first.map(|listed| {
                    format!("{} {}", s.t("có hiệu lực đến", "valid until"), listed.valid_until)
                }),
            })));
    }
    let template = CounterPage {
        s,
        answer: Some(answer),
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}

/// The text that was asked, as it is shown again, and what is answered to it or to the code in the picture.
async fn look_up(
    request: &HttpRequest,
    state: &web::Data<State>,
    body: web::Payload,
) -> Result<(String, Told), Failure> {
    let mut payload: Payload = body.into_inner();
    let upload = Upload::read(
        request,
        &mut payload,
        qr_picture::MAX_BYTES,
        SentBy::Stranger,
    )
    .await?;
    let text = upload.fields.get("q").to_owned();
    let shown = text.chars().take(MAX_SHOWN).collect();
    let payer = Payer::of(state.address(request), None);
    let mut answered = match upload.file {
        // A picture that was chosen is what is meant, whatever stands in the box from before.
        Some(file) => {
            let admission = Admission::to_show(state, payer)?;
            let read = qr_picture::identify(state, payer, &file.bytes).await?;
            admission.look_up(vec![read])?
        }
        None => ask(state, payer, 1, move || Ok(vec![Findings::of(&text)])).await?,
    };
    let told = answered.told.pop();
    let told = told.ok_or_else(|| Problem::new(ProblemCode::Internal))?;
    Ok((shown, told))
}

/// What the teller's screen says in one line: it has no room for more, and nothing may be lost.
fn for_teller(s: &PageContext, answer: &Answer) -> String {
    let mut parts = vec![answer.message.clone()];
    if answer.disputed {
        parts.push(s.t("Đang có khiếu nại.", "An appeal is open.").to_owned());
    }
    let guesses = answer.suggestions.iter().map(|guess| guess.display.clone());
    let banks = answer
        .listings
        .iter()
        .skip(1)
        .map(|other| other.display.clone());
    let others = answer
        .others
        .iter()
        .map(|other| format!("{}: {}", other.display, other.says));
    parts.extend(guesses.chain(banks).chain(others));
    parts.extend(answer.advice.first().map(|advice| (*advice).to_owned()));
    parts.join(" · ")
}
