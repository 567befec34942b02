//! `/v1/partners`, for administrators; auditors may read.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    patch, post, web,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    partner_keys::{self, KeyBody},
    users::PageQuery,
    view,
};
use crate::{
    access::capability::{Admin, Auditor},
    domain::{
        client_key::ClientKeys,
        identifier::{Kind, Kinds},
        partner::{Partner, PartnerKind, PartnerStatus, Scope},
    },
    http::{
        extract::{Id, Json, JsonBytes, Person, Query, receipt},
        headers,
        if_match::IfMatch,
        partner_activity::CopyState,
        state::State,
    },
    present::problem::{Problem, ProblemBody},
    registry::partners::{NewPartner, PartnerEdit},
};

/// A new partner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPartnerBody {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    kind: PartnerKind,
    scopes: Vec<Scope>,
    /// Kinds of identifier that its feed holds; all when not given.
    #[serde(default)]
    kinds: Option<Vec<Kind>>,
    /// What its program signs assertions with (`private_key_jwt`): a JWK, a JWK set of up to 4 keys, a public key in PEM, or an
    /// Ed25519 key as 32 bytes in base64url.
    #[serde(default)]
    public_key: Option<KeyBody>,
    /// Why: for the audit trail.
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
}

/// A partner.
#[derive(Serialize, ToSchema)]
pub struct PartnerJson {
    pub id: Uuid,
    /// The same as `id`.
    pub client_id: Uuid,
    pub name: String,
    pub kind: PartnerKind,
    pub scopes: Vec<Scope>,
    /// Kinds of identifier that its feed holds.
    pub kinds: Vec<Kind>,
    pub status: PartnerStatus,
    /// Its key, if it has one Ed25519 key without a `kid`.
    pub public_key: Option<String>,
    /// All of its keys as a JWK set (RFC 7517), if it has any.
    #[schema(value_type = Option<Object>)]
    pub jwks: Option<Value>,
    pub version: u32,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Until when the secret before the present one is good too.
    #[schema(format = DateTime)]
    pub old_secret_until: Option<String>,
    /// When it last pulled the feed since the service started.
    #[schema(format = DateTime)]
    pub last_pull: Option<String>,
    /// What it last said of its copy since the service started.
    pub last_ack: Option<AckedJson>,
}

/// What a partner said of its copy.
#[derive(Serialize, ToSchema)]
pub struct AckedJson {
    /// Ledger size applied.
    pub applied: u64,
    pub state: CopyState,
    #[schema(format = DateTime)]
    pub at: String,
}

/// A partner with its secret.
#[derive(Serialize, ToSchema)]
pub struct PartnerSecretJson {
    #[serde(flatten)]
    pub partner: PartnerJson,
    /// To be handed to the partner; shown only now.
    pub client_secret: String,
}

fn view_of(partner: &Partner, state: &State) -> PartnerJson {
    let seen = state.partners_seen.of(partner.id);
    PartnerJson {
        id: partner.id,
        client_id: partner.id,
        name: partner.name.clone(),
        kind: partner.kind,
        scopes: partner.scopes.clone(),
        kinds: partner.kinds.iter().collect(),
        status: partner.status,
        public_key: partner_keys::single(&partner.keys),
        jwks: partner_keys::jwks(&partner.keys),
        version: partner.version,
        created_at: partner.created_at.rfc3339(),
        old_secret_until: partner
            .old_secret_until
            .filter(|until| state.now() < *until)
            .map(|until| until.rfc3339()),
        last_pull: seen.pulled.map(|at| at.rfc3339()),
        last_ack: seen.ack.map(|ack| AckedJson {
            applied: ack.applied,
            state: ack.state,
            at: ack.at.rfc3339(),
        }),
    }
}

fn with_secret(status: StatusCode, partner: &Partner, secret: &str, state: &State) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    if status == StatusCode::CREATED {
        response.insert_header((header::LOCATION, format!("/v1/partners/{}", partner.id)));
    }
    response
        .insert_header((header::ETAG, view::etag(partner.version)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(PartnerSecretJson {
            partner: view_of(partner, state),
            client_secret: secret.to_owned(),
        })
}

fn answer(partner: &Partner, state: &State) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::ETAG, view::etag(partner.version)))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(view_of(partner, state))
}

/// Adds a partner; the answer holds its secret.
#[utoipa::path(
    operation_id = "add_partner",
    tag = "administration",
    request_body = NewPartnerBody,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = 201, body = PartnerSecretJson, headers(("Location"), ("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/partners")]
pub async fn add(
    request: HttpRequest,
    state: web::Data<State>,
    person: Person,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    Admin::of(&person.0)?;
    let body: Json<NewPartnerBody> = body.read()?;
    let receipt = receipt(&request, &person.0.user().id.to_string(), &body.bytes)?;
    let new = NewPartner {
        keys: body
            .value
            .public_key
            .map_or(Ok(ClientKeys::None), KeyBody::read)?,
        name: body.value.name,
        kind: body.value.kind,
        scopes: body.value.scopes,
        kinds: body.value.kinds.map_or(Kinds::ALL, Kinds::from_iter),
    };
    let reason = body.value.reason;
    let (registry, now) = (state.registry.clone(), state.now());
    let admin = Admin::fresh(&person.0, now)?;
    let (partner, secret) =
        State::blocking(move || registry.add_partner(&admin, new, &reason, receipt, now)).await?;
    Ok(with_secret(StatusCode::CREATED, &partner, &secret, &state))
}

/// A page of partners.
#[derive(Serialize, ToSchema)]
pub struct PartnerPage {
    pub items: Vec<PartnerJson>,
    pub next_cursor: Option<String>,
}

/// Partners, with when each last pulled.
#[utoipa::path(
    operation_id = "list_partners",
    tag = "administration",
    params(PageQuery),
    responses(
        (status = 200, body = PartnerPage),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/partners")]
pub async fn list(
    state: web::Data<State>,
    person: Person,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let reader = Auditor::of(&person.0)?;
    let limit = view::limit(query.0.limit)?;
    let after = view::cursor(query.0.cursor.as_deref())?;
    let registry = state.registry.clone();
    let (partners, next) =
        State::blocking(move || registry.partners(&reader, after, limit)).await?;
    let body = PartnerPage {
        items: partners.iter().map(|p| view_of(p, &state)).collect(),
        next_cursor: next.map(|id| id.to_string()),
    };
    Ok(headers::private_json(StatusCode::OK, &body))
}

/// One partner.
#[utoipa::path(
    operation_id = "get_partner",
    tag = "administration",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, body = PartnerJson, headers(("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/partners/{id}")]
pub async fn get(state: web::Data<State>, person: Person, id: Id) -> Result<HttpResponse, Problem> {
    let reader = Auditor::of(&person.0)?;
    let registry = state.registry.clone();
    let partner = State::blocking(move || registry.partner(&reader, id.0)).await?;
    Ok(answer(&partner, &state))
}

/// What to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnerPatch {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    scopes: Option<Vec<Scope>>,
    #[serde(default)]
    kinds: Option<Vec<Kind>>,
    #[serde(default)]
    suspended: Option<bool>,
    /// As for a new partner, in place of all the keys before; an empty text takes them away.
    #[serde(default)]
    public_key: Option<KeyBody>,
    /// Why: for the audit trail.
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
}

/// Changes what a partner is called and may do; works at once.
#[utoipa::path(
    operation_id = "edit_partner",
    tag = "administration",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    request_body = PartnerPatch,
    responses(
        (status = 200, body = PartnerJson, headers(("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[patch("/v1/partners/{id}")]
pub async fn edit(
    state: web::Data<State>,
    person: Person,
    id: Id,
    version: IfMatch,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    Admin::of(&person.0)?;
    let body: Json<PartnerPatch> = body.read()?;
    let edit = PartnerEdit {
        name: body.value.name,
        scopes: body.value.scopes,
        kinds: body.value.kinds.map(Kinds::from_iter),
        suspended: body.value.suspended,
        keys: body.value.public_key.map(KeyBody::read).transpose()?,
    };
    let reason = body.value.reason;
    let (registry, now) = (state.registry.clone(), state.now());
    let admin = Admin::fresh(&person.0, now)?;
    let partner =
        State::blocking(move || registry.edit_partner(&admin, id.0, edit, version.0, &reason, now))
            .await?;
    Ok(answer(&partner, &state))
}

/// Why a partner gets a new secret, and how long the old one is good.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSecretBody {
    /// Why; kept in the audit trail.
    reason: String,
    /// Hours for which the old secret is good beside the new one, so that machines can change over one after another: 0 (at
    /// once, as after a leak) to 720.
    #[serde(default)]
    #[schema(maximum = 720)]
    old_secret_hours: u16,
}

/// Gives a partner a new secret. The old one is worthless at once, or after the hours that are asked for.
#[utoipa::path(
    operation_id = "renew_partner_secret",
    tag = "administration",
    params(("id" = Uuid, Path)),
    request_body = NewSecretBody,
    responses(
        (status = 200, body = PartnerSecretJson, headers(("ETag"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/partners/{id}/secret")]
pub async fn new_secret(
    state: web::Data<State>,
    person: Person,
    id: Id,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    Admin::of(&person.0)?;
    let body = body.read::<NewSecretBody>()?.value;
    let (registry, now) = (state.registry.clone(), state.now());
    let admin = Admin::fresh(&person.0, now)?;
    let work = State::blocking(move || {
        registry.new_secret(&admin, id.0, body.old_secret_hours, &body.reason, now)
    });
    let (partner, secret) = work.await?;
    Ok(with_secret(StatusCode::OK, &partner, &secret, &state))
}
