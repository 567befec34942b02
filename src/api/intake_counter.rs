//! `POST /v1/intake/reports`: an officer writes down what somebody tells, at the counter, by telephone, in a letter.

use actix_web::{HttpRequest, HttpResponse, http::header, post, web};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Schema},
};
use uuid::Uuid;

use super::{intake_acts::bad_field, report_body::ReportBody, view};
use crate::{
    access::capability::{Denied, Officer},
    domain::{
        message::Lang,
        report::{
            reading::{self, Notices, ReadReport},
            words::{Channel, ReportState},
        },
        time::Time,
        unit::UnitCode,
    },
    http::{
        extract::{JsonBytes, Language, Person, parse_json, receipt},
        state::State,
    },
    present::{
        field_words::field_words,
        follow::masked_words,
        json::{self, UnitRef},
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
        report_clock::{self, ClockJson},
        telephone::{self, BankCall},
    },
    registry::{
        Registry, RegistryError,
        report::receive::{Bringer, Reported, Reporting},
    },
};

/// A report that somebody told an officer: as a citizen's program sends it, with `channel` (`counter`, `phone`, `letter`,
/// `vneid` or `press`) and without `token`. Without `unit` the officer's own has it.
pub struct CounterReportBody;

impl PartialSchema for CounterReportBody {
    /// One object: two that each refuse unknown members can't be joined by `allOf`.
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut object)) = ReportBody::schema() else {
            return ReportBody::schema();
        };
        object.properties.shift_remove("token");
        object.properties.insert(
            "channel".into(),
            Ref::from_schema_name(Channel::name()).into(),
        );
        object.required.push("channel".into());
        object.description = Some(
            "A report that somebody told an officer: as a citizen's program sends it, with `channel` (`counter`, `phone`, \
             `letter`, `vneid` or `press`) and without `token`. Without `unit` the officer's own has it."
                .into(),
        );
        object.into()
    }
}

impl ToSchema for CounterReportBody {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ReportBody::schemas(schemas);
        schemas.push((Channel::name().into(), Channel::schema()));
    }
}

/// A report that was taken at the counter, and what the slip says.
#[derive(Serialize, ToSchema)]
pub struct CounterReport {
    pub id: Uuid,
    pub reference: String,
    /// For the slip; replaced when it is used for the first time, since an officer saw it.
    pub receipt: String,
    pub state: ReportState,
    pub version: u32,
    pub unit: UnitRef,
    /// The money may still be held: call the banks in `call_first` now.
    pub urgent: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub call_first: Vec<BankCall>,
    pub clocks: Vec<ClockJson>,
    /// Kinds of numbers that were masked before anything was kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub masked: Vec<&'static str>,
    /// How many identifiers could not be read, and were kept as text.
    pub unreadable: usize,
}

fn wrong(pointer: &str, code: &str) -> Problem {
    Problem::new(ProblemCode::Validation).field(pointer, code, field_words(code))
}

/// The channel, and the rest as a citizen's program sends it.
fn read(bytes: &[u8], now: Time) -> Result<(Channel, ReadReport), Problem> {
    let mut members: Map<String, Value> = parse_json(bytes)?;
    let channel = match members.remove("channel") {
        None => return Err(wrong("/channel", "required")),
        Some(word) => word.as_str().and_then(Channel::parse),
    };
    let channel = channel.filter(|channel| channel.is_by_officer());
    let channel = channel.ok_or_else(|| wrong("/channel", "invalid"))?;
    let rest = serde_json::to_vec(&members).map_err(|_| Problem::new(ProblemCode::BadJson))?;
    let body: ReportBody = parse_json(&rest)?;
    // The code is made with the report: nobody waits at a bad network.
    if body.token.is_some() {
        return Err(wrong("/token", "unknown-field"));
    }
    Ok((
        channel,
        reading::read(&body.raw()?, now).map_err(bad_field)?,
    ))
}

/// Whether the unit that a body names is the officer's to give it to, before its fields are judged.
fn may_enter(officer: &Officer, bytes: &[u8]) -> Result<(), Denied> {
    #[derive(Deserialize)]
    struct Peek {
        unit: String,
    }
    let peek = serde_json::from_slice::<Peek>(bytes).ok();
    let unit = peek.and_then(|peek| UnitCode::parse(peek.unit.trim()).ok());
    match unit.is_none_or(|unit| officer.covers(unit)) {
        true => Ok(()),
        false => Err(Denied::Forbidden),
    }
}

/// Writes down what somebody tells. Nobody is sent away: whoever comes is heard, wherever they live.
#[utoipa::path(
    operation_id = "enter_report",
    tag = "intake",
    params(("Idempotency-Key" = Option<String>, Header, description = "same key and body, same answer")),
    request_body = CounterReportBody,
    responses(
        (status = 201, body = CounterReport, headers(("Location"), ("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/intake/reports")]
pub async fn enter(
    request: HttpRequest,
    state: web::Data<State>,
    person: Person,
    lang: Language,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    let officer = Officer::of(&person.0)?;
    may_enter(&officer, &body.0)?;
    let now = state.now();
    let (channel, read) = read(&body.0, now)?;
    let key = receipt(&request, &officer.user_id().to_string(), &body.0)?;
    let notices = read.notices;
    let reporting = Reporting {
        kind: read.kind,
        channel,
        unit: read.unit,
        method: read.method,
        told: read.told,
        contact: read.contact,
        sender: None,
        source: None,
        keep_original: read.keep_original,
        files: Vec::new(),
    };
    let registry = state.registry.clone();
    let reported = State::blocking(move || {
        let bringer = Bringer::Officer(&officer);
        let reported = registry.report(&bringer, None, reporting, key, now)?;
        Ok::<_, RegistryError>(present(&registry, &reported, &notices, now, lang.0))
    })
    .await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/v1/intake/{}", reported.id)))
        .insert_header((header::ETAG, view::etag(reported.version)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(reported))
}

fn present(
    registry: &Registry,
    Reported { report, code }: &Reported,
    notices: &Notices,
    now: Time,
    lang: Lang,
) -> CounterReport {
    let told = report.told.as_ref().filter(|_| report.urgent);
    let clocks = report.clocks.iter();
    CounterReport {
        id: report.id,
        reference: report.reference.to_string(),
        receipt: code.groups().join(" "),
        state: report.state,
        version: report.version,
        unit: json::unit(report.unit, lang),
        urgent: report.urgent,
        call_first: told.map_or_else(Vec::new, |told| telephone::call_first(registry, told, lang)),
        clocks: clocks
            .map(|clock| report_clock::clock(clock, now))
            .collect(),
        masked: masked_words(notices),
        unreadable: notices.unreadable,
    }
}

/// Any other method on that path, which reads like the id of a report.
pub async fn not_allowed(request: HttpRequest) -> HttpResponse {
    State::of(&request).openapi.unmatched(&request)
}
