//! Telephone exchanges ask before they let a call through ("dip"): a request comes in, and the answer says whether the
//! number that calls is listed.
//!
//! ```text
//! INVITE    listed → 603, the call should not go through
//!           anything else → 404, the exchange goes on to its next route
//!           no copy, or a stale one → 503 with Retry-After: nobody knows, the exchange goes on to its next route
//! OPTIONS   200, or 503 as an INVITE would have (RFC 3261, 11.2)
//! ACK, CANCEL → nothing (8.2.7)     others → 405
//! ```

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{Clock, local_copy::LocalCopy};
use crate::{
    formats::sip::{
        address,
        answer::{Status, answer},
        request::{Length, MAX_BODY, Method, Request, text},
        stream,
    },
    registry::check::{Verdict, verdict},
};

/// Seconds after which to ask again, while there is no copy yet.
const NOT_READY: u32 = 5;
/// Seconds after which to ask again, while the copy is stale.
const STALE: u32 = 60;

/// What became of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The caller is listed.
    Listed,
    /// Nothing is known of the caller.
    NoRecord,
    /// The caller is an official number.
    Official,
    /// The caller shows no number, or none that can be read.
    Unreadable,
    /// There is no copy, or it is too old to tell.
    Unavailable,
    /// A sign of life was asked for.
    Alive,
    /// Nothing is to be answered.
    Ignored,
    /// It was answered that the request can't be.
    Refused,
    /// No request that can be answered; or a connection more than there may be.
    Dropped,
}

impl Outcome {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::Listed,
        Self::NoRecord,
        Self::Official,
        Self::Unreadable,
        Self::Unavailable,
        Self::Alive,
        Self::Ignored,
        Self::Refused,
        Self::Dropped,
    ];

    /// The word in figures.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::NoRecord => "no_record",
            Self::Official => "official",
            Self::Unreadable => "unreadable",
            Self::Unavailable => "unavailable",
            Self::Alive => "alive",
            Self::Ignored => "ignored",
            Self::Refused => "refused",
            Self::Dropped => "dropped",
        }
    }
}

/// What a message on a connection leads to.
#[derive(PartialEq, Eq, Debug)]
pub struct Reply {
    pub answer: Option<String>,
    /// Bytes of the body that follows; none where nobody knows what follows, and the connection ends.
    pub body: Option<usize>,
}

/// Answers exchanges from a mirror's copy.
pub struct SipDip {
    copy: Arc<LocalCopy>,
    clock: Clock,
    counts: [AtomicU64; Outcome::ALL.len()],
}

impl SipDip {
    /// Answers from this copy.
    pub fn new(copy: Arc<LocalCopy>, clock: Clock) -> Self {
        Self {
            copy,
            clock,
            counts: Default::default(),
        }
    }

    /// How many messages came to what since the start: no number, no address.
    pub fn counts(&self) -> impl Iterator<Item = (Outcome, u64)> {
        let counts = self
            .counts
            .iter()
            .map(|count| count.load(Ordering::Relaxed));
        Outcome::ALL.into_iter().zip(counts)
    }

    /// Counts what is dropped before it is read: a connection more than there may be, a head that is too long.
    pub fn turned_away(&self) {
        self.count(Outcome::Dropped);
    }

    /// The answer to a datagram, and where it goes.
    pub fn datagram(&self, bytes: &[u8], seen: SocketAddr) -> Option<(String, SocketAddr)> {
        let parts = match stream::of_datagram(bytes) {
            // It keeps a way open, and says nothing.
            Ok(None) => return None,
            Ok(Some(parts)) => Some(parts),
            Err(_) => None,
        };
        let parts = parts.map(|(head, body)| (text(head), body));
        let read = parts.as_ref();
        let read = read.and_then(|(head, body)| Some((Request::read(head).ok()?, body)));
        let Some((request, body)) = read else {
            self.count(Outcome::Dropped);
            return None;
        };
        let is_whole = match request.length {
            Length::Untold => true,
            Length::Bytes(length) => length <= body.len(),
            Length::Unreadable => false,
        };
        let wrong = (!is_whole).then_some(Status::BadRequest);
        let answer = self.answer(&request, wrong, seen)?;
        Some((answer, request.via.answered_at(seen)))
    }

    /// What a head on a connection leads to.
    pub fn message(&self, head: &[u8], seen: SocketAddr) -> Reply {
        let head = text(head);
        let Ok(request) = Request::read(&head) else {
            self.count(Outcome::Dropped);
            return Reply {
                answer: None,
                body: None,
            };
        };
        let (body, wrong) = match request.length {
            Length::Bytes(length) if length <= MAX_BODY => (Some(length), None),
            Length::Bytes(_) => (None, Some(Status::TooLarge)),
            Length::Untold | Length::Unreadable => (None, Some(Status::BadRequest)),
        };
        Reply {
            answer: self.answer(&request, wrong, seen),
            body,
        }
    }

    fn answer(
        &self,
        request: &Request<'_>,
        wrong: Option<Status>,
        seen: SocketAddr,
    ) -> Option<String> {
        if matches!(request.method, Method::Ack | Method::Cancel) {
            // Also where something is wrong with them: nobody waits.
            self.count(Outcome::Ignored);
            return None;
        }
        let (outcome, status) = self.decide(request, wrong);
        self.count(outcome);
        Some(answer(request, status, seen))
    }

    fn decide(&self, request: &Request<'_>, wrong: Option<Status>) -> (Outcome, Status) {
        if let Some(status) = wrong.or(request.fault.map(Status::from)) {
            return (Outcome::Refused, status);
        }
        let told = match request.method {
            Method::Invite => self.look_up(request),
            Method::Options => (Outcome::Alive, Status::Ok),
            Method::Ack | Method::Cancel | Method::Other => {
                return (Outcome::Refused, Status::MethodNotAllowed);
            }
        };
        // Looked at behind the look-up: a copy that was thrown away meanwhile holds nothing.
        match self.unavailable() {
            Some(seconds) => (Outcome::Unavailable, Status::Unavailable(seconds)),
            None => told,
        }
    }

    fn look_up(&self, request: &Request<'_>) -> (Outcome, Status) {
        let Some(caller) = address::caller(request) else {
            return (Outcome::Unreadable, Status::NotFound);
        };
        match verdict(&*self.copy, &caller, (self.clock)()) {
            Verdict::Listed(_) => (Outcome::Listed, Status::Decline),
            Verdict::Official(_) => (Outcome::Official, Status::NotFound),
            Verdict::NoRecord => (Outcome::NoRecord, Status::NotFound),
        }
    }

    /// For how long nobody can tell whether a number is listed.
    fn unavailable(&self) -> Option<u32> {
        if self.copy.size() == 0 {
            return Some(NOT_READY);
        }
        let (_, is_stale) = self.copy.freshness();
        is_stale.then_some(STALE)
    }

    fn count(&self, outcome: Outcome) {
        self.counts[outcome as usize].fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
