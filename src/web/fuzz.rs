//! Trials of forms: fields and a file come out as they were put in, and nothing more comes out than came.

use std::{cell::RefCell, future::Future};

use actix_web::{
    FromRequest,
    dev::Payload,
    http::{Method, header},
    test::TestRequest,
    web::Bytes,
};

use super::forms::{Fields, Upload, local};
use crate::http::body::SentBy;

/// Largest file of these trials, in bytes.
const MAX_FILE: usize = 8 << 10;

thread_local! {
    static RUNTIME: RefCell<Option<tokio::runtime::Runtime>> = RefCell::new(
        tokio::runtime::Builder::new_current_thread().enable_time().build().ok(),
    );
}

fn wait<T>(work: impl Future<Output = T>) -> Option<T> {
    RUNTIME.with_borrow(|runtime| runtime.as_ref().map(|runtime| runtime.block_on(work)))
}

fn upload(boundary: &str, body: &[u8]) -> Option<Upload> {
    let body = Bytes::copy_from_slice(body);
    let (request, mut payload) = TestRequest::default()
        .method(Method::POST)
        .insert_header((
            header::CONTENT_TYPE,
            format!("multipart/form-data; boundary={boundary}"),
        ))
        .set_payload(body)
        .to_http_parts();
    let read = Upload::read(&request, &mut payload, MAX_FILE, SentBy::Stranger);
    wait(read)?.ok()
}

/// A form with a file: as it came, and made of its pieces, which a zero byte parts.
pub(crate) fn multipart(bytes: &[u8]) {
    if let Some(read) = upload("B", bytes) {
        let fields = read
            .fields
            .pairs()
            .map(|(name, value)| name.len() + value.len())
            .sum::<usize>();
        let files = read.files.iter();
        let file = files.map(|file| file.name.len() + file.bytes.len());
        let file = file.sum::<usize>();
        assert!(fields + file <= 3 * bytes.len(), "more came out than came");
        assert!(read.files.iter().all(|file| file.bytes.len() <= MAX_FILE));
    }
    let boundary = "----a-boundary-that-nobody-guesses-7f3a";
    let pieces: Vec<&[u8]> = bytes.split(|byte| *byte == 0).take(40).collect();
    let file = pieces.first().copied().unwrap_or_default();
    let texts = pieces.get(1..).unwrap_or_default();
    let mut body = Vec::new();
    let mut part = |about: &str, content: &[u8]| {
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; {about}\r\n\r\n");
        body.extend([head.as_bytes(), content, b"\r\n"].concat());
    };
    part("name=\"file\"; filename=\"a\"", file);
    let texts = texts
        .iter()
        .filter_map(|text| std::str::from_utf8(text).ok());
    let texts: Vec<&str> = texts.collect();
    texts
        .iter()
        .for_each(|text| part("name=\"text\"", text.as_bytes()));
    body.extend(format!("--{boundary}--\r\n").into_bytes());
    match upload(boundary, &body) {
        Some(mut read) => {
            assert!(read.fields.all("text").eq(texts));
            let came = read.file().map(|file| file.bytes).unwrap_or_default();
            assert_eq!(came, file);
        }
        None => assert!(
            file.len() > MAX_FILE,
            "a form that was put together well is read"
        ),
    }
}

/// The fields of a form, in its body or in an address.
pub(crate) fn form(bytes: &[u8]) {
    let (request, mut payload) = TestRequest::default()
        .method(Method::POST)
        .insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"))
        .set_payload(Bytes::copy_from_slice(bytes))
        .to_http_parts();
    let read = |request: &actix_web::HttpRequest, payload: &mut Payload| {
        wait(Fields::from_request(request, payload))?.ok()
    };
    let Some(fields) = read(&request, &mut payload) else {
        return;
    };
    let pairs: Vec<(&str, &str)> = fields.pairs().collect();
    let written = serde_urlencoded::to_string(&pairs).unwrap_or_default();
    let (request, mut payload) = TestRequest::default()
        .uri(&format!("/desk?{written}"))
        .to_http_parts();
    let again = read(&request, &mut payload);
    assert!(again.is_some_and(|again| again.pairs().eq(pairs.iter().copied())));
    let _ = (
        fields.cursor::<u64>().is_ok(),
        fields.cursor::<uuid::Uuid>().is_ok(),
        fields.version(),
    );
    for (_, value) in pairs {
        let path = local(value);
        assert!(
            path.starts_with('/')
                && !path.starts_with("//")
                && !path.contains(['\\', ':', '\r', '\n'])
        );
    }
}
