//! Pages of others may ask what everybody may ask (Fetch standard, CORS): checks, catalogues, the ledger, keys and the document.
//! Never with cookies or tokens, and never the desk, sessions or the feed.

use actix_web::{
    HttpRequest,
    http::{
        Method,
        header::{self, HeaderMap, HeaderValue},
    },
};

/// Beginnings of what everybody may ask.
const PUBLIC: [&str; 11] = [
    "/v1/check",
    "/v1/methods",
    "/v1/banks",
    "/v1/wallets",
    "/v1/units",
    "/v1/officials",
    "/v1/stats",
    "/v1/ledger/",
    "/.well-known/jwks.json",
    "/.well-known/oauth-authorization-server",
    "/openapi.json",
];
/// What a page may read of an answer beside what it always may.
const EXPOSED: &str =
    "Canhgiac-Verdict, ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id";
/// What a page may send beside what it always may.
const ALLOWED: &str = "Accept, Accept-Language, Content-Type, If-None-Match";
/// Seconds for which a browser needs not ask again.
const MAX_AGE: &str = "86400";

/// Lets pages of others read the answer, where everybody may.
pub fn allow(request: &HttpRequest, headers: &mut HeaderMap) {
    if !is_public(request.path()) {
        return;
    }
    let set = |headers: &mut HeaderMap, name, value| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    set(
        headers,
        header::CROSS_ORIGIN_RESOURCE_POLICY,
        "cross-origin",
    );
    let asks_before = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if asks_before {
        set(
            headers,
            header::ACCESS_CONTROL_ALLOW_METHODS,
            "GET, HEAD, POST",
        );
        set(headers, header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED);
        set(headers, header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    }
}

/// Whether a path is one that everybody may ask.
fn is_public(path: &str) -> bool {
    PUBLIC.iter().any(|known| {
        path.strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || known.ends_with('/') || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_may_ask_is_open_to_pages_of_others_and_nothing_else() {
        for path in [
            "/v1/check",
            "/v1/check/image",
            "/v1/methods/lua_dao",
            "/v1/ledger/checkpoint",
            "/openapi.json",
        ] {
            assert!(is_public(path), "{path}");
        }
        for path in [
            "/v1/checks",
            "/v1/session",
            "/v1/oauth/token",
            "/v1/feed/changes",
            "/v1/listings",
            "/v1/reports",
            "/v1/followup",
            "/v1/ledger",
            "/desk",
            "/",
        ] {
            assert!(!is_public(path), "{path}");
        }
    }
}
