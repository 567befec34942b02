//! The cookies: the desk's session and the accounts that signed in on this browser before (opaque, `__Host-`), and two
//! choices of a reader that identify nobody.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};

use crate::{access::known_device::KNOWN_DAYS, domain::message::Lang};

const SESSION: &str = "__Host-desk";
const DEVICE: &str = "__Host-device";
/// Accounts that a browser is known to: colleagues share one. Each is 80 characters.
const MOST_ACCOUNTS: usize = 8;
const LARGE: &str = "cg_large";
const LANG: &str = "cg_lang";
/// Choices are kept for a year.
const CHOICE_DAYS: i64 = 365;

/// The cookie of a session; gone when the browser closes, worthless when the session ends.
pub fn session(value: String) -> Cookie<'static> {
    Cookie::build(SESSION, value)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .finish()
}

/// Takes the session's cookie away.
pub fn no_session() -> Cookie<'static> {
    let mut cookie = session(String::new());
    cookie.make_removal();
    cookie
}

/// The session's cookie in a request.
pub fn session_of(request: &HttpRequest) -> Option<String> {
    request
        .cookie(SESSION)
        .map(|cookie| cookie.value().to_owned())
}

/// By what this browser is known to accounts that signed in on it; signs nobody in.
pub fn devices_of(request: &HttpRequest) -> Vec<String> {
    let cookie = request.cookie(DEVICE);
    let text = cookie.as_ref().map_or("", Cookie::value);
    let tokens = text.split('.').filter(|token| !token.is_empty());
    tokens.take(MOST_ACCOUNTS).map(str::to_owned).collect()
}

/// Remembers that one more account signed in on this browser; the one that did so longest ago makes room.
pub fn devices(newest: &str, before: &[String]) -> Cookie<'static> {
    let tokens = std::iter::once(newest).chain(before.iter().map(String::as_str));
    let tokens: Vec<&str> = tokens.take(MOST_ACCOUNTS).collect();
    Cookie::build(DEVICE, tokens.join("."))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(KNOWN_DAYS.into()))
        .finish()
}

fn choice(name: &'static str, value: &str) -> Cookie<'static> {
    Cookie::build(name, value.to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(CHOICE_DAYS))
        .finish()
}

/// Remembers whether letters are large.
pub fn large(on: bool) -> Cookie<'static> {
    choice(LARGE, if on { "1" } else { "0" })
}

/// Whether letters are large.
pub fn is_large(request: &HttpRequest) -> bool {
    request
        .cookie(LARGE)
        .is_some_and(|cookie| cookie.value() == "1")
}

/// Remembers the language of the desk.
pub fn lang(lang: Lang) -> Cookie<'static> {
    choice(LANG, lang.as_str())
}

/// The language of the desk: the one chosen, else Vietnamese.
pub fn lang_of(request: &HttpRequest) -> Lang {
    match request.cookie(LANG) {
        Some(cookie) if cookie.value() == "en" => Lang::En,
        _ => Lang::Vi,
    }
}
