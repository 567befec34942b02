//! `/v1/feed`: the listed set and its changes, for partners that keep a copy.

pub mod acks;
pub mod changes;
pub mod events;
pub mod lines;
pub mod snapshot;
mod spool;

use actix_web::{HttpRequest, HttpResponseBuilder, http::header, web::Bytes};
use tokio::sync::mpsc;

use crate::{
    access::capability::PartnerCaller,
    domain::partner::Scope,
    http::{
        extract::{bearer, partner_with},
        problem::Problem,
        state::State,
    },
    store::digest::Tally,
};

/// The partner that asks, after its turn is counted.
fn caller(request: &HttpRequest, state: &State) -> Result<PartnerCaller, Problem> {
    let token = bearer(request)
        .ok_or_else(|| Problem::new("unauthenticated").header("WWW-Authenticate", "Bearer"))?;
    let caller = partner_with(state, token, Scope::FeedRead)?;
    state.limits.partner(caller.partner_id())?;
    Ok(caller)
}

/// What the partner's live set adds up to, to be compared.
fn feed_headers(response: &mut HttpResponseBuilder, tally: &Tally) {
    response.insert_header(("Feed-Count", tally.live.to_string()));
    response.insert_header(("Feed-Digest", tally.digest.to_string()));
    response.insert_header((header::CACHE_CONTROL, "private, no-cache"));
}

/// A body as it is written.
struct Chunks(mpsc::Receiver<Result<Bytes, std::io::Error>>);

impl futures_core::Stream for Chunks {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}
