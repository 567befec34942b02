//! `/v1/feed`: the listed set and its changes, for partners that keep a copy.

pub mod acks;
pub mod changes;
pub mod events;
pub mod officials;
pub mod snapshot;
mod spool;

use actix_web::{HttpRequest, HttpResponseBuilder, http::header};

pub(super) use crate::http::chunks::{Chunk, Chunks};
use crate::{
    access::capability::PartnerCaller,
    domain::partner::Scope,
    http::{extract, state::State},
    present::{problem::Problem, problem_code::ProblemCode},
    store::digest::Tally,
};

/// How the feed may be asked: `wget` sends a secret only to who asks for one.
const CHALLENGE: &str = "Bearer, Basic realm=\"canhgiac\", charset=\"UTF-8\"";

/// The partner that asks, after its turn is counted.
fn caller(request: &HttpRequest, state: &State) -> Result<PartnerCaller, Problem> {
    let caller = reader(request, state)?;
    state.limits.partner(caller.partner_id())?;
    Ok(caller)
}

/// The partner that asks, as it stands now.
fn reader(request: &HttpRequest, state: &State) -> Result<PartnerCaller, Problem> {
    let caller = extract::caller(request, state)?;
    let caller = caller.ok_or_else(|| {
        Problem::new(ProblemCode::Unauthenticated).header("WWW-Authenticate", CHALLENGE)
    })?;
    extract::partner_with(caller, Scope::FeedRead)
}

/// What the partner's live set adds up to, to be compared.
fn feed_headers(response: &mut HttpResponseBuilder, tally: &Tally) {
    response.insert_header(("Feed-Count", tally.live.to_string()));
    response.insert_header(("Feed-Digest", tally.digest.to_string()));
    response.insert_header((header::CACHE_CONTROL, "private, no-cache"));
}
