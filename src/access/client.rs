//! How a partner's program shows who it is at `POST /v1/oauth/token` (client credentials, RFC 6749
//! §4.4): by its secret, in HTTP Basic or in the form, or by a JWT signed with its registered
//! Ed25519 key (`private_key_jwt`, RFC 7523).

mod credentials;
mod replay;
mod request;

use serde::Deserialize;
use uuid::Uuid;

pub use self::{
    credentials::{ASSERTION_SECONDS, ASSERTION_TYPE, ClientError, Credentials},
    replay::{MAX_REMEMBERED, ReplayGuard},
    request::{MAX_REQUEST_BYTES, TokenRequest, parse_authorization},
};
use super::{
    secret::MasterSecret,
    token::{check_times, open},
};
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
/// [`ClientError::InvalidClient`], whatever was wrong.
pub fn authenticate(
    credentials: &Credentials,
    partner: &Partner,
    master: &MasterSecret,
    audiences: &[&str],
    replay: &ReplayGuard,
    now: Time,
) -> Result<(), ClientError> {
    let known = partner.status == PartnerStatus::Active && partner.id == credentials.client_id();
    let good = match credentials {
        Credentials::Secret { secret, .. } => master.check_client_secret(partner, secret),
        Credentials::Assertion { assertion, .. } => {
            check_assertion(assertion, partner, audiences, replay, now).is_some()
        }
    };
    if known && good {
        Ok(())
    } else {
        Err(ClientError::InvalidClient)
    }
}

/// What an assertion says (RFC 7523 §3). `jti` is required here, so that none is used twice.
#[derive(Deserialize)]
struct AssertionClaims {
    iss: Uuid,
    sub: Uuid,
    aud: Audience,
    exp: i64,
    nbf: Option<i64>,
    iat: Option<i64>,
    jti: String,
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
) -> Option<()> {
    let key = partner.public_key.as_ref()?;
    let claims: AssertionClaims = open(assertion, is_assertion_type, |_| Ok(key)).ok()?;
    let jti = claims.jti.as_str();
    let good = claims.iss == partner.id
        && claims.sub == partner.id
        && audiences.contains(&claims.aud.as_str())
        && check_times(claims.exp, [claims.nbf, claims.iat], now).is_ok()
        && claims.exp <= now.seconds().saturating_add(ASSERTION_SECONDS)
        && (1..=MAX_JTI).contains(&jti.len());
    // Last, so that only what the partner signed is remembered.
    (good && replay.first_use(partner.id, jti, now)).then_some(())
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
mod tests;
