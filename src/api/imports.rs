//! `/v1/imports`: lists as offices keep them.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    post, web,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    listings::required_reason,
    view::{self, ActorJson},
};
use crate::{
    access::capability::{Officer, Reader, Supervisor},
    domain::{change::RowOutcome, message::Lang},
    http::{
        extract::{self, Id, IfMatch, Json, Language, Person, Query, receipt},
        headers,
        json::{self, IdentifierJson},
        problem::{Problem, ProblemBody},
        state::State,
    },
    registry::{
        import::{ImportView, RowResult, reason_text},
        office_list::MAX_FILE_BYTES,
    },
    store::schema::Import,
};

/// Whether anything is changed.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// `true`: only says what would happen.
    dry_run: Option<bool>,
}

/// Why a row is not simply accepted.
#[derive(Serialize, ToSchema)]
pub struct ReasonJson {
    pub code: String,
    pub detail: &'static str,
}

/// What became of one row.
#[derive(Serialize, ToSchema)]
pub struct RowJson {
    /// Line of the file, or row of the sheet, from 1.
    pub line: u32,
    /// `accepted`, `doubtful`, `refused`, `skipped` or `already_listed`.
    pub outcome: &'static str,
    pub keys: Vec<String>,
    pub identifiers: Vec<IdentifierJson>,
    /// Slug of the method its words were matched to.
    pub method: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<ReasonJson>,
    /// Proposals it made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub listings: Vec<Uuid>,
}

/// Rows counted by outcome.
#[derive(Default, Serialize, ToSchema)]
pub struct Summary {
    pub accepted: u32,
    pub doubtful: u32,
    pub refused: u32,
    pub skipped: u32,
    pub already_listed: u32,
}

/// An import with its rows.
#[derive(Serialize, ToSchema)]
pub struct ImportJson {
    /// Not there in a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    #[serde(flatten)]
    pub about: Option<ImportAbout>,
    pub rows: Vec<RowJson>,
    pub summary: Summary,
}

/// An import as a whole.
#[derive(Serialize, ToSchema)]
pub struct ImportAbout {
    /// `proposed` while proposals wait, else `decided`.
    pub status: &'static str,
    pub version: u32,
    pub unit: json::UnitRef,
    pub proposed_by: ActorJson,
    #[schema(format = DateTime)]
    pub proposed_at: String,
    /// Proposals that wait.
    pub open: u32,
    pub confirmed_by: Option<ActorJson>,
}

/// An import in a list.
#[derive(Serialize, ToSchema)]
pub struct ImportItem {
    pub id: Uuid,
    #[serde(flatten)]
    pub about: ImportAbout,
}

/// A page of imports, newest first.
#[derive(Serialize, ToSchema)]
pub struct ImportPage {
    pub items: Vec<ImportItem>,
    pub next_cursor: Option<String>,
}

fn about(import: &Import, lang: Lang) -> ImportAbout {
    ImportAbout {
        status: if import.open > 0 {
            "proposed"
        } else {
            "decided"
        },
        version: import.version,
        unit: json::unit(import.unit, lang),
        proposed_by: view::actor(import.by),
        proposed_at: import.at.rfc3339(),
        open: import.open,
        confirmed_by: import.confirmed_by.map(view::actor),
    }
}

const fn outcome_word(outcome: RowOutcome) -> &'static str {
    match outcome {
        RowOutcome::Accepted => "accepted",
        RowOutcome::Doubtful => "doubtful",
        RowOutcome::Refused => "refused",
        RowOutcome::Skipped => "skipped",
        RowOutcome::AlreadyListed => "already_listed",
    }
}

fn row(row: &RowResult, lang: Lang) -> RowJson {
    RowJson {
        line: row.line,
        outcome: outcome_word(row.outcome),
        keys: row
            .identifiers
            .iter()
            .map(|i| i.key().as_str().to_owned())
            .collect(),
        identifiers: row.identifiers.iter().map(json::identifier).collect(),
        method: row.method.slug(),
        reason: row.reason.as_ref().map(|code| ReasonJson {
            code: code.clone(),
            detail: reason_text(code).map_or("", |text| match lang {
                Lang::Vi => text.detail_vi,
                Lang::En => text.detail_en,
            }),
        }),
        listings: row.listings.clone(),
    }
}

fn summary(rows: &[RowResult]) -> Summary {
    let mut sum = Summary::default();
    for row in rows {
        *match row.outcome {
            RowOutcome::Accepted => &mut sum.accepted,
            RowOutcome::Doubtful => &mut sum.doubtful,
            RowOutcome::Refused => &mut sum.refused,
            RowOutcome::Skipped => &mut sum.skipped,
            RowOutcome::AlreadyListed => &mut sum.already_listed,
        } += 1;
    }
    sum
}

fn answer(status: StatusCode, view: &ImportView, lang: Lang) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    if let Some(import) = &view.import {
        response.insert_header((header::ETAG, view::etag(import.version)));
        if status == StatusCode::CREATED {
            response.insert_header((header::LOCATION, format!("/v1/imports/{}", import.id)));
        }
    }
    response.json(present(view, lang))
}

/// An import as JSON.
pub fn present(view: &ImportView, lang: Lang) -> ImportJson {
    ImportJson {
        id: view.import.as_ref().map(|import| import.id),
        about: view.import.as_ref().map(|import| about(import, lang)),
        rows: view.rows.iter().map(|r| row(r, lang)).collect(),
        summary: summary(&view.rows),
    }
}

/// Reads an office's list and proposes what it holds, as one batch. The header row is found wherever
/// it stands; headings may be Vietnamese or English.
#[utoipa::path(
    tag = "imports",
    params(
        ImportQuery,
        ("X-File-Name" = Option<String>, Header),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    request_body(content(
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses(
        (status = 200, body = ImportJson, description = "dry run"),
        (status = 201, body = ImportJson, headers(("Location"), ("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/imports")]
pub async fn upload(
    request: HttpRequest,
    state: web::Data<State>,
    person: Person,
    lang: Language,
    query: Query<ImportQuery>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let officer = Officer::of(&person.0)?;
    check_type(&request)?;
    let mut payload = payload.into_inner();
    let bytes = extract::body(&request, &mut payload, MAX_FILE_BYTES).await?;
    let dry = query.0.dry_run.unwrap_or(false);
    let receipt = receipt(&request, &officer.user_id().to_string(), &bytes)?;
    let now = state.now();
    let registry = state.registry.clone();
    let view = State::blocking(move || {
        if dry {
            registry.import_dry_run(&officer, &bytes)
        } else {
            registry.import(&officer, &bytes, receipt, now, &mut |_, _| {})
        }
    })
    .await?;
    let status = if dry {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok(answer(status, &view, lang.0))
}

/// The type is announced right or not at all; what the file is, its bytes say.
fn check_type(request: &HttpRequest) -> Result<(), Problem> {
    const TYPES: [&str; 4] = [
        "text/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/octet-stream",
        "application/vnd.ms-excel",
    ];
    match extract::media_type(request) {
        Some(kind) if !TYPES.contains(&kind.as_str()) => {
            Err(Problem::new("unsupported-media-type"))
        }
        _ => Ok(()),
    }
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    cursor: Option<String>,
}

/// Imports of the own unit and below, newest first.
#[utoipa::path(
    tag = "imports",
    params(PageQuery),
    responses(
        (status = 200, body = ImportPage),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/imports")]
pub async fn list(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let reader = Reader::of(&person.0)?;
    let limit = view::limit(query.0.limit)?;
    let before = view::cursor(query.0.cursor.as_deref())?;
    let registry = state.registry.clone();
    let (imports, next) = State::blocking(move || registry.imports(&reader, before, limit)).await?;
    let body = ImportPage {
        items: imports
            .iter()
            .map(|import| ImportItem {
                id: import.id,
                about: about(import, lang.0),
            })
            .collect(),
        next_cursor: next.map(|id| id.to_string()),
    };
    Ok(headers::private_json(StatusCode::OK, &body))
}

/// One import with its rows.
#[utoipa::path(
    tag = "imports",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = ImportJson, headers(("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/imports/{id}")]
pub async fn get(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
) -> Result<HttpResponse, Problem> {
    let reader = Reader::of(&person.0)?;
    let registry = state.registry.clone();
    let view = State::blocking(move || registry.get_import(&reader, id.0)).await?;
    Ok(answer(StatusCode::OK, &view, lang.0))
}

/// A decision on a batch.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchDecision {
    /// Only officers see it.
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
    /// Lines of the file. Without it: all accepted rows; doubtful ones are decided only when named.
    #[serde(default)]
    lines: Option<Vec<u32>>,
}

async fn decide(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
    version: IfMatch,
    body: Json<BatchDecision>,
    confirming: bool,
) -> Result<HttpResponse, Problem> {
    let now = state.now();
    Supervisor::of(&person.0)?;
    let reason = required_reason(&body.value.reason)?;
    let supervisor = Supervisor::fresh(&person.0, now)?;
    let registry = state.registry.clone();
    let lines = body.value.lines;
    let view = State::blocking(move || {
        registry.decide_import(&supervisor, id.0, confirming, lines, version.0, reason, now)
    })
    .await?;
    Ok(answer(StatusCode::OK, &view, lang.0))
}

/// Confirms the accepted rows of a batch, or the rows named. Never by who imported it.
#[utoipa::path(
    tag = "imports",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    request_body = BatchDecision,
    responses(
        (status = 200, body = ImportJson, headers(("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/imports/{id}/confirm")]
pub async fn confirm(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
    version: IfMatch,
    body: Json<BatchDecision>,
) -> Result<HttpResponse, Problem> {
    decide(state, person, lang, id, version, body, true).await
}

/// Rejects what still waits of a batch, or the rows named.
#[utoipa::path(
    tag = "imports",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    request_body = BatchDecision,
    responses(
        (status = 200, body = ImportJson, headers(("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/imports/{id}/reject")]
pub async fn reject(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
    version: IfMatch,
    body: Json<BatchDecision>,
) -> Result<HttpResponse, Problem> {
    decide(state, person, lang, id, version, body, false).await
}
