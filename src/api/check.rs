//! `POST` and `GET /v1/check`.

use actix_web::{HttpRequest, HttpResponse, get, http::header, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::capability::PartnerCaller,
    domain::{
        identifier::{Identifier, Kind, Unreadable},
        message::{self, Lang},
        partner::Scope,
        time::Time,
    },
    http::{
        extract::{JsonBytes, Query, bearer, language, parse_json},
        json::{self, IdentifierInput, IdentifierJson, PublicListing, Shape},
        problem::{Problem, ProblemBody},
        problem_catalogue,
        state::{MAX_PARTNER_ITEMS, State},
    },
    registry::check::{Checked, Verdict},
};

/// Most items in an anonymous check.
pub const MAX_ITEMS: usize = 100;

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
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct ManyItems {
    /// At most 100, with a partner's token 10,000.
    #[schema(min_items = 1, max_items = 10000)]
    items: Vec<IdentifierInput>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Items {
    items: Vec<IdentifierInput>,
}

/// What a check says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictWord {
    /// Police confirmed it.
    Listed,
    /// A protected identifier.
    Official,
    /// No information yet, which does not mean safe.
    NoRecord,
    /// Not one identifier; see `problem` and `suggestions`.
    Unreadable,
}

impl VerdictWord {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Official => "official",
            Self::NoRecord => "no_record",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Whose official number it is.
#[derive(Serialize, ToSchema)]
pub struct OfficialJson {
    pub name: String,
}

/// A listing of an account number at one bank.
#[derive(Serialize, ToSchema)]
pub struct MatchJson {
    pub identifier: IdentifierJson,
    pub listing: PublicListing,
}

/// Why an item was not read.
#[derive(Serialize, ToSchema)]
pub struct ItemProblem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: &'static str,
    pub status: u16,
    pub code: &'static str,
    pub detail: String,
}

/// The answer to one question.
#[derive(Serialize, ToSchema)]
pub struct CheckResult {
    /// The question as it was sent.
    pub input: IdentifierInput,
    /// What was understood; `null` when nothing was.
    pub identifier: Option<IdentifierJson>,
    pub verdict: VerdictWord,
    /// An appeal against the listing is open.
    pub disputed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub listing: Option<PublicListing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub official: Option<OfficialJson>,
    /// What a person should be told.
    pub message: String,
    /// What to do now.
    pub advice: Vec<&'static str>,
    /// What could have been meant, for a person to choose from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub suggestions: Vec<IdentifierJson>,
    /// The bank was not given; `matches` holds what is known of the number at any bank.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub bank_missing: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub matches: Vec<MatchJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub problem: Option<ItemProblem>,
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
}

/// Checks identifiers before money moves.
///
/// Free text, fields, a key or a VietQR payload; one, or up to 100 as `items` (a partner with the
/// scope `check:bulk`: 10,000). An item that can't be read is answered as `unreadable`, the rest
/// still are. Nothing of it is logged or stored.
#[utoipa::path(
    tag = "check",
    request_body = CheckRequest,
    params(("Accept-Language" = Option<String>, Header, description = "`vi` (default) or `en`")),
    responses(
        (status = 200, body = CheckResponse),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security((), ("partner" = ["check:bulk"])),
)]
#[post("/v1/check")]
pub async fn check(
    request: HttpRequest,
    state: web::Data<State>,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    let partner = partner(&request, &state)?;
    let items = read_body(&body.0)?;
    let most = if partner.is_some() {
        MAX_PARTNER_ITEMS as usize
    } else {
        MAX_ITEMS
    };
    if items.is_empty() || items.len() > most {
        return Err(Problem::new("too-many-items").field(
            "/items",
            if items.is_empty() {
                "required"
            } else {
                "too-many"
            },
            "1 … 100; đối tác 1 … 10.000. / 1 to 100; partners 1 to 10,000.",
        ));
    }
    answer(&request, &state, partner, items)
}

/// One check, for simple clients.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OneQuery {
    /// Free text, as in `POST`.
    #[param(max_length = 1000)]
    q: String,
}

/// Checks one identifier, for simple clients. The same answer as `POST`.
#[utoipa::path(
    tag = "check",
    params(OneQuery, ("Accept-Language" = Option<String>, Header, description = "`vi` (default) or `en`")),
    responses(
        (status = 200, body = CheckResponse),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[get("/v1/check")]
pub async fn check_one(
    request: HttpRequest,
    state: web::Data<State>,
    query: Query<OneQuery>,
) -> Result<HttpResponse, Problem> {
    let partner = partner(&request, &state)?;
    let item = IdentifierInput {
        q: Some(query.0.q),
        ..IdentifierInput::default()
    };
    answer(&request, &state, partner, vec![item])
}

/// The partner behind the token, if one was sent. A person's token is as good as none.
fn partner(request: &HttpRequest, state: &State) -> Result<Option<PartnerCaller>, Problem> {
    let Some(token) = bearer(request) else {
        return Ok(None);
    };
    let now = state.now();
    match state
        .registry
        .partner_caller(&state.issuer, token, Some(Scope::CheckBulk), now)
    {
        Ok(partner) => Ok(Some(partner)),
        Err(error) => match state.registry.signed_in(&state.issuer, token, now) {
            Ok(_) => Ok(None),
            Err(_) => Err(error.into()),
        },
    }
}

/// One question or several. Only a body that speaks of `items` is looked at twice.
fn read_body(bytes: &[u8]) -> Result<Vec<IdentifierInput>, Problem> {
    let speaks_of_items = bytes.windows(ITEMS.len()).any(|window| window == ITEMS);
    if speaks_of_items
        && parse_json::<serde_json::Value>(bytes)?
            .get("items")
            .is_some()
    {
        return Ok(parse_json::<Items>(bytes)?.items);
    }
    Ok(vec![parse_json::<IdentifierInput>(bytes)?])
}

fn answer(
    request: &HttpRequest,
    state: &State,
    partner: Option<PartnerCaller>,
    items: Vec<IdentifierInput>,
) -> Result<HttpResponse, Problem> {
    let lang = language(request);
    let now = state.now();
    let ledger_size = state.registry.index().ledger_size();
    let many = items.len() > 1;
    let mut cost = 0u32;
    let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
    let mut results = Vec::with_capacity(items.len());
    for (place, input) in items.into_iter().enumerate() {
        let read = input
            .read()
            .map_err(|shape| bad_shape(shape, many.then_some(place)))?;
        let checked = state.registry.check(read, now);
        let result = present(&state.issuer.url, input, checked, lang);
        cost += match result.verdict {
            VerdictWord::NoRecord => state.limits.cost_no_record,
            _ => state.limits.cost_hit,
        };
        results.push(result);
    }
    // Taken when the cost is known; without enough tokens the whole answer is withheld.
    let taken = match &partner {
        Some(partner) => {
            state.limits.partner(partner.partner_id())?;
            state.limits.partner_checks(partner.partner_id(), count)
        }
        None => state.limits.anonymous(state.address(request), cost),
    };
    let taken = taken.map_err(|exceeded| {
        state.metrics.rate_limited(if partner.is_some() {
            "partner"
        } else {
            "anonymous"
        });
        Problem::from(exceeded)
    })?;
    for result in &results {
        state.metrics.checks(result.verdict.as_str(), 1);
    }
    let headers = taken.headers();
    let body = CheckResponse {
        results,
        as_of: as_of(ledger_size, now),
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_LANGUAGE, lang.as_str()))
        .insert_header(("RateLimit", headers.rate_limit))
        .insert_header(("RateLimit-Policy", headers.policy))
        .json(body))
}

fn as_of(ledger_size: u64, now: Time) -> AsOf {
    AsOf {
        ledger_size,
        at: now.rfc3339(),
    }
}

fn bad_shape(shape: Shape, place: Option<usize>) -> Problem {
    let pointer = match place {
        Some(place) => format!("/items/{place}/{}", shape.field),
        None => format!("/{}", shape.field),
    };
    Problem::new("validation").field(
        pointer,
        shape.code,
        "q, hoặc kind và các mục của nó / q, or kind with its fields",
    )
}

/// The answer to one question. `public_url` is where problems are explained.
pub fn present(
    public_url: &str,
    input: IdentifierInput,
    checked: Checked,
    lang: Lang,
) -> CheckResult {
    match checked {
        Checked::One {
            identifier,
            verdict,
        } => one(input, &identifier, verdict, lang),
        Checked::AtSomeBank(found) => at_some_bank(input, &found, lang),
        Checked::Unreadable(unreadable) => unreadable_item(public_url, input, &unreadable, lang),
    }
}

fn empty(input: IdentifierInput, verdict: VerdictWord) -> CheckResult {
    CheckResult {
        input,
        identifier: None,
        verdict,
        disputed: false,
        listing: None,
        official: None,
        message: String::new(),
        advice: Vec::new(),
        suggestions: Vec::new(),
        bank_missing: false,
        matches: Vec::new(),
        problem: None,
    }
}

/// The message for a listing, and that it is disputed where it is.
pub(super) fn listed_message(
    code: &str,
    identifier: &Identifier,
    live: &crate::store::schema::Live,
    lang: Lang,
) -> String {
    let (method, unit) = (json::method(live.method, lang), json::unit(live.unit, lang));
    let until = day(live.valid_until, lang);
    let bank = match identifier {
        Identifier::Account(account) => {
            crate::domain::bank::by_bin(account.bank()).map_or("", |bank| bank.short_name)
        }
        _ => "",
    };
    let number = match identifier {
        Identifier::Account(account) if code == "listed.at_some_bank" => {
            account.number().as_str().to_owned()
        }
        other => other.display(),
    };
    let mut text = message::fill(
        message::text(code, lang),
        &[
            ("number", &number),
            ("name", bank),
            ("method", method.name),
            ("unit", unit.name),
            ("until", &until),
        ],
    );
    if live.disputed {
        text.push(' ');
        text.push_str(message::text("disputed", lang));
    }
    text
}

/// A date as people write it: `23/11/2026`, in English `2026-11-23`.
pub(super) fn day(time: Time, lang: Lang) -> String {
    let text = time.rfc3339();
    match (lang, text.get(..4), text.get(5..7), text.get(8..10)) {
        (Lang::Vi, Some(year), Some(month), Some(day)) => format!("{day}/{month}/{year}"),
        (_, Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => text,
    }
}

fn one(
    input: IdentifierInput,
    identifier: &Identifier,
    verdict: Verdict,
    lang: Lang,
) -> CheckResult {
    let kind: Kind = identifier.kind();
    let mut result = match verdict {
        Verdict::Listed(live) => {
            let code = format!("listed.{}", kind.as_str());
            let mut result = empty(input, VerdictWord::Listed);
            result.message = listed_message(&code, identifier, &live, lang);
            result.advice = message::advice(&code, lang);
            result.disputed = live.disputed;
            result.listing = Some(json::public_listing(&live, lang));
            result
        }
        Verdict::Official(name) => {
            let name = match lang {
                Lang::Vi => name.vi,
                Lang::En => name.en,
            };
            let mut result = empty(input, VerdictWord::Official);
            result.message = message::fill(message::text("official", lang), &[("name", &name)]);
            result.advice = message::advice("official", lang);
            result.official = Some(OfficialJson { name });
            result
        }
        Verdict::NoRecord => {
            let mut result = empty(input, VerdictWord::NoRecord);
            let code = format!("no_record.{}", kind.as_str());
            result.message = message::text(&code, lang).to_owned();
            result.advice = message::advice("no_record", lang);
            result
        }
    };
    result.identifier = Some(json::identifier(identifier));
    result
}

fn at_some_bank(
    input: IdentifierInput,
    found: &[(Identifier, crate::store::schema::Live)],
    lang: Lang,
) -> CheckResult {
    let mut result = empty(input, VerdictWord::Listed);
    result.bank_missing = true;
    if let Some((identifier, live)) = found.first() {
        result.message = listed_message("listed.at_some_bank", identifier, live, lang);
        result.identifier = Some(json::identifier(identifier));
        result.listing = Some(json::public_listing(live, lang));
        result.disputed = live.disputed;
    }
    result.advice = message::advice("listed.account", lang);
    result.matches = found
        .iter()
        .map(|(identifier, live)| MatchJson {
            identifier: json::identifier(identifier),
            listing: json::public_listing(live, lang),
        })
        .collect();
    result
}

fn unreadable_item(
    public_url: &str,
    input: IdentifierInput,
    unreadable: &Unreadable,
    lang: Lang,
) -> CheckResult {
    let code = unreadable.reason.code();
    let mut result = empty(input, VerdictWord::Unreadable);
    result.message = if unreadable.suggestions.is_empty() {
        message::text(&format!("unreadable.{code}"), lang).to_owned()
    } else {
        message::text("ask.which", lang).to_owned()
    };
    result.advice = message::advice("unreadable", lang);
    result.suggestions = unreadable
        .suggestions
        .iter()
        .map(json::identifier)
        .collect();
    result.problem = problem_catalogue::find(code).map(|kind| ItemProblem {
        kind: problem_catalogue::type_uri(code, public_url),
        title: match lang {
            Lang::Vi => kind.title_vi,
            Lang::En => kind.title_en,
        },
        status: kind.status,
        code: kind.code,
        detail: message::text(&format!("unreadable.{code}"), lang).to_owned(),
    });
    result
}
