//! What waits for a decision in the reader's unit and below.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use super::listing_row::Row;
use crate::{
    access::capability::Reader,
    domain::listing::Status,
    http::state::State,
    registry::listing::Filter,
    web::{
        failure::Failure,
        forms::{Desk, Fields},
        page_context::PageContext,
        render::{Page, page},
    },
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
    next: Option<String>,
}

async fn queue(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let s = desk.context(&request);
    let reader = Reader::of(&desk.who)?;
    let before = super::listing_row::cursor(&fields)?;
    let filter = Filter {
        status: Some(Status::Proposed),
        ..Filter::default()
    };
    let inner = state.clone();
    let found =
        State::blocking(move || inner.registry.listings(&reader, &filter, before, ROWS)).await?;
    let template = QueuePage {
        rows: found
            .items
            .iter()
            .map(|listing| Row::of(listing, &s))
            .collect(),
        next: found.next.map(|id| id.to_string()),
        s,
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}
