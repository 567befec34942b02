//! Addresses around a mirror: the registry's, which must not be read along, and the names that its own answers go by.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::{Uri, uri::Authority};

use super::{ending::CliError, locale::language};

/// Checks the address of the registry that is followed.
///
/// # Errors
/// [`CliError::Usage`] for what is no address of a registry, and for one on whose way others could read along.
pub(super) fn check_upstream(url: &str, plain_http: bool) -> Result<(), CliError> {
    let usage = |vi: &str, en: &str| Err(CliError::Usage(language().pick(vi, en).to_owned()));
    let no_address = || {
        usage(
            "hãy viết địa chỉ của sổ đăng ký dạng https://…",
            "give the registry's address as https://…",
        )
    };
    let Ok(address) = url.parse::<Uri>() else {
        return no_address();
    };
    let (Some(scheme), Some(authority)) = (address.scheme_str(), address.authority()) else {
        return no_address();
    };
    if authority.as_str().contains('@') {
        return usage(
            "không nhận địa chỉ có tên đứng trước @: hãy đưa mã bí mật qua --client-id và tệp của nó",
            "an address with a name before @ is refused: credentials go into --client-id and its file",
        );
    }
    if !is_whole(authority) {
        return no_address();
    }
    match scheme {
        "https" => Ok(()),
        "http" if plain_http || is_this_machine(authority.host()) => Ok(()),
        "http" => usage(
            "http:// để lộ mã bí mật trên đường mạng; hãy dùng https://…, hoặc --plain-http nếu đường truyền được bảo vệ cách khác",
            "http:// would send the client secret in the open; give https://…, or --plain-http if the line is protected in another way",
        ),
        _ => no_address(),
    }
}

/// Whether an authority is a name and a port and nothing else: the library passes over what follows a bracket.
fn is_whole(authority: &Authority) -> bool {
    let rest = authority.as_str().strip_prefix(authority.host());
    rest.is_some_and(|rest| match authority.port() {
        None => rest.is_empty(),
        // The library takes `+80` for a number too.
        Some(port) => {
            rest.strip_prefix(':') == Some(port.as_str()) && !port.as_str().starts_with('+')
        }
    })
}

/// Whether a name stands for this very machine.
fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether a request names the address that answers. Behind an address of this machine alone, a page in a browser here
/// could otherwise ask under a name of its own (DNS rebinding).
pub(super) fn is_own_name(bound: SocketAddr, host: Option<&str>) -> bool {
    if !bound.ip().is_loopback() {
        return true;
    }
    let authority = host.and_then(|host| host.parse::<Authority>().ok());
    authority.is_some_and(|authority| is_whole(&authority) && is_this_machine(authority.host()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_goes_to_the_registry_alone_and_never_in_the_open() {
        for (url, is_fine) in [
            ("https://canhgiac.example", true),
            ("https://canhgiac.example:8443/", true),
            ("http://127.0.0.1:8080", true),
            ("http://localhost:8080/", true),
            ("http://LOCALHOST", true),
            ("http://[::1]:8080", true),
            ("http://127.0.0.1@evil.example", false),
            ("http://127.0.0.1:80@evil.example/", false),
            ("https://name:secret@canhgiac.example", false),
            ("http://127.0.0.1.evil.example", false),
            ("http://localhost.evil.example", false),
            ("http://[::1].evil.example", false),
            ("http://[::1]:+80", false),
            ("http://canhgiac.example", false),
            ("ftp://canhgiac.example", false),
            ("canhgiac.example", false),
            ("/only/a/path", false),
            ("", false),
        ] {
            assert_eq!(check_upstream(url, false).is_ok(), is_fine, "{url}");
        }
        assert!(check_upstream("http://canhgiac.example", true).is_ok());
        assert!(check_upstream("http://127.0.0.1@evil.example", true).is_err());
    }

    #[test]
    fn behind_an_address_of_this_machine_only_its_own_names_are_answered() {
        let here: SocketAddr = "127.0.0.1:8781".parse().unwrap();
        let everywhere: SocketAddr = "0.0.0.0:8781".parse().unwrap();
        for (host, is_own) in [
            (Some("127.0.0.1:8781"), true),
            (Some("localhost:8781"), true),
            (Some("localhost"), true),
            (Some("[::1]:8781"), true),
            (Some("evil.example:8781"), false),
            (Some("127.0.0.1.evil.example"), false),
            (Some("a@localhost"), false),
            (Some("[::1].evil.example"), false),
            (Some(""), false),
            (None, false),
        ] {
            assert_eq!(is_own_name(here, host), is_own, "{host:?}");
            assert!(is_own_name(everywhere, host), "{host:?}");
        }
    }
}
