//! `GET /v1/feed/snapshot`.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::SizedStream,
    get,
    http::header::{self, ByteRangeSpec},
    web,
};
use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::IntoParams;

use super::{
    Chunks, caller, feed_headers,
    spool::{self, ChunkWriter, Coding, Length},
};
use crate::{
    access::capability::PartnerCaller,
    domain::{
        identifier::{Kind, Kinds},
        trail::Pull,
    },
    formats::FeedFormat,
    http::{extract::Query, headers, permits::Permit, state::State},
    present::{
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::{RegistryError, feed::Snapshot},
};

/// Chunks on their way to the network.
const CHUNKS: usize = 4;

/// How the snapshot is written.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SnapshotQuery {
    #[param(inline)]
    format: Option<FeedFormat>,
}

/// The listed set at one ledger size.
///
/// NDJSON: one `put` line a listing in order of keys, with the salt that opens its ledger leaf (entry
/// `seq` of the log), then `{"end":true,"count":N,"size":S}`. CSV, and a plain sorted list of phone
/// numbers, for telephony. Compressed by `Accept-Encoding` (zstd, gzip). The bytes are the same for one
/// ledger size: `Range` with `If-Range` goes on after a cut although the ledger has grown since. A partner
/// gets the kinds it was given; count and digest are of these.
#[utoipa::path(
    operation_id = "get_feed_snapshot",
    tag = "feed",
    params(
        SnapshotQuery,
        ("Range" = Option<String>, Header, description = "`bytes=N-`, `bytes=N-M` or `bytes=-N`, with `If-Range`"),
        ("If-Range" = Option<String>, Header, description = "The `ETag` of the snapshot that was cut"),
    ),
    responses(
        (status = 200, content(
            (String = "application/x-ndjson"),
            (String = "text/csv"),
            (String = "text/plain"),
        ), headers(("Feed-Size"), ("Feed-Count"), ("Feed-Digest"), ("ETag"), ("Accept-Ranges"))),
        (status = 206, headers(("Feed-Size"), ("Feed-Count"), ("Feed-Digest"), ("ETag"), ("Content-Range"))),
        (status = 304),
        (status = 416, body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("partner" = ["feed:read"]), ("partner_secret" = [])),
)]
#[get("/v1/feed/snapshot")]
pub async fn get_snapshot(
    request: HttpRequest,
    state: web::Data<State>,
    query: Query<SnapshotQuery>,
) -> Result<HttpResponse, Problem> {
    let caller = caller(&request, &state)?;
    let permit = state
        .snapshots
        .take(caller.partner_id())
        .ok_or_else(|| Problem::new(ProblemCode::Busy).header("Retry-After", "5"))?;
    let partner = caller.partner_id();
    state.partners_seen.pulled(partner, state.now());
    let form = Form {
        format: query.0.format.unwrap_or_else(|| preferred(&request)),
        coding: Coding::accepted(text_of(&request, header::ACCEPT_ENCODING)),
    };
    let (asked, if_range) = (asked(&request), text_of(&request, header::IF_RANGE));
    let earlier = asked.as_ref().map(|_| if_range.to_owned());
    let registry = state.registry.clone();
    let snapshot =
        State::blocking(move || find(&registry, &caller, form, earlier.as_deref())).await?;
    let etag = form.tag(&snapshot);
    let (at, registry) = (snapshot.size, &state.registry);
    registry.note_pull(partner, Pull::Snapshot, at, at);
    let goes_on = asked.filter(|_| if_range.is_empty() || if_range == etag);
    if headers::is_unchanged(&request, &etag) {
        let mut response = HttpResponse::NotModified();
        describe(&mut response, form, &snapshot, &etag);
        return Ok(response.finish());
    }
    match goes_on {
        Some(asked) => part(snapshot, form, &etag, asked, permit).await,
        None => Ok(whole(snapshot, form, &etag, permit)),
    }
}

/// How a snapshot is written.
#[derive(Clone, Copy)]
struct Form {
    format: FeedFormat,
    coding: Coding,
}

impl Form {
    fn kinds(self, caller: &PartnerCaller) -> Kinds {
        match self.format {
            FeedFormat::List => caller
                .kinds()
                .iter()
                .filter(|kind| *kind == Kind::Phone)
                .collect(),
            FeedFormat::Ndjson | FeedFormat::Csv => caller.kinds(),
        }
    }

    /// Names these very bytes: what is listed, how it is written, and the program that compresses.
    fn tag(self, snapshot: &Snapshot) -> String {
        format!(
            "\"{}-{}-{}-{}-{}\"",
            snapshot.size,
            &snapshot.tally.digest.to_string()[..16],
            self.format.as_str(),
            self.coding.as_str(),
            env!("CARGO_PKG_VERSION"),
        )
    }
}

fn text_of(request: &HttpRequest, name: header::HeaderName) -> &str {
    let value = request.headers().get(name);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn preferred(request: &HttpRequest) -> FeedFormat {
    let accept = text_of(request, header::ACCEPT).trim_start();
    match accept {
        _ if accept.starts_with("text/csv") => FeedFormat::Csv,
        _ if accept.starts_with("text/plain") => FeedFormat::List,
        _ => FeedFormat::Ndjson,
    }
}

/// The bytes that are asked for: one range (RFC 9110 §14.1.2). Several, and what is none, are answered with the whole, as §14.2
/// allows.
fn asked(request: &HttpRequest) -> Option<ByteRangeSpec> {
    let range = text_of(request, header::RANGE)
        .trim()
        .strip_prefix("bytes=")?;
    // The library takes a sign before a number.
    let is_plain = |byte: u8| byte.is_ascii_digit() || byte == b'-';
    let asked = range.parse().ok().filter(|_| range.bytes().all(is_plain))?;
    match asked {
        ByteRangeSpec::FromTo(first, last) if first > last => None,
        ByteRangeSpec::FromTo(..) | ByteRangeSpec::From(_) | ByteRangeSpec::Last(_) => Some(asked),
    }
}

/// The ledger size that a tag of ours begins with.
fn size_of_tag(tag: &str) -> Option<u64> {
    tag.strip_prefix('"')?.split('-').next()?.parse().ok()
}

/// The snapshot that was cut, if it can be told once more; else the present one.
fn find(
    registry: &crate::registry::Registry,
    caller: &PartnerCaller,
    form: Form,
    tag: Option<&str>,
) -> Result<Snapshot, RegistryError> {
    let kinds = form.kinds(caller);
    if let Some(tag) = tag
        && let Some(size) = size_of_tag(tag)
        && let Some(snapshot) = registry.snapshot_of(caller, kinds, size)?
        && form.tag(&snapshot) == tag
    {
        return Ok(snapshot);
    }
    registry.snapshot(caller, kinds)
}

/// The coding is named even when it is none, so that the compression around does not code the bytes again.
fn describe(response: &mut HttpResponseBuilder, form: Form, snapshot: &Snapshot, etag: &str) {
    feed_headers(response, &snapshot.tally);
    response
        .insert_header(("Feed-Size", snapshot.size.to_string()))
        .insert_header((header::ETAG, etag))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::VARY, "Accept, Accept-Encoding"))
        .insert_header((header::CONTENT_ENCODING, form.coding.as_str()))
        .insert_header((header::CONTENT_DISPOSITION, form.format.disposition()))
        .content_type(form.format.content_type());
}

/// Goes on while the body is sent and ends by itself when the receiver is gone.
fn send(snapshot: Snapshot, form: Form, permit: Permit, skip: u64, left: u64) -> Chunks {
    let (sender, receiver) = mpsc::channel(CHUNKS);
    tokio::task::spawn_blocking(move || {
        let mut writer = ChunkWriter::new(sender, skip, left);
        let written = spool::write(&snapshot, form.format, form.coding, &mut writer).map(drop);
        // Before the end is sent: whoever has it may ask for the next one at once.
        drop(permit);
        writer.end(written);
    });
    Chunks(receiver)
}

fn whole(snapshot: Snapshot, form: Form, etag: &str, permit: Permit) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    describe(&mut response, form, &snapshot, etag);
    response.streaming(send(snapshot, form, permit, 0, u64::MAX))
}

/// The bytes that are asked for. What stands before them is written too, and passed over.
async fn part(
    snapshot: Snapshot,
    form: Form,
    etag: &str,
    asked: ByteRangeSpec,
    permit: Permit,
) -> Result<HttpResponse, Problem> {
    let (snapshot, length) = State::blocking(move || {
        let written = spool::write(&snapshot, form.format, form.coding, Length::default());
        let cut = |_| RegistryError::Unavailable;
        written.map(|length| (snapshot, length.0)).map_err(cut)
    })
    .await?;
    let Some((first, last)) = asked.to_satisfiable_range(length) else {
        return Err(Problem::new(ProblemCode::RangeNotSatisfiable)
            .header("Content-Range", format!("bytes */{length}")));
    };
    let mut response = HttpResponse::PartialContent();
    describe(&mut response, form, &snapshot, etag);
    let count = last - first + 1;
    response.insert_header((
        header::CONTENT_RANGE,
        format!("bytes {first}-{last}/{length}"),
    ));
    let chunks = send(snapshot, form, permit, first, count);
    Ok(response.body(SizedStream::new(count, chunks)))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn each_range_of_bytes_is_what_http_says() {
        for (text, of_ten) in [
            ("bytes=0-", Some((0, 10))),
            ("bytes=4-", Some((4, 6))),
            ("bytes=0-0", Some((0, 1))),
            ("bytes=4-6", Some((4, 3))),
            ("bytes=4-99", Some((4, 6))),
            ("bytes=-3", Some((7, 3))),
            ("bytes=-99", Some((0, 10))),
            ("bytes=10-", None),
            ("bytes=10-12", None),
            ("bytes=-0", None),
        ] {
            let request = TestRequest::default().insert_header(("Range", text));
            let asked = asked(&request.to_http_request()).expect("a range");
            let found = asked.to_satisfiable_range(10);
            let found = found.map(|(first, last)| (first, last - first + 1));
            assert_eq!(found, of_ten, "{text}");
        }
        for whole in [
            "bytes=6-4",
            "bytes=a-",
            "bytes=0-1,3-4",
            "lines=1-",
            "bytes=-",
            "bytes=+1-2",
        ] {
            let request = TestRequest::default().insert_header(("Range", whole));
            assert_eq!(asked(&request.to_http_request()), None, "{whole}");
        }
    }
}
