//! A public key in PEM (RFC 7468 §13): a `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7) of one of the kinds that are used.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{check, fault::KeyFault};
use crate::domain::client_key::PublicKey;

const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;

/// `id-Ed25519` (RFC 8410 §3).
const ED25519: &[u8] = b"\x06\x03\x2b\x65\x70";
/// `id-ecPublicKey` with `secp256r1` (RFC 5480 §2.1.1).
const P256: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
/// `rsaEncryption` (RFC 3279 §2.3.1).
const RSA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00";

pub(super) fn read(text: &str) -> Result<PublicKey, KeyFault> {
    if text.contains("-----BEGIN CERTIFICATE-----") {
        return Err(KeyFault::Certificate);
    }
    let body = text.strip_prefix(BEGIN).ok_or(KeyFault::NoKey)?;
    let body = body.strip_suffix(END).ok_or(KeyFault::NoKey)?;
    if body.contains(BEGIN) {
        return Err(KeyFault::TooMany);
    }
    let body: String = body.split_ascii_whitespace().collect();
    let der = STANDARD.decode(body).map_err(|_| KeyFault::Damaged)?;
    key_info(&der)
}

fn key_info(der: &[u8]) -> Result<PublicKey, KeyFault> {
    let info = only(SEQUENCE, der)?;
    let (algorithm, rest) = take(SEQUENCE, info)?;
    let bits = only(BIT_STRING, rest)?;
    // Whole bytes: no bits are left over.
    let key = bits.strip_prefix(&[0]).ok_or(KeyFault::Damaged)?;
    match algorithm {
        ED25519 => check::ed25519(key),
        P256 => point(key),
        RSA => {
            let (modulus, rest) = take(INTEGER, only(SEQUENCE, key)?)?;
            let exponent = only(INTEGER, rest)?;
            check::rsa(positive(modulus)?, positive(exponent)?)
        }
        _ => Err(KeyFault::OtherKind),
    }
}

/// An uncompressed point (SEC 1 §2.3.3), as every program writes it.
fn point(key: &[u8]) -> Result<PublicKey, KeyFault> {
    let point = key.strip_prefix(&[4]).ok_or(KeyFault::Damaged)?;
    let (x, y) = point.split_at_checked(32).ok_or(KeyFault::Damaged)?;
    check::p256(x, y)
}

fn positive(number: &[u8]) -> Result<&[u8], KeyFault> {
    match number.first() {
        Some(0..=0x7f) => Ok(number),
        Some(0x80..) | None => Err(KeyFault::Damaged),
    }
}

/// The content of one element of DER, and what follows it (X.690 §8.1).
fn take(tag: u8, der: &[u8]) -> Result<(&[u8], &[u8]), KeyFault> {
    let (length, rest) = match der {
        [found, length @ 0..=0x7f, rest @ ..] if *found == tag => (usize::from(*length), rest),
        [found, 0x81, length @ 0x80..=0xff, rest @ ..] if *found == tag => {
            (usize::from(*length), rest)
        }
        [found, 0x82, high @ 1..=0xff, low, rest @ ..] if *found == tag => {
            (usize::from(*high) << 8 | usize::from(*low), rest)
        }
        _ => return Err(KeyFault::Damaged),
    };
    rest.split_at_checked(length).ok_or(KeyFault::Damaged)
}

/// The content of one element that nothing follows.
fn only(tag: u8, der: &[u8]) -> Result<&[u8], KeyFault> {
    match take(tag, der)? {
        (content, []) => Ok(content),
        _ => Err(KeyFault::Damaged),
    }
}
