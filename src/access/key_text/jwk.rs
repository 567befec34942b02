//! Keys as JWK and JWK set (RFC 7517).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{check, fault::KeyFault};
use crate::domain::client_key::{ClientKey, MAX_KEYS, PublicKey, RSA_EXPONENT};

/// Longest name of a key, in bytes.
pub(super) const MAX_KID: usize = 128;
/// Members that only private and secret keys have (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// The members that are looked at; others are passed over (RFC 7517 §4).
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
}

/// The keys of a JWK or a set. A set's keys for encryption are no business of ours.
pub(super) fn read(text: &str) -> Result<Vec<ClientKey>, KeyFault> {
    let value: Value = serde_json::from_str(text).map_err(|_| KeyFault::NoKey)?;
    let jwks = match value.get("keys") {
        None => vec![value],
        Some(Value::Array(jwks)) => jwks.clone(),
        Some(_) => return Err(KeyFault::NoKey),
    };
    let has_private = |jwk: &Value| PRIVATE.iter().any(|name| jwk.get(name).is_some());
    if jwks.iter().any(has_private) {
        return Err(KeyFault::Private);
    }
    let is_single = jwks.len() == 1;
    let signs = |jwk: &Value| is_single || jwk.get("use").and_then(Value::as_str) != Some("enc");
    let jwks: Vec<_> = jwks.into_iter().filter(signs).collect();
    match jwks.len() {
        0 => return Err(KeyFault::Empty),
        1..=MAX_KEYS => {}
        _ => return Err(KeyFault::TooMany),
    }
    let keys: Vec<_> = jwks.into_iter().map(key).collect::<Result<_, _>>()?;
    let mut kids: Vec<_> = keys.iter().filter_map(|key| key.kid.as_deref()).collect();
    let named = kids.len();
    kids.sort_unstable();
    kids.dedup();
    match kids.len() == named {
        true => Ok(keys),
        false => Err(KeyFault::SameKid),
    }
}

fn key(jwk: Value) -> Result<ClientKey, KeyFault> {
    let jwk: Jwk = serde_json::from_value(jwk).map_err(|_| KeyFault::NoKey)?;
    let key = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("OKP", Some("Ed25519")) => check::ed25519(&bytes(jwk.x.as_deref())?)?,
        ("EC", Some("P-256")) => check::p256(&bytes(jwk.x.as_deref())?, &bytes(jwk.y.as_deref())?)?,
        ("RSA", _) => check::rsa(&bytes(jwk.n.as_deref())?, &bytes(jwk.e.as_deref())?)?,
        _ => return Err(KeyFault::OtherKind),
    };
    let fits = |alg: String| key.algorithms().contains(&alg.as_str());
    let verifies = |ops: Vec<String>| ops.iter().any(|op| op == "verify");
    let is_ours = jwk.usage.is_none_or(|usage| usage == "sig")
        && jwk.key_ops.is_none_or(verifies)
        && jwk.alg.is_none_or(fits);
    if !is_ours {
        return Err(KeyFault::OtherUse);
    }
    if jwk.kid.as_deref().is_some_and(is_bad_kid) {
        return Err(KeyFault::BadKid);
    }
    Ok(ClientKey { kid: jwk.kid, key })
}

fn is_bad_kid(kid: &str) -> bool {
    !(1..=MAX_KID).contains(&kid.len()) || kid.chars().any(char::is_control)
}

fn bytes(text: Option<&str>) -> Result<Vec<u8>, KeyFault> {
    let text = text.ok_or(KeyFault::Damaged)?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyFault::Damaged)
}

/// The members that a key is made of.
fn members(key: &PublicKey) -> Value {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    match key {
        PublicKey::Ed25519(x) => json!({"kty": "OKP", "crv": "Ed25519", "x": text(x)}),
        PublicKey::P256 { x, y } => {
            json!({"kty": "EC", "crv": "P-256", "x": text(x), "y": text(y)})
        }
        PublicKey::Rsa { modulus } => {
            json!({"kty": "RSA", "n": text(modulus), "e": text(&RSA_EXPONENT)})
        }
    }
}

/// A JWK set of these keys (RFC 7517 §5).
pub fn set(keys: &[ClientKey]) -> Value {
    let jwk = |key: &ClientKey| {
        let mut jwk = members(&key.key);
        if let (Some(members), Some(kid)) = (jwk.as_object_mut(), &key.kid) {
            members.insert("kid".to_owned(), json!(kid));
        }
        jwk
    };
    json!({"keys": keys.iter().map(jwk).collect::<Vec<_>>()})
}

/// The thumbprint of a key (RFC 7638): the same for whoever computes it, in whatever form the key was sent.
pub fn thumbprint(key: &PublicKey) -> String {
    // Members come sorted by name and without spaces, as the thumbprint wants them.
    URL_SAFE_NO_PAD.encode(Sha256::digest(members(key).to_string()))
}
