//! `GET /v1/audit`: everything that happened, newest first. Of private texts only the reasons of those who administer.

use actix_web::{HttpResponse, get, http::StatusCode, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::view::{self, ActorJson};
use crate::{
    access::capability::Auditor,
    http::{
        extract::{Person, Query},
        headers,
        state::State,
    },
    present::{
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::audit::AuditEntry,
};

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    cursor: Option<String>,
}

/// One record of the journal.
#[derive(Serialize, ToSchema)]
pub struct AuditJson {
    /// Journal position.
    pub seq: u64,
    #[schema(format = DateTime)]
    pub at: String,
    pub by: ActorJson,
    /// Who did it in the name of `by`: the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub through: Option<ActorJson>,
    /// Where `by` came from, as a token: equal addresses have equal ones for some weeks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Why somebody who administers did it, unless that was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What happened, in the past tense, each with its ids.
    #[schema(value_type = Vec<Object>)]
    pub changes: Vec<Value>,
}

/// A page of the audit trail.
#[derive(Serialize, ToSchema)]
pub struct AuditPage {
    pub items: Vec<AuditJson>,
    pub next_cursor: Option<String>,
}

pub(super) fn entry(entry: &AuditEntry) -> AuditJson {
    AuditJson {
        seq: entry.seq,
        at: entry.entry.at.rfc3339(),
        by: view::actor(entry.entry.by),
        through: entry.entry.through.map(view::actor),
        address: entry.address().map(|token| token.to_string()),
        reason: entry.reason.clone(),
        changes: entry
            .changes()
            .map(|change| super::audit_change::json(&entry.entry, change))
            .collect(),
    }
}

/// The audit trail, for auditors and administrators.
#[utoipa::path(
    operation_id = "list_audit_entries",
    tag = "administration",
    params(AuditQuery),
    responses(
        (status = 200, body = AuditPage),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/audit")]
pub async fn list(
    state: web::Data<State>,
    person: Person,
    query: Query<AuditQuery>,
) -> Result<HttpResponse, Problem> {
    let auditor = Auditor::of(&person.0)?;
    let limit = view::limit(query.0.limit)?;
    let before = query
        .0
        .cursor
        .map(|text| {
            text.parse()
                .map_err(|_| Problem::new(ProblemCode::CursorInvalid))
        })
        .transpose()?;
    let registry = state.registry.clone();
    let (entries, next) = State::blocking(move || registry.audit(&auditor, before, limit)).await?;
    let body = AuditPage {
        items: entries.iter().map(entry).collect(),
        next_cursor: next.map(|seq| seq.to_string()),
    };
    Ok(headers::private_json(StatusCode::OK, &body))
}
