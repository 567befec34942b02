//! What search engines and finders of faults ask for: `robots.txt`, `sitemap.xml`, `security.txt`; and the emblem of who runs
//! the registry.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, ContentType},
    web,
};

use super::page_context::{Nav, address};
use crate::{
    domain::{message::Lang, method},
    http::{headers, state::State},
    present::{problem::Problem, problem_code::ProblemCode},
};

/// Pages that stand for themselves.
const PAGES: [Nav; 12] = [
    Nav::Check,
    Nav::Paid,
    Nav::Report,
    Nav::Follow,
    Nav::Methods,
    Nav::Posters,
    Nav::Officials,
    Nav::Statistics,
    Nav::About,
    Nav::Privacy,
    Nav::Transparency,
    Nav::Developers,
];

/// How long `security.txt` is good for, in seconds: less than a year (RFC 9116, 2.5.5).
const GOOD_SECONDS: i64 = 180 * 24 * 60 * 60;

/// Where the emblem is.
const LOGO: &str = "/authority-logo";

/// How long the others are kept, in seconds.
const KEPT_SECONDS: u32 = 60 * 60;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/robots.txt", web::get().to(robots))
        .route("/sitemap.xml", web::get().to(sitemap))
        .route("/.well-known/security.txt", web::get().to(security))
        .route(LOGO, web::get().to(logo));
}

async fn logo(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let state = State::of(&request);
    let logo = state.authority.as_ref().and_then(|who| who.logo.as_ref());
    let logo = logo.ok_or_else(|| Problem::new(ProblemCode::NotFound))?;
    Ok(headers::cached(
        &request,
        logo.media_type,
        logo.bytes.clone(),
        KEPT_SECONDS,
    ))
}

/// Answers may be found, the desk has nothing to find. Listings say for themselves that they are not to be kept.
async fn robots(request: HttpRequest) -> HttpResponse {
    let state = State::of(&request);
    let url = &state.issuer.url;
    let text = format!(
        "User-agent: *\nDisallow: /desk\nDisallow: /settings\nSitemap: {url}/sitemap.xml\n"
    );
    headers::cached(
        &request,
        "text/plain; charset=utf-8",
        text.into_bytes(),
        KEPT_SECONDS,
    )
}

async fn sitemap(request: HttpRequest) -> HttpResponse {
    let state = State::of(&request);
    let url = &state.issuer.url;
    let mut places = Vec::new();
    for lang in [Lang::Vi, Lang::En] {
        places.extend(PAGES.map(|nav| address(lang, nav)));
        let cards = method::all().iter();
        places.extend(cards.map(|card| format!("{}/{}", address(lang, Nav::Methods), card.slug)));
    }
    let lines: String = places
        .iter()
        .map(|place| format!("<url><loc>{url}{place}</loc></url>\n"))
        .collect();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{lines}</urlset>\n"
    );
    headers::cached(
        &request,
        "application/xml; charset=utf-8",
        text.into_bytes(),
        KEPT_SECONDS,
    )
}

/// Whom to tell of a fault (RFC 9116); nothing where the settings name nobody.
async fn security(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let state = State::of(&request);
    let missing = || Problem::new(ProblemCode::NotFound);
    let authority = state.authority.as_ref().ok_or_else(missing)?;
    if authority.email.is_empty() {
        return Err(missing());
    }
    let url = &state.issuer.url;
    let until = state.now().plus_seconds(GOOD_SECONDS).rfc3339();
    let text = format!(
        "Contact: mailto:{}\nExpires: {until}\nPreferred-Languages: vi, en\nCanonical: {url}/.well-known/security.txt\n",
        authority.email
    );
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .content_type(ContentType::plaintext())
        .body(text))
}
