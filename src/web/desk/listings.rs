//! Finding listings, and one listing with its history and what can be decided about it.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::listing_row::{self, Row};
use crate::{
    access::capability::Reader,
    domain::{identifier::Identifier, listing::Status, method::MethodId, unit::UnitCode},
    http::state::State,
    present::words,
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
        .route("/listings", web::get().to(find))
        .route("/listings/find", web::post().to(find_number));
}

#[derive(Template)]
#[template(path = "desk/listings.html")]
struct ListingsPage {
    s: PageContext,
    rows: Vec<Row>,
    next: Option<String>,
    /// What was asked for: a number only when it was sent in a body.
    asked: Asked,
    statuses: Vec<(Status, &'static str)>,
    methods: Vec<(&'static str, &'static str)>,
    error: Option<String>,
}

#[derive(Default)]
struct Asked {
    number: String,
    status: String,
    method: String,
    unit: String,
}

/// By status, method and unit: nothing of that tells whom it is about, so it may stand in an address.
async fn find(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let asked = Asked {
        number: String::new(),
        ..Asked::of(&fields)
    };
    let before = listing_row::cursor(&fields)?;
    answer(&request, &state, &desk, asked, before).await
}

/// By a number, in any spelling.
async fn find_number(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    answer(&request, &state, &desk, Asked::of(&fields), None).await
}

impl Asked {
    fn of(fields: &Fields) -> Self {
        let text = |name| fields.get(name).to_owned();
        Self {
            number: text("number"),
            status: text("status"),
            method: text("method"),
            unit: text("unit"),
        }
    }

    fn filter(&self) -> Result<Filter, &'static str> {
        let wanted = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Ok(Filter {
            status: wanted(&self.status).and_then(|word| Status::parse(&word)),
            method: wanted(&self.method).and_then(|slug| MethodId::parse(&slug).ok()),
            unit: wanted(&self.unit)
                .map(|code| UnitCode::parse(&code).map_err(|_| "unknown-unit"))
                .transpose()?,
            key: wanted(&self.number)
                .map(|text| Identifier::parse(&text).map(|found| found.key()))
                .transpose()
                .map_err(|error| error.reason.code())?,
        })
    }
}

async fn answer(
    request: &HttpRequest,
    state: &web::Data<State>,
    desk: &Desk,
    asked: Asked,
    before: Option<Uuid>,
) -> Result<HttpResponse, Failure> {
    let s = desk.context(request);
    let reader = Reader::of(&desk.who)?;
    let (found, error) = match asked.filter() {
        Ok(filter) => {
            let inner = state.clone();
            let work = move || inner.registry.listings(&reader, &filter, before, ROWS);
            (Some(State::blocking(work).await?), None)
        }
        Err(code) => (None, Some(listing_row::words_of(&s, code))),
    };
    let rows = found.iter().flat_map(|found| &found.items);
    let template = ListingsPage {
        rows: rows.map(|listing| Row::of(listing, &s)).collect(),
        next: found.as_ref().and_then(|found| {
            let id = found.next?;
            Some(format!(
                "/desk/listings?cursor={id}&status={}&method={}&unit={}",
                asked.status, asked.method, asked.unit
            ))
        }),
        statuses: Status::ALL
            .into_iter()
            .map(|status| (status, words::listing_status(status, s.lang)))
            .collect(),
        methods: listing_row::methods(&s),
        asked,
        error,
        s,
    };
    page(request, Page::Private(StatusCode::OK), &template)
}

impl ListingsPage {
    fn chosen(&self, a: &str, b: &str) -> bool {
        a == b
    }
}
