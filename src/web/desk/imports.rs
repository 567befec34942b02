//! Office lists that were sent, and the form for another one.

use actix_web::web;
use askama::Template;
use uuid::Uuid;

use super::{refusal::Refusal, request::Desk};
use crate::{
    access::capability::Reader,
    present::words,
    web::{failure::Failure, forms::Fields, page_context::PageContext, render::Answer},
};

/// Imports of a page.
const ROWS: usize = 50;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/imports", web::get().to(list));
}

#[derive(Template)]
#[template(path = "desk/imports.html")]
struct ImportsPage {
    s: PageContext,
    items: Vec<Item>,
    next: Option<Uuid>,
}

struct Item {
    id: Uuid,
    name: String,
    unit: &'static str,
    by: String,
    at: String,
    rows: u32,
    open: u32,
}

async fn list(desk: Desk, fields: Fields) -> Answer {
    show(&desk, fields.cursor()?, None).await
}

/// The page, with why a file was not taken.
pub(super) async fn show(desk: &Desk, before: Option<Uuid>, refusal: Option<Refusal>) -> Answer {
    let reader = Reader::of(&desk.who)?;
    let work = desk.ask(move |registry, _| registry.imports(&reader, before, ROWS));
    let (found, next) = work.await?;
    let mut s = desk.context_at("/desk/imports");
    let items = found
        .iter()
        .map(|import| {
            Ok(Item {
                id: import.id,
                name: import
                    .file
                    .as_ref()
                    .map_or_else(String::new, |file| file.text.clone()),
                unit: words::unit(import.unit, s.lang),
                by: desk.name_of(import.by)?,
                at: words::moment(import.at, s.lang),
                rows: import.rows,
                open: import.open,
            })
        })
        .collect::<Result<_, Failure>>()?;
    let status = Refusal::show(refusal, &mut s)?;
    desk.page(status, &ImportsPage { s, items, next })
}
