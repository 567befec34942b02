//! `/v1/listings`: proposing, reading, deciding.

use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, http::header, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::{self, ListingJson};
use crate::{
    access::capability::{Officer, Reader, Supervisor},
    domain::{
        identifier::Identifier,
        listing::{Decision, Listing, Status},
        message::Lang,
        method::MethodId,
        unit::UnitCode,
    },
    http::{
        extract::{Id, Json, JsonBytes, Language, Person, Query, receipt},
        headers,
        if_match::IfMatch,
        state::State,
    },
    present::{
        json::{IdentifierInput, object},
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::{
        RegistryError,
        listing::{Filter, Proposal, note, required_reason},
    },
};

/// A proposal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalBody {
    #[serde(deserialize_with = "object")]
    identifier: IdentifierInput,
    /// Slug of a method.
    #[schema(example = "gia_danh_cong_an")]
    method: String,
    /// Code of the unit that answers for it; the officer's own when not given.
    #[serde(default)]
    #[schema(pattern = "^([0-9]{2}|[0-9]{5}|VN)$")]
    unit: Option<String>,
    /// Id of a case.
    #[serde(default)]
    case: Option<String>,
    /// What supports it; only officers see it. It can be erased.
    #[serde(default)]
    #[schema(max_length = 4000)]
    evidence: String,
}

/// Proposes a listing. It is not public until a second officer confirms it.
#[utoipa::path(
    operation_id = "propose_listing",
    tag = "listings",
    request_body = ProposalBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "same key and body, same answer")),
    responses(
        (status = 201, body = ListingJson, headers(("Location"), ("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/listings")]
pub async fn propose(
    request: HttpRequest,
    state: web::Data<State>,
    person: Person,
    lang: Language,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    let officer = Officer::of(&person.0)?;
    let body: Json<ProposalBody> = body.read()?;
    let proposal = read_proposal(&body.value)?;
    let caller = officer.user_id().to_string();
    let receipt = receipt(&request, &caller, &body.bytes)?;
    let now = state.now();
    let registry = state.registry.clone();
    let listing =
        State::blocking(move || registry.propose(&officer, proposal, receipt, now)).await?;
    Ok(answer(StatusCode::CREATED, &listing, lang.0))
}

fn read_proposal(body: &ProposalBody) -> Result<Proposal, Problem> {
    let identifier = read_identifier(&body.identifier)?;
    if body.case.is_some() {
        return Err(Problem::new(ProblemCode::UnknownCase));
    }
    Ok(Proposal {
        identifier,
        method: MethodId::parse(&body.method)
            .map_err(|_| Problem::new(ProblemCode::UnknownMethod))?,
        unit: read_unit(body.unit.as_deref())?,
        evidence: note("/evidence", &body.evidence)?,
    })
}

pub(super) fn read_identifier(given: &IdentifierInput) -> Result<Identifier, Problem> {
    let read = given.read().map_err(|shape| {
        let pointer = format!("/identifier/{}", shape.field);
        Problem::new(ProblemCode::Validation).field(
            pointer,
            shape.code,
            shape.words("q, hoặc kind / q, or kind"),
        )
    })?;
    Ok(read.map_err(RegistryError::from)?)
}

pub(super) fn read_unit(code: Option<&str>) -> Result<Option<UnitCode>, Problem> {
    code.map(|code| UnitCode::parse(code).map_err(|_| Problem::new(ProblemCode::UnknownUnit)))
        .transpose()
}

pub(super) fn answer(status: StatusCode, listing: &Listing, lang: Lang) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    if status == StatusCode::CREATED {
        response.insert_header((header::LOCATION, format!("/v1/listings/{}", listing.id)));
    }
    response
        .insert_header((header::ETAG, view::etag(listing.version)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(view::listing(listing, lang))
}

/// Which listings.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    #[param(inline)]
    status: Option<Status>,
    /// This unit and those below it.
    unit: Option<String>,
    /// A key, or a number in any spelling.
    key: Option<String>,
    /// Slug of a method.
    method: Option<String>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    cursor: Option<String>,
}

/// A page of listings, newest first.
#[derive(Serialize, ToSchema)]
pub struct ListingPage {
    pub items: Vec<ListingJson>,
    pub next_cursor: Option<String>,
}

/// Listings, newest first: those of the own unit and below, and elsewhere what is or was public. A
/// page can hold fewer items than asked for while `next_cursor` still goes on.
#[utoipa::path(
    operation_id = "list_listings",
    tag = "listings",
    params(ListQuery),
    responses(
        (status = 200, body = ListingPage),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/listings")]
pub async fn list(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Problem> {
    let reader = Reader::of(&person.0)?;
    let query = query.0;
    let limit = view::limit(query.limit)?;
    let before = view::cursor(query.cursor.as_deref())?;
    let filter = Filter {
        by: None,
        status: query.status,
        unit: read_unit(query.unit.as_deref())?,
        key: query
            .key
            .as_deref()
            .map(|text| Identifier::parse(text).map(|identifier| identifier.key()))
            .transpose()
            .map_err(crate::registry::RegistryError::from)?,
        method: query
            .method
            .as_deref()
            .map(|slug| MethodId::parse(slug).map_err(|_| Problem::new(ProblemCode::UnknownMethod)))
            .transpose()?,
    };
    let registry = state.registry.clone();
    let page = State::blocking(move || {
        let page = registry.listings(&reader, &filter, before, limit)?;
        registry.note_opened(&reader, &page.items);
        Ok::<_, RegistryError>(page)
    })
    .await?;
    let body = ListingPage {
        items: page
            .items
            .iter()
            .map(|l| view::listing(l, lang.0))
            .collect(),
        next_cursor: page.next.map(|id| id.to_string()),
    };
    Ok(headers::private_json(StatusCode::OK, &body))
}

/// One listing with its history.
#[utoipa::path(
    operation_id = "get_listing",
    tag = "listings",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, body = ListingJson, headers(("ETag"))),
        (status = 304),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/listings/{id}")]
pub async fn get(
    request: HttpRequest,
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
) -> Result<HttpResponse, Problem> {
    let reader = Reader::of(&person.0)?;
    let registry = state.registry.clone();
    let listing = State::blocking(move || registry.listing(&reader, id.0)).await?;
    if headers::is_unchanged(&request, &view::etag(listing.version)) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, view::etag(listing.version)))
            .finish());
    }
    Ok(answer(StatusCode::OK, &listing, lang.0))
}

/// Why something is done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    /// Only officers see it.
    #[schema(min_length = 1, max_length = 4000)]
    pub(super) reason: String,
}

/// What every decision needs.
pub struct DecisionRequest {
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
    version: IfMatch,
    body: JsonBytes,
}

async fn decide(request: DecisionRequest, decision: Decision) -> Result<HttpResponse, Problem> {
    let now = request.state.now();
    // The role first, then what the request lacks, and only then the second factor: nobody is asked
    // for a code for something that would be refused anyway.
    Supervisor::of(&request.person.0)?;
    let version = request.version.required()?;
    let body: Json<ReasonBody> = request.body.read()?;
    let reason = required_reason(&body.value.reason)?;
    let supervisor = Supervisor::fresh(&request.person.0, now)?;
    let registry = request.state.registry.clone();
    let listing = State::blocking(move || {
        registry.decide(&supervisor, request.id.0, version, decision, reason, now)
    })
    .await?;
    Ok(answer(StatusCode::OK, &listing, request.lang.0))
}

macro_rules! decision {
    ($(#[$doc:meta])* $name:ident, $operation:literal, $path:literal, $decision:expr) => {
        $(#[$doc])*
        #[utoipa::path(
            operation_id = $operation,
            tag = "listings",
            params(
                ("id" = uuid::Uuid, Path),
                ("If-Match" = String, Header, description = "the `ETag` of the content decided upon"),
            ),
            request_body = ReasonBody,
            responses(
                (status = 200, body = ListingJson, headers(("ETag"))),
                (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
                (status = 503, body = ProblemBody, content_type = "application/problem+json"),
            ),
            security(("officer" = [])),
        )]
        #[post($path)]
        pub async fn $name(
            state: web::Data<State>,
            person: Person,
            lang: Language,
            id: Id,
            version: IfMatch,
            body: JsonBytes,
        ) -> Result<HttpResponse, Problem> {
            let request = DecisionRequest { state, person, lang, id, version, body };
            decide(request, $decision).await
        }
    };
}

decision!(
    /// Confirms a proposal: it is public from now. Never by its proposer.
    confirm, "confirm_listing", "/v1/listings/{id}/confirm", Decision::Confirm
);
decision!(
    /// Rejects a proposal.
    reject, "reject_listing", "/v1/listings/{id}/reject", Decision::Reject
);
decision!(
    /// Prolongs a listing on new evidence.
    renew, "renew_listing", "/v1/listings/{id}/renew", Decision::Renew
);
decision!(
    /// Takes a listing off.
    delist, "delist_listing", "/v1/listings/{id}/delist", Decision::Delist
);

/// Takes back one's own proposal, while nobody has decided on it.
#[utoipa::path(
    operation_id = "withdraw_listing",
    tag = "listings",
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, body = ListingJson, headers(("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/listings/{id}/withdraw")]
pub async fn withdraw(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    id: Id,
) -> Result<HttpResponse, Problem> {
    let officer = Officer::of(&person.0)?;
    let (registry, now) = (state.registry.clone(), state.now());
    let listing = State::blocking(move || registry.withdraw(&officer, id.0, now)).await?;
    Ok(answer(StatusCode::OK, &listing, lang.0))
}
