//! `/desk/sessions`: who I am here, where I am signed in, and signing out.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{unit_choice::full_name, user_view::role_word};
use crate::{
    http::{answer::moment, state::State},
    web::{
        failure::Failure,
        forms::Desk,
        render::{Page, page},
        shell::Shell,
    },
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/sessions", web::get().to(list));
}

#[derive(Template)]
#[template(path = "desk/sessions.html")]
struct SessionsPage {
    s: Shell,
    username: String,
    role: &'static str,
    unit: String,
    rows: Vec<Row>,
}

struct Row {
    /// The one of this browser.
    is_current: bool,
    started_at: String,
    expires_at: String,
}

async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
) -> Result<HttpResponse, Failure> {
    let s = desk.shell(&request);
    let user = desk.who.user();
    let (role, unit) = (role_word(s.lang, user.role), full_name(s.lang, user.unit));
    let (username, current) = (user.username.to_string(), desk.who.session().id);
    let registry = state.registry.clone();
    let sessions = State::blocking(move || registry.sessions(&desk.who)).await?;
    let template = SessionsPage {
        username,
        role,
        unit,
        rows: sessions
            .iter()
            .map(|session| Row {
                is_current: session.id == current,
                started_at: moment(session.started_at, s.lang),
                expires_at: moment(session.expires_at, s.lang),
            })
            .collect(),
        s,
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}
