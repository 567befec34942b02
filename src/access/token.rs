//! Access tokens: JWTs signed with Ed25519 in the profile of RFC 9068 (`at+jwt`).
//!
//! [`verify`] is the only function that takes an access token, and `open` under it the only one
//! that opens any JWT. It takes only the arithmetic from jsonwebtoken, which on its own accepts tokens without `aud` and
//! `iss`, ignores `nbf`, `typ` and `crit`, and knows no algorithm named `Ed25519`. Each rule stands in one line here; a table of hostile tokens has one
//! line for each of them. A good token tells who asks: whether the account or session still stands is
//! looked up on each request.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::json;
use thiserror::Error;
use uuid::Uuid;

use super::{key_ring::KeyRing, secret::random};
use crate::domain::{partner::Scope, session::Session, time::Time};

/// How long an access token is good.
pub const ACCESS_TOKEN_SECONDS: i64 = 600;
/// Longest token that is looked at, in bytes; ours have some 500.
pub const MAX_TOKEN_BYTES: usize = 4 * 1024;
/// How far the clocks of two of our machines may be apart.
pub const LEEWAY_SECONDS: i64 = 5;
/// The media type in the header (RFC 9068 §2.1).
const ACCESS_TOKEN_TYPE: &str = "at+jwt";
/// The only algorithm of our own tokens (RFC 8037 §3.1).
const ALGORITHM: &str = "EdDSA";

/// Whether a person or a program holds the token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKind {
    /// A signed-in person; the token names a session.
    User,
    /// A partner's program; the token names scopes.
    Partner,
}

/// What an access token says. Times are seconds since 1970.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// The user or partner.
    pub sub: Uuid,
    /// Who it is for.
    pub aud: String,
    /// From when on it is worthless.
    pub exp: i64,
    /// Before when it is worthless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// When it was issued.
    pub iat: i64,
    /// Its own id.
    pub jti: Uuid,
    /// Whose it is: a person's or a program's.
    pub client_kind: ClientKind,
    /// When a person last showed the second factor (RFC 9068 §2.2.1). Whoever copied a token gains nothing by a factor
    /// that is shown later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// The session of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<Uuid>,
    /// The scopes of a program, separated by spaces (RFC 6749 §3.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

impl Claims {
    /// The claims of a person's token for one session.
    pub fn for_user(issuer: &str, audience: &str, session: &Session, now: Time) -> Self {
        Self {
            auth_time: Some(session.second_factor_at.seconds()),
            sid: Some(session.id),
            ..Self::about(session.user, ClientKind::User, issuer, audience, now)
        }
    }

    fn about(sub: Uuid, client_kind: ClientKind, issuer: &str, audience: &str, now: Time) -> Self {
        Self {
            iss: issuer.to_owned(),
            sub,
            aud: audience.to_owned(),
            exp: now.seconds() + ACCESS_TOKEN_SECONDS,
            nbf: None,
            iat: now.seconds(),
            jti: new_id(now),
            client_kind,
            auth_time: None,
            sid: None,
            scope: None,
        }
    }

    /// The claims of a program's token with these scopes.
    pub fn for_partner(
        issuer: &str,
        audience: &str,
        partner: Uuid,
        scopes: &[Scope],
        now: Time,
    ) -> Self {
        let words: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
        Self {
            scope: Some(words.join(" ")),
            ..Self::about(partner, ClientKind::Partner, issuer, audience, now)
        }
    }

    /// When the second factor was last shown, as far as whoever got this token showed it.
    pub fn second_factor_at(&self) -> Time {
        Time::from_millis(self.auth_time.unwrap_or(0).saturating_mul(1_000))
    }

    /// The scopes named; words that aren't scopes (any more) are left out.
    pub fn scopes(&self) -> Vec<Scope> {
        let words = self.scope.as_deref().unwrap_or_default();
        words.split(' ').filter_map(Scope::parse).collect()
    }
}

/// Why a token isn't taken. For logs and tests: a client is told `invalid_token` and no more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum TokenError {
    #[error("the token is longer than {MAX_TOKEN_BYTES} bytes")]
    TooLong,
    #[error("the token isn't three parts of base64url with the JSON that is expected in them")]
    Malformed,
    #[error("the token has another type")]
    WrongType,
    #[error("the token is signed with another algorithm than the key's")]
    WrongAlgorithm,
    #[error("the token asks for extensions that aren't understood (RFC 7515 §4.1.11)")]
    Critical,
    #[error("the token names no key")]
    NoKey,
    #[error("the token's key isn't known, or is no longer")]
    UnknownKey,
    #[error("the signature is wrong")]
    BadSignature,
    #[error("the token comes from another issuer")]
    WrongIssuer,
    #[error("the token is for another audience")]
    WrongAudience,
    #[error("the token has run out")]
    Expired,
    #[error("the token is from the future")]
    NotYet,
    #[error("a person's token names a session, a program's names none")]
    WrongSession,
}

/// A UUIDv7 (RFC 9562 §5.7) of the given time, as this layer asks no clock.
fn new_id(now: Time) -> Uuid {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random()).into_uuid()
}

/// Signs a token with the ring's active key.
pub fn issue(ring: &KeyRing, claims: &Claims) -> String {
    let header = json!({ "typ": ACCESS_TOKEN_TYPE, "alg": ALGORITHM, "kid": ring.active().kid() });
    sign(ring, &header.to_string(), &json!(claims).to_string())
}

/// A JWS in compact form (RFC 7515 §7.1).
fn sign(ring: &KeyRing, header: &str, claims: &str) -> String {
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature = URL_SAFE_NO_PAD.encode(ring.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// What an access token says, once everything about it was found good: length, type, algorithm,
/// key, signature, issuer, audience, and the time of `now` (RFC 9068 §4, RFC 8725 §3).
///
/// # Errors
/// The first [`TokenError`] found.
pub fn verify(
    ring: &KeyRing,
    issuer: &str,
    audience: &str,
    token: &str,
    now: Time,
) -> Result<Claims, TokenError> {
    let claims: Claims = open(token, is_access_token_type, |header, signed| {
        let kid = header.kid().ok_or(TokenError::NoKey)?;
        let key = ring.public_key(kid, now).ok_or(TokenError::UnknownKey)?;
        if header.alg() != ALGORITHM {
            return Err(TokenError::WrongAlgorithm);
        }
        let verifier = || Verifier {
            algorithm: Algorithm::EdDSA,
            key: DecodingKey::from_ed_der(key),
        };
        let verify = || signed.by(vec![verifier()]);
        ring.known_signatures().or_verify(key, token, verify)
    })?;
    if claims.iss != issuer {
        return Err(TokenError::WrongIssuer);
    }
    if claims.aud != audience {
        return Err(TokenError::WrongAudience);
    }
    check_times(claims.exp, [claims.nbf, Some(claims.iat)], now)?;
    if (claims.client_kind == ClientKind::User) != claims.sid.is_some() {
        return Err(TokenError::WrongSession);
    }
    Ok(claims)
}

/// Media types are compared without case, and may leave out `application/` (RFC 7515 §4.1.9).
fn is_access_token_type(typ: Option<&str>) -> bool {
    typ.is_some_and(|typ| {
        let typ = typ.to_ascii_lowercase();
        typ.strip_prefix("application/").unwrap_or(&typ) == ACCESS_TOKEN_TYPE
    })
}

/// The header of a JWS (RFC 7515 §4.1), as far as it is looked at.
#[derive(Deserialize)]
pub(super) struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<IgnoredAny>,
}

impl Header {
    /// What it says it is signed with. Only a key makes that true.
    pub(super) fn alg(&self) -> &str {
        &self.alg
    }

    /// The key that it says it is signed with.
    pub(super) fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }
}

/// A key and the algorithm that it is used with.
pub(super) struct Verifier {
    pub algorithm: Algorithm,
    pub key: DecodingKey,
}

/// What a JWS signs, and its signature in base64url.
pub(super) struct Signed<'t> {
    message: &'t str,
    signature: &'t str,
}

impl Signed<'_> {
    /// Whether one of these keys signed it, each with the algorithm that is the key's own and the header's.
    ///
    /// # Errors
    /// None did.
    pub(super) fn by(&self, verifiers: Vec<Verifier>) -> Result<(), TokenError> {
        if verifiers.is_empty() {
            return Err(TokenError::WrongAlgorithm);
        }
        let mut refused = TokenError::Malformed;
        for Verifier { algorithm, key } in verifiers {
            match crypto::verify(self.signature, self.message.as_bytes(), &key, algorithm) {
                Ok(true) => return Ok(()),
                Ok(false) => refused = TokenError::BadSignature,
                // Not by this key; the next one may fit. A signature that can't be read is refused by each.
                Err(_) => {}
            }
        }
        Err(refused)
    }
}

/// Opens a JWT: the part of [`verify`] that is the same for what clients sign themselves. Says
/// nothing about who it is from, whom it is for, or when. `is_signed` finds the keys that may have signed it.
pub(super) fn open<T: DeserializeOwned>(
    token: &str,
    typ_fits: impl FnOnce(Option<&str>) -> bool,
    is_signed: impl FnOnce(&Header, &Signed) -> Result<(), TokenError>,
) -> Result<T, TokenError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(TokenError::TooLong);
    }
    let malformed = TokenError::Malformed;
    let (message, signature) = token.rsplit_once('.').ok_or(malformed)?;
    let (header, claims) = message.split_once('.').ok_or(malformed)?;
    if claims.contains('.') {
        return Err(malformed);
    }
    let header: Header = part(header)?;
    if !typ_fits(header.typ.as_deref()) {
        return Err(TokenError::WrongType);
    }
    if header.crit.is_some() {
        return Err(TokenError::Critical);
    }
    is_signed(&header, &Signed { message, signature })?;
    part(claims)
}

/// A part of a JWT: JSON in base64url (RFC 7515 §7.1).
fn part<T: DeserializeOwned>(text: &str) -> Result<T, TokenError> {
    let json = URL_SAFE_NO_PAD.decode(text);
    let json = json.map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| TokenError::Malformed)
}

/// Whether `now` lies between the beginnings and the end (RFC 7519 §4.1.4, §4.1.5), give or take
/// [`LEEWAY_SECONDS`].
fn check_times(exp: i64, beginnings: [Option<i64>; 2], now: Time) -> Result<(), TokenError> {
    let now = now.seconds();
    if now >= exp.saturating_add(LEEWAY_SECONDS) {
        return Err(TokenError::Expired);
    }
    let latest = now.saturating_add(LEEWAY_SECONDS);
    if beginnings.into_iter().flatten().any(|begin| begin > latest) {
        return Err(TokenError::NotYet);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
