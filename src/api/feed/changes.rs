//! `GET /v1/feed/changes`.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, get, http::header, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    caller, feed_headers,
    lines::{end_line, write_entry},
};
use crate::{
    http::{
        extract::Query,
        headers,
        problem::{Problem, ProblemBody},
        state::State,
    },
    registry::{
        RegistryError,
        feed::{Changes, MAX_CHANGES},
    },
};

/// Longest wait of a long poll, in seconds: below the minute at which proxies give up.
const MAX_WAIT: u64 = 55;

/// Which changes.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// The cursor: a ledger size, from `Feed-Size` of a snapshot or `Feed-Next`.
    after: u64,
    /// Most lines, up to 10,000.
    #[param(minimum = 1, maximum = 10000)]
    limit: Option<usize>,
    /// Seconds to wait for something new, up to 55.
    #[param(minimum = 0, maximum = 55)]
    wait: Option<u64>,
}

/// What the ledger says after a size, one line a leaf, then the end line.
///
/// `put`, `del`, `erased` (its content was destroyed) and `mark` (nothing to apply: a sign of life, a new
/// ledger key, or a kind that this partner does not get), `seq` without gaps. `leaf` is the ledger's entry,
/// `salt` opens its commitment. The client holds the cursor; the same cursor gives the same page. 204:
/// nothing new. 409: the cursor is beyond the ledger; stop and alarm. 410: too old; take a snapshot.
#[utoipa::path(
    tag = "feed",
    params(ChangesQuery),
    responses(
        (status = 200, body = String, content_type = "application/x-ndjson",
            headers(("Feed-Next"), ("Feed-Head"), ("Feed-Count"), ("Feed-Digest"), ("ETag"))),
        (status = 204, headers(("Feed-Next"), ("Feed-Head"), ("Feed-Count"), ("Feed-Digest"))),
        (status = 304),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("partner" = ["feed:read"])),
)]
#[get("/v1/feed/changes")]
pub async fn get_changes(
    request: HttpRequest,
    state: web::Data<State>,
    query: Query<ChangesQuery>,
) -> Result<HttpResponse, Problem> {
    let caller = caller(&request, &state)?;
    let query = query.0;
    let limit = query.limit.unwrap_or(1_000);
    let wait = query.wait.unwrap_or(0);
    if limit == 0 || limit > MAX_CHANGES || wait > MAX_WAIT {
        return Err(Problem::new("bad-query"));
    }
    state.partners_seen.pulled(caller.partner_id(), state.now());
    if query.after > state.registry.index().ledger_size() {
        return Err(RegistryError::CursorAhead.into());
    }
    wait_for(&state, query.after, Duration::from_secs(wait)).await;
    let registry = state.registry.clone();
    let changes = State::blocking(move || registry.changes(&caller, query.after, limit)).await?;
    Ok(present(&request, &changes))
}

/// Waits until the ledger is past `after`, the patience is over, or the service stops.
async fn wait_for(state: &State, after: u64, patience: Duration) {
    let mut head = state.registry.index().watch();
    let past = async {
        // An error means that the service is stopping: answer with what there is.
        let _ = head.wait_for(|size| *size > after).await;
    };
    let mut stopping = state.stopping.clone();
    let stop = async {
        let _ = stopping.wait_for(|stop| *stop).await;
    };
    tokio::select! {
        () = past => {}
        () = stop => {}
        () = tokio::time::sleep(patience) => {}
    }
}

fn present(request: &HttpRequest, changes: &Changes) -> HttpResponse {
    let mut response = if changes.entries.is_empty() {
        HttpResponse::NoContent()
    } else {
        HttpResponse::Ok()
    };
    feed_headers(&mut response, &changes.head.tallies.of(changes.kinds));
    response
        .insert_header(("Feed-Next", changes.next.to_string()))
        .insert_header(("Feed-Head", changes.head.ledger_size().to_string()));
    if changes.entries.is_empty() {
        return response.finish();
    }
    let mut body = Vec::new();
    for entry in &changes.entries {
        // Writing to memory can't fail.
        let _ = write_entry(&mut body, entry, changes.kinds);
    }
    let count = changes.entries.len() as u64;
    body.extend_from_slice(end_line(count, changes.next).as_bytes());
    let etag = headers::etag_of(&body);
    response.insert_header((header::ETAG, etag.clone()));
    if headers::is_unchanged(request, &etag) {
        response.status(actix_web::http::StatusCode::NOT_MODIFIED);
        return response.finish();
    }
    response.content_type("application/x-ndjson").body(body)
}
