//! Texts that a browser would run: drawings and pages.

use super::refused::FileRefused;

/// Bytes at the beginning that are looked at.
const HEAD: usize = 1 << 10;

const PAGE: [&[u8]; 6] = [
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<body",
    b"<script",
    b"<iframe",
];

/// What a text is that begins with a tag, or with the head of a saved page; none when it is neither.
pub(super) fn told(bytes: &[u8]) -> Option<FileRefused> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = bytes.trim_ascii_start();
    let head = text[..text.len().min(HEAD)].to_ascii_lowercase();
    // A page with everything in it (MHTML, RFC 2557).
    if head.starts_with(b"from: <saved by") || head.starts_with(b"mime-version:") {
        return Some(FileRefused::Html);
    }
    if !head.starts_with(b"<") {
        return None;
    }
    // A page may hold a drawing: what comes first says which of the two it is.
    let page = PAGE.iter().any(|tag| head.starts_with(tag));
    if !page && contains(&head, b"<svg") {
        return Some(FileRefused::Svg);
    }
    (page || PAGE.iter().any(|tag| contains(&head, tag))).then_some(FileRefused::Html)
}

/// Whether these bytes have a word in them.
pub(super) fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}
