//! Telephone signalling (SIP, RFC 3261), as far as a question about a caller needs it: the head of a request is read, a
//! refusal is written.
//!
//! ```text
//! INVITE sip:… SIP/2.0                ──►  SIP/2.0 603 Decline
//! Via: SIP/2.0/UDP 10.0.0.9:5060;…         Via: …;received=…;rport=…     so that it finds back
//! From: <sip:0950001001@…>;tag=1           From, To;tag=…, Call-ID, CSeq: as they came
//! P-Asserted-Identity: <tel:+84…>          Reason, Retry-After or Allow
//! To, Call-ID, CSeq, …                     Content-Length: 0
//! ```
//!
//! Nothing is remembered between two requests (8.2.7, a stateless server): the same request has the same answer, tag and
//! all. An answer is what the request brought and at most [`answer::MAX_MORE`] bytes: whoever forges where a datagram comes from
//! has little sent there, three or four times what the shortest request has. Values are pieces of the head, folds and all, and are copied as they stand.

pub mod address;
pub mod answer;
mod pieces;
pub mod request;
pub mod stream;
pub mod via;

#[cfg(test)]
mod tests;
