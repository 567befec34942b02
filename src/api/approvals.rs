//! `/v1/approvals`: what wants a second person.

use actix_web::{
    HttpResponse, get,
    http::{StatusCode, header},
    post, web,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    audit_change,
    listings::ReasonBody,
    view::{self, ActorJson},
};
use crate::{
    access::capability::{ApprovalReader, Denied, SecondPerson},
    domain::{
        approval::{Approval, ApprovalStatus},
        message::Lang,
    },
    http::{
        extract::{Id, Json, JsonBytes, Language, Person, Query},
        headers,
        state::State,
    },
    present::{
        json,
        problem::{Problem, ProblemBody},
    },
    registry::RegistryError,
    registry::listing::required_reason,
};

/// What one person answered.
#[derive(Serialize, ToSchema)]
pub struct AnswerJson {
    pub by: ActorJson,
    #[schema(format = DateTime)]
    pub at: String,
    pub agrees: bool,
    pub reason: Option<String>,
}

/// Something that one person alone may not do.
#[derive(Serialize, ToSchema)]
pub struct ApprovalJson {
    pub id: Uuid,
    /// `kind` is `account`, `add_official`, `remove_official`, `erase_notes` or `erase_listing`; beside it, on what.
    #[schema(value_type = Object)]
    pub act: serde_json::Value,
    /// Its supervisors and those above may be the second person, and every administrator.
    pub unit: json::UnitRef,
    /// `pending`, `agreed`, `refused`, `lapsed` or `superseded`.
    pub status: &'static str,
    pub asked_by: ActorJson,
    #[schema(format = DateTime)]
    pub asked_at: String,
    /// When it lapses.
    #[schema(format = DateTime)]
    pub until: String,
    pub reason: Option<String>,
    /// How many must agree, beside who asked.
    pub wants: usize,
    pub answers: Vec<AnswerJson>,
}

/// An approval as JSON.
pub(super) fn approval(approval: &Approval, lang: Lang) -> ApprovalJson {
    let answers = approval.answers.iter().map(|answer| AnswerJson {
        by: view::actor(answer.by),
        at: answer.at.rfc3339(),
        agrees: answer.agrees,
        reason: answer.reason.as_ref().map(|reason| reason.text.clone()),
    });
    ApprovalJson {
        id: approval.id,
        act: audit_change::act(&approval.act),
        unit: json::unit(approval.unit, lang),
        status: match approval.status {
            ApprovalStatus::Pending => "pending",
            ApprovalStatus::Agreed => "agreed",
            ApprovalStatus::Refused => "refused",
            ApprovalStatus::Lapsed => "lapsed",
            ApprovalStatus::Superseded => "superseded",
        },
        asked_by: view::actor(approval.asked_by),
        asked_at: approval.asked_at.rfc3339(),
        until: approval.until.rfc3339(),
        reason: approval.reason.as_ref().map(|reason| reason.text.clone()),
        wants: approval.wants(),
        answers: answers.collect(),
    }
}

/// What was asked for: 202, since it waits for a second person.
pub(super) fn asked(found: &Approval, lang: Lang) -> HttpResponse {
    HttpResponse::Accepted()
        .insert_header((header::LOCATION, format!("/v1/approvals/{}", found.id)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(approval(found, lang))
}

/// Which of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ApprovalQuery {
    /// Only those that wait.
    #[serde(default)]
    pub pending: bool,
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    pub cursor: Option<String>,
}

/// A page of approvals.
#[derive(Serialize, ToSchema)]
pub struct ApprovalPage {
    pub items: Vec<ApprovalJson>,
    pub next_cursor: Option<String>,
}

/// What wants a second person, newest first: supervisors see their units and those below, administrators and auditors
/// everything. A page can hold fewer items than asked for while `next_cursor` still goes on.
#[utoipa::path(
    operation_id = "list_approvals",
    tag = "administration",
    params(ApprovalQuery),
    responses(
        (status = 200, body = ApprovalPage),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/approvals")]
pub async fn list(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    query: Query<ApprovalQuery>,
) -> Result<HttpResponse, Problem> {
    let reader = ApprovalReader::of(&person.0)?;
    let limit = view::limit(query.0.limit)?;
    let before = view::cursor(query.0.cursor.as_deref())?;
    let registry = state.registry.clone();
    let pending = query.0.pending;
    let found = State::blocking(move || {
        let found = registry.approvals(&reader, pending, before, limit)?;
        registry.note_reasons_read(&reader, &found.items);
        Ok::<_, RegistryError>(found)
    })
    .await?;
    let body = ApprovalPage {
        items: found.items.iter().map(|it| approval(it, lang.0)).collect(),
        next_cursor: found.next.map(|id| id.to_string()),
    };
    Ok(headers::private_json(StatusCode::OK, &body))
}

/// One of them.
#[utoipa::path(
    operation_id = "get_approval",
    tag = "administration",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = ApprovalJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/approvals/{id}")]
pub async fn get(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
) -> Result<HttpResponse, Problem> {
    let reader = ApprovalReader::of(&person.0)?;
    let registry = state.registry.clone();
    let found = State::blocking(move || registry.approval(&reader, id.0)).await?;
    Ok(headers::private_json(
        StatusCode::OK,
        &approval(&found, lang.0),
    ))
}

async fn reply(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
    body: JsonBytes,
    agrees: bool,
) -> Result<HttpResponse, Problem> {
    let now = state.now();
    // The role first, then what the request lacks, and only then the second factor.
    let is_second = SecondPerson::of(&person.0, now);
    if let Err(denied @ (Denied::Forbidden | Denied::AwaitsApproval)) = is_second {
        return Err(denied.into());
    }
    let body: Json<ReasonBody> = body.read()?;
    let reason = required_reason(&body.value.reason)?;
    let who = is_second?;
    let registry = state.registry.clone();
    let found = State::blocking(move || registry.reply(&who, id.0, agrees, &reason, now)).await?;
    Ok(headers::private_json(
        StatusCode::OK,
        &approval(&found, lang.0),
    ))
}

/// Agrees, as the second person: with the last agreement that it wants, it is done. Never by who asked for it or gains by
/// it.
#[utoipa::path(
    operation_id = "agree_to_approval",
    tag = "administration",
    params(("id" = Uuid, Path)),
    request_body = ReasonBody,
    responses(
        (status = 200, body = ApprovalJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/approvals/{id}/agree")]
pub async fn agree(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    reply(state, person, lang, id, body, true).await
}

/// Refuses, also as who asked for it.
#[utoipa::path(
    operation_id = "refuse_approval",
    tag = "administration",
    params(("id" = Uuid, Path)),
    request_body = ReasonBody,
    responses(
        (status = 200, body = ApprovalJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/approvals/{id}/refuse")]
pub async fn refuse(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    reply(state, person, lang, id, body, false).await
}
