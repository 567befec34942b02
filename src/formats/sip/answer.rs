//! Answers: a line that says it, and what the request brought.

use std::{
    fmt::{self, Write},
    net::SocketAddr,
};

use sha2::{Digest, Sha256};

use super::request::{Fault, MAX_HEADERS, Request};
use crate::domain::hex::hex;

/// Methods that are known (RFC 3261, 20.5).
const ALLOW: &str = "INVITE, ACK, CANCEL, OPTIONS";
/// Why a call should not go through (RFC 3326; Q.850 in answers, RFC 6432). ASCII: exchanges write it into their records.
const REASON: &str =
    "Q.850;cause=21;text=\"so lua dao, cong an da xac nhan; scam number confirmed by police\"";

/// Most bytes of an answer's own lines and parameters, beside what it copies.
const OWN: usize = 384;
/// Most bytes by which an answer is longer than the request's head: its own, and for each line that is copied the name that
/// was written short (`v:` for `Via: `).
pub const MAX_MORE: usize = OWN + 4 * MAX_HEADERS;

/// What is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    Ok,
    BadRequest,
    NotFound,
    MethodNotAllowed,
    /// Ask again in so many seconds.
    Unavailable(u32),
    VersionNotSupported,
    TooLarge,
    Decline,
}

impl Status {
    /// The number and its words (RFC 3261, 21).
    fn line(self) -> &'static str {
        match self {
            Self::Ok => "200 OK",
            Self::BadRequest => "400 Bad Request",
            Self::NotFound => "404 Not Found",
            Self::MethodNotAllowed => "405 Method Not Allowed",
            Self::Unavailable(_) => "503 Service Unavailable",
            Self::VersionNotSupported => "505 Version Not Supported",
            Self::TooLarge => "513 Message Too Large",
            Self::Decline => "603 Decline",
        }
    }
}

impl From<Fault> for Status {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Version => Self::VersionNotSupported,
            Fault::Sequence => Self::BadRequest,
        }
    }
}

/// The answer to a request that was `seen` from there.
pub fn answer(request: &Request<'_>, status: Status, seen: SocketAddr) -> String {
    let mut out = String::with_capacity(1024);
    // Writing into memory does not fail.
    let _ = write(&mut out, request, status, seen);
    out
}

fn write(out: &mut String, request: &Request<'_>, status: Status, seen: SocketAddr) -> fmt::Result {
    write!(out, "SIP/2.0 {}\r\nVia: ", status.line())?;
    request.via.write(out, seen)?;
    for via in &request.below {
        write!(out, "\r\nVia: {via}")?;
    }
    write!(out, "\r\nFrom: {}\r\nTo: {}", request.from, request.to)?;
    if !request.has_tag() {
        write!(out, ";tag={}", tag(request))?;
    }
    let (call_id, cseq) = (request.call_id, request.cseq);
    write!(out, "\r\nCall-ID: {call_id}\r\nCSeq: {cseq}\r\n")?;
    match status {
        Status::Ok | Status::MethodNotAllowed => write!(out, "Allow: {ALLOW}\r\n")?,
        Status::Unavailable(seconds) => write!(out, "Retry-After: {seconds}\r\n")?,
        Status::Decline => write!(out, "Reason: {REASON}\r\n")?,
        Status::BadRequest | Status::NotFound | Status::VersionNotSupported | Status::TooLarge => {}
    }
    out.push_str("Server: canhgiac\r\nContent-Length: 0\r\n\r\n");
    Ok(())
}

/// A tag that follows from the request, so that the same one has the same (RFC 3261, 8.2.7): 8 bytes, twice what 19.3 asks
/// for.
fn tag(request: &Request<'_>) -> String {
    let mut hash = Sha256::new();
    for part in [
        request.via.whole,
        request.from,
        request.call_id,
        request.cseq,
    ] {
        hash.update(part);
        hash.update([0]);
    }
    hex(&hash.finalize()[..8])
}
