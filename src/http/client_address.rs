//! Who is asking: the address of the client, seen through proxies that are trusted by configuration.
//!
//! A forwarding header is a claim of whoever sent it. It is believed only as far as an unbroken row of trusted
//! proxies vouches for it, read from the right; anything else than clean text means: the peer itself.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::HttpRequest;

use crate::config::cidr::Cidr;

/// Addresses that are read from the right end of a header; a real chain has two or three.
const MOST_HOPS: usize = 32;

/// Bytes of a header that are looked at; 32 hops of IPv6 with port take less than half of it.
const MOST_BYTES: usize = 4096;

/// Who sent a request, as far as trusted proxies tell.
pub fn of(request: &HttpRequest, trusted: &[Cidr]) -> IpAddr {
    let peer = request
        .peer_addr()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    if trusted.is_empty() {
        return peer;
    }
    // A line that is no clean text is there all the same: taken for absent, it would let the other header decide alone.
    let values = |name: &str| -> Vec<String> {
        let lines = request.headers().get_all(name);
        lines
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect()
    };
    let (forwarded, x) = (values("forwarded"), values("x-forwarded-for"));
    let forwarded: Vec<&str> = forwarded.iter().map(String::as_str).collect();
    let x: Vec<&str> = x.iter().map(String::as_str).collect();
    client_address(peer, &forwarded, &x, trusted)
}

/// The client's address.
///
/// `forwarded` and `x_forwarded_for` are the lines of the headers of that name (RFC 7239, de facto), in order.
/// When both are there and don't name the same client, neither is believed: a proxy writes one of them and
/// passes on the other as the caller sent it, and it can't be told here which.
fn client_address(
    peer: IpAddr,
    forwarded: &[&str],
    x_forwarded_for: &[&str],
    trusted: &[Cidr],
) -> IpAddr {
    let peer = peer.to_canonical();
    if !is_trusted(peer, trusted) {
        return peer;
    }
    let standard = header(forwarded).map(|text| {
        let elements = bounded(&text).and_then(|text| split_outside_quotes(text, ','));
        walk(peer, &elements?, forwarded_for, trusted)
    });
    // It knows no quotes: one that a caller leaves open hides nothing of what the proxy added.
    let de_facto = header(x_forwarded_for).map(|text| {
        let elements: Vec<&str> = bounded(&text)?.split(',').collect();
        walk(peer, &elements, node, trusted)
    });
    match (standard, de_facto) {
        (Some(a), Some(b)) if a != b => peer,
        (Some(address), _) | (None, Some(address)) => address.unwrap_or(peer),
        (None, None) => peer,
    }
}

/// Whether a proxy is trusted.
pub fn is_trusted(address: IpAddr, trusted: &[Cidr]) -> bool {
    trusted.iter().any(|range| range.contains(address))
}

/// Several lines of one header are one list (RFC 9110, 5.3).
fn header(lines: &[&str]) -> Option<String> {
    (!lines.is_empty()).then(|| lines.join(","))
}

fn bounded(text: &str) -> Option<&str> {
    (text.len() <= MOST_BYTES).then_some(text)
}

/// From the right, past trusted proxies, to the first address that is not one; `None` if the text is malformed
/// before that. If all are trusted, the leftmost.
fn walk(
    peer: IpAddr,
    elements: &[&str],
    read: impl Fn(&str) -> Option<IpAddr>,
    trusted: &[Cidr],
) -> Option<IpAddr> {
    let mut client = peer;
    for element in elements.iter().rev().take(MOST_HOPS) {
        client = read(element.trim())?;
        if !is_trusted(client, trusted) {
            return Some(client);
        }
    }
    (elements.len() <= MOST_HOPS).then_some(client)
}

/// The `for` of one element of `Forwarded`: `for="[2001:db8::1]:4711";proto=https`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut found = None;
    for pair in split_outside_quotes(element, ';')? {
        let (name, value) = pair.trim().split_once('=')?;
        if name.eq_ignore_ascii_case("for") {
            if found.is_some() {
                return None;
            }
            found = Some(node(unquoted(value)?)?);
        }
    }
    found
}

/// An address, perhaps with a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
/// `unknown` and hidden names (`_secret`) are not addresses.
fn node(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let address = match bare {
        Some(inside) => IpAddr::V6(inside.parse().ok()?),
        None => text
            .parse::<IpAddr>()
            .or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()))
            .ok()?,
    };
    Some(address.to_canonical())
}

fn unquoted(value: &str) -> Option<&str> {
    match value.strip_prefix('"') {
        Some(rest) => rest
            .strip_suffix('"')
            .filter(|inside| !inside.contains(['"', '\\'])),
        None => Some(value),
    }
}

/// Parts between separators that stand outside quotes; `None` when a quote stays open.
fn split_outside_quotes(text: &str, separator: char) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if c == separator && !quoted => {
                parts.push(text.get(start..at)?);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(start..)?);
    (!quoted).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::{Cidr, client_address};
    use actix_web::http::header::HeaderValue;
    use std::net::IpAddr;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn trusted() -> Vec<Cidr> {
        ["10.0.0.0/8", "2001:db8:1::/48"]
            .iter()
            .map(|t| t.parse().unwrap())
            .collect()
    }

    fn by_x(peer: &str, lines: &[&str]) -> IpAddr {
        client_address(ip(peer), &[], lines, &trusted())
    }

    fn by_forwarded(peer: &str, lines: &[&str]) -> IpAddr {
        client_address(ip(peer), lines, &[], &trusted())
    }

    #[test]
    fn a_line_that_is_no_text_hides_nothing_of_what_the_proxy_added() {
        let of = |x: &[u8]| {
            let request = actix_web::test::TestRequest::default()
                .peer_addr("10.0.0.1:80".parse().unwrap())
                .insert_header(("forwarded", "for=1.1.1.1"))
                .insert_header(("x-forwarded-for", HeaderValue::from_bytes(x).unwrap()));
            super::of(&request.to_http_request(), &trusted())
        };
        assert_eq!(of(b"203.0.113.1"), ip("10.0.0.1"));
        assert_eq!(of(b"\xe9, 203.0.113.1"), ip("10.0.0.1"));
        assert_eq!(of(b"\xe9"), ip("10.0.0.1"));
    }

    #[test]
    fn a_quote_that_a_caller_leaves_open_hides_nothing_of_what_the_proxy_added() {
        for caller in ["\"", "\"1.1.1.1", "for=\"x"] {
            let line = format!("{caller}, 203.0.113.1");
            assert_eq!(by_x("10.0.0.1", &[&line]), ip("203.0.113.1"), "{caller}");
        }
    }

    #[test]
    fn a_header_from_a_stranger_is_ignored() {
        assert_eq!(by_x("192.0.2.9", &["203.0.113.1"]), ip("192.0.2.9"));
        assert_eq!(
            by_forwarded("192.0.2.9", &["for=203.0.113.1"]),
            ip("192.0.2.9")
        );
    }

    #[test]
    fn a_header_from_a_trusted_proxy_names_the_client() {
        assert_eq!(by_x("10.0.0.1", &["203.0.113.1"]), ip("203.0.113.1"));
        assert_eq!(
            by_forwarded("10.0.0.1", &["for=203.0.113.1;proto=https;by=10.0.0.1"]),
            ip("203.0.113.1")
        );
        assert_eq!(
            by_forwarded("10.0.0.1", &["proto=https; For=\"[2001:db8::7]:4711\""]),
            ip("2001:db8::7")
        );
    }

    #[test]
    fn what_the_client_wrote_before_the_proxies_does_not_count() {
        assert_eq!(
            by_x("10.0.0.1", &["1.1.1.1, 203.0.113.1, 10.0.0.2"]),
            ip("203.0.113.1")
        );
        assert_eq!(
            by_x("10.0.0.1", &["rubbish, 203.0.113.1"]),
            ip("203.0.113.1")
        );
        assert_eq!(
            by_x("10.0.0.1", &["1.1.1.1", "203.0.113.1"]),
            ip("203.0.113.1")
        );
        assert_eq!(
            by_forwarded("10.0.0.1", &["for=1.1.1.1, for=203.0.113.1, for=10.9.9.9"]),
            ip("203.0.113.1")
        );
    }

    #[test]
    fn an_address_may_carry_a_port_or_brackets() {
        for (text, address) in [
            ("203.0.113.1:5060", "203.0.113.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:80", "2001:db8::1"),
            ("::ffff:203.0.113.1", "203.0.113.1"),
        ] {
            assert_eq!(by_x("10.0.0.1", &[text]), ip(address), "{text}");
        }
    }

    #[test]
    fn malformed_text_means_the_peer() {
        let many = vec!["10.0.0.3"; 40].join(",");
        let long = "10.0.0.3,".repeat(1000);
        for text in [
            "",
            ",",
            "unknown",
            "_hidden",
            "203.0.113.1 evil",
            "[203.0.113.1]",
            "203.0.113.1,",
            &many,
            &long,
        ] {
            assert_eq!(by_x("10.0.0.1", &[text]), ip("10.0.0.1"), "{text}");
        }
        for text in [
            "for=unknown",
            "proto=https",
            "for",
            "for=\"1.1.1.1",
            "for=1.1.1.1;for=2.2.2.2",
            "for=\"1.1.1.1\"\"",
        ] {
            assert_eq!(by_forwarded("10.0.0.1", &[text]), ip("10.0.0.1"), "{text}");
        }
    }

    #[test]
    fn two_headers_that_disagree_mean_the_peer() {
        let both = |f, x| client_address(ip("10.0.0.1"), &[f], &[x], &trusted());
        assert_eq!(both("for=1.1.1.1", "203.0.113.1"), ip("10.0.0.1"));
        assert_eq!(both("for=unknown", "203.0.113.1"), ip("10.0.0.1"));
        assert_eq!(both("for=203.0.113.1", "203.0.113.1"), ip("203.0.113.1"));
    }

    #[test]
    fn a_chain_of_trusted_proxies_only_ends_at_the_leftmost() {
        assert_eq!(by_x("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), ip("10.0.0.3"));
    }

    #[test]
    fn a_peer_in_mapped_notation_is_the_ipv4_address_it_means() {
        assert_eq!(by_x("::ffff:10.0.0.1", &["203.0.113.1"]), ip("203.0.113.1"));
        assert_eq!(by_x("::ffff:192.0.2.1", &[]), ip("192.0.2.1"));
    }
}
