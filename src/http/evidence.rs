//! Answers that carry a file that a stranger sent, or its safe copy.

use actix_web::{HttpResponse, http::header};

use crate::domain::evidence::FileKind;

/// What such a file may do in a browser: nothing, not even as a page of its own.
const POLICY: &str = "sandbox; default-src 'none'";

/// The safe copy, shown in a page.
pub fn safe_copy(kind: FileKind, bytes: Vec<u8>) -> HttpResponse {
    answer(kind, "inline", bytes)
}

/// The original as it came, which nobody cleaned: it is saved, never shown. Its name says so, and is ours.
pub fn original(kind: FileKind, number: u8, bytes: Vec<u8>) -> HttpResponse {
    let end = kind.extension();
    let disposition = format!("attachment; filename=\"tep-goc-chua-lam-sach-{number}.{end}\"");
    answer(kind, &disposition, bytes)
}

fn answer(kind: FileKind, disposition: &str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .content_type(kind.media_type())
        .body(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_file_is_never_a_page_and_is_kept_nowhere() {
        let headers = |answer: &HttpResponse, name: header::HeaderName| {
            let value = answer.headers().get(name).unwrap();
            value.to_str().unwrap().to_owned()
        };
        let shown = safe_copy(FileKind::Png, vec![1]);
        let saved = original(FileKind::Pdf, 3, vec![1]);
        for answer in [&shown, &saved] {
            assert!(headers(answer, header::CONTENT_SECURITY_POLICY).starts_with("sandbox"));
            assert_eq!(headers(answer, header::CACHE_CONTROL), "no-store");
        }
        assert_eq!(headers(&shown, header::CONTENT_TYPE), "image/png");
        assert_eq!(headers(&saved, header::CONTENT_TYPE), "application/pdf");
        assert!(headers(&saved, header::CONTENT_DISPOSITION).starts_with("attachment"));
    }
}
