//! `GET /v1/feed/changes`.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, get, http::header, mime, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{caller, feed_headers, reader};
use crate::{
    domain::{identifier::Kinds, trail::Pull},
    formats::ndjson::{Content, end_line, write_change},
    http::{
        extract::{Query, accepts_first},
        headers,
        state::State,
    },
    ledger::leaf::LeafOp,
    present::{
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::{
        RegistryError,
        feed::{Changes, MAX_CHANGES},
    },
    store::{
        digest::Tally,
        schema::{FeedEntry, Opening},
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
    #[param(example = 0)]
    after: u64,
    /// Most lines, up to 10,000.
    #[param(minimum = 1, maximum = 10000)]
    limit: Option<usize>,
    /// Seconds to wait for something new, up to 55.
    #[param(minimum = 0, maximum = 55)]
    wait: Option<u64>,
}

/// A page of changes as one value (`Accept: application/json`).
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the answer")]
pub struct FeedPage {
    /// What stands in the lines otherwise, one for each entry of the ledger.
    #[schema(value_type = Vec<Object>)]
    items: Vec<serde_json::Value>,
    /// The next cursor.
    next: u64,
    /// The size of the ledger.
    head: u64,
    /// `Feed-Count`.
    count: u64,
    /// `Feed-Digest`.
    digest: String,
}

/// What the ledger says after a size, one line a leaf, then the end line.
///
/// `put`, `del`, `erased` (its content was destroyed) and `mark` (nothing to apply: a sign of life, a new
/// ledger key, one that is retired, or a kind that this partner does not get), `seq` without gaps. `leaf` is the ledger's entry,
/// `salt` opens its commitment. The client holds the cursor; the same cursor gives the same page. 204:
/// nothing new. 409: the cursor is beyond the ledger; stop and alarm. 410: too old; take a snapshot.
#[utoipa::path(
    operation_id = "get_feed_changes",
    tag = "feed",
    params(ChangesQuery),
    responses(
        (status = 200, content((String = "application/x-ndjson"), (FeedPage = "application/json")),
            headers(("Feed-Next"), ("Feed-Head"), ("Feed-Count"), ("Feed-Digest"), ("ETag"))),
        (status = 204, headers(("Feed-Next"), ("Feed-Head"), ("Feed-Count"), ("Feed-Digest"))),
        (status = 304),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("partner" = ["feed:read"]), ("partner_secret" = [])),
)]
#[get("/v1/feed/changes")]
pub async fn get_changes(
    request: HttpRequest,
    state: web::Data<State>,
    query: Query<ChangesQuery>,
) -> Result<HttpResponse, Problem> {
    let mut caller = caller(&request, &state)?;
    let query = query.0;
    let limit = query.limit.unwrap_or(1_000);
    let wait = query.wait.unwrap_or(0);
    if limit == 0 || limit > MAX_CHANGES || wait > MAX_WAIT {
        return Err(Problem::new(ProblemCode::BadQuery));
    }
    state.partners_seen.pulled(caller.partner_id(), state.now());
    if query.after > state.registry.index().ledger_size() {
        return Err(RegistryError::CursorAhead.into());
    }
    if wait > 0 {
        let permit = state.long_polls.take(caller.partner_id());
        let _permit =
            permit.ok_or_else(|| Problem::new(ProblemCode::Busy).header("Retry-After", "5"))?;
        wait_for(&state, query.after, Duration::from_secs(wait)).await;
        // Suspended while it waited: it is told no more.
        caller = reader(&request, &state)?;
    }
    let registry = state.registry.clone();
    let partner = caller.partner_id();
    let page = State::blocking(move || {
        let changes = registry.changes(&caller, query.after, limit)?;
        Page::of(&changes)
    })
    .await?;
    state
        .registry
        .note_pull(partner, Pull::Changes, query.after, page.next);
    Ok(page.answer(&request))
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

/// A page, written where blocking is allowed: it may be megabytes.
struct Page {
    tally: Tally,
    next: u64,
    head: u64,
    body: Vec<u8>,
    etag: String,
}

impl Page {
    fn of(changes: &Changes) -> Result<Self, RegistryError> {
        let mut body = Vec::new();
        for entry in &changes.entries {
            // Writing to memory can't fail.
            let payload = entry.opening.payload(entry.payload)?;
            let content = content(entry, &payload, changes.kinds);
            let _ = write_change(&mut body, entry.index, &entry.leaf.encode(), &content);
        }
        let count = changes.entries.len() as u64;
        if count > 0 {
            body.extend_from_slice(end_line(count, changes.next).as_bytes());
        }
        Ok(Self {
            tally: changes.head.tallies.of(changes.kinds),
            next: changes.next,
            head: changes.head.ledger_size(),
            etag: headers::etag_of(&body),
            body,
        })
    }

    /// The same page as one JSON value, for generated clients: they read no lines, and no answer without a body.
    fn in_one(mut self) -> Self {
        let lines = self.body.split(|byte| *byte == b'\n');
        let mut lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).collect();
        // What the end line says stands beside the items.
        lines.pop();
        let (next, head) = (self.next, self.head);
        let (count, digest) = (self.tally.live, self.tally.digest);
        let rest = format!(
            "],\"next\":{next},\"head\":{head},\"count\":{count},\"digest\":\"{digest}\"}}"
        );
        let items = lines.join(&b',');
        let body = [&b"{\"items\":["[..], &items, rest.as_bytes()].concat();
        self.etag = headers::etag_of(&body);
        self.body = body;
        self
    }

    fn answer(self, request: &HttpRequest) -> HttpResponse {
        let in_one = accepts_first(request, &mime::APPLICATION_JSON);
        let (page, kind) = match in_one {
            true => (self.in_one(), "application/json"),
            false => (self, "application/x-ndjson"),
        };
        page.written(request, kind)
    }

    fn written(self, request: &HttpRequest, kind: &str) -> HttpResponse {
        let unchanged = headers::is_unchanged(request, &self.etag);
        let mut response = match self.body.is_empty() {
            true => HttpResponse::NoContent(),
            false if unchanged => HttpResponse::NotModified(),
            false => HttpResponse::Ok(),
        };
        feed_headers(&mut response, &self.tally);
        response
            .insert_header(("Feed-Next", self.next.to_string()))
            .insert_header(("Feed-Head", self.head.to_string()));
        if self.body.is_empty() {
            return response.finish();
        }
        response
            .insert_header((header::ETAG, self.etag))
            .insert_header((header::VARY, "Accept"));
        if unchanged {
            return response.finish();
        }
        response.content_type(kind).body(self.body)
    }
}

/// What a partner with these kinds may see of a leaf.
fn content<'a>(entry: &FeedEntry, payload: &'a str, kinds: Kinds) -> Content<'a> {
    if entry.leaf.kind.is_some_and(|kind| !kinds.contains(kind)) {
        return Content::Mark;
    }
    match &entry.opening {
        Opening::Put { .. }
        | Opening::Del { .. }
        | Opening::Protect { .. }
        | Opening::Unprotect { .. }
        | Opening::OfficialTable { .. } => Content::Opened {
            payload,
            salt: entry.opening.salt(),
        },
        Opening::LedgerKey { .. } if entry.leaf.op == LeafOp::Retire => {
            Content::RetiredKey(payload)
        }
        Opening::LedgerKey { .. } => Content::VerifierKey(payload),
        Opening::Nothing if entry.leaf.op == LeafOp::Beat => Content::Mark,
        Opening::Nothing => Content::Erased,
    }
}
