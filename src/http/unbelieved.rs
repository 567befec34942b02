//! Forwarding headers of somebody who is not a trusted proxy.
//!
//! Behind a proxy that is not named in `server.trusted_proxies` everybody has the proxy's address and shares its limits.
//! That shows at the first request, so it is told at once instead of when citizens are refused.

use std::{
    net::IpAddr,
    sync::atomic::{AtomicI64, Ordering},
};

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderName},
};

use super::client_address::is_trusted;
use crate::{config::cidr::Cidr, domain::time::Time};

/// How long it is told after the last such header: whoever sends one by hand is forgotten then.
const TOLD_SECONDS: i64 = 3_600;
/// There was none.
const NEVER: i64 = i64::MIN;

/// Headers in which proxies name whom they ask for.
const FORWARDING: [HeaderName; 2] = [header::X_FORWARDED_FOR, header::FORWARDED];

/// When a header was last not believed.
#[derive(Debug)]
pub struct Unbelieved(AtomicI64);

impl Default for Unbelieved {
    fn default() -> Self {
        Self(AtomicI64::new(NEVER))
    }
}

impl Unbelieved {
    /// Looks at a request. Warns in the log when there was no such header for an hour.
    pub fn look(&self, request: &HttpRequest, trusted: &[Cidr], now: Time) {
        let headers = request.headers();
        let Some(peer) = request.peer_addr().map(|peer| peer.ip()) else {
            return;
        };
        let said = FORWARDING.iter().any(|name| headers.contains_key(name));
        if said && self.note(peer, trusted, now) {
            tracing::warn!(
                "a forwarding header (Forwarded, X-Forwarded-For) came from an address that is not in \
                 server.trusted_proxies and was not believed. Behind a proxy everybody has one address like this \
                 and shares its limits: add the proxy's address"
            );
        }
    }

    /// Takes note of a header from this peer. Whether it is to be told in the log.
    fn note(&self, peer: IpAddr, trusted: &[Cidr], now: Time) -> bool {
        if is_trusted(peer.to_canonical(), trusted) {
            return false;
        }
        let is_new = !self.is_lately(now);
        self.0.store(now.millis(), Ordering::Relaxed);
        is_new
    }

    /// Whether there was such a header in the last hour.
    pub fn is_lately(&self, now: Time) -> bool {
        let last = self.0.load(Ordering::Relaxed);
        last != NEVER && now < Time::from_millis(last).plus_seconds(TOLD_SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_once_and_remembered_for_an_hour() {
        let at = |seconds: i64| Time::from_millis(seconds * 1000);
        let peer: IpAddr = "10.0.0.1".parse().unwrap();
        let unbelieved = Unbelieved::default();
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        assert!(!unbelieved.note(peer, &trusted, at(0)));
        assert!(!unbelieved.is_lately(at(0)));
        assert!(unbelieved.note(peer, &[], at(0)));
        assert!(!unbelieved.note(peer, &[], at(1)));
        assert!(unbelieved.is_lately(at(TOLD_SECONDS)));
        assert!(!unbelieved.is_lately(at(TOLD_SECONDS + 1)));
        assert!(unbelieved.note(peer, &[], at(TOLD_SECONDS + 1)));
    }
}
