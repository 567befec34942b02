//! Office lists: looked at first, then proposed as one batch.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{
    import::{RowView, Sum},
    listing::name_of,
    listing_row,
    sign_in::told,
};
use crate::{
    access::capability::{Officer, Reader},
    http::{headers::see_other, state::State},
    present::words,
    registry::{ReceiptKey, RegistryError, import::notes},
    web::{
        failure::Failure,
        forms::{Desk, Fields, Upload},
        page_context::PageContext,
        render::{Page, page},
    },
};

/// Largest list, in bytes; the registry refuses larger ones too.
const MAX_FILE: usize = 10 << 20;
/// Imports of a page, and rows shown of a preview.
const ROWS: usize = 50;
const PREVIEW: usize = 500;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/imports", web::get().to(list))
        .route("/imports/preview", web::post().to(preview))
        .route("/imports", web::post().to(propose));
}

#[derive(Template)]
#[template(path = "desk/imports.html")]
struct ImportsPage {
    s: PageContext,
    items: Vec<Item>,
    next: Option<String>,
    error: Option<String>,
}

struct Item {
    id: Uuid,
    unit: &'static str,
    by: String,
    at: String,
    rows: u32,
    open: u32,
}

async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let before = listing_row::cursor(&fields)?;
    imports(&request, &state, &desk, before, None).await
}

async fn imports(
    request: &HttpRequest,
    state: &web::Data<State>,
    desk: &Desk,
    before: Option<Uuid>,
    error: Option<RegistryError>,
) -> Result<HttpResponse, Failure> {
    let s = desk.context(request);
    let reader = Reader::of(&desk.who)?;
    let inner = state.clone();
    let (found, next) =
        State::blocking(move || inner.registry.imports(&reader, before, ROWS)).await?;
    let items = found
        .iter()
        .map(|import| {
            Ok(Item {
                id: import.id,
                unit: words::unit(import.unit, s.lang),
                by: name_of(&s, state, import.by)?,
                at: words::moment(import.at, s.lang),
                rows: import.rows,
                open: import.open,
            })
        })
        .collect::<Result<_, Failure>>()?;
    let status = match error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let template = ImportsPage {
        items,
        next: next.map(|id| id.to_string()),
        error: error.map(|error| told(&s, error)),
        s,
    };
    page(request, Page::Private(status), &template)
}

#[derive(Template)]
#[template(path = "desk/preview.html")]
struct PreviewPage {
    s: PageContext,
    name: String,
    held: Uuid,
    sum: Sum,
    notes: Vec<String>,
    rows: Vec<RowView>,
    /// Rows beyond those shown.
    more: usize,
}

async fn preview(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    body: web::Payload,
) -> Result<HttpResponse, Failure> {
    let officer = Officer::of(&desk.who)?;
    let upload = Upload::read(&request, &mut body.into_inner(), MAX_FILE).await?;
    desk.check_csrf(&upload.fields)?;
    let s = desk.context(&request);
    let Some(file) = upload.file else {
        let missing = RegistryError::field("/file", "required");
        return imports(&request, &state, &desk, None, Some(missing)).await;
    };
    let (inner, bytes) = (state.clone(), Arc::new(file.bytes));
    let shared = bytes.clone();
    let turn = state.lists.turn(officer.user_id()).await?;
    let judged = web::block(move || {
        let _turn = turn;
        inner.registry.import_dry_run(&officer, &shared)
    })
    .await;
    let view = match judged.map_err(|_| Failure::of("shutting-down"))? {
        Ok(view) => view,
        Err(error @ (RegistryError::Unavailable | RegistryError::Internal(_))) => {
            return Err(error.into());
        }
        Err(error) => return imports(&request, &state, &desk, None, Some(error)).await,
    };
    let held = state
        .held_files
        .hold(desk.who.user().id, bytes, state.now());
    let template = PreviewPage {
        name: file.name,
        held,
        sum: Sum::of(&view.rows),
        notes: notes(&view.rows, s.lang),
        rows: view
            .rows
            .iter()
            .take(PREVIEW)
            .map(|row| RowView::of(row, &s))
            .collect(),
        more: view.rows.len().saturating_sub(PREVIEW),
        s,
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}

async fn propose(
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    let officer = Officer::of(&desk.who)?;
    let now = state.now();
    let held = Uuid::try_parse(fields.get("held")).map_err(|_| Failure::of("form-expired"))?;
    let bytes = state
        .held_files
        .get(desk.who.user().id, held, now)
        .ok_or_else(|| Failure::of("form-expired"))?;
    // Sent twice (a double click), it proposes once.
    let caller = officer.user_id().to_string();
    let receipt = ReceiptKey::new(&caller, "/desk/imports", &held.to_string(), &bytes);
    let turn = state.lists.turn(officer.user_id()).await?;
    let inner = state.clone();
    let made = State::blocking(move || {
        let _turn = turn;
        inner
            .registry
            .import(&officer, &bytes, Some(receipt), now, &mut |_, _| {})
    })
    .await?;
    Ok(match made.import {
        Some(import) => see_other(&format!("/desk/imports/{}?done=1", import.id)),
        None => see_other("/desk/imports"),
    })
}
