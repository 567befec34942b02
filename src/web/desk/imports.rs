//! Office lists: looked at first, then proposed as one batch.

use std::sync::Arc;

use actix_web::{HttpRequest, http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{
    import::{RowView, Sum},
    refusal::Refusal,
    request::{Desk, Form},
};
use crate::{
    access::capability::{Officer, Reader},
    http::{body::SentBy, headers::see_other, office_list},
    present::{problem_code::ProblemCode, words},
    registry::{ReceiptKey, RegistryError, import::notes},
    web::{
        failure::Failure,
        forms::{Fields, Upload},
        page_context::PageContext,
        render::Answer,
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
    next: Option<Uuid>,
}

struct Item {
    id: Uuid,
    unit: &'static str,
    by: String,
    at: String,
    rows: u32,
    open: u32,
}

async fn list(desk: Desk, fields: Fields) -> Answer {
    show(&desk, fields.cursor()?, None).await
}

async fn show(desk: &Desk, before: Option<Uuid>, refusal: Option<Refusal>) -> Answer {
    let reader = Reader::of(&desk.who)?;
    let work = desk.ask(move |registry, _| registry.imports(&reader, before, ROWS));
    let (found, next) = work.await?;
    let mut s = desk.context_at("/desk/imports");
    let items = found
        .iter()
        .map(|import| {
            Ok(Item {
                id: import.id,
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

async fn preview(request: HttpRequest, desk: Desk, body: web::Payload) -> Answer {
    let officer = Officer::of(&desk.who)?;
    let sender = SentBy::Known(officer.user_id());
    let upload = Upload::read(&request, &mut body.into_inner(), MAX_FILE, sender).await?;
    desk.check_csrf(&upload.fields)?;
    let Some(file) = upload.file else {
        let missing = RegistryError::field("/file", "required");
        return show(&desk, None, Some(missing.into())).await;
    };
    let read = office_list::read(&desk.state, officer.user_id(), &file.bytes);
    let (rows, turn) = match read.await {
        Ok(read) => read,
        Err(problem) => return show(&desk, None, Some(problem.into())).await,
    };
    let judged = desk.ask(move |registry, _| {
        let _turn = turn;
        registry.import_dry_run(&officer, rows)
    });
    let view = match judged.await {
        Ok(view) => view,
        Err(problem) => return show(&desk, None, Some(problem.into())).await,
    };
    let bytes = Arc::new(file.bytes);
    let (held_files, now) = (&desk.state.held_files, desk.state.now());
    let s = desk.context();
    let template = PreviewPage {
        name: file.name,
        held: held_files.hold(desk.who.user().id, bytes, now),
        sum: Sum::of(&view.rows),
        notes: notes(&view.rows, s.lang),
        rows: RowView::some(&view.rows, 0, PREVIEW, s.lang),
        more: view.rows.len().saturating_sub(PREVIEW),
        s,
    };
    desk.page(StatusCode::OK, &template)
}

async fn propose(Form { desk, fields }: Form) -> Answer {
    let officer = Officer::of(&desk.who)?;
    let held =
        Uuid::try_parse(fields.get("held")).map_err(|_| Failure::of(ProblemCode::FormExpired))?;
    let (state, me) = (&desk.state, desk.who.user().id);
    let bytes = state.held_files.get(me, held, state.now());
    let bytes = bytes.ok_or_else(|| Failure::of(ProblemCode::FormExpired))?;
    // Sent twice (a double click), it proposes once.
    let caller = officer.user_id().to_string();
    let receipt = ReceiptKey::new(&caller, "/desk/imports", &held.to_string(), &bytes);
    let (rows, turn) = office_list::read(state, officer.user_id(), &bytes).await?;
    let made = desk.ask(move |registry, now| {
        let _turn = turn;
        registry.import(&officer, rows, Some(receipt), now, &mut |_, _| {})
    });
    Ok(match made.await?.import {
        Some(import) => see_other(&format!("/desk/imports/{}?done=1", import.id)),
        None => see_other("/desk/imports"),
    })
}
