//! `Via`: where an answer goes (RFC 3261, 18.2; RFC 3581).

use std::{
    fmt::{self, Write},
    net::{IpAddr, SocketAddr},
};

use super::pieces::{first, parameter, pieces};

/// Where answers go to that name no port.
const DEFAULT_PORT: u16 = 5060;

/// The topmost value of `Via`: what sent the request, by its own word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Via<'a> {
    /// The whole value.
    pub(super) whole: &'a str,
    /// Protocol and sender: `SIP/2.0/UDP 10.0.0.9:5060`.
    sender: &'a str,
    host: &'a str,
    port: Option<u16>,
    /// It wants to be told which port it was seen at, and be answered there.
    wants_port: bool,
}

impl<'a> Via<'a> {
    /// Reads the topmost of a line's values; the others stay together.
    pub(super) fn read(line: &'a str) -> Option<(Self, Option<&'a str>)> {
        let end = first(line, b',');
        let rest = end.map(|at| line[at + 1..].trim());
        let whole = line[..end.unwrap_or(line.len())].trim();
        let mut parameters = pieces(whole, b';');
        let sender = parameters.next()?.trim();
        let wants_port = parameters.any(|piece| parameter(piece, "rport").is_some());
        let (host, port) = host_and_port(sender)?;
        let via = Self {
            whole,
            sender,
            host,
            port,
            wants_port,
        };
        Some((via, rest))
    }

    /// Where the answer to a datagram goes: to the address that it came from and to none that is only written in it
    /// (`maddr`), at the port that the sender is seen at, or tells (RFC 3261, 18.2.2; RFC 3581, 4).
    pub fn answered_at(&self, seen: SocketAddr) -> SocketAddr {
        let mut at = seen;
        if !self.wants_port {
            at.set_port(self.port.unwrap_or(DEFAULT_PORT));
        }
        at
    }

    /// The value as an answer has it: what the sender may not know of itself is put in.
    pub(super) fn write(&self, out: &mut String, seen: SocketAddr) -> fmt::Result {
        out.push_str(self.sender);
        for piece in pieces(self.whole, b';').skip(1) {
            let is_ours = |name| parameter(piece, name).is_some();
            if !is_ours("received") && !is_ours("rport") {
                out.push(';');
                out.push_str(piece.trim());
            }
        }
        let ip = seen.ip().to_canonical();
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        if self.wants_port || bare.parse::<IpAddr>() != Ok(ip) {
            write!(out, ";received={ip}")?;
        }
        if self.wants_port {
            write!(out, ";rport={}", seen.port())?;
        }
        Ok(())
    }
}

/// `SIP/2.0/UDP host:port`; blanks may stand around its signs.
fn host_and_port(sender: &str) -> Option<(&str, Option<u16>)> {
    let mut parts = sender.splitn(3, '/');
    let (name, version) = (parts.next()?.trim(), parts.next()?.trim());
    let (_, at) = parts.next()?.trim().split_once(char::is_whitespace)?;
    let is_sip = name.eq_ignore_ascii_case("SIP") && version == "2.0";
    let at = at.trim();
    // The colons of an IPv6 address stand in brackets.
    let colon = at.rfind(':').filter(|colon| !at[*colon..].contains(']'));
    let (host, port) = match colon {
        Some(colon) => {
            let digits = at[colon + 1..].trim();
            let is_number = digits.bytes().all(|b| b.is_ascii_digit());
            let port = is_number.then(|| digits.parse::<u16>().ok())??;
            (at[..colon].trim(), Some(port))
        }
        None => (at, None),
    };
    let is_host = !host.is_empty() && !host.contains(char::is_whitespace);
    (is_sip && is_host && port != Some(0)).then_some((host, port))
}
