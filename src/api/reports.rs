//! `/v1/reports`: what citizens tell the police.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    post, web,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::report_body::ReportBody;
use crate::{
    access::receipt_code::ReceiptTokenError,
    domain::{
        hex::hex,
        message::Lang,
        report::{
            file::NewFile,
            reading::{self, Notices},
            words::{Channel, ReportState},
        },
        time::Time,
    },
    http::{
        extract::{self, Json, Language},
        limits::anonymous_key,
        parts::{self, Parts},
        state::State,
    },
    present::{
        field_words::field_words,
        follow::{PoliceUnit, masked_words, police_unit, shown_clocks},
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
        report_clock::{self, ClockJson},
        telephone::{self, BankCall},
    },
    registry::{
        ReceiptKey, Registry,
        report::receive::{Bringer, Reported, Reporting},
    },
};

/// Nothing is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A receipt code for a report that is still to be sent.
#[derive(Serialize, ToSchema)]
pub struct GivenReceiptJson {
    /// 25 digits in groups of five: whoever has them follows the report. It is shown once.
    #[schema(example = "12345 67890 12345 67890 12347")]
    receipt: String,
    /// May be told to anybody, and opens nothing.
    #[schema(example = "4821-7735-6")]
    reference: String,
    /// Goes with the report.
    token: String,
    /// Until when the report can be sent with it.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// A report that was taken.
#[derive(Serialize, ToSchema)]
pub struct ReportTaken {
    reference: String,
    receipt: String,
    state: ReportState,
    /// The money may still be held: call the banks in `call_first` now.
    urgent: bool,
    unit: PoliceUnit,
    /// Those that the reporter can hold the police to.
    clocks: Vec<ClockJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    call_first: Vec<BankCall>,
    /// Kinds of numbers that were masked before anything was kept: `identity_number`, `card_number`, `receipt_code`,
    /// `own_number`. Account numbers belong into `identifiers`, where nothing is masked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    masked: Vec<&'static str>,
    /// How many identifiers could not be read, and were kept as text.
    #[serde(skip_serializing_if = "is_zero")]
    #[schema(required = false)]
    unreadable: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// Gives a receipt code before a report is sent: so a lost answer on a bad network loses nothing. Nothing is stored.
#[utoipa::path(
    operation_id = "give_receipt",
    tag = "reports",
    request_body = Nothing,
    responses(
        (status = 201, body = GivenReceiptJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(()),
)]
#[post("/v1/reports/receipt")]
pub async fn give_receipt(
    request: HttpRequest,
    state: web::Data<State>,
    _body: Json<Nothing>,
) -> Result<HttpResponse, Problem> {
    state.limits.new_receipt(state.address(&request))?;
    let (registry, now) = (state.registry.clone(), state.now());
    let given = State::blocking(move || registry.give_receipt(now)).await?;
    Ok(private(StatusCode::CREATED).json(GivenReceiptJson {
        receipt: given.code.groups().join(" "),
        reference: given.reference.to_string(),
        token: given.token,
        expires_at: given.expires_at.rfc3339(),
    }))
}

/// Form with files.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the parts of a form")]
struct ReportForm {
    report: ReportBody,
    /// At most 5, of 5 MiB each and 20 MiB together: PNG, JPEG, WebP, PDF.
    #[schema(value_type = Vec<String>, format = Binary, max_items = 5)]
    file: Vec<Vec<u8>>,
}

/// Takes a report. Sent again with the same `token` (or `Idempotency-Key`) and the same body, it is answered again and is no
/// second one.
#[utoipa::path(
    operation_id = "send_report",
    tag = "reports",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "wanted without a `token`"),
        ("Accept-Language" = Option<String>, Header, description = "`vi` (default) or `en`"),
    ),
    request_body(content((ReportBody = "application/json"), (ReportForm = "multipart/form-data"))),
    responses(
        (status = 201, body = ReportTaken),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(()),
)]
#[post("/v1/reports")]
pub async fn send_report(
    request: HttpRequest,
    state: web::Data<State>,
    lang: Language,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let address = state.address(&request);
    state.limits.report(address)?;
    let taken = take(&request, &state, lang.0, payload).await;
    if taken.is_err() {
        // Who mistyped something may mend it; what was not kept fills no queue.
        state.limits.give_back_report(address);
    }
    Ok(private(StatusCode::CREATED).json(taken?))
}

async fn take(
    request: &HttpRequest,
    state: &web::Data<State>,
    lang: Lang,
    payload: web::Payload,
) -> Result<ReportTaken, Problem> {
    let parts = parts::read(request, &mut payload.into_inner(), "report").await?;
    let body: ReportBody = extract::parse_json(&parts.about)?;
    let now = state.now();
    let client = anonymous_key(state.address(request));
    let source = state.registry.report_source(client, now);
    let whole = whole(&parts);
    let (id, receipt) = match &body.token {
        Some(token) => {
            let given = state.registry.given_receipt(token, now).map_err(no_token)?;
            let key = ReceiptKey::new(
                "reporter",
                "POST /v1/reports",
                &given.id.to_string(),
                &whole,
            );
            (Some(given.id), key)
        }
        None => {
            // Of one address and day: nobody is shown another's receipt for a key that both chose.
            let caller = source.map_or_else(String::new, |source| hex(&source));
            let key = extract::receipt(request, &caller, &whole)?;
            let wanted = || Problem::new(ProblemCode::IdempotencyKeyInvalid);
            (None, key.ok_or_else(wanted)?)
        }
    };
    let read = reading::read(&body.raw()?, now)?;
    let registry = state.registry.clone();
    let notices = read.notices;
    let reported = State::blocking(move || {
        let reporting = Reporting {
            kind: read.kind,
            channel: Channel::Web,
            unit: read.unit,
            method: read.method,
            told: read.told,
            contact: read.contact,
            sender: None,
            source,
            keep_original: read.keep_original,
            files: sealed(&registry, parts, now)?,
        };
        let stored: Vec<Uuid> = reporting.files.iter().map(|file| file.stored).collect();
        let reporter = Bringer::Reporter;
        let reported = registry.report(&reporter, id, reporting, Some(receipt), now)?;
        registry.remove_copies(&reported.report, &stored);
        Ok::<_, Problem>(reported)
    })
    .await?;
    Ok(present(state, &reported, &notices, lang))
}

fn no_token(error: ReceiptTokenError) -> Problem {
    match error {
        ReceiptTokenError::Expired => Problem::new(ProblemCode::ReceiptExpired),
        ReceiptTokenError::Forged => {
            Problem::new(ProblemCode::Validation).field("/token", "invalid", field_words("invalid"))
        }
    }
}

/// What an idempotency key is bound to: the report, and what its files hold.
fn whole(parts: &Parts) -> Vec<u8> {
    let mut whole = parts.about.to_vec();
    for file in &parts.files {
        whole.extend(Sha256::digest(file));
    }
    whole
}

/// Puts the files of a request into the vault. The turn of its body lasts until that is done.
///
/// # Errors
/// 415 `file-refused`; 503, 507 when no files are taken at present.
pub fn sealed(registry: &Registry, parts: Parts, now: Time) -> Result<Vec<NewFile>, Problem> {
    let Parts { files, turn, .. } = parts;
    let sealed = registry.seal_files(&files, now)?;
    drop(turn);
    Ok(sealed)
}

fn present(state: &State, reported: &Reported, notices: &Notices, lang: Lang) -> ReportTaken {
    let report = &reported.report;
    let (registry, now) = (&state.registry, state.now());
    let told = report.told.as_ref().filter(|_| report.urgent);
    ReportTaken {
        reference: report.reference.to_string(),
        receipt: reported.code.groups().join(" "),
        state: report.state,
        urgent: report.urgent,
        unit: police_unit(registry, report.unit, authority_phone(state), lang),
        clocks: shown_clocks(report)
            .map(|clock| report_clock::clock(clock, now))
            .collect(),
        call_first: told.map_or_else(Vec::new, |told| telephone::call_first(registry, told, lang)),
        masked: masked_words(notices),
        unreadable: notices.unreadable,
    }
}

/// The number of who runs this registry, as people write it.
pub fn authority_phone(state: &State) -> Option<&str> {
    let authority = state.authority.as_ref()?;
    Some(authority.phone.as_str())
}

/// An answer that holds a secret, or what only its reporter may see.
pub fn private(status: StatusCode) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response
}
