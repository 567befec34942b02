//! The three cookies: the desk's session (opaque, `__Host-`), and two choices of a reader that identify nobody.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use sha2::{Digest, Sha256};

use crate::{access::secret, domain::message::Lang};

const SESSION: &str = "__Host-desk";
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

/// What the forms of a session carry, so that no other site can send them: it follows from the cookie, which other
/// sites can't read.
pub fn csrf(session: &str) -> String {
    let digest = Sha256::new()
        .chain_update(b"canhgiac/csrf/v1\0")
        .chain_update(session)
        .finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a form carries what it should.
pub fn csrf_fits(session: &str, shown: &str) -> bool {
    secret::same(csrf(session).as_bytes(), shown.as_bytes())
}
