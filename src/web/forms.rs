//! What browsers send: fields of a form, and a form with a file.

use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;

use actix_multipart::Multipart;
use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{Method, header},
    web::Bytes,
};
use futures_core::Stream;

use super::failure::Failure;
use crate::{
    http::{
        body::{self, SentBy, Turn},
        extract::media_type,
    },
    present::problem_code::ProblemCode,
};

/// Longest form without a file, in bytes: two notes of 4,000 characters, and the rest.
const MAX_FORM: usize = 128 * 1024;
/// Most fields in a form: an import's page names its rows.
const MAX_FIELDS: usize = 5_000;

/// Most files in a form: more than any page asks for, so that it can say that they are too many.
const MAX_FILES: usize = 20;

/// What an extractor answers that reads the body.
pub type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

/// The fields of a form, in order.
#[derive(Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first value of a field, without blanks around it; empty when there is none.
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// Whether a field was sent.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// The first value of a field as it was typed: passwords may begin and end with blanks.
    pub fn exact(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// Every value of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        let named = self.0.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }

    /// All of them, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Where a list goes on; none for its beginning.
    ///
    /// # Errors
    /// 400 `cursor-invalid`.
    pub fn cursor<T: FromStr>(&self) -> Result<Option<T>, Failure> {
        match self.get("cursor") {
            "" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|_| Failure::of(ProblemCode::CursorInvalid)),
        }
    }

    /// The version that was read. Without one there is nothing to compare with: never the newest.
    pub fn version(&self) -> u32 {
        self.get("version").parse().unwrap_or(0)
    }

    fn parse(bytes: &[u8]) -> Result<Self, Failure> {
        serde_urlencoded::from_bytes::<Vec<(String, String)>>(bytes)
            .ok()
            .filter(|fields| fields.len() <= MAX_FIELDS)
            .map(Self)
            .ok_or_else(|| Failure::of(ProblemCode::BadRequest))
    }
}

impl From<Vec<(String, String)>> for Fields {
    fn from(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }
}

impl FromRequest for Fields {
    type Error = Failure;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if request.method() == Method::GET {
            return Box::pin(std::future::ready(Self::parse(
                request.query_string().as_bytes(),
            )));
        }
        let is_form =
            media_type(request).is_some_and(|kind| kind == "application/x-www-form-urlencoded");
        let bytes = body::read(request, payload, MAX_FORM, SentBy::Stranger);
        Box::pin(async move {
            if !is_form {
                return Err(Failure::of(ProblemCode::UnsupportedMediaType));
            }
            Self::parse(bytes.await?.as_ref())
        })
    }
}

/// A form that may hold files.
#[derive(Default)]
pub struct Upload {
    pub fields: Fields,
    /// In the order of the form.
    pub files: Vec<File>,
}

/// A file of a form.
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
    /// The turn of the body that it came in.
    _turn: Option<Turn>,
}

impl Upload {
    /// The file of a form that asks for one.
    pub fn file(&mut self) -> Option<File> {
        self.files.pop()
    }

    /// Reads a form, with files of at most `limit` bytes altogether.
    ///
    /// # Errors
    /// 413 for larger ones, 415 for what is no form.
    pub async fn read(
        request: &HttpRequest,
        payload: &mut Payload,
        limit: usize,
        sender: SentBy,
    ) -> Result<Self, Failure> {
        if media_type(request).is_none_or(|kind| kind != "multipart/form-data") {
            let fields = Fields::from_request(request, payload).await?;
            return Ok(Self {
                fields,
                files: Vec::new(),
            });
        }
        // The whole body first: it has one limit in size and in time, whatever its parts say.
        let (bytes, mut turn) = body::read(request, payload, limit + MAX_FORM, sender)
            .await?
            .into_parts();
        let stream = Once(Some(bytes));
        let mut parts = Multipart::new(request.headers(), stream);
        let mut upload = Self::default();
        while let Some(part) = next(&mut parts).await {
            let mut part = part.map_err(|_| Failure::of(ProblemCode::BadRequest))?;
            let of = part.content_disposition().cloned();
            let name = of
                .as_ref()
                .and_then(|of| of.get_name())
                .unwrap_or_default()
                .to_owned();
            let file = of
                .as_ref()
                .and_then(|of| of.get_filename())
                .map(str::to_owned);
            let mut bytes = Vec::new();
            while let Some(chunk) = next(&mut part).await {
                bytes.extend_from_slice(&chunk.map_err(|_| Failure::of(ProblemCode::BadRequest))?);
            }
            match file {
                Some(_) if bytes.len() > limit => {
                    return Err(Failure::of(ProblemCode::PayloadTooLarge));
                }
                // A field of files that was left empty.
                Some(name) if name.is_empty() && bytes.is_empty() => {}
                Some(name) if upload.files.len() < MAX_FILES => {
                    let _turn = turn.take();
                    upload.files.push(File { name, bytes, _turn });
                }
                Some(_) => return Err(Failure::of(ProblemCode::BadRequest)),
                None if upload.fields.0.len() < MAX_FIELDS => {
                    let text = String::from_utf8(bytes)
                        .map_err(|_| Failure::of(ProblemCode::BadRequest))?;
                    upload.fields.0.push((name, text));
                }
                None => return Err(Failure::of(ProblemCode::BadRequest)),
            }
        }
        Ok(upload)
    }
}

/// A body that was read already.
struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, actix_web::error::PayloadError>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(Ok))
    }
}

async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    std::future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context)).await
}

/// Whether a request comes from a page of ours, as far as the browser says. For forms without a session.
pub fn same_site(request: &HttpRequest) -> bool {
    let site = request
        .headers()
        .get("sec-fetch-site")
        .and_then(|value| value.to_str().ok());
    let origin = request
        .headers()
        .get(header::ORIGIN)
        .and_then(|value| value.to_str().ok());
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    // Our pages send no referrer, so their forms come with the origin "null"; today's browsers say better.
    match (site, origin, host) {
        (Some(site), _, _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin), Some(host)) if origin != "null" => {
            origin.split("://").nth(1) == Some(host)
        }
        _ => true,
    }
}

/// A path of ours, never another site's.
pub(super) fn local(back: &str) -> String {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '?' | '=' | '&');
    let ours = back.starts_with('/') && !back.starts_with("//") && back.chars().all(plain);
    if ours { back } else { "/" }.to_owned()
}
