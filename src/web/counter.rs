//! The teller's screen: one number after another, hands on the keyboard, a customer in front.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use askama::Template;
use serde::Serialize;

use super::{
    answer::{Answer, present},
    check::look_up,
    failure::Failure,
    page_context::{Nav, PageContext},
    render::{Page, page},
};
use crate::{domain::message, http::state::State, present::words::checked::listed_guess};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for slug in Nav::Counter.both() {
        config
            .route(&format!("/{slug}"), web::get().to(open))
            .route(&format!("/{slug}"), web::post().to(check));
    }
}

#[derive(Template)]
#[template(path = "counter.html")]
struct CounterPage {
    s: PageContext,
    answer: Option<AtCounter>,
}

/// An answer as a teller reads it, and as the screen's script draws it.
#[derive(Serialize)]
struct AtCounter {
    /// How the box is drawn. Where nothing was read it is that of the worst that could have been meant.
    class: &'static str,
    heading: String,
    display: String,
    /// What the teller does now.
    words: &'static str,
    message: String,
    disputed: bool,
    /// Who confirmed it, and until when.
    source: String,
    /// What else the text names.
    others: Vec<Line>,
    /// What could have been meant, to be chosen by its place.
    suggestions: Vec<Guess>,
}

/// One more number.
#[derive(Serialize)]
struct Line {
    display: String,
    says: &'static str,
    class: &'static str,
}

/// What could have been meant.
#[derive(Serialize)]
struct Guess {
    /// What is asked when it is chosen.
    key: String,
    display: String,
    says: &'static str,
}

async fn open(request: HttpRequest) -> Result<HttpResponse, Failure> {
    let template = CounterPage {
        s: PageContext::public(&request, Nav::Counter, ""),
        answer: None,
    };
    page(&request, Page::Public, &template)
}

async fn check(request: HttpRequest, body: web::Payload) -> Result<HttpResponse, Failure> {
    let mut s = PageContext::public(&request, Nav::Counter, "");
    let state = State::of(&request);
    let asked = look_up(&request, &state, body).await?;
    let is_guess_listed = listed_guess(&asked.told).is_some();
    let answer = at_counter(&s, present(&s, &state, &asked.told), is_guess_listed);
    let accept = request.headers().get(header::ACCEPT);
    let accept = accept.and_then(|value| value.to_str().ok());
    if accept.is_some_and(|accept| accept.starts_with("application/json")) {
        return Ok(HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .json(answer));
    }
    asked.settle(&mut s);
    let template = CounterPage {
        s,
        answer: Some(answer),
    };
    asked.remember(page(&request, Page::Answer, &template)?)
}

fn at_counter(s: &PageContext, answer: Answer, is_guess_listed: bool) -> AtCounter {
    let class = match is_guess_listed && answer.class == "unreadable" {
        true => "listed",
        false => answer.class,
    };
    let listed = s.t("công an đã xác nhận: lừa đảo", "confirmed by police: scam");
    let banks = answer.listings.iter().skip(1).map(|other| Line {
        display: other.display.clone(),
        says: listed,
        class: "listed",
    });
    let others = answer.others.into_iter().map(|other| Line {
        display: other.display,
        says: other.says,
        class: other.mark,
    });
    let source = answer.listings.first().map(|first| {
        let until = s.t("có hiệu lực đến", "valid until");
        format!("{} · {until} {}", first.unit, first.valid_until)
    });
    AtCounter {
        class,
        words: message::text(&format!("teller.{}", class.replace('-', "_")), s.lang),
        source: source.unwrap_or_default(),
        others: banks.chain(others).collect(),
        suggestions: answer
            .suggestions
            .into_iter()
            .map(|guess| Guess {
                key: guess.key,
                display: guess.display,
                says: if guess.is_listed { listed } else { guess.kind },
            })
            .collect(),
        heading: answer.heading,
        display: answer.display,
        message: answer.message,
        disputed: answer.disputed,
    }
}
