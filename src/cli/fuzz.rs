//! Trials of a mirror's addresses: the secret goes to a registry alone, and only this machine's own names are answered.

use std::net::{IpAddr, SocketAddr};

use super::mirror_address::{check_upstream, is_own_name};

/// The address of a registry, and the name that a request asks for.
pub(crate) fn address(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if check_upstream(&text, false).is_ok() {
        // Read by hand: a scheme, a name and a port, and perhaps a path.
        let (scheme, rest) = text.split_once("://").unwrap_or_default();
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        assert!(!authority.contains(['@', '\\', ' ']) && !authority.is_empty());
        let secure = scheme.eq_ignore_ascii_case("https");
        assert!(secure || scheme.eq_ignore_ascii_case("http") && is_here(authority));
        assert!(check_upstream(&text, true).is_ok());
    }
    let here = SocketAddr::from(([127, 0, 0, 1], 8781));
    if is_own_name(here, Some(&text)) {
        assert!(is_here(&text));
    }
}

/// A name of this machine with or without a port.
fn is_here(authority: &str) -> bool {
    let port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let name = match authority.rsplit_once(':') {
        Some((name, end)) if port(end) && (name.ends_with(']') || !name.contains(':')) => name,
        _ => authority,
    };
    let bare = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    name.eq_ignore_ascii_case("localhost")
        || bare
            .unwrap_or(name)
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
