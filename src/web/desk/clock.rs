//! `/desk/clock`: whether the machine's clock is believed, and that it is right. For administrators.

use actix_web::web;
use askama::Template;

use super::{
    decision,
    refusal::Refusal,
    request::{Desk, Form},
};
use crate::{
    access::capability::Admin,
    http::headers::see_other,
    present::words,
    web::{forms::Fields, page_context::PageContext, render::Answer},
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/clock", web::get().to(read))
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
    reason: String,
}

async fn read(desk: Desk) -> Answer {
    show(&desk, "", None)
}

fn show(desk: &Desk, reason: &str, refusal: Option<Refusal>) -> Answer {
    Admin::of(&desk.who)?;
    let (mut s, now) = (desk.context(), desk.state.now());
    let status = Refusal::show(refusal, &mut s)?;
    let registry = &desk.state.registry;
    let counts = registry.steady(now);
    let template = ClockPage {
        is_held: registry.is_clock_held(now),
        is_behind: now < counts,
        shown: words::moment(now, s.lang),
        counts: words::moment(counts, s.lang),
        reason: reason.to_owned(),
        s,
    };
    desk.page(status, &template)
}

async fn confirm(Form { desk, fields }: Form) -> Answer {
    match confirmed(&desk, &fields).await {
        Ok(()) => Ok(see_other("/desk/clock")),
        Err(refusal) => show(&desk, fields.get("reason"), Some(refusal.in_form(""))),
    }
}

async fn confirmed(desk: &Desk, fields: &Fields) -> Result<(), Refusal> {
    Admin::of(&desk.who)?;
    let reason = decision::reason(fields)?;
    let admin = decision::administer(desk, fields).await?;
    let work = desk.ask(move |registry, now| registry.confirm_clock(&admin, &reason, now));
    Ok(work.await?)
}
