//! From a template to an answer.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use askama::Template;

use super::failure::Failure;
use crate::http::headers;

/// How a page may be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    /// The same for everybody: kept, and asked about again each time.
    Public,
    /// About somebody or something asked: never kept.
    Private(StatusCode),
    /// The answer to whoever asked: there again when that browser goes back, and kept nowhere else.
    Answer,
}

/// What a handler of a page gives.
pub type Answer = Result<HttpResponse, Failure>;

const HTML: &str = "text/html; charset=utf-8";

/// Answers with a page.
///
/// # Errors
/// 500 when the template fails, which none of ours can.
pub fn page(request: &HttpRequest, kind: Page, template: &impl Template) -> Answer {
    let html = template
        .render()
        .map_err(|error| Failure::internal(&error.to_string()))?
        .into_bytes();
    let vary = HeaderValue::from_static("Cookie");
    Ok(match kind {
        Page::Public => {
            let etag = headers::etag_of(&html);
            let unchanged = headers::is_unchanged(request, &etag);
            let mut answer = match unchanged {
                true => HttpResponse::NotModified(),
                false => HttpResponse::Ok(),
            };
            answer
                .insert_header((header::ETAG, etag))
                .insert_header((header::CACHE_CONTROL, "no-cache"))
                .insert_header((header::VARY, vary));
            match unchanged {
                true => answer.finish(),
                false => answer.content_type(HTML).body(html),
            }
        }
        Page::Private(status) => HttpResponse::build(status)
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::VARY, vary))
            .content_type(HTML)
            .body(html),
        // Of one browser, so that it varies with nothing: a choice that this answer remembers would make it unknown.
        Page::Answer => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "private, no-cache"))
            .content_type(HTML)
            .body(html),
    })
}
