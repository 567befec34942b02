//! One hostile token for each rule, so that no rule can be taken out unnoticed.

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use super::*;
use crate::{
    access::key_ring::{OVERLAP_SECONDS, SigningKey},
    domain::session::Session,
};

const ISSUER: &str = "https://canhgiac.example";
const AUDIENCE: &str = "https://canhgiac.example/v1";
/// Long before these tests run, so that a look at the machine's clock would show.
const NOW: i64 = 1_000_000_000;

fn at(seconds: i64) -> Time {
    Time::from_millis(seconds * 1000)
}

fn ring() -> KeyRing {
    KeyRing::new(SigningKey::generate(at(0)))
}

fn good() -> Claims {
    Claims::for_user(
        ISSUER,
        AUDIENCE,
        &Session {
            id: Uuid::from_u128(2),
            user: Uuid::from_u128(1),
            refresh: [0; 32],
            second_factor_at: at(NOW - 60),
            started_at: at(NOW - 60),
            expires_at: at(NOW + 60),
        },
        at(NOW),
    )
}

fn judge(ring: &KeyRing, token: &str) -> Result<Claims, TokenError> {
    verify(ring, ISSUER, AUDIENCE, token, at(NOW))
}

/// A token signed as ours are, with members of header and claims put in place (`null` takes out).
fn token(ring: &KeyRing, header: Value, claims: Value) -> String {
    let mut parts = [
        json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": ring.active().kid() }),
        json!(good()),
    ];
    for (part, changes) in parts.iter_mut().zip([header, claims]) {
        let members = part.as_object_mut().unwrap();
        for (name, value) in changes.as_object().unwrap() {
            if value.is_null() {
                members.remove(name);
            } else {
                members.insert(name.clone(), value.clone());
            }
        }
    }
    sign(ring, &parts[0].to_string(), &parts[1].to_string())
}

#[test]
fn a_token_that_was_taken_once_is_refused_when_its_key_or_its_time_is_over() {
    let mut ring = ring();
    let taken = issue(&ring, &good());
    assert!(judge(&ring, &taken).is_ok());
    let end = NOW + ACCESS_TOKEN_SECONDS + LEEWAY_SECONDS;
    let late = verify(&ring, ISSUER, AUDIENCE, &taken, at(end));
    assert_eq!(late, Err(TokenError::Expired));
    let elsewhere = verify(&ring, ISSUER, "https://other.example", &taken, at(NOW));
    assert_eq!(elsewhere, Err(TokenError::WrongAudience));
    let leaked = ring.active().kid().to_owned();
    ring.rotate(SigningKey::generate(at(NOW))).unwrap();
    assert!(judge(&ring, &taken).is_ok(), "until it runs out");
    let over = verify(&ring, ISSUER, AUDIENCE, &taken, at(NOW + OVERLAP_SECONDS));
    assert_eq!(over, Err(TokenError::UnknownKey));
    ring.forget(&leaked);
    assert_eq!(judge(&ring, &taken), Err(TokenError::UnknownKey));
}

#[test]
fn a_token_that_was_taken_once_is_refused_when_a_letter_of_it_changed() {
    let ring = ring();
    let taken = issue(&ring, &good());
    assert!(judge(&ring, &taken).is_ok());
    for place in 0..taken.len() {
        let mut changed = taken.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(judge(&ring, &changed).is_err(), "{place}");
    }
}

#[test]
fn a_token_that_was_issued_says_what_was_put_in() {
    let ring = ring();
    let person = good();
    assert_eq!(judge(&ring, &issue(&ring, &person)), Ok(person.clone()));
    assert_eq!(person.exp - person.iat, ACCESS_TOKEN_SECONDS);
    assert_eq!(
        (person.jti.get_version_num(), person.jti != good().jti),
        (7, true)
    );
    let scopes = [Scope::FeedRead, Scope::FlagsWrite];
    let partner = Claims::for_partner(ISSUER, AUDIENCE, Uuid::from_u128(5), &scopes, at(NOW));
    assert_eq!(partner.scope.as_deref(), Some("feed:read flags:write"));
    let seen = judge(&ring, &issue(&ring, &partner)).unwrap();
    assert_eq!(seen, partner);
    assert_eq!(seen.scopes(), scopes);
    let none = Claims::for_partner(ISSUER, AUDIENCE, Uuid::from_u128(5), &[], at(NOW));
    assert_eq!(judge(&ring, &issue(&ring, &none)).unwrap().scopes(), []);
}

#[test]
fn each_hostile_header_is_refused_for_its_own_reason() {
    use TokenError::*;
    let ring = ring();
    for (header, reason) in [
        (json!({"alg": "none"}), WrongAlgorithm),
        (json!({"alg": "Ed25519"}), WrongAlgorithm),
        (json!({"alg": "HS256"}), WrongAlgorithm),
        (json!({"alg": "ES256"}), WrongAlgorithm),
        (json!({"alg": null}), Malformed),
        (json!({"typ": null}), WrongType),
        (json!({"typ": "JWT"}), WrongType),
        (json!({"typ": "client-authentication+jwt"}), WrongType),
        (json!({"crit": ["exp"]}), Critical),
        (json!({"crit": []}), Critical),
        (json!({"crit": ["b64"], "b64": false}), Critical),
        (json!({"kid": null}), NoKey),
        (json!({"kid": "another"}), UnknownKey),
        (json!({"kid": 7}), Malformed),
    ] {
        let told = header.to_string();
        assert_eq!(
            judge(&ring, &token(&ring, header, json!({}))),
            Err(reason),
            "{told}"
        );
    }
    for typ in ["AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
        let token = token(&ring, json!({ "typ": typ }), json!({}));
        assert!(judge(&ring, &token).is_ok(), "{typ}");
    }
}

#[test]
fn each_hostile_claim_is_refused_for_its_own_reason() {
    use TokenError::*;
    let ring = ring();
    for (claims, reason) in [
        (json!({"iss": null}), Malformed),
        (json!({"sub": null}), Malformed),
        (json!({"aud": null}), Malformed),
        (json!({"exp": null}), Malformed),
        (json!({"iat": null}), Malformed),
        (json!({"jti": null}), Malformed),
        (json!({"client_kind": null}), Malformed),
        (json!({"client_kind": "admin"}), Malformed),
        (json!({"sub": "an.nguyen"}), Malformed),
        (json!({"aud": [AUDIENCE]}), Malformed),
        (json!({"exp": "2000000000"}), Malformed),
        (json!({"nbf": "0"}), Malformed),
        (json!({"iss": "https://elsewhere.example"}), WrongIssuer),
        (json!({"iss": format!("{ISSUER}/")}), WrongIssuer),
        (json!({"aud": ISSUER}), WrongAudience),
        (json!({"exp": NOW - LEEWAY_SECONDS}), Expired),
        (json!({"exp": 0}), Expired),
        (json!({"exp": -1}), Expired),
        (json!({"nbf": NOW + LEEWAY_SECONDS + 1}), NotYet),
        (json!({"iat": NOW + LEEWAY_SECONDS + 1}), NotYet),
        (json!({"sid": null}), WrongSession),
        (json!({"client_kind": "partner"}), WrongSession),
        (json!({"pad": "x".repeat(MAX_TOKEN_BYTES)}), TooLong),
    ] {
        let told = claims.to_string();
        assert_eq!(
            judge(&ring, &token(&ring, json!({}), claims)),
            Err(reason),
            "{told}"
        );
    }
    for claims in [
        json!({"exp": NOW - LEEWAY_SECONDS + 1}),
        json!({"exp": i64::MAX}),
        json!({"nbf": NOW + LEEWAY_SECONDS, "iat": NOW + LEEWAY_SECONDS}),
    ] {
        let told = claims.to_string();
        assert!(
            judge(&ring, &token(&ring, json!({}), claims)).is_ok(),
            "{told}"
        );
    }
}

#[test]
fn a_token_whose_form_was_changed_is_refused() {
    let ring = ring();
    let good = issue(&ring, &good());
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    for bad in [
        String::new(),
        "..".to_owned(),
        message.to_owned(),
        format!("{good}."),
        format!("{good}.{signature}"),
        format!(".{good}"),
        format!("{header}.{good}"),
        format!("{good}="),
        format!(" {good}"),
        format!("{header} .{claims}.{signature}"),
    ] {
        assert_eq!(judge(&ring, &bad), Err(TokenError::Malformed), "{bad}");
    }
    let other = issue(
        &ring,
        &Claims {
            sub: Uuid::from_u128(9),
            ..self::good()
        },
    );
    let (others_message, _) = other.rsplit_once('.').unwrap();
    let swapped = format!("{others_message}.{signature}");
    let spaced = format!("{header}.{claims} .{signature}");
    for bad in [
        swapped,
        spaced,
        format!("{message}."),
        format!("{message}.AAAA"),
    ] {
        assert_eq!(judge(&ring, &bad), Err(TokenError::BadSignature), "{bad}");
    }
}

#[test]
fn the_public_key_used_as_an_hmac_secret_signs_nothing() {
    let ring = ring();
    let header = json!({ "typ": "at+jwt", "alg": "HS256", "kid": ring.active().kid() });
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(json!(good()).to_string())
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, ring.active().public_key());
    let tag = hmac::sign(&key, message.as_bytes());
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()));
    assert_eq!(judge(&ring, &token), Err(TokenError::WrongAlgorithm));
}

#[test]
fn a_token_of_another_ring_or_with_its_own_key_in_the_header_is_refused() {
    let (ring, theirs) = (ring(), self::ring());
    assert_eq!(
        judge(&ring, &issue(&theirs, &good())),
        Err(TokenError::UnknownKey)
    );
    let jwk = theirs.jwks()["keys"][0].clone();
    let borrowed = json!({ "kid": ring.active().kid(), "jwk": jwk });
    let token = token(&theirs, borrowed, json!({}));
    assert_eq!(judge(&ring, &token), Err(TokenError::BadSignature));
}

#[test]
fn tokens_outlive_a_change_of_keys_but_not_the_retirement_of_theirs() {
    let mut ring = ring();
    let (kid, token) = (ring.active().kid().to_owned(), issue(&ring, &good()));
    ring.rotate(SigningKey::generate(at(NOW))).unwrap();
    assert!(judge(&ring, &token).is_ok());
    ring.forget(&kid);
    assert_eq!(judge(&ring, &token), Err(TokenError::UnknownKey));
}

#[test]
fn a_member_named_twice_is_refused() {
    let ring = ring();
    let header = json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": ring.active().kid() });
    let claims = json!(good()).to_string().replacen('{', r#"{"iss":"x","#, 1);
    let token = sign(&ring, &header.to_string(), &claims);
    assert_eq!(judge(&ring, &token), Err(TokenError::Malformed));
}
