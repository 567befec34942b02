//! `GET /v1/audit/export`: the audit trail as lines, oldest first, for programs that follow it.

use actix_web::{HttpResponse, get, http::header, web};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use utoipa::IntoParams;

use super::{
    audit::{AuditJson, entry},
    feed::{Chunk, Chunks},
};
use crate::{
    access::capability::{Auditor, SignedIn},
    domain::hex::hex,
    http::{
        extract::{Person, Query},
        state::State,
    },
    present::{
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::{RegistryError, audit::AuditEntry},
};

/// Most records of one answer.
pub const MAX_EXPORT: u64 = 10_000;
/// Records of one answer when nothing is said.
const EXPORT: u64 = 1_000;
/// Chunks on their way to the network, each of at most [`crate::registry::audit::READ_BYTES`] as the journal has it.
const CHUNKS: usize = 2;

/// From where on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// Journal position of the last record that is known: 0 for all.
    #[serde(default)]
    #[param(default = 0)]
    after: u64,
    #[param(minimum = 1, maximum = 10_000, default = 1_000)]
    limit: Option<u64>,
}

/// One line.
#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    record: AuditJson,
    previous: String,
    chain: String,
}

impl Line {
    fn of(found: &AuditEntry) -> Self {
        Self {
            // What people wrote stays here: a line may be kept for years.
            record: AuditJson {
                reason: None,
                ..entry(found)
            },
            previous: hex(&found.previous),
            chain: hex(&found.chain),
        }
    }
}

/// The audit trail, oldest first, one record a line, for auditors and administrators.
///
/// Each line is a record as `/v1/audit` shows it, without reasons, and has its `chain`: a hash over the record and
/// everything before it. `previous` is the chain of the record before. Whoever keeps the lines and finds that each
/// `previous` is the `chain` of the line before knows that nothing was taken out, put in or changed since. Go on with
/// `after` of the last line's `seq`; `Audit-Head` is the position of the newest record. An answer with no line says that
/// there is none newer.
#[utoipa::path(
    operation_id = "export_audit",
    tag = "administration",
    params(ExportQuery),
    responses(
        (status = 200, content_type = "application/x-ndjson", body = String, headers(("Audit-Head"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/audit/export")]
pub async fn export(
    state: web::Data<State>,
    person: Person,
    query: Query<ExportQuery>,
) -> Result<HttpResponse, Problem> {
    Auditor::of(&person.0)?;
    let (after, limit) = (query.0.after, query.0.limit.unwrap_or(EXPORT));
    if limit == 0 || limit > MAX_EXPORT {
        return Err(Problem::new(ProblemCode::BadQuery).field("limit", "invalid", "1–10000"));
    }
    let head = state.registry.journal_position();
    if after > head {
        return Err(Problem::new(ProblemCode::CursorInvalid));
    }
    let permit = state
        .audit_exports
        .take(person.0.user().id)
        .ok_or_else(Problem::busy)?;
    let until = head.min(after.saturating_add(limit));
    let (sender, receiver) = mpsc::channel(CHUNKS);
    let state = state.clone();
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        // Whoever receives it is gone or may not any more, or the journal can't be read: the body is cut.
        if send(&state, &person.0, after, until, &sender).is_ok() {
            let _ = sender.blocking_send(Chunk::End);
        }
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("Audit-Head", head.to_string()))
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"canhgiac-audit.ndjson\"",
        ))
        .content_type("application/x-ndjson")
        .streaming(Chunks(receiver)))
}

/// Sends the records after one position up to another. Whether somebody may have them is asked again for each chunk: a
/// client may take long.
fn send(
    state: &State,
    person: &SignedIn,
    after: u64,
    until: u64,
    sender: &mpsc::Sender<Chunk>,
) -> Result<(), RegistryError> {
    let mut at = after;
    while at < until {
        let registry = &state.registry;
        let person = registry.still_signed_in(person, state.now())?;
        let found = registry.audit_after(&Auditor::of(&person)?, at, until)?;
        let Some(last) = found.last() else {
            return Err(RegistryError::Unavailable);
        };
        at = last.seq;
        let mut bytes = Vec::new();
        for record in &found {
            // Writing to memory can't fail.
            let _ = serde_json::to_writer(&mut bytes, &Line::of(record));
            bytes.push(b'\n');
        }
        sender
            .blocking_send(Chunk::Bytes(bytes.into()))
            .map_err(|_| RegistryError::Unavailable)?;
    }
    Ok(())
}
