//! `POST` and `GET /v1/check`.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, HeaderValue},
    post,
    web::{self, Bytes},
};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::check_words::{Form, name_verdict, single};
use crate::{
    access::capability::PartnerCaller,
    domain::{
        findings::Findings, identifier::Identifier, key::Key, message::Lang, partner::Scope,
        reason::Reason, time::Time,
    },
    http::{
        allowance::MAX_PARTNER_ITEMS,
        ask::{Answered, Read, ask, work},
        extract::{
            JsonBytes, Query, caller, language, parse_json, parse_json_in_place, partner_with,
        },
        limits::{LimitHeaders, RATE_LIMIT, RATE_LIMIT_POLICY},
        payer::Payer,
        state::{MAX_ITEMS, State},
    },
    present::{
        answer::{CheckResult, VerdictWord, present},
        json::{IdentifierInput, Shape},
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::{
        RegistryError,
        caller::Caller,
        ledger::signing::{ReceiptAlgorithm, ReceiptItem},
        told::Told,
    },
};

/// The member that makes a body hold several questions.
const ITEMS: &[u8] = b"\"items\"";

/// Several questions, or one.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum CheckRequest {
    Many(ManyItems),
    One(Box<IdentifierInput>),
}

/// Several questions.
// Generated clients try the choices by name: the one that wants a member has to come first.
#[derive(ToSchema)]
#[schema(as = CheckItems)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct ManyItems {
    /// At most 100, with a partner's token 10,000.
    #[schema(min_items = 1, max_items = 10000)]
    items: Vec<IdentifierInput>,
}

/// Whether there are several questions; none is read yet.
#[derive(Deserialize)]
struct Probe {
    items: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Items<'b> {
    #[serde(borrow)]
    items: Vec<&'b RawValue>,
}

/// What the answers hold for.
#[derive(Serialize, ToSchema)]
pub struct AsOf {
    /// Public changes that are in the answers.
    pub ledger_size: u64,
    #[schema(format = DateTime)]
    pub at: String,
}

/// Answers, in the order of the questions.
#[derive(Serialize, ToSchema)]
pub struct CheckResponse {
    pub results: Vec<CheckResult>,
    pub as_of: AsOf,
    /// A signed statement of verdicts, digests of keys, time and ledger size (JWS, `check-receipt+jwt`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub receipt: Option<String>,
}

/// Whether the answer is to be signed, and how.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
pub enum Receipt {
    /// It is not.
    #[default]
    #[serde(rename = "0")]
    None,
    /// With Ed25519 (`EdDSA`, RFC 8037), as the ledger is.
    #[serde(rename = "1")]
    EdDsa,
    /// With ECDSA on P-256 (`ES256`, RFC 7518), for libraries that verify no Ed25519.
    #[serde(rename = "ES256")]
    Es256,
}

impl Receipt {
    const fn algorithm(self) -> Option<ReceiptAlgorithm> {
        match self {
            Self::None => None,
            Self::EdDsa => Some(ReceiptAlgorithm::EdDsa),
            Self::Es256 => Some(ReceiptAlgorithm::Es256),
        }
    }
}

/// Whether the answer is to be signed, and how.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReceiptQuery {
    /// `1` or `ES256`: adds a receipt, a signed statement of what was answered. It can be shown later. `1` signs with Ed25519,
    /// `ES256` with ECDSA on P-256.
    #[serde(default)]
    #[param(inline)]
    receipt: Receipt,
}

/// Checks identifiers before money moves.
///
/// Free text, fields, a key or a VietQR payload; one, or up to 100 as `items` (a partner with the
/// scope `check:bulk`: 10,000). An item that can't be read is answered as `unreadable`, the rest
/// still are. Nothing of it is logged or stored.
#[utoipa::path(
    operation_id = "check_identifiers",
    tag = "check",
    request_body = CheckRequest,
    params(ReceiptQuery, ("Accept-Language" = Option<String>, Header, description = "`vi` (default) or `en`")),
    responses(
        (status = 200, content((CheckResponse = "application/json"), (String = "text/plain")), headers(
            ("Canhgiac-Verdict" = String, description = "the verdict of a single question")
        )),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security((), ("partner" = ["check:bulk"]), ("partner_secret" = [])),
)]
#[post("/v1/check")]
pub async fn check(
    request: HttpRequest,
    state: web::Data<State>,
    query: Query<ReceiptQuery>,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    let signed = query.0.receipt.algorithm();
    let partner = partner(&request, &state)?;
    let items = read_body(body.0).await?;
    let most = if partner.is_some() {
        MAX_PARTNER_ITEMS as usize
    } else {
        MAX_ITEMS
    };
    count_within(items.len(), most)?;
    answer(&request, &state, partner.as_ref(), items, signed).await
}

/// One check, for simple clients.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OneQuery {
    /// Free text, as in `POST`.
    #[param(example = "0950 001 001")]
    q: String,
    /// As in `POST`.
    #[serde(default)]
    #[param(inline)]
    receipt: Receipt,
}

/// Checks one identifier, for simple clients. The same answer as `POST`.
#[utoipa::path(
    operation_id = "check_identifier",
    tag = "check",
    params(OneQuery, ("Accept-Language" = Option<String>, Header, description = "`vi` (default) or `en`")),
    responses(
        (status = 200, content((CheckResponse = "application/json"), (String = "text/plain")), headers(
            ("Canhgiac-Verdict" = String, description = "the verdict of a single question")
        )),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[get("/v1/check")]
pub async fn check_one(
    request: HttpRequest,
    state: web::Data<State>,
    query: Query<OneQuery>,
) -> Result<HttpResponse, Problem> {
    let signed = query.0.receipt.algorithm();
    let partner = partner(&request, &state)?;
    let item = IdentifierInput {
        q: Some(query.0.q),
        ..IdentifierInput::default()
    };
    answer(&request, &state, partner.as_ref(), vec![item], signed).await
}

/// The partner behind the token, if one was sent. A person's token is as good as none.
pub(super) fn partner(
    request: &HttpRequest,
    state: &State,
) -> Result<Option<PartnerCaller>, Problem> {
    match caller(request, state)? {
        None | Some(Caller::Person(_)) => Ok(None),
        Some(partner @ Caller::Partner(_)) => partner_with(partner, Scope::CheckBulk).map(Some),
    }
}

/// Bytes of JSON that are as quickly taken apart as one question is read: a hundred numbers with words around them.
const JSON_OF_ONE: usize = 32 << 10;

/// One question or several.
pub(super) async fn read_body(bytes: Bytes) -> Result<Vec<IdentifierInput>, Problem> {
    let worth = bytes.len().div_ceil(JSON_OF_ONE);
    work(worth, move || questions(&bytes)).await
}

/// Only a body that speaks of `items` and can't be read as several is looked at again.
fn questions(bytes: &[u8]) -> Result<Vec<IdentifierInput>, Problem> {
    let speaks_of_items = bytes.windows(ITEMS.len()).any(|window| window == ITEMS);
    if speaks_of_items {
        match parse_json_in_place::<Items>(bytes) {
            Ok(Items { items }) => return Ok(items.into_iter().map(question).collect()),
            Err(wrong) if parse_json::<Probe>(bytes)?.items.is_some() => return Err(wrong),
            Err(_) => {}
        }
    }
    Ok(vec![parse_json::<IdentifierInput>(bytes)?])
}

/// One of several questions. What is none asks nothing, and is answered as malformed.
fn question(raw: &RawValue) -> IdentifierInput {
    parse_json(raw.get().as_bytes()).unwrap_or_default()
}

/// Refuses no questions, and more than `most`.
pub(super) fn count_within(count: usize, most: usize) -> Result<(), Problem> {
    if (1..=most).contains(&count) {
        return Ok(());
    }
    Err(Problem::new(ProblemCode::TooManyItems).field(
        "/items",
        if count == 0 { "required" } else { "too-many" },
        "1 … 100; đối tác 1 … 10.000. / 1 to 100; partners 1 to 10,000.",
    ))
}

/// Reads questions. One of several that does not say what is asked is malformed, and the others are answered.
///
/// # Errors
/// 422 for a single one that does not say what is asked.
pub(super) fn read_all(items: &[IdentifierInput]) -> Result<Vec<Read>, Problem> {
    if let [only] = items {
        return Ok(vec![only.findings().map_err(bad_shape)?]);
    }
    let malformed = |_| Findings::from(Err(Reason::Malformed.into()));
    let one = |input: &IdentifierInput| input.findings().unwrap_or_else(malformed);
    Ok(items.iter().map(one).collect())
}

/// Reads, looks up and answers.
async fn answer(
    request: &HttpRequest,
    state: &web::Data<State>,
    partner: Option<&PartnerCaller>,
    items: Vec<IdentifierInput>,
    signed: Option<ReceiptAlgorithm>,
) -> Result<HttpResponse, Problem> {
    let payer = Payer::of(state.address(request), partner);
    let items = Arc::new(items);
    let questions = Arc::clone(&items);
    let (many, lang, form) = (items.len(), language(request), Form::of(request));
    let answered = ask(state, payer, many, move || read_all(&questions)).await?;
    let (state, items) = (state.clone(), Arc::unwrap_or_clone(items));
    let written = work(many, move || {
        write(&state, items, answered, (lang, form), signed)
    })
    .await?;
    Ok(respond(written, lang))
}

/// An answer that is written out, and what it leaves the payer.
pub(super) struct Written {
    body: Vec<u8>,
    form: Form,
    verdict: Option<&'static str>,
    headers: LimitHeaders,
}

/// Writes the answers to what was asked.
///
/// # Errors
/// 503 when a receipt is wanted and can't be signed.
pub(super) fn write(
    state: &State,
    items: Vec<IdentifierInput>,
    answered: Answered,
    (lang, form): (Lang, Form),
    signed: Option<ReceiptAlgorithm>,
) -> Result<Written, Problem> {
    let receipt = signed
        .map(|algorithm| receipt(state, &answered, algorithm))
        .transpose()?;
    let told = &answered.told;
    let whole = || CheckResponse {
        results: results(&state.issuer.url, items, told, lang),
        as_of: as_of(answered.ledger_size, answered.at),
        receipt,
    };
    Ok(Written {
        body: form.write(told, whole)?,
        form,
        verdict: single(told),
        headers: answered.taken.headers(),
    })
}

/// The answers beside what was asked.
pub(super) fn results(
    public_url: &str,
    items: Vec<IdentifierInput>,
    told: &[Told],
    lang: Lang,
) -> Vec<CheckResult> {
    let pairs = items.into_iter().zip(told);
    pairs
        .map(|(input, told)| present(public_url, input, told, lang))
        .collect()
}

/// The answer as it is sent.
pub(super) fn respond(written: Written, lang: Lang) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(lang.as_str()),
        ))
        .insert_header((RATE_LIMIT, written.headers.rate_limit))
        .insert_header((RATE_LIMIT_POLICY, written.headers.policy));
    name_verdict(&mut response, written.verdict);
    written.form.name(&mut response);
    response.body(written.body)
}

/// Signs what is answered.
fn receipt(
    state: &State,
    answered: &Answered,
    algorithm: ReceiptAlgorithm,
) -> Result<String, RegistryError> {
    let item = |told: &Told| {
        let key = told.first.identifier().map(Identifier::key);
        let verdict = VerdictWord::of(&told.first).as_str();
        ReceiptItem::new(verdict, key.as_ref().map(Key::as_str))
    };
    let items: Vec<ReceiptItem> = answered.told.iter().map(item).collect();
    let (registry, issuer) = (&state.registry, &state.issuer.url);
    let (size, at) = (answered.ledger_size, answered.at);
    registry.receipt(issuer, size, &items, algorithm, at)
}

pub(super) fn as_of(ledger_size: u64, now: Time) -> AsOf {
    AsOf {
        ledger_size,
        at: now.rfc3339(),
    }
}

fn bad_shape(shape: Shape) -> Problem {
    Problem::new(ProblemCode::Validation).field(
        format!("/{}", shape.field),
        shape.code,
        shape.words("q, hoặc kind và các mục của nó / q, or kind with its fields"),
    )
}

#[cfg(test)]
mod tests;
