//! How a partner's program shows who it is at `POST /v1/oauth/token` (client credentials, RFC 6749
//! §4.4): by its secret, in HTTP Basic or in the form, or by a JWT signed with one of its registered
//! keys (`private_key_jwt`, RFC 7523).

mod credentials;
mod replay;
mod request;
mod verifying;

use serde::Deserialize;
use uuid::Uuid;

pub use self::{
    credentials::{ASSERTION_SECONDS, ASSERTION_TYPE, CLOCK_SECONDS, ClientError, Credentials},
    replay::{MAX_REMEMBERED, ReplayGuard},
    request::{MAX_REQUEST_BYTES, TokenRequest, parse_authorization},
};
use super::{secret::MasterSecret, token::open};
use crate::domain::{
    partner::{Partner, PartnerStatus, Scope},
    time::Time,
};

/// Longest id of an assertion.
const MAX_JTI: usize = 128;

/// Whether the credentials are this partner's. `audiences` are the names an assertion may be meant
/// for: the issuer and the address of the token endpoint.
///
/// # Errors
/// [`ClientError::InvalidClient`], whatever was wrong; [`ClientError::WrongClock`] when only the times are.
pub fn authenticate(
    credentials: &Credentials,
    partner: &Partner,
    master: &MasterSecret,
    audiences: &[&str],
    replay: &ReplayGuard,
    now: Time,
) -> Result<(), ClientError> {
    let good = match credentials {
        Credentials::Secret { secret, .. } => {
            let is_its = master.check_client_secret(partner, secret, now);
            is_its.then_some(()).ok_or(ClientError::InvalidClient)
        }
        Credentials::Assertion { assertion, .. } => {
            check_assertion(assertion, partner, audiences, replay, now)
        }
    };
    let known = partner.status == PartnerStatus::Active && partner.id == credentials.client_id();
    match known {
        true => good,
        false => Err(ClientError::InvalidClient),
    }
}

/// What an assertion says (RFC 7523 §3). `jti` is required here, so that none is used twice.
#[derive(Deserialize)]
struct AssertionClaims {
    iss: Uuid,
    sub: Uuid,
    aud: Audience,
    exp: NumericDate,
    nbf: Option<NumericDate>,
    iat: Option<NumericDate>,
    jti: String,
}

/// Whole seconds of a time that may have a fraction (RFC 7519 §2).
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "f64")]
struct NumericDate(i64);

impl TryFrom<f64> for NumericDate {
    type Error = &'static str;

    fn try_from(seconds: f64) -> Result<Self, Self::Error> {
        // Fifty million years either way; the cast is exact.
        const MOST: f64 = 2e15;
        if !(-MOST..=MOST).contains(&seconds) {
            return Err("no time");
        }
        #[expect(clippy::cast_possible_truncation)]
        let whole = seconds.floor() as i64;
        Ok(Self(whole))
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    /// An array must have one member: a JWT meant for others too could come from one of them.
    Listed([String; 1]),
}

impl Audience {
    fn as_str(&self) -> &str {
        match self {
            Self::One(name) | Self::Listed([name]) => name,
        }
    }
}

fn check_assertion(
    assertion: &str,
    partner: &Partner,
    audiences: &[&str],
    replay: &ReplayGuard,
    now: Time,
) -> Result<(), ClientError> {
    let wrong = ClientError::InvalidClient;
    let opened = open(assertion, is_assertion_type, |header, signed| {
        signed.by(verifying::verifiers(&partner.keys, header))
    });
    let claims: AssertionClaims = opened.map_err(|_| wrong)?;
    let jti = claims.jti.as_str();
    let good = claims.iss == partner.id
        && claims.sub == partner.id
        && audiences.contains(&claims.aud.as_str())
        && (1..=MAX_JTI).contains(&jti.len());
    if !good {
        return Err(wrong);
    }
    if !is_now(&claims, now) {
        return Err(ClientError::WrongClock);
    }
    // Last, so that only what the partner signed is remembered.
    let until = claims.exp.0.saturating_add(CLOCK_SECONDS);
    let first = replay.first_use(partner.id, jti, until, now);
    first.then_some(()).ok_or(wrong)
}

/// Whether an assertion has begun and not run out (RFC 7519 §4.1.4, §4.1.5), and does so soon, by a clock that is at most
/// [`CLOCK_SECONDS`] from ours.
fn is_now(claims: &AssertionClaims, now: Time) -> bool {
    let (now, NumericDate(exp)) = (now.seconds(), claims.exp);
    let begins = [claims.nbf, claims.iat].into_iter().flatten();
    let latest = now.saturating_add(CLOCK_SECONDS);
    now < exp.saturating_add(CLOCK_SECONDS)
        && exp <= latest.saturating_add(ASSERTION_SECONDS)
        && begins.into_iter().all(|NumericDate(begin)| begin <= latest)
}

/// `JWT` or nothing as clients have it, or the type that later drafts ask for; never that of an
/// access token.
fn is_assertion_type(typ: Option<&str>) -> bool {
    typ.is_none_or(|typ| {
        let typ = typ.to_ascii_lowercase();
        let typ = typ.strip_prefix("application/").unwrap_or(&typ);
        matches!(typ, "jwt" | "client-authentication+jwt")
    })
}

/// The scopes a token gets: those asked for, or all of the partner's when none are named
/// (RFC 6749 §3.3). Sorted, each once.
///
/// # Errors
/// [`ClientError::InvalidScope`] when one is unknown or not the partner's.
pub fn granted_scopes(
    requested: Option<&str>,
    partner: &Partner,
) -> Result<Vec<Scope>, ClientError> {
    let mut scopes = match requested.map(str::trim).filter(|text| !text.is_empty()) {
        None => partner.scopes.clone(),
        Some(text) => text
            .split(' ')
            .filter(|word| !word.is_empty())
            .map(|word| {
                Scope::parse(word)
                    .filter(|scope| partner.scopes.contains(scope))
                    .ok_or(ClientError::InvalidScope)
            })
            .collect::<Result<_, _>>()?,
    };
    scopes.sort_unstable();
    scopes.dedup();
    Ok(scopes)
}

#[cfg(test)]
mod key_tests;
#[cfg(test)]
mod tests;
