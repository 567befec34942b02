//! `GET /v1/feed/officials`.

use actix_web::{HttpRequest, HttpResponse, get, http::header, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::caller;
use crate::{
    formats::ndjson::{Content, end_line, write_change},
    http::{extract::Query, state::State},
    present::problem::{Problem, ProblemBody},
    registry::{RegistryError, feed::MAX_OFFICIALS},
};

/// From where on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfficialsQuery {
    /// Ledger size from which on entries are told: 0 for all.
    #[serde(default)]
    #[param(default = 0)]
    after: u64,
}

/// What the ledger says of official numbers, for a copy that begins with a snapshot: a snapshot holds listings only.
///
/// The lines of `/v1/feed/changes` whose entries are `protect` or `unprotect`, at most 1,000, then
/// `{"end":true,"count":N,"size":S}`; go on with `after=S` until S is `Feed-Head`. Every partner gets all of them.
#[utoipa::path(
    operation_id = "get_feed_officials",
    tag = "feed",
    params(OfficialsQuery),
    responses(
        (status = 200, content_type = "application/x-ndjson", body = String, headers(("Feed-Next"), ("Feed-Head"))),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("partner" = ["feed:read"]), ("partner_secret" = [])),
)]
#[get("/v1/feed/officials")]
pub async fn get_officials(
    request: HttpRequest,
    state: web::Data<State>,
    query: Query<OfficialsQuery>,
) -> Result<HttpResponse, Problem> {
    let caller = caller(&request, &state)?;
    let registry = state.registry.clone();
    let after = query.0.after;
    let (body, next, head) = State::blocking(move || {
        let found = registry.official_leaves(&caller, after, MAX_OFFICIALS)?;
        let mut body = Vec::new();
        for entry in &found.entries {
            let payload = entry.opening.payload(entry.payload)?;
            let content = Content::Opened {
                payload: &payload,
                salt: entry.opening.salt(),
            };
            // Writing to memory can't fail.
            let _ = write_change(&mut body, entry.index, &entry.leaf.encode(), &content);
        }
        let count = found.entries.len() as u64;
        body.extend_from_slice(end_line(count, found.next).as_bytes());
        Ok::<_, RegistryError>((body, found.next, found.head))
    })
    .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header(("Feed-Next", next.to_string()))
        .insert_header(("Feed-Head", head.to_string()))
        .content_type("application/x-ndjson")
        .body(body))
}
