//! Partners that are who they say, and those that aren't.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::*;
use crate::{
    access::{capability::tests::partner, token::MAX_TOKEN_BYTES},
    domain::client_key::ClientKeys,
};

const ISSUER: &str = "https://canhgiac.example";
pub(super) const ENDPOINT: &str = "https://canhgiac.example/v1/oauth/token";
pub(super) const NOW: i64 = 1_000_000_000;

fn now() -> Time {
    Time::from_millis(NOW * 1000)
}

pub(super) fn master() -> MasterSecret {
    MasterSecret::from_bytes([7; 32])
}

pub(super) fn key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap()
}

/// A bank that registered [`key`].
pub(super) fn bank() -> Partner {
    let public = key().public_key().as_ref().try_into().unwrap();
    Partner {
        keys: ClientKeys::Ed25519(public),
        ..partner(&[Scope::FlagsWrite, Scope::FeedRead])
    }
}

pub(super) fn assertion(header: Value, changes: Value) -> String {
    let id = bank().id;
    let mut claims = json!({
        "iss": id, "sub": id, "aud": ENDPOINT, "exp": NOW + 60, "iat": NOW, "jti": "one",
    });
    let members = claims.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    let parts = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let message = parts.join(".");
    let signature = URL_SAFE_NO_PAD.encode(key().sign(message.as_bytes()));
    format!("{message}.{signature}")
}

pub(super) fn judge(
    partner: &Partner,
    text: String,
    replay: &ReplayGuard,
) -> Result<(), ClientError> {
    let credentials = Credentials::from_assertion(text)?;
    authenticate(
        &credentials,
        partner,
        &master(),
        &[ISSUER, ENDPOINT],
        replay,
        now(),
    )
}

#[test]
fn a_partner_shows_its_present_secret_and_no_other() {
    let mut bank = bank();
    let shown = |secret: &str, client_id| Credentials::Secret {
        client_id,
        secret: secret.to_owned().into(),
    };
    let good = shown(&master().client_secret(&bank), bank.id);
    let judge = |credentials: &Credentials, partner: &Partner| {
        authenticate(
            credentials,
            partner,
            &master(),
            &[ISSUER],
            &ReplayGuard::new(),
            now(),
        )
    };
    assert_eq!(judge(&good, &bank), Ok(()));
    for bad in [
        shown("", bank.id),
        shown("cgs_", bank.id),
        shown(&master().client_secret(&bank), Uuid::from_u128(9)),
    ] {
        assert_eq!(
            judge(&bad, &bank),
            Err(ClientError::InvalidClient),
            "{bad:?}"
        );
    }
    bank.status = PartnerStatus::Suspended;
    assert_eq!(judge(&good, &bank), Err(ClientError::InvalidClient));
    bank.status = PartnerStatus::Active;
    bank.generation += 1;
    assert_eq!(judge(&good, &bank), Err(ClientError::InvalidClient));
}

#[test]
fn a_good_assertion_is_taken_once() {
    let replay = ReplayGuard::new();
    let text = assertion(json!({"alg": "EdDSA", "kid": "any"}), json!({}));
    assert_eq!(judge(&bank(), text.clone(), &replay), Ok(()));
    assert_eq!(
        judge(&bank(), text, &replay),
        Err(ClientError::InvalidClient)
    );
    for (header, claims) in [
        (
            json!({"alg": "EdDSA", "typ": "JWT"}),
            json!({"jti": "two", "aud": ISSUER}),
        ),
        (
            json!({"alg": "EdDSA", "typ": "jwt"}),
            json!({"jti": "three", "aud": [ENDPOINT]}),
        ),
        (
            json!({"alg": "EdDSA", "typ": "client-authentication+jwt"}),
            json!({"jti": "four", "iat": null, "exp": NOW + ASSERTION_SECONDS}),
        ),
    ] {
        let told = claims.to_string();
        assert_eq!(
            judge(&bank(), assertion(header, claims), &replay),
            Ok(()),
            "{told}"
        );
    }
}

#[test]
fn a_clock_that_is_a_minute_off_is_borne_and_more_is_named() {
    let replay = ReplayGuard::new();
    let header = || json!({"alg": "EdDSA"});
    let most = NOW + ASSERTION_SECONDS + CLOCK_SECONDS;
    for (jti, claims) in [
        json!({"exp": NOW - CLOCK_SECONDS + 1}),
        json!({"exp": most}),
        json!({"nbf": NOW + CLOCK_SECONDS}),
        json!({"iat": NOW + CLOCK_SECONDS}),
        // Libraries of some languages write fractions of seconds.
        json!({"exp": NOW as f64 + 60.25, "iat": NOW as f64 - 0.75, "nbf": NOW as f64 + 0.5}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut claims = claims;
        claims["jti"] = json!(format!("clock-{jti}"));
        let told = claims.to_string();
        assert_eq!(
            judge(&bank(), assertion(header(), claims), &replay),
            Ok(()),
            "{told}"
        );
    }
    for claims in [
        json!({"exp": NOW - CLOCK_SECONDS}),
        json!({"exp": most + 1}),
        json!({"nbf": NOW + CLOCK_SECONDS + 1}),
        json!({"iat": NOW + CLOCK_SECONDS + 1}),
    ] {
        let told = claims.to_string();
        let seen = judge(&bank(), assertion(header(), claims), &replay);
        assert_eq!(seen, Err(ClientError::WrongClock), "{told}");
    }
    assert!(ClientError::WrongClock.description().contains("clock"));
}

#[test]
fn each_hostile_assertion_is_refused_and_not_remembered() {
    let replay = ReplayGuard::new();
    let refused = |header: Value, claims: Value| {
        let told = format!("{header} {claims}");
        let seen = judge(&bank(), assertion(header, claims), &replay);
        assert_eq!(seen, Err(ClientError::InvalidClient), "{told}");
    };
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "HS256"}),
        json!({"alg": "EdDSA", "typ": "at+jwt"}),
        json!({"alg": "EdDSA", "crit": ["exp"]}),
    ] {
        refused(header, json!({}));
    }
    for claims in [
        json!({"iss": null}),
        json!({"sub": null}),
        json!({"aud": null}),
        json!({"exp": null}),
        json!({"jti": null}),
        json!({"jti": ""}),
        json!({"jti": "x".repeat(MAX_JTI + 1)}),
        json!({"iss": Uuid::from_u128(9)}),
        json!({"sub": Uuid::from_u128(9)}),
        json!({"aud": "https://elsewhere.example"}),
        json!({"aud": [ENDPOINT, "https://elsewhere.example"]}),
        json!({"aud": []}),
        json!({"exp": "2000000000"}),
        json!({"exp": 1e300}),
        json!({"iat": "now"}),
        json!({"pad": "x".repeat(MAX_TOKEN_BYTES)}),
    ] {
        refused(json!({"alg": "EdDSA"}), claims);
    }
    let good = assertion(json!({"alg": "EdDSA"}), json!({}));
    let unregistered = Partner {
        keys: ClientKeys::None,
        ..bank()
    };
    let other_key = Partner {
        keys: ClientKeys::Ed25519([9; 32]),
        ..bank()
    };
    let suspended = Partner {
        status: PartnerStatus::Suspended,
        ..bank()
    };
    for partner in [unregistered, other_key] {
        assert_eq!(
            judge(&partner, good.clone(), &replay),
            Err(ClientError::InvalidClient)
        );
    }
    let apart = ReplayGuard::new();
    assert_eq!(
        judge(&suspended, good.clone(), &apart),
        Err(ClientError::InvalidClient)
    );
    assert_eq!(judge(&bank(), good, &replay), Ok(()));
}

#[test]
fn the_form_takes_an_assertion_and_finds_its_client() {
    let text = assertion(json!({"alg": "EdDSA"}), json!({}));
    let kind = ASSERTION_TYPE.replace(':', "%3A");
    let body = format!(
        "grant_type=client_credentials&client_assertion_type={kind}&client_assertion={text}"
    );
    let request = TokenRequest::parse(None, body.as_bytes()).unwrap();
    assert_eq!(request.credentials.client_id(), bank().id);
    let other = format!("{body}&client_id={}", Uuid::from_u128(9));
    let told = TokenRequest::parse(None, other.as_bytes());
    assert_eq!(told, Err(ClientError::InvalidRequest));
    let unknown_kind = body.replace("jwt-bearer", "saml2-bearer");
    let told = TokenRequest::parse(None, unknown_kind.as_bytes());
    assert_eq!(told, Err(ClientError::InvalidRequest));
}

#[test]
fn scopes_asked_for_are_some_of_those_the_partner_has() {
    let bank = bank();
    let (feed, flags) = (Scope::FeedRead, Scope::FlagsWrite);
    for (asked, given) in [
        (None, Ok(vec![feed, flags])),
        (Some(""), Ok(vec![feed, flags])),
        (Some("flags:write"), Ok(vec![flags])),
        (
            Some("flags:write  feed:read flags:write"),
            Ok(vec![feed, flags]),
        ),
        (Some("check:bulk"), Err(ClientError::InvalidScope)),
        (Some("feed:read admin"), Err(ClientError::InvalidScope)),
        (Some("FEED:READ"), Err(ClientError::InvalidScope)),
    ] {
        assert_eq!(granted_scopes(asked, &bank), given, "{asked:?}");
    }
}

#[test]
fn debug_shows_no_credential_and_errors_have_the_words_of_oauth() {
    let shown = Credentials::Secret {
        client_id: Uuid::nil(),
        secret: "cgs_x".to_owned().into(),
    };
    assert!(!format!("{shown:?}").contains("cgs_"));
    assert_eq!(ClientError::InvalidClient.as_str(), "invalid_client");
    assert_eq!(
        ClientError::UnsupportedGrantType.as_str(),
        "unsupported_grant_type"
    );
}
