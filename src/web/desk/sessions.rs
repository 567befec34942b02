//! `/desk/sessions`: who I am here, where I am signed in, and signing out.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use crate::{
    http::state::State,
    present::words,
    web::{
        failure::Failure,
        forms::Desk,
        page_context::PageContext,
        render::{Page, page},
    },
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/sessions", web::get().to(list));
}

#[derive(Template)]
#[template(path = "desk/sessions.html")]
struct SessionsPage {
    s: PageContext,
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
    let s = desk.context(&request);
    let user = desk.who.user();
    let (role, unit) = (
        words::role(user.role, s.lang),
        words::unit_in_full(user.unit, s.lang),
    );
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
                started_at: words::moment(session.started_at, s.lang),
                expires_at: words::moment(session.expires_at, s.lang),
            })
            .collect(),
        s,
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}
