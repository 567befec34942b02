//! What waits for a decision in the reader's unit and below.

use actix_web::{http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{listing_row::Row, request::Desk};
use crate::{
    access::capability::Reader,
    domain::listing::Status,
    registry::listing::Filter,
    web::{forms::Fields, page_context::PageContext, render::Answer},
};

/// Rows of a page.
const ROWS: usize = 50;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("", web::get().to(queue))
        .route("/", web::get().to(queue));
}

#[derive(Template)]
#[template(path = "desk/queue.html")]
struct QueuePage {
    s: PageContext,
    rows: Vec<Row>,
    next: Option<Uuid>,
}

async fn queue(desk: Desk, fields: Fields) -> Answer {
    let reader = Reader::of(&desk.who)?;
    let before = fields.cursor()?;
    let filter = Filter {
        status: Some(Status::Proposed),
        ..Filter::default()
    };
    let work = desk.ask(move |registry, _| registry.listings(&reader, &filter, before, ROWS));
    let found = work.await?;
    let s = desk.context();
    let template = QueuePage {
        rows: Row::all(&found.items, s.lang),
        next: found.next,
        s,
    };
    desk.page(StatusCode::OK, &template)
}
