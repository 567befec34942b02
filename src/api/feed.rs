//! `/v1/feed`: the listed set and its changes, for partners that keep a copy.

pub mod lines;

use std::{io::Write, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, get,
    http::header,
    web::{self, Bytes},
};
use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::IntoParams;

use lines::{CSV_HEAD, FeedFormat, end_line, put_line, write_change, write_line};

use crate::{
    access::capability::PartnerCaller,
    domain::partner::Scope,
    http::{
        extract::{Query, bearer, partner_with},
        headers,
        problem::{Problem, ProblemBody},
        state::State,
    },
    registry::{
        RegistryError,
        feed::{Changes, MAX_CHANGES, Snapshot},
    },
    store::index::Published,
};

/// Longest wait of a long poll, in seconds: below the minute at which proxies give up.
const MAX_WAIT: u64 = 55;
/// Bytes handed to the network at once.
const CHUNK: usize = 64 * 1024;

fn caller(request: &HttpRequest, state: &State) -> Result<PartnerCaller, Problem> {
    let token = bearer(request)
        .ok_or_else(|| Problem::new("unauthenticated").header("WWW-Authenticate", "Bearer"))?;
    let caller = partner_with(state, token, Scope::FeedRead)?;
    state.limits.partner(caller.partner_id())?;
    Ok(caller)
}

fn feed_headers(response: &mut HttpResponseBuilder, published: &Published) {
    response.insert_header(("Feed-Digest", published.digest.to_string()));
    response.insert_header((header::CACHE_CONTROL, "private, no-cache"));
}

/// How the snapshot is written.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SnapshotQuery {
    #[param(inline)]
    format: Option<FeedFormat>,
}

/// The listed set at one ledger size: one `put` line a listing in order of keys, then
/// `{"end":true,"count":N,"size":S}`. Compressed by `Accept-Encoding`.
#[utoipa::path(
    tag = "feed",
    params(SnapshotQuery),
    responses(
        (status = 200, content(
            (String = "application/x-ndjson"),
            (String = "text/csv"),
        ), headers(("Feed-Size"), ("Feed-Count"), ("Feed-Digest"), ("ETag"))),
        (status = 304),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("partner" = ["feed:read"])),
)]
#[get("/v1/feed/snapshot")]
pub async fn get_snapshot(
    request: HttpRequest,
    state: web::Data<State>,
    query: Query<SnapshotQuery>,
) -> Result<HttpResponse, Problem> {
    let caller = caller(&request, &state)?;
    let format = match query.0.format {
        Some(format) => format,
        None if wants_csv(&request) => FeedFormat::Csv,
        None => FeedFormat::Ndjson,
    };
    let turn = state
        .snapshots
        .clone()
        .try_acquire_owned()
        .map_err(|_| Problem::new("busy").header("Retry-After", "5"))?;
    let registry = state.registry.clone();
    let partner = caller.partner_id();
    let snapshot = State::blocking(move || registry.snapshot(&caller)).await?;
    let published = snapshot.published.clone();
    let word = if format == FeedFormat::Csv {
        "csv"
    } else {
        "ndjson"
    };
    let etag = format!(
        "\"{}-{}-{word}\"",
        published.ledger_size,
        &published.digest.to_string()[..16]
    );
    state.pulled(partner);
    let mut response = if headers::is_unchanged(&request, &etag) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    feed_headers(&mut response, &published);
    response
        .insert_header(("Feed-Size", published.ledger_size.to_string()))
        .insert_header(("Feed-Count", published.live.to_string()))
        .insert_header((header::ETAG, etag.clone()))
        .insert_header((header::VARY, "Accept, Accept-Encoding"));
    if headers::is_unchanged(&request, &etag) {
        return Ok(response.finish());
    }
    let (sender, receiver) = mpsc::channel::<Result<Bytes, std::io::Error>>(4);
    // It goes on while the body is sent and ends by itself when the receiver is gone.
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        write_snapshot(&snapshot, format, &sender);
    });
    response.content_type(match format {
        FeedFormat::Ndjson => "application/x-ndjson",
        FeedFormat::Csv => "text/csv; charset=utf-8",
    });
    Ok(response.streaming(Lines(receiver)))
}

fn wants_csv(request: &HttpRequest) -> bool {
    request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.trim_start().starts_with("text/csv"))
}

/// Writes the whole snapshot; a cut connection ends it. Without its last line a copy is not whole,
/// so a fault in the middle ends the body in error and can't be mistaken for the end.
fn write_snapshot(
    snapshot: &Snapshot,
    format: FeedFormat,
    sender: &mpsc::Sender<Result<Bytes, std::io::Error>>,
) {
    let mut buffer = Vec::with_capacity(CHUNK + 1024);
    let mut count = 0u64;
    if format == FeedFormat::Csv {
        buffer.extend_from_slice(CSV_HEAD.as_bytes());
    }
    for row in snapshot.rows() {
        let written = row
            .map_err(std::io::Error::other)
            .and_then(|(key, live)| write_line(&mut buffer, format, &put_line(&key, &live)));
        if let Err(error) = written {
            tracing::error!(%error, "a snapshot could not be finished");
            let _ = sender.blocking_send(Err(std::io::Error::other("snapshot cut")));
            return;
        }
        count += 1;
        if buffer.len() >= CHUNK {
            let chunk = Bytes::from(std::mem::take(&mut buffer));
            if sender.blocking_send(Ok(chunk)).is_err() {
                return;
            }
        }
    }
    if count != snapshot.published.live {
        tracing::error!("a snapshot counted other than the live set");
        let _ = sender.blocking_send(Err(std::io::Error::other("snapshot cut")));
        return;
    }
    if format == FeedFormat::Ndjson {
        let size = snapshot.published.ledger_size;
        let _ = writeln!(buffer, "{}", end_line(count, size));
    }
    let _ = sender.blocking_send(Ok(Bytes::from(buffer)));
}

/// Chunks as they are written.
struct Lines(mpsc::Receiver<Result<Bytes, std::io::Error>>);

impl futures_core::Stream for Lines {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

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

/// Changes after a ledger size, one line each, then the end line. The client holds the cursor; the
/// same cursor gives the same page. 204: nothing new. 409: the cursor is beyond the ledger; stop and
/// alarm.
#[utoipa::path(
    tag = "feed",
    params(ChangesQuery),
    responses(
        (status = 200, body = String, content_type = "application/x-ndjson",
            headers(("Feed-Next"), ("Feed-Head"), ("Feed-Digest"), ("ETag"))),
        (status = 204, headers(("Feed-Next"), ("Feed-Head"), ("Feed-Digest"))),
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
    state.pulled(caller.partner_id());
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
    feed_headers(&mut response, &changes.head);
    response
        .insert_header(("Feed-Next", changes.next.to_string()))
        .insert_header(("Feed-Head", changes.head.ledger_size.to_string()));
    if changes.entries.is_empty() {
        return response.finish();
    }
    let mut body = Vec::new();
    for entry in &changes.entries {
        // Writing to memory can't fail.
        let _ = write_change(&mut body, entry);
    }
    let count = changes.entries.len() as u64;
    let _ = writeln!(body, "{}", end_line(count, changes.next));
    let etag = headers::etag_of(&body);
    response.insert_header((header::ETAG, etag.clone()));
    if headers::is_unchanged(request, &etag) {
        response.status(actix_web::http::StatusCode::NOT_MODIFIED);
        return response.finish();
    }
    response.content_type("application/x-ndjson").body(body)
}
