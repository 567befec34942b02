//! `/v1/imports`: lists as offices keep them.

pub mod present;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    post, web,
};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use present::{ImportItem, ImportPage, about, present};

use super::view::{self, FileBytes};
use crate::{
    access::capability::{Officer, Reader, Supervisor},
    domain::message::Lang,
    http::{
        body::{self, SentBy},
        extract::{self, Id, Json, JsonBytes, Language, Person, Query, receipt},
        headers,
        if_match::IfMatch,
        office_list,
        state::State,
    },
    office_list::{MAX_FILE_BYTES, Mapping},
    present::{
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::{
        RegistryError,
        import::{ImportView, Origin},
        listing::required_reason,
    },
};

/// Whether anything is changed.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// `true`: only says what would happen.
    dry_run: Option<bool>,
    /// What columns hold, where the file doesn't say it well enough: `B:phone,D:unused`. Letters as in a spreadsheet; the
    /// words are those of `columns[].role`. Naming a column for identifiers says that they are the suspect's.
    #[param(example = "B:phone,D:unused")]
    columns: Option<String>,
    /// Number of the document that the list came with, for officers only.
    #[param(max_length = 100)]
    document: Option<String>,
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

/// Reads an office's list and proposes what it holds, as one batch. The header row is found wherever
/// it stands; headings may be Vietnamese or English.
#[utoipa::path(
    operation_id = "upload_import",
    tag = "imports",
    params(
        ImportQuery,
        ("X-File-Name" = Option<String>, Header),
        ("Idempotency-Key" = Option<String>, Header),
    ),
    request_body(content(
        (String = "text/csv"),
        (inline(FileBytes) = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses(
        (status = 200, body = present::ImportJson, description = "dry run"),
        (status = 201, body = present::ImportJson, headers(("Location"), ("ETag"))),
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
    let sender = SentBy::Known(officer.user_id());
    let file = body::read(&request, &mut payload, MAX_FILE_BYTES, sender).await?;
    let dry = query.0.dry_run.unwrap_or(false);
    let receipt = receipt(&request, &officer.user_id().to_string(), file.as_ref())?;
    let now = state.now();
    let registry = state.registry.clone();
    let mapping = Mapping::parse(query.0.columns.as_deref().unwrap_or_default())
        .ok_or_else(|| RegistryError::field("/columns", "bad-columns"))?;
    let origin = Origin::new(
        &file_name(&request),
        query.0.document.as_deref().unwrap_or_default(),
    )?;
    let (found, turn) =
        office_list::read(&state, officer.user_id(), &mapping, file.as_ref()).await?;
    drop(file);
    let view = State::blocking(move || {
        let _turn = turn;
        if dry {
            registry.import_dry_run(&officer, found)
        } else {
            registry.import(&officer, found, origin, receipt, now, &mut |_, _| {})
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

/// The name that `X-File-Name` gives, percent-encoded where it is not ASCII.
fn file_name(request: &HttpRequest) -> String {
    let header = request.headers().get("X-File-Name");
    let name = header
        .and_then(|name| name.to_str().ok())
        .unwrap_or_default();
    percent_decode_str(name).decode_utf8_lossy().into_owned()
}

/// The type is announced right or not at all; what the file is, its bytes say.
fn check_type(request: &HttpRequest) -> Result<(), Problem> {
    const TYPES: [&str; 11] = [
        "text/csv",
        "text/plain",
        "text/tab-separated-values",
        "application/csv",
        "application/x-csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/octet-stream",
        "application/vnd.ms-excel",
        "application/vnd.ms-excel.sheet.macroenabled.12",
        // Not read, and told what to do about it.
        "application/vnd.ms-excel.sheet.binary.macroenabled.12",
        "application/vnd.oasis.opendocument.spreadsheet",
    ];
    match extract::media_type(request) {
        Some(kind) if !TYPES.contains(&kind.as_str()) => {
            Err(Problem::new(ProblemCode::UnsupportedMediaType))
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
    operation_id = "list_imports",
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
    operation_id = "get_import",
    tag = "imports",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = present::ImportJson, headers(("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/imports/{id}")]
pub async fn get(
    request: HttpRequest,
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
) -> Result<HttpResponse, Problem> {
    let reader = Reader::of(&person.0)?;
    let registry = state.registry.clone();
    let view = State::blocking(move || registry.get_import(&reader, id.0)).await?;
    let version = view.import.as_ref().map(|import| import.version);
    if let Some(etag) = version.map(view::etag)
        && headers::is_unchanged(&request, &etag)
    {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, etag))
            .finish());
    }
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
    body: JsonBytes,
    confirming: bool,
) -> Result<HttpResponse, Problem> {
    let now = state.now();
    // In the order of a decision on one listing.
    Supervisor::of(&person.0)?;
    let version = version.required()?;
    let body: Json<BatchDecision> = body.read()?;
    let reason = required_reason(&body.value.reason)?;
    let supervisor = Supervisor::fresh(&person.0, now)?;
    let registry = state.registry.clone();
    let lines = body.value.lines;
    let view = State::blocking(move || {
        registry.decide_import(&supervisor, id.0, confirming, lines, version, reason, now)
    })
    .await?;
    Ok(answer(StatusCode::OK, &view, lang.0))
}

/// Confirms the accepted rows of a batch, or the rows named. Never by who imported it.
#[utoipa::path(
    operation_id = "confirm_import",
    tag = "imports",
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "the `ETag` of the batch decided upon")),
    request_body = BatchDecision,
    responses(
        (status = 200, body = present::ImportJson, headers(("ETag"))),
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
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    decide(state, person, lang, id, version, body, true).await
}

/// Rejects what still waits of a batch, or the rows named.
#[utoipa::path(
    operation_id = "reject_import",
    tag = "imports",
    params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "the `ETag` of the batch decided upon")),
    request_body = BatchDecision,
    responses(
        (status = 200, body = present::ImportJson, headers(("ETag"))),
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
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    decide(state, person, lang, id, version, body, false).await
}

/// Takes back what still waits of one's own list.
#[utoipa::path(
    operation_id = "withdraw_import",
    tag = "imports",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = present::ImportJson, headers(("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/imports/{id}/withdraw")]
pub async fn withdraw(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
) -> Result<HttpResponse, Problem> {
    let officer = Officer::of(&person.0)?;
    let (registry, now) = (state.registry.clone(), state.now());
    let view = State::blocking(move || registry.withdraw_import(&officer, id.0, now)).await?;
    Ok(answer(StatusCode::OK, &view, lang.0))
}
