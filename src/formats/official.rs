//! The payloads of leaves about official numbers.

use serde::Serialize;

use super::ndjson::{UnknownPayload, written};

/// The payload of an identifier that is protected from now on.
///
/// # Errors
/// [`UnknownPayload`].
pub fn protect_payload(
    version: u8,
    key: &str,
    name_vi: &str,
    name_en: &str,
) -> Result<String, UnknownPayload> {
    #[derive(Serialize)]
    struct Protect<'a> {
        op: &'static str,
        key: &'a str,
        name_vi: &'a str,
        name_en: &'a str,
    }
    let op = "protect";
    let protect = Protect {
        op,
        key,
        name_vi,
        name_en,
    };
    written(version, &protect)
}

/// The payload of an identifier that is not protected any more.
///
/// # Errors
/// [`UnknownPayload`].
pub fn unprotect_payload(version: u8, key: &str) -> Result<String, UnknownPayload> {
    #[derive(Serialize)]
    struct Unprotect<'a> {
        op: &'static str,
        key: &'a str,
    }
    let op = "unprotect";
    written(version, &Unprotect { op, key })
}

/// The payload that names the table of identifiers that the program itself protects, by its SHA-256 in hexadecimal.
///
/// # Errors
/// [`UnknownPayload`].
pub fn table_payload(version: u8, digest: &str) -> Result<String, UnknownPayload> {
    #[derive(Serialize)]
    struct Table<'a> {
        op: &'static str,
        table: &'a str,
    }
    let (op, table) = ("protect", digest);
    written(version, &Table { op, table })
}
