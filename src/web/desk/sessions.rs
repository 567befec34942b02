//! `/desk/sessions`: who I am here, where I am signed in, and signing out.

use actix_web::{http::StatusCode, web};
use askama::Template;

use super::request::Desk;
use crate::{
    present::words,
    web::{page_context::PageContext, render::Answer},
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

async fn list(desk: Desk) -> Answer {
    let (s, who) = (desk.context(), desk.who.clone());
    let sessions = desk.ask(move |registry, _| registry.sessions(&who));
    let rows = sessions.await?.into_iter().map(|session| Row {
        is_current: session.id == desk.who.session().id,
        started_at: words::moment(session.started_at, s.lang),
        expires_at: words::moment(session.expires_at, s.lang),
    });
    let user = desk.who.user();
    let template = SessionsPage {
        username: user.username.to_string(),
        role: words::role(user.role, s.lang),
        unit: words::unit_in_full(user.unit, s.lang),
        rows: rows.collect(),
        s,
    };
    desk.page(StatusCode::OK, &template)
}
