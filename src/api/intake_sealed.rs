//! `/v1/intake/{id}/open`, `propose`, `reissue`: what leads out of a report.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    post, web,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    intake_bodies::WhyBody,
    listings,
    view::{self, ListingJson},
};
use crate::{
    access::capability::Officer,
    domain::{
        listing::MAX_NOTE,
        message::Lang,
        method::MethodId,
        report::{
            MAX_REASON, Report,
            told::ReachBy,
            words::{ReportState, SealedPart},
        },
        role::Role,
    },
    http::{
        extract::{Id, JsonBytes, Language, Person},
        headers,
        if_match::IfMatch,
        state::State,
    },
    present::{
        json::{IdentifierInput, object},
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
        report::{ToldJson, of_told},
        report_file::{ReportFileJson, files},
    },
    registry::{
        RegistryError,
        listing::note,
        report::{
            officer::ProposalFrom,
            texts::{some_words, words},
        },
    },
};

/// Which part is opened, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenBody {
    /// `contact`, `story`, `sms_sender` or `file:1`.
    #[schema(pattern = "^(contact|story|sms_sender|file:[0-9]+)$")]
    pub part: String,
    /// Written down, and read by who supervises.
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
}

/// A part that was opened: the member of its name.
#[derive(Serialize, ToSchema)]
pub struct OpenedPart {
    pub part: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contact: Option<ContactJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub story: Option<ToldJson>,
    /// The number that an SMS came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub sms_sender: Option<String>,
    /// What the file is; its bytes are had from `…/files/{n}/original` for some minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub file: Option<ReportFileJson>,
}

/// Who reports.
#[derive(Serialize, ToSchema)]
#[schema(as = ReporterContact)]
pub struct ContactJson {
    pub name: String,
    pub phone: String,
    pub how: ReachBy,
    pub best_time: String,
}

fn opened(report: &Report, part: SealedPart, lang: Lang) -> OpenedPart {
    let mut json = OpenedPart {
        part: part.to_string(),
        contact: None,
        story: None,
        sms_sender: None,
        file: None,
    };
    match part {
        SealedPart::Contact => {
            json.contact = report.contact.as_ref().map(|contact| ContactJson {
                name: contact.name.clone(),
                phone: contact.phone.clone(),
                how: contact.how,
                best_time: contact.best_time.clone(),
            });
        }
        SealedPart::Story => json.story = report.told.as_ref().map(|told| of_told(told, lang)),
        SealedPart::SmsSender => {
            json.sms_sender = report.sender.as_ref().map(|sender| sender.number.clone());
        }
        SealedPart::File(number) => {
            json.file = files(report).into_iter().find(|file| file.number == number);
        }
    }
    json
}

/// Opens a sealed part: who, when and why is written down first, and the reporter sees how often it was done.
#[utoipa::path(
    operation_id = "open_sealed_part",
    tag = "intake",
    params(("id" = uuid::Uuid, Path)),
    request_body = OpenBody,
    responses(
        (status = 200, body = OpenedPart, headers(("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/intake/{id}/open")]
pub async fn open(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    let officer = Officer::of(&person.0)?;
    let is_supervisor = person.0.user().role == Role::Supervisor;
    let part = part_of(&body);
    let (registry, who, id) = (state.registry.clone(), officer.clone(), id.0);
    State::blocking(move || match part {
        Some(part) => registry.report_to_open(&who, is_supervisor, id, part),
        None => registry.report_in_hand(&who, id),
    })
    .await?;
    let body: OpenBody = body.read()?.value;
    let part = SealedPart::parse(&body.part);
    let part = part.ok_or(RegistryError::field("/part", "invalid"))?;
    let reason = words("/reason", &body.reason, MAX_REASON)?;
    let (registry, now) = (state.registry.clone(), state.now());
    let done = move || registry.open_sealed(&officer, is_supervisor, id, part, reason, now);
    let report = State::blocking(done).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, view::etag(report.version)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(opened(&report, part, lang.0)))
}

/// The part that a body names, before its fields are judged: who may not open it is told so first.
fn part_of(body: &JsonBytes) -> Option<SealedPart> {
    #[derive(Deserialize)]
    struct Peek {
        part: String,
    }
    let peek = serde_json::from_slice::<Peek>(&body.0).ok()?;
    SealedPart::parse(&peek.part)
}

/// A listing that is proposed from a report.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportProposalBody)]
pub struct ProposeBody {
    #[serde(default, deserialize_with = "some_object")]
    pub identifier: Option<IdentifierInput>,
    /// Instead of `identifier`: a number in any spelling.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub q: Option<String>,
    /// Slug of a method; the report's own when not given, else `khac`.
    #[serde(default)]
    pub method: Option<String>,
    /// What supports it beside the report; only officers see it.
    #[serde(default)]
    #[schema(max_length = 3900)]
    pub evidence: String,
    /// Wanted where the identifier neither called the reporter nor took money.
    #[serde(default)]
    pub sure: bool,
}

fn some_object<'de, D: serde::Deserializer<'de>>(
    reader: D,
) -> Result<Option<IdentifierInput>, D::Error> {
    object(reader).map(Some)
}

/// Proposes a listing from a report. It is not public until a second officer confirms it.
#[utoipa::path(
    operation_id = "propose_from_report",
    tag = "intake",
    params(
        ("id" = uuid::Uuid, Path),
        ("If-Match" = String, Header, description = "the `ETag` of the report as it was read"),
    ),
    request_body = ProposeBody,
    responses(
        (status = 201, body = ListingJson, headers(("Location"), ("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/intake/{id}/propose")]
pub async fn propose(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
    version: IfMatch,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    let officer = Officer::of(&person.0)?;
    let (registry, who, id) = (state.registry.clone(), officer.clone(), id.0);
    let report = State::blocking(move || registry.report_in_hand(&who, id)).await?;
    let version = version.required()?;
    let proposal = read_proposal(body.read::<ProposeBody>()?.value, &report)?;
    let (registry, now) = (state.registry.clone(), state.now());
    let done = move || registry.propose_from_report(&officer, id, version, proposal, now);
    let listing = State::blocking(done).await?;
    Ok(listings::answer(StatusCode::CREATED, &listing, lang.0))
}

/// Longest evidence, in characters: a listing's, of which the report's reference takes some.
const MAX_EVIDENCE: usize = MAX_NOTE - 100;
/// What a method is called that is none of those that are known.
const OTHER_METHOD: &str = "khac";

fn read_proposal(body: ProposeBody, report: &Report) -> Result<ProposalFrom, Problem> {
    let given = match (body.identifier, body.q) {
        (Some(_), Some(_)) => return Err(RegistryError::field("/q", "ambiguous").into()),
        (given, q) => given.unwrap_or(IdentifierInput {
            q,
            ..IdentifierInput::default()
        }),
    };
    let own = report.method.map_or(OTHER_METHOD, MethodId::slug);
    let method = body.method.as_deref().unwrap_or(own);
    let evidence = some_words("/evidence", &body.evidence, MAX_EVIDENCE)?;
    let evidence = match evidence.as_str() {
        "" => format!("Báo cáo {}", report.reference),
        text => format!("Báo cáo {}: {text}", report.reference),
    };
    Ok(ProposalFrom {
        identifier: listings::read_identifier(&given)?,
        method: MethodId::parse(method).map_err(|_| Problem::new(ProblemCode::UnknownMethod))?,
        evidence: note("/evidence", &evidence)?,
        is_sure: body.sure,
    })
}

/// Another receipt code.
#[derive(Serialize, ToSchema)]
pub struct ReissuedReceipt {
    pub reference: String,
    /// Five groups of five digits, for the slip; replaced when it is used for the first time.
    pub receipt: String,
    pub state: ReportState,
    pub version: u32,
}

/// Gives who lost the slip, and showed an identity at the counter, another receipt code. The old one opens nothing from then
/// on.
#[utoipa::path(
    operation_id = "reissue_receipt",
    tag = "intake",
    params(
        ("id" = uuid::Uuid, Path),
        ("If-Match" = String, Header, description = "the `ETag` of the report as it was read"),
    ),
    request_body = WhyBody,
    responses(
        (status = 200, body = ReissuedReceipt, headers(("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/intake/{id}/reissue")]
pub async fn reissue(
    state: web::Data<State>,
    person: Person,
    id: Id,
    version: IfMatch,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    let officer = Officer::of(&person.0)?;
    let (registry, who, id) = (state.registry.clone(), officer.clone(), id.0);
    State::blocking(move || registry.report_in_hand(&who, id)).await?;
    let version = version.required()?;
    let body: WhyBody = body.read()?.value;
    let reason = words("/reason", &body.reason, MAX_REASON)?;
    let (registry, now) = (state.registry.clone(), state.now());
    let done = move || registry.reissue_receipt(&officer, id, version, reason, now);
    let reissued = State::blocking(done).await?;
    let body = ReissuedReceipt {
        reference: reissued.report.reference.to_string(),
        receipt: reissued.code.groups().join(" "),
        state: reissued.report.state,
        version: reissued.report.version,
    };
    let mut response = headers::private_json(StatusCode::OK, &body);
    if let Ok(tag) = header::HeaderValue::from_str(&view::etag(reissued.report.version)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}
