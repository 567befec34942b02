//! Bodies of several parts (RFC 7578): one that says what it is about, and files.

use std::pin::Pin;

use actix_multipart::Multipart;
use actix_web::{HttpRequest, dev::Payload, error::PayloadError, web::Bytes};
use futures_core::Stream;

use super::{
    body::{self, SentBy, Turn},
    extract::media_type,
};
use crate::{
    domain::evidence::{FileRefused, MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES},
    present::{problem::Problem, problem_code::ProblemCode},
};

/// Largest part that says what it is about, in bytes: a story of 4,000 characters, and the rest.
pub const MAX_ABOUT: usize = 64 << 10;
/// Bytes around the parts: their heads.
const MAX_AROUND: usize = 16 << 10;

/// The parts of a body.
pub struct Parts {
    /// What it is about: the JSON.
    pub about: Bytes,
    pub files: Vec<Vec<u8>>,
    /// The turn of a large body, which lasts as long as its files are worked on.
    pub turn: Option<Turn>,
}

/// Reads a body: JSON alone, or several parts of which one has the name `about` and the others are files named `file`.
///
/// # Errors
/// 413 `payload-too-large`; 415 `unsupported-media-type`, `file-refused`; 422 for parts of other names, or none named `about`.
pub async fn read(
    request: &HttpRequest,
    payload: &mut Payload,
    about: &str,
) -> Result<Parts, Problem> {
    match media_type(request).as_deref() {
        Some("application/json") => {
            let body = body::read(request, payload, MAX_ABOUT, SentBy::Stranger);
            Ok(Parts {
                about: body.await?.shared(),
                files: Vec::new(),
                turn: None,
            })
        }
        Some("multipart/form-data") => {
            let limit = MAX_TOTAL_BYTES + MAX_ABOUT + MAX_AROUND;
            // The whole body first: it has one limit in size and in time, whatever its parts say.
            let body = body::read(request, payload, limit, SentBy::Stranger);
            let (bytes, turn) = body.await?.into_parts();
            let mut parts = Multipart::new(request.headers(), Once(Some(bytes)));
            take_apart(&mut parts, about, turn).await
        }
        Some(_) | None => Err(Problem::new(ProblemCode::UnsupportedMediaType)),
    }
}

async fn take_apart(
    parts: &mut Multipart,
    about: &str,
    turn: Option<Turn>,
) -> Result<Parts, Problem> {
    let damaged = || Problem::new(ProblemCode::BadRequest);
    let (mut said, mut files, mut total) = (None, Vec::new(), 0);
    while let Some(part) = next(parts).await {
        let mut part = part.map_err(|_| damaged())?;
        let named = part.content_disposition();
        let name = named.and_then(|named| named.get_name()).unwrap_or_default();
        let is_file = name == "file";
        if !is_file && (name != about || said.is_some()) {
            return Err(wrong_parts(about));
        }
        // A browser sends an empty part without a file name for a field of files that was left empty.
        let is_chosen = named
            .and_then(|named| named.get_filename())
            .is_some_and(|name| !name.is_empty());
        let most = if is_file { MAX_FILE_BYTES } else { MAX_ABOUT };
        let mut bytes = Vec::new();
        while let Some(chunk) = next(&mut part).await {
            bytes.extend_from_slice(&chunk.map_err(|_| damaged())?);
            if bytes.len() > most {
                return Err(match is_file {
                    true => FileRefused::TooLarge.into(),
                    false => Problem::new(ProblemCode::PayloadTooLarge),
                });
            }
        }
        match (is_file, bytes.is_empty() && !is_chosen) {
            (true, true) => {}
            (true, false) => {
                total += bytes.len();
                files.push(bytes);
            }
            (false, _) => said = Some(Bytes::from(bytes)),
        }
        if files.len() > MAX_FILES {
            return Err(FileRefused::TooMany.into());
        }
        if total > MAX_TOTAL_BYTES {
            return Err(FileRefused::TooMuch.into());
        }
    }
    Ok(Parts {
        about: said.ok_or_else(|| wrong_parts(about))?,
        files,
        turn,
    })
}

fn wrong_parts(about: &str) -> Problem {
    let words = format!("{about}, file");
    Problem::new(ProblemCode::Validation).field("", "invalid", &words)
}

/// A body that was read already.
struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, PayloadError>;

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
