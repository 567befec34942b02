//! `/v1/intake`: reports as officers, procurators and auditors read them.

use actix_web::{
    HttpResponse, get,
    http::{StatusCode, header},
    web,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{listings::read_unit, view};
use crate::{
    access::capability::IntakeReader,
    domain::{
        message::Lang,
        report::{Report, escalation::Escalation, words::ReportState},
    },
    http::{
        extract::{Id, Language, Person, Query},
        headers,
        state::State,
    },
    present::{
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
        report::{self as present, ReportJson, ReportRow, Showing},
    },
    registry::{
        RegistryError,
        report::{
            beside::Beside,
            intake::{IntakeFilter, IntakePage},
        },
    },
};

/// A report as who works on it reads it.
pub(super) async fn answer(
    state: &web::Data<State>,
    status: StatusCode,
    report: Report,
    lang: Lang,
) -> Result<HttpResponse, Problem> {
    let now = state.now();
    let showing = Showing::at_work(now, lang);
    let beside = beside(state, &report).await?;
    Ok(item(status, &report, &beside, showing))
}

async fn beside(state: &web::Data<State>, report: &Report) -> Result<Beside, Problem> {
    let (registry, report, now) = (state.registry.clone(), report.clone(), state.now());
    State::blocking(move || Ok::<_, RegistryError>(registry.beside(&report, now))).await
}

fn item(status: StatusCode, report: &Report, beside: &Beside, showing: Showing) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::ETAG, view::etag(report.version)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(present::report(report, beside, showing))
}

/// What kind of item: reports are the only one.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemType {
    Report,
}

/// Which items.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IntakeQuery {
    #[serde(rename = "type")]
    #[param(inline)]
    kind: Option<ItemType>,
    #[param(inline)]
    state: Option<ReportState>,
    /// This unit and those below it, as far as they are seen.
    unit: Option<String>,
    /// Late now, or not.
    late: Option<bool>,
    /// Id of an account, or `me`.
    assignee: Option<String>,
    /// Without an outcome, or with one.
    open: Option<bool>,
    urgent: Option<bool>,
    /// A term of the law was missed (`parent`), or twice that (`decide`).
    #[param(inline)]
    escalated: Option<Escalation>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    cursor: Option<String>,
}

impl IntakeQuery {
    fn filter(&self, reader: &IntakeReader) -> Result<IntakeFilter, Problem> {
        // There is one kind only, and it was read.
        let _: Option<ItemType> = self.kind;
        let assignee = self.assignee.as_deref().map(|text| match text {
            "me" => Ok(reader.user_id()),
            text => Uuid::try_parse(text).map_err(|_| Problem::new(ProblemCode::BadQuery)),
        });
        Ok(IntakeFilter {
            state: self.state,
            unit: read_unit(self.unit.as_deref())?,
            late: self.late,
            assignee: assignee.transpose()?,
            open: self.open,
            urgent: self.urgent,
            escalated: self.escalated,
        })
    }
}

/// A page of reports, newest first.
#[derive(Serialize, ToSchema)]
pub struct ReportPage {
    pub items: Vec<ReportRow>,
    pub next_cursor: Option<String>,
}

/// Reports in the hands of the own unit and those below it, newest first. A page can hold fewer items than asked for while
/// `next_cursor` still goes on.
#[utoipa::path(
    operation_id = "list_reports",
    tag = "intake",
    params(IntakeQuery),
    responses(
        (status = 200, body = ReportPage),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/intake")]
pub async fn list(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    query: Query<IntakeQuery>,
) -> Result<HttpResponse, Problem> {
    let reader = IntakeReader::of(&person.0)?;
    let filter = query.0.filter(&reader)?;
    let limit = view::limit(query.0.limit)?;
    let before = view::cursor(query.0.cursor.as_deref())?;
    let now = state.now();
    let showing = Showing::to(&reader, now, lang.0);
    let registry = state.registry.clone();
    let body = State::blocking(move || {
        let page = registry.intake(&reader, &filter, before, limit, now)?;
        let IntakePage { items, next } = page;
        Ok::<_, RegistryError>(ReportPage {
            items: items
                .iter()
                .map(|report| present::row(report, &registry.beside(report, now), showing))
                .collect(),
            next_cursor: next.map(|id| id.to_string()),
        })
    })
    .await?;
    Ok(headers::private_json(StatusCode::OK, &body))
}

/// One report with its history.
#[utoipa::path(
    operation_id = "get_report",
    tag = "intake",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, body = ReportJson, headers(("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/intake/{id}")]
pub async fn get(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
) -> Result<HttpResponse, Problem> {
    let reader = IntakeReader::of(&person.0)?;
    let showing = Showing::to(&reader, state.now(), lang.0);
    let registry = state.registry.clone();
    let report = State::blocking(move || registry.intake_item(&reader, id.0)).await?;
    let beside = beside(&state, &report).await?;
    Ok(item(StatusCode::OK, &report, &beside, showing))
}

/// Another report that names an identifier of this one.
#[derive(Serialize, ToSchema)]
pub struct RelatedReport {
    #[serde(flatten)]
    pub report: ReportRow,
    /// Keys that both name; only for who works on them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub shared: Option<Vec<String>>,
}

/// Reports that name an identifier of another.
#[derive(Serialize, ToSchema)]
pub struct RelatedReports {
    /// At most 50, the newest first for each identifier.
    pub items: Vec<RelatedReport>,
}

/// Other reports in the own hands that name an identifier of this one as the caller, the receiver or mentioned.
#[utoipa::path(
    operation_id = "list_related_reports",
    tag = "intake",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, body = RelatedReports),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/intake/{id}/related")]
pub async fn related(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
) -> Result<HttpResponse, Problem> {
    let reader = IntakeReader::of(&person.0)?;
    let now = state.now();
    let showing = Showing::to(&reader, now, lang.0);
    let registry = state.registry.clone();
    let body = State::blocking(move || {
        let report = registry.intake_item(&reader, id.0)?;
        let found = registry.related_reports(&reader, &report)?;
        let items = found.iter().map(|(other, keys)| RelatedReport {
            report: present::row(other, &registry.beside(other, now), showing),
            shared: showing
                .words
                .then(|| keys.iter().map(|key| key.as_str().to_owned()).collect()),
        });
        Ok::<_, RegistryError>(RelatedReports {
            items: items.collect(),
        })
    })
    .await?;
    Ok(headers::private_json(StatusCode::OK, &body))
}
