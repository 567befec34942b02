//! The public keys of a partner's program as text: the one place that reads them, in every form that programs and people
//! have them in. What it gives is good to verify with.

mod check;
mod fault;
mod jwk;
mod pem;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

pub use self::{
    fault::KeyFault,
    jwk::{set, thumbprint},
};
use crate::domain::client_key::{ClientKey, ClientKeys, PublicKey};

/// Longest text that is looked at, in bytes: four RSA keys of 4096 bits with their certificates.
pub const MAX_KEY_BYTES: usize = 16 * 1024;
/// What every private key in PEM has in its first line (RFC 7468 §10, §11, and those of OpenSSL and OpenSSH).
const PRIVATE: &str = "PRIVATE KEY";

/// Reads keys: an Ed25519 key as 32 bytes in base64url (RFC 8037 §2), a JWK, a JWK set (RFC 7517) or a public key in PEM
/// (RFC 7468 §13).
///
/// # Errors
/// [`KeyFault`], which says what to do and holds nothing of the text.
pub fn read(text: &str) -> Result<ClientKeys, KeyFault> {
    if text.len() > MAX_KEY_BYTES {
        return Err(KeyFault::TooLong);
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.contains(PRIVATE) {
        return Err(KeyFault::Private);
    }
    let keys = match text.as_bytes().first() {
        Some(b'{') => jwk::read(text)?,
        Some(b'-') => vec![unnamed(pem::read(text)?)],
        _ => vec![unnamed(raw(text)?)],
    };
    Ok(ClientKeys::of(keys))
}

/// Writes keys so that they are read as what they are: a single Ed25519 key as it always was, all else as a JWK set. Empty
/// when there are none.
pub fn write(keys: &ClientKeys) -> String {
    match keys {
        ClientKeys::None => String::new(),
        ClientKeys::Ed25519(key) => URL_SAFE_NO_PAD.encode(key),
        ClientKeys::Listed(keys) => json!(set(keys)).to_string(),
    }
}

const fn unnamed(key: PublicKey) -> ClientKey {
    ClientKey { kid: None, key }
}

fn raw(text: &str) -> Result<PublicKey, KeyFault> {
    let bytes = URL_SAFE_NO_PAD.decode(text);
    check::ed25519(&bytes.map_err(|_| KeyFault::NoKey)?).map_err(|_| KeyFault::NoKey)
}

#[cfg(test)]
mod tests;
