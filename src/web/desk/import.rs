//! One office list: its rows, and the decision on the batch or on rows of it.

use actix_web::{HttpRequest, HttpResponse, ResponseError, http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{decision, listing::name_of};
use crate::{
    access::capability::{Reader, Supervisor},
    domain::change::{Actor, RowOutcome},
    http::{headers::see_other, state::State},
    present::{problem::Problem, words},
    registry::{
        RegistryError,
        import::{ImportView, RowResult, notes, reason_text},
    },
    web::{
        failure::Failure,
        forms::{Desk, Fields},
        page_context::PageContext,
        render::{Page, page},
    },
};

/// Rows of a page.
const ROWS: usize = 200;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/imports/{id}", web::get().to(show))
        .route("/imports/{id}/{decision}", web::post().to(decide));
}

/// A row as the table shows it.
pub(super) struct RowView {
    pub(super) line: u32,
    pub(super) outcome: &'static str,
    pub(super) word: &'static str,
    pub(super) shown: Vec<String>,
    pub(super) method: &'static str,
    pub(super) reason: &'static str,
    /// Proposals of it, to be opened.
    pub(super) listings: Vec<Uuid>,
}

impl RowView {
    pub(super) fn of(row: &RowResult, s: &PageContext) -> Self {
        let outcome = match row.outcome {
            RowOutcome::Accepted => "listed",
            RowOutcome::Doubtful => "disputed",
            RowOutcome::Refused => "rejected",
            RowOutcome::Skipped => "expired",
            RowOutcome::AlreadyListed => "delisted",
        };
        let reason = row.reason.as_deref().and_then(reason_text);
        Self {
            line: row.line,
            outcome,
            word: words::outcome(row.outcome, s.lang),
            shown: row.identifiers.iter().map(|id| id.display()).collect(),
            method: words::method(row.method, s.lang),
            reason: reason.map_or("", |reason| s.t(reason.detail_vi, reason.detail_en)),
            listings: row.listings.clone(),
        }
    }
}

/// How many rows of each outcome.
#[derive(Default)]
pub(super) struct Sum {
    pub(super) accepted: usize,
    pub(super) doubtful: usize,
    pub(super) refused: usize,
    pub(super) skipped: usize,
    pub(super) known: usize,
}

impl Sum {
    pub(super) fn of(rows: &[RowResult]) -> Self {
        let mut sum = Self::default();
        for row in rows {
            *match row.outcome {
                RowOutcome::Accepted => &mut sum.accepted,
                RowOutcome::Doubtful => &mut sum.doubtful,
                RowOutcome::Refused => &mut sum.refused,
                RowOutcome::Skipped => &mut sum.skipped,
                RowOutcome::AlreadyListed => &mut sum.known,
            } += 1;
        }
        sum
    }
}

#[derive(Template)]
#[template(path = "desk/import.html")]
struct ImportPage {
    s: PageContext,
    id: Uuid,
    version: u32,
    unit: &'static str,
    by: String,
    at: String,
    open: u32,
    sum: Sum,
    notes: Vec<String>,
    rows: Vec<RowView>,
    /// Where the pages before and after begin.
    back: Option<usize>,
    next: Option<usize>,
    decides: bool,
    own: bool,
    wants_code: bool,
    error: Option<String>,
    reason: String,
    done: bool,
}

fn id_of(path: &str) -> Result<Uuid, Failure> {
    Uuid::try_parse(path).map_err(|_| Failure::of("not-found"))
}

async fn load(state: &web::Data<State>, desk: &Desk, id: Uuid) -> Result<ImportView, Failure> {
    let reader = Reader::of(&desk.who)?;
    let inner = state.clone();
    Ok(State::blocking(move || inner.registry.get_import(&reader, id)).await?)
}

async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let view = load(&state, &desk, id_of(&path)?).await?;
    let mut template = present(&request, &state, &desk, &view, &fields)?;
    template.done = fields.get("done") == "1";
    page(&request, Page::Private(StatusCode::OK), &template)
}

fn present(
    request: &HttpRequest,
    state: &State,
    desk: &Desk,
    view: &ImportView,
    fields: &Fields,
) -> Result<ImportPage, Failure> {
    let s = desk.context(request);
    let import = view
        .import
        .as_ref()
        .ok_or_else(|| Failure::of("not-found"))?;
    let from: usize = fields.get("from").parse().unwrap_or(0);
    let own = import.by == Actor::User(desk.who.user().id);
    let supervises = Supervisor::of(&desk.who).is_ok_and(|who| who.covers(import.unit));
    Ok(ImportPage {
        id: import.id,
        version: import.version,
        unit: words::unit(import.unit, s.lang),
        by: name_of(&s, state, import.by)?,
        at: words::moment(import.at, s.lang),
        open: import.open,
        sum: Sum::of(&view.rows),
        notes: notes(&view.rows, s.lang),
        rows: view
            .rows
            .iter()
            .skip(from)
            .take(ROWS)
            .map(|row| RowView::of(row, &s))
            .collect(),
        back: (from > 0).then(|| from.saturating_sub(ROWS)),
        next: Some(from + ROWS).filter(|next| *next < view.rows.len()),
        decides: supervises && import.open > 0,
        own,
        wants_code: Supervisor::fresh(&desk.who, state.now()).is_err(),
        error: None,
        reason: String::new(),
        done: false,
        s,
    })
}

async fn decide(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    path: web::Path<(String, String)>,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    let id = id_of(&path.0)?;
    let confirm = match path.1.as_str() {
        "confirm" => true,
        "reject" => false,
        _ => return Err(Failure::of("not-found")),
    };
    // What is no version can't be the present one.
    let version = Some(fields.get("version").parse().unwrap_or(0));
    let lines = lines_of(&fields);
    let nothing = lines.as_ref().is_some_and(Vec::is_empty);
    let tried = decision::decide(
        &request,
        &state,
        &desk,
        &fields,
        move |registry, who, reason, now| {
            if nothing {
                return Err(RegistryError::field("/lines", "nothing-ticked"));
            }
            let decided = registry.decide_import(who, id, confirm, lines, version, reason, now);
            decided.map(drop)
        },
    )
    .await?;
    let Err(error) = tried else {
        return Ok(see_other(&format!("/desk/imports/{id}?done=1")));
    };
    let view = load(&state, &desk, id).await?;
    let mut template = present(&request, &state, &desk, &view, &fields)?;
    let problem = Problem::from(error);
    let status = problem.status_code();
    template.error = Some(problem.told(template.s.lang));
    template.reason = fields.get("reason").to_owned();
    page(&request, Page::Private(status), &template)
}

/// Rows that were ticked, when the reader decides on them only.
fn lines_of(fields: &Fields) -> Option<Vec<u32>> {
    (fields.get("which") == "ticked").then(|| {
        fields
            .all("line")
            .filter_map(|line| line.parse().ok())
            .collect()
    })
}
