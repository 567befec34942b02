//! `/v1/feed`: the listed set and its changes, for partners that keep a copy.

pub mod acks;
pub mod changes;
pub mod events;
pub mod officials;
pub mod snapshot;
mod spool;

use actix_web::{HttpRequest, HttpResponseBuilder, http::header, web::Bytes};
use tokio::sync::mpsc;

use crate::{
    access::capability::PartnerCaller,
    domain::partner::Scope,
    http::{extract, state::State},
    present::problem::Problem,
    store::digest::Tally,
};

/// The partner that asks, after its turn is counted.
fn caller(request: &HttpRequest, state: &State) -> Result<PartnerCaller, Problem> {
    let caller = reader(request, state)?;
    state.limits.partner(caller.partner_id())?;
    Ok(caller)
}

/// The partner that asks, as it stands now.
fn reader(request: &HttpRequest, state: &State) -> Result<PartnerCaller, Problem> {
    let caller = extract::caller(request, state)?;
    let caller = caller.ok_or_else(extract::unauthenticated)?;
    extract::partner_with(caller, Scope::FeedRead)
}

/// What the partner's live set adds up to, to be compared.
fn feed_headers(response: &mut HttpResponseBuilder, tally: &Tally) {
    response.insert_header(("Feed-Count", tally.live.to_string()));
    response.insert_header(("Feed-Digest", tally.digest.to_string()));
    response.insert_header((header::CACHE_CONTROL, "private, no-cache"));
}

/// A chunk of a body that is being written.
pub(super) enum Chunk {
    Bytes(Bytes),
    /// The body is whole.
    End,
}

/// A body as it is written. When the writer stops without [`Chunk::End`], the connection is cut, so that a part
/// is never taken for the whole.
pub(super) struct Chunks(pub(super) mpsc::Receiver<Chunk>);

impl futures_core::Stream for Chunks {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|chunk| match chunk {
            Some(Chunk::Bytes(bytes)) => Some(Ok(bytes)),
            Some(Chunk::End) => None,
            None => Some(Err(std::io::Error::other("the body is cut"))),
        })
    }
}
