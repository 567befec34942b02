//! Bodies of requests, read within bounds of size, speed and number.
//!
//! A body that is not there yet holds memory for as long as its sender likes, and costs him nothing. So a large one waits
//! for a turn before it is read, one that comes too slowly is given up, and the turn stays with the bytes until the work on
//! them is done.

use std::{future::Future, pin::Pin, time::Duration};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header,
    web::{self, Bytes},
};
use futures_core::Stream;
use memmap2::MmapMut;
use tokio::time::{Instant, timeout_at};

pub use super::turns::{SentBy, Turn};
use super::{
    coding::{self, Coding, Unpacked},
    state::State,
};
use crate::present::{problem::Problem, problem_code::ProblemCode};

/// Largest body that needs no turn, in bytes: a check, a form, a proposal with its notes. As many as there are connections
/// may be under way, and each of those has buffers of this size anyway.
pub const SMALL: usize = 32 << 10;

/// How long a body may take: 10 MiB at 1.4 Mbit/s.
const BODY_PATIENCE: Duration = Duration::from_secs(60);
/// How long it may take for the next [`STRIDE`], or for its end.
const STRIDE_PATIENCE: Duration = Duration::from_secs(10);
/// Bytes that show that a body comes: 8 KB a second, half of what an old mobile network (EDGE) gives.
const STRIDE: usize = 80 << 10;
/// How long a body that is under way may still take when the service stops: what was sent whole has arrived by then.
const BODY_GRACE: Duration = Duration::from_secs(1);

/// A whole body; with the turn of a large one, which lasts as long as this.
pub struct Body {
    room: Room,
    turn: Option<Turn>,
}

/// Where a body is kept.
enum Room {
    Small(Vec<u8>),
    /// Pages of its own: those that were written to take memory, and all of it goes back to the system with the body. The
    /// C library would keep it.
    Large {
        pages: MmapMut,
        come: usize,
    },
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        match &self.room {
            Room::Small(bytes) => bytes,
            Room::Large { pages, come } => pages.get(..*come).unwrap_or_default(),
        }
    }
}

impl Body {
    const fn empty() -> Self {
        Self {
            room: Room::Small(Vec::new()),
            turn: None,
        }
    }

    /// The same bytes, for readers that share them.
    pub fn shared(self) -> Bytes {
        Bytes::from_owner(self)
    }

    /// The bytes and the turn that belongs to whatever is made of them.
    pub fn into_parts(mut self) -> (Bytes, Option<Turn>) {
        let turn = self.turn.take();
        (self.shared(), turn)
    }

    fn length(&self) -> usize {
        self.as_ref().len()
    }

    /// Makes room for a large body.
    fn grow(&mut self, most: usize) -> Result<(), Problem> {
        let pages = MmapMut::map_anon(most).map_err(|_| Problem::busy())?;
        let before = std::mem::replace(&mut self.room, Room::Large { pages, come: 0 });
        match before {
            Room::Small(bytes) => self.append(&bytes),
            Room::Large { .. } => Ok(()),
        }
    }

    fn append(&mut self, chunk: &[u8]) -> Result<(), Problem> {
        match &mut self.room {
            Room::Small(bytes) => bytes.extend_from_slice(chunk),
            Room::Large { pages, come } => {
                let end = *come + chunk.len();
                let too_large = || Problem::new(ProblemCode::PayloadTooLarge);
                let place = pages.get_mut(*come..end).ok_or_else(too_large)?;
                place.copy_from_slice(chunk);
                *come = end;
            }
        }
        Ok(())
    }
}

/// The length that a request announces.
fn announced(request: &HttpRequest) -> Option<usize> {
    let value = request.headers().get(header::CONTENT_LENGTH)?;
    value.to_str().ok()?.parse().ok()
}

/// Whether a body may be large: it says so, or it does not say how long it is, or becomes when it is unpacked.
pub fn may_be_large(request: &HttpRequest) -> bool {
    let has = |name| request.headers().contains_key(name);
    match announced(request) {
        Some(length) => length > SMALL || has(header::CONTENT_ENCODING),
        None => has(header::TRANSFER_ENCODING),
    }
}

/// The whole body, at most `limit` bytes, both as it comes and as it is unpacked.
///
/// # Errors
/// 400 when it is not what its coding says, 408 when it comes too slowly, 413 when it is too long, 415 for a coding that is not
/// undone here, 503 when too many large ones are under way or the service stops.
pub fn read(
    request: &HttpRequest,
    payload: &mut Payload,
    limit: usize,
    sender: SentBy,
) -> impl Future<Output = Result<Body, Problem>> + 'static {
    let announced = announced(request);
    let coding = coding::of(request, limit);
    let payload = web::Payload::from_request(request, payload);
    // A mirror reads bodies too, and has no such state.
    let state = request.app_data::<web::Data<State>>().cloned();
    let stopping = state.as_ref().map(|state| state.stopping.clone());
    let address = state.as_ref().map(|state| state.address(request));
    async move {
        let coding = coding?;
        if announced.is_some_and(|length| length > limit) {
            return Err(Problem::new(ProblemCode::PayloadTooLarge));
        }
        let payload = payload
            .await
            .map_err(|_| Problem::new(ProblemCode::BadRequest))?;
        let turn = async |bytes| match (&state, address) {
            (Some(state), Some(address)) => {
                let turn = state.bodies.turn(sender, address, bytes);
                turn.await.map(Some)
            }
            _ => Ok(None),
        };
        tokio::select! {
            biased;
            read = whole(payload, limit, announced, coding, turn) => read,
            () = given_up(stopping) => {
                Err(Problem::new(ProblemCode::ShuttingDown).header("Retry-After", "5"))
            }
        }
    }
}

/// Ends when a body has to be given up, since the service stops. Without a service to stop, never.
async fn given_up(stopping: Option<tokio::sync::watch::Receiver<bool>>) {
    match stopping {
        Some(mut stopping) => {
            // An error means that the service is gone already.
            let _ = stopping.wait_for(|stop| *stop).await;
            tokio::time::sleep(BODY_GRACE).await;
        }
        None => std::future::pending().await,
    }
}

/// How long a body is waited for that comes as fast as it does.
struct Patience {
    end: Instant,
    stride: Instant,
    /// Bytes that had come when the stride began.
    come: usize,
}

impl Patience {
    fn new(begun: Instant) -> Self {
        Self {
            end: begun + BODY_PATIENCE,
            stride: begun,
            come: 0,
        }
    }

    /// When what comes next must have come.
    fn over(&self) -> Instant {
        self.end.min(self.stride + STRIDE_PATIENCE)
    }

    /// So much has come.
    fn came(&mut self, now: Instant, come: usize) {
        if come - self.come >= STRIDE {
            (self.stride, self.come) = (now, come);
        }
    }
}

async fn whole(
    payload: web::Payload,
    limit: usize,
    announced: Option<usize>,
    coding: Option<Coding>,
    turn: impl AsyncFn(usize) -> Result<Option<Turn>, Problem>,
) -> Result<Body, Problem> {
    let come = collect(payload, limit, announced, &turn).await?;
    match coding {
        None => Ok(come),
        // Hardly any body is packed: what the others hold has no room for this.
        Some(coding) => Box::pin(unpacked(come, coding, limit, turn)).await,
    }
}

/// Unpacks a body that has come. A small one needs no turn; what turns out to be large is unpacked anew once it has one, so
/// that nothing of it is held meanwhile.
async fn unpacked(
    packed: Body,
    coding: Coding,
    limit: usize,
    turn: impl AsyncFn(usize) -> Result<Option<Turn>, Problem>,
) -> Result<Body, Problem> {
    let too_large = || Problem::new(ProblemCode::PayloadTooLarge);
    let (mut packed, body, small) =
        unpacked_into(packed, Body::empty(), coding, SMALL.min(limit)).await?;
    if small == Unpacked::Whole {
        return Ok(body);
    }
    if limit <= SMALL {
        return Err(too_large());
    }
    let mut body = Body::empty();
    // The turn that it came with is for what is made of it, too.
    body.turn = match packed.turn.take() {
        None => turn(limit).await?,
        has => has,
    };
    body.grow(limit)?;
    match unpacked_into(packed, body, coding, limit).await? {
        (_, body, Unpacked::Whole) => Ok(body),
        (_, _, Unpacked::TooLong) => Err(too_large()),
    }
}

/// Unpacks at most so many bytes behind what a body holds: at once what came in few, else where blocking is allowed. How long
/// it takes goes by what came as much as by what becomes of it.
async fn unpacked_into(
    packed: Body,
    mut body: Body,
    coding: Coding,
    most: usize,
) -> Result<(Body, Body, Unpacked), Problem> {
    let is_long = packed.length().max(most) > SMALL;
    let work = move || -> Result<(Body, Body, Unpacked), Problem> {
        let unpacked = coding.unpack(packed.as_ref(), most, |piece| body.append(piece))?;
        Ok((packed, body, unpacked))
    };
    if is_long {
        State::blocking(work).await
    } else {
        work()
    }
}

async fn collect(
    mut payload: web::Payload,
    limit: usize,
    announced: Option<usize>,
    turn: &impl AsyncFn(usize) -> Result<Option<Turn>, Problem>,
) -> Result<Body, Problem> {
    let mut body = Body::empty();
    if let Some(length) = announced.filter(|length| *length > SMALL) {
        body.turn = turn(length).await?;
        body.grow(length)?;
    }
    let mut patience = Patience::new(Instant::now());
    loop {
        let chunk = timeout_at(patience.over(), next(&mut payload));
        let Ok(chunk) = chunk.await else {
            return Err(Problem::new(ProblemCode::RequestTimeout));
        };
        let Some(chunk) = chunk else {
            return Ok(body);
        };
        let chunk = chunk.map_err(|_| Problem::new(ProblemCode::BadRequest))?;
        let length = body.length() + chunk.len();
        if length > limit {
            return Err(Problem::new(ProblemCode::PayloadTooLarge));
        }
        if length > SMALL && matches!(body.room, Room::Small(_)) {
            body.turn = turn(limit).await?;
            body.grow(limit)?;
            patience = Patience::new(Instant::now());
        }
        body.append(&chunk)?;
        patience.came(Instant::now(), length);
    }
}

async fn next(payload: &mut web::Payload) -> Option<Result<Bytes, actix_web::error::PayloadError>> {
    std::future::poll_fn(|context| Pin::new(&mut *payload).poll_next(context)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_stalls_has_ten_seconds_and_whoever_sends_has_a_minute() {
        let begun = Instant::now();
        let after = |seconds| begun + Duration::from_secs(seconds);
        let mut patience = Patience::new(begun);
        assert_eq!(patience.over(), after(10));
        patience.came(after(9), STRIDE - 1);
        assert_eq!(patience.over(), after(10), "too slow");
        patience.came(after(9), STRIDE);
        assert_eq!(patience.over(), after(19));
        patience.came(after(18), 2 * STRIDE - 1);
        assert_eq!(patience.over(), after(19), "it has stalled since");
        patience.came(after(55), 10 << 20);
        assert_eq!(patience.over(), after(60), "never longer than this");
    }
}
