//! `/v1/ledger`: the public log in the layout of C2SP tlog-tiles, its proofs and its keys.

use actix_web::{
    HttpRequest, HttpResponse, delete, get,
    http::{StatusCode, header},
    post, web,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::{listings::ReasonBody, view::FileBytes};
use crate::{
    access::capability::Admin,
    http::{
        extract::{JsonBytes, Person, Query},
        headers,
        state::State,
    },
    ledger::{
        checkpoint::proof_file,
        tile::{TILE_WIDTH, TilePath},
        tree::to_base64,
    },
    present::{
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::RegistryError,
    store::schema::HandOver,
};

/// How long a checkpoint may be kept, in seconds: fresh enough for everybody, and a shield in a rush.
const CHECKPOINT_AGE: u32 = 1;
/// Where the tiles are.
const TILES: &str = "/v1/ledger/tile/";

/// A JSON text that stands as it is in the log.
fn raw(text: String) -> Option<Box<RawValue>> {
    RawValue::from_string(text).ok()
}

/// The signed checkpoint: origin, size, root, signatures (C2SP tlog-checkpoint).
#[utoipa::path(
    operation_id = "get_ledger_checkpoint",
    tag = "ledger",
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = 304),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[get("/v1/ledger/checkpoint")]
pub async fn checkpoint(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let registry = state.registry.clone();
    let signed = State::blocking(move || registry.checkpoint()).await?;
    let body = signed.note.into_bytes();
    Ok(headers::cached(
        &request,
        "text/plain; charset=utf-8",
        body,
        CHECKPOINT_AGE,
    ))
}

/// A tile of hashes (`<level>/<index>`) or of entries (`entries/<index>`), whole or partial (`.p/<width>`).
#[utoipa::path(
    operation_id = "get_ledger_tile",
    tag = "ledger",
    params(("path" = String, Path, example = "entries/000.p/1", description = "such as `0/000`, `0/x001/234.p/12`, `entries/000`")),
    responses(
        (status = 200, body = inline(FileBytes), content_type = "application/octet-stream"),
        (status = 304),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[get("/v1/ledger/tile/{path:.*}")]
pub async fn tile(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let place = request.path().strip_prefix(TILES).and_then(TilePath::parse);
    let place = place.ok_or_else(|| Problem::new(ProblemCode::NotFound))?;
    let whole = usize::from(place.width) == TILE_WIDTH;
    let registry = state.registry.clone();
    let bytes = State::blocking(move || registry.tile(&place)).await?;
    let bytes = bytes.ok_or_else(|| Problem::new(ProblemCode::NotFound))?;
    let etag = headers::etag_of(&bytes);
    // A partial tile never changes either, but nobody asks for it once the whole one is there.
    let control = if whole {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=60"
    };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::ETAG, etag.clone()))
        .insert_header((header::CACHE_CONTROL, control));
    if place.level.is_some() {
        // Hashes do not get smaller.
        response.insert_header((header::CONTENT_ENCODING, "identity"));
    } else {
        response.insert_header((header::VARY, "Accept-Encoding"));
    }
    if headers::is_unchanged(&request, &etag) {
        response.status(StatusCode::NOT_MODIFIED);
        return Ok(response.finish());
    }
    Ok(response
        .content_type("application/octet-stream")
        .body(bytes))
}

/// Which leaf, in the log of which size.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProofQuery {
    /// Ledger index of the leaf, from 0.
    #[param(example = 0)]
    index: u64,
    /// Size of the log; else the present one.
    size: Option<u64>,
    /// `json` (default), or `tlog-proof`: a file that holds the checkpoint too (C2SP tlog-proof).
    #[param(inline)]
    format: Option<ProofFormat>,
}

/// Format of a proof.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProofFormat {
    Json,
    TlogProof,
}

/// That a leaf is in the log (RFC 6962 §2.1.1). Hashes in base64.
#[derive(Serialize, ToSchema)]
pub struct InclusionJson {
    pub index: u64,
    pub size: u64,
    /// The entry.
    #[schema(value_type = Object)]
    pub leaf: Option<Box<RawValue>>,
    pub leaf_hash: String,
    pub root: String,
    pub hashes: Vec<String>,
}

/// Proves that a leaf is in the log.
#[utoipa::path(
    operation_id = "prove_listing",
    tag = "ledger",
    params(ProofQuery),
    responses(
        (status = 200, content(
            (InclusionJson = "application/json"),
            (String = "text/plain"),
        )),
        (status = 304),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[get("/v1/ledger/proof")]
pub async fn proof(
    request: HttpRequest,
    state: web::Data<State>,
    query: Query<ProofQuery>,
) -> Result<HttpResponse, Problem> {
    let (registry, query) = (state.registry.clone(), query.0);
    if query.format == Some(ProofFormat::TlogProof) {
        let file = State::blocking(move || {
            let signed = registry.checkpoint()?;
            let size = signed.checkpoint.size;
            if query.size.is_some_and(|asked| asked != size) {
                return Err(RegistryError::NOT_FOUND);
            }
            let found = registry.inclusion(query.index, Some(size))?;
            Ok(proof_file(query.index, &found.hashes, &signed.note))
        })
        .await?;
        return Ok(headers::cached(
            &request,
            "text/plain; charset=utf-8",
            file.into_bytes(),
            0,
        ));
    }
    let found = State::blocking(move || registry.inclusion(query.index, query.size)).await?;
    let body = InclusionJson {
        index: found.index,
        size: found.size,
        leaf_hash: to_base64(&found.leaf.hash()),
        leaf: raw(found.leaf.encode()),
        root: to_base64(&found.root),
        hashes: found.hashes.iter().map(to_base64).collect(),
    };
    Ok(cached_json(&request, &body))
}

/// Two sizes of the log.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConsistencyQuery {
    #[param(example = 1)]
    from: u64,
    /// Else the present size.
    to: Option<u64>,
}

/// That the log only grew (RFC 6962 §2.1.2). Hashes in base64.
#[derive(Serialize, ToSchema)]
pub struct ConsistencyJson {
    pub from: u64,
    pub to: u64,
    pub from_root: String,
    pub to_root: String,
    pub hashes: Vec<String>,
}

/// Proves that the log of one size is a beginning of the log of another.
#[utoipa::path(
    operation_id = "prove_ledger_consistency",
    tag = "ledger",
    params(ConsistencyQuery),
    responses(
        (status = 200, body = ConsistencyJson),
        (status = 304),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[get("/v1/ledger/consistency")]
pub async fn consistency(
    request: HttpRequest,
    state: web::Data<State>,
    query: Query<ConsistencyQuery>,
) -> Result<HttpResponse, Problem> {
    let (registry, query) = (state.registry.clone(), query.0);
    let found = State::blocking(move || registry.consistency(query.from, query.to)).await?;
    let body = ConsistencyJson {
        from: query.from,
        to: found.to,
        from_root: to_base64(&found.from_root),
        to_root: to_base64(&found.to_root),
        hashes: found.hashes.iter().map(to_base64).collect::<Vec<_>>(),
    };
    Ok(cached_json(&request, &body))
}

fn cached_json(request: &HttpRequest, body: &impl Serialize) -> HttpResponse {
    let body = serde_json::to_vec(body).unwrap_or_default();
    headers::cached(request, "application/json", body, 0)
}

/// What a verifier needs to know.
#[derive(Serialize, ToSchema)]
pub struct LedgerKeys {
    /// The log's name, the first line of every checkpoint.
    pub origin: String,
    /// Verifier keys in use (C2SP signed-note), newest first.
    pub verifier_keys: Vec<String>,
    /// Those that signed once, for what was kept from then. Trust nothing new by them.
    pub former_keys: Vec<String>,
    /// How a copy that trusts a former key is led to the next, oldest first.
    pub hand_overs: Vec<KeyHandOver>,
}

/// The last checkpoint that a key signed before it was retired. Whoever trusts that key finds the next one announced in
/// the log below it: prove entry `index` at the checkpoint's size.
#[derive(Serialize, ToSchema)]
pub struct KeyHandOver {
    /// Signed note (C2SP tlog-checkpoint).
    pub checkpoint: String,
    /// Index of the `key` entry.
    pub index: u64,
    /// The key that it announces.
    pub verifier_key: String,
}

fn keys_of(state: &State) -> LedgerKeys {
    LedgerKeys {
        origin: state.registry.origin(),
        verifier_keys: state.registry.verifier_keys(),
        former_keys: state.registry.former_verifier_keys(),
        hand_overs: state.registry.hand_overs().into_iter().map(shown).collect(),
    }
}

fn shown(told: HandOver) -> KeyHandOver {
    KeyHandOver {
        checkpoint: told.checkpoint,
        index: told.announced_by,
        verifier_key: told.to,
    }
}

/// The log's name and the keys that verify it.
#[utoipa::path(
    operation_id = "get_ledger_key",
    tag = "ledger",
    responses((status = 200, body = LedgerKeys), (status = 304)),
)]
#[get("/v1/ledger/key")]
pub async fn key(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    cached_json(&request, &keys_of(&state))
}

/// Brings a new key into use for the ledger: it signs beside the others, and a leaf announces it.
#[utoipa::path(
    operation_id = "add_ledger_key",
    tag = "administration",
    request_body = ReasonBody,
    responses(
        (status = 201, body = LedgerKeys),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[post("/v1/ledger/keys")]
pub async fn add_key(
    state: web::Data<State>,
    person: Person,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    Admin::of(&person.0)?;
    let reason = body.read::<ReasonBody>()?.value.reason;
    let (registry, now) = (state.registry.clone(), state.now());
    let admin = Admin::fresh(&person.0, now)?;
    State::blocking(move || registry.add_ledger_key(&admin, &reason, now)).await?;
    Ok(headers::private_json(StatusCode::CREATED, &keys_of(&state)))
}

/// Takes a key of the ledger out of use: it signs no more, and a leaf tells copies not to believe it. Named by its key id, the eight hexadecimal digits
/// in its verifier key.
#[utoipa::path(
    operation_id = "retire_ledger_key",
    tag = "administration",
    params(("id" = String, Path)),
    request_body = ReasonBody,
    responses(
        (status = 204),
        (status = 200, body = super::keys::FileLeft),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[delete("/v1/ledger/keys/{id}")]
pub async fn retire_key(
    state: web::Data<State>,
    person: Person,
    id: web::Path<String>,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    Admin::of(&person.0)?;
    let reason = body.read::<ReasonBody>()?.value.reason;
    let (registry, now) = (state.registry.clone(), state.now());
    let admin = Admin::fresh(&person.0, now)?;
    let outcome =
        State::blocking(move || registry.retire_ledger_key(&admin, &id, &reason, now)).await?;
    Ok(super::keys::withdrawn(outcome))
}
