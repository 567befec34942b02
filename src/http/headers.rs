//! Headers that many answers share.

use crate::domain::hex::hex;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web::Bytes,
};
use sha2::{Digest, Sha256};

/// Whether `If-None-Match` names this tag (weak comparison, RFC 9110 §13.1.2).
pub fn is_unchanged(request: &HttpRequest, etag: &str) -> bool {
    request
        .headers()
        .get_all(header::IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == etag || tag == "*")
}

/// A strong tag of content.
pub fn etag_of(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    format!("\"{}\"", hex(&digest[..12]))
}

/// Figures in the text format of Prometheus.
pub fn figures(text: Result<String, prometheus::Error>) -> HttpResponse {
    match text {
        Ok(text) => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .content_type(prometheus::TEXT_FORMAT)
            .body(text),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// Content that can be polled: strong `ETag`, 304, public for `max_age` seconds.
pub fn cached(
    request: &HttpRequest,
    content_type: &str,
    body: Vec<u8>,
    max_age: u32,
) -> HttpResponse {
    let etag = etag_of(&body);
    tagged(request, content_type, body.into(), &etag, max_age)
}

/// As [`cached`], for content whose tag is known already.
pub fn tagged(
    request: &HttpRequest,
    content_type: &str,
    body: Bytes,
    etag: &str,
    max_age: u32,
) -> HttpResponse {
    let control = format!("public, max-age={max_age}");
    let mut response = if is_unchanged(request, etag) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, control))
        .insert_header((header::VARY, HeaderValue::from_static("Accept-Language")));
    if is_unchanged(request, etag) {
        return response.finish();
    }
    response.content_type(content_type).body(body)
}

/// A JSON answer for one caller that must not be kept.
pub fn private_json(
    status: actix_web::http::StatusCode,
    body: &impl serde::Serialize,
) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(body)
}

/// Sends a browser on to another page, by `GET`.
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, path))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}
