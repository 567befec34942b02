//! `/desk/clock`: whether the machine's clock is believed, and that it is right. For administrators.

use actix_web::{HttpRequest, HttpResponse, ResponseError, http::StatusCode, web};
use askama::Template;

use super::decision::shown_again;
use crate::{
    access::capability::Admin,
    http::{headers::see_other, state::State},
    present::{problem::Problem, words},
    web::{
        failure::Failure,
        forms::{Desk, Fields},
        page_context::PageContext,
        render::{Page, page},
    },
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/clock", web::get().to(show))
        .route("/clock", web::post().to(confirm));
}

#[derive(Template)]
#[template(path = "desk/clock.html")]
struct ClockPage {
    s: PageContext,
    is_held: bool,
    /// It shows a time before the one that counts: waiting does not help.
    is_behind: bool,
    /// What the machine shows.
    shown: String,
    /// What counts.
    counts: String,
    wants_code: bool,
    reason: String,
    error: Option<String>,
}

fn present(request: &HttpRequest, state: &State, desk: &Desk) -> Result<ClockPage, Failure> {
    Admin::of(&desk.who)?;
    let (s, now) = (desk.context(request), state.now());
    let counts = state.registry.steady(now);
    Ok(ClockPage {
        is_held: state.registry.is_clock_held(now),
        is_behind: now < counts,
        shown: words::moment(now, s.lang),
        counts: words::moment(counts, s.lang),
        wants_code: Admin::fresh(&desk.who, now).is_err(),
        reason: String::new(),
        error: None,
        s,
    })
}

async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
) -> Result<HttpResponse, Failure> {
    let template = present(&request, &state, &desk)?;
    page(&request, Page::Private(StatusCode::OK), &template)
}

async fn confirm(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    Admin::of(&desk.who)?;
    let code = shown_again(&request, &state, &desk, fields.get("otp")).await?;
    let (inner, cookie, now) = (state.clone(), desk.session().to_owned(), state.now());
    let reason = fields.get("reason").to_owned();
    let typed = reason.clone();
    let confirmed = State::blocking(move || -> Result<(), Problem> {
        code?;
        let who = inner.registry.signed_in_by_cookie(&cookie, now)?;
        let admin = Admin::fresh(&who, now)?;
        Ok(inner.registry.confirm_clock(&admin, &reason, now)?)
    })
    .await;
    let problem = match confirmed {
        Ok(()) => return Ok(see_other("/desk/clock")),
        Err(problem) if problem.status_code().is_server_error() => return Err(problem.into()),
        Err(problem) => problem,
    };
    let mut template = present(&request, &state, &desk)?;
    let status = problem.status_code();
    template.error = Some(problem.told(template.s.lang));
    template.reason = typed;
    page(&request, Page::Private(status), &template)
}
