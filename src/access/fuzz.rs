//! Trials of what stands for somebody: only what was made here is taken, in the one spelling in which it was made.

use std::sync::LazyLock;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    client::{
        ASSERTION_SECONDS, ASSERTION_TYPE, CLOCK_SECONDS, Credentials, ReplayGuard, TokenRequest,
        authenticate, granted_scopes, parse_authorization,
    },
    key_ring::{KeyRing, SigningKey},
    secret::MasterSecret,
    session_secret::{Face, SessionSecret, shown},
    token::{self, Claims, LEEWAY_SECONDS},
};
use crate::domain::{
    client_key::ClientKeys,
    identifier::Kinds,
    partner::{Partner, PartnerKind, PartnerStatus, Scope},
    time::Time,
};

const ISSUER: &str = "https://canhgiac.example";
const AUDIENCE: &str = "https://canhgiac.example/v1";
const NOW: i64 = 1_000_000_000;
/// An Ed25519 key in PKCS #8 form, but for its 32 bytes.
const PKCS8: &[u8] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

static RING: LazyLock<Option<KeyRing>> = LazyLock::new(|| {
    let key = SigningKey::from_pkcs8(&[PKCS8, &[5; 32]].concat(), at(0));
    key.ok().map(KeyRing::new)
});

/// A partner that signs with a key of its own.
static PARTNER: LazyLock<Option<(Partner, Ed25519KeyPair)>> = LazyLock::new(|| {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[6; 32]).ok()?;
    let partner = Partner {
        id: Uuid::from_u128(2),
        name: "Bank".to_owned(),
        kind: PartnerKind::Bank,
        scopes: vec![Scope::FeedRead, Scope::CheckBulk],
        kinds: Kinds::ALL,
        status: PartnerStatus::Active,
        generation: 1,
        old_secret_until: None,
        keys: ClientKeys::Ed25519(pair.public_key().as_ref().try_into().ok()?),
        created_at: at(0),
        version: 1,
    };
    Some((partner, pair))
});

fn at(seconds: i64) -> Time {
    Time::from_millis(seconds.saturating_mul(1000))
}

fn master() -> MasterSecret {
    MasterSecret::from_bytes([7; 32])
}

/// Header and claims of a trial, a line each, in compact form with a signature.
fn signed(bytes: &[u8], sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (header, claims) = bytes.split_at(end.unwrap_or(bytes.len()));
    let claims = claims.get(1..).unwrap_or_default();
    let message = [header, claims]
        .map(|part| URL_SAFE_NO_PAD.encode(part))
        .join(".");
    let signature = URL_SAFE_NO_PAD.encode(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// An access token: as it came, and with a good signature over whatever it says.
pub(crate) fn token(bytes: &[u8]) {
    let Some(ring) = RING.as_ref() else {
        unreachable!("the key is one");
    };
    let judge = |token: &str| token::verify(ring, ISSUER, AUDIENCE, token, at(NOW));
    assert!(
        judge(&String::from_utf8_lossy(bytes)).is_err(),
        "nobody signed it"
    );
    // `$kid` is the name of the key, which nobody can guess.
    let text = String::from_utf8_lossy(bytes).replace("$kid", ring.active().kid());
    let token = signed(text.as_bytes(), |message| ring.sign(message));
    let Ok(claims) = judge(&token) else {
        return;
    };
    let Claims {
        iss,
        aud,
        exp,
        iat,
        nbf,
        ..
    } = &claims;
    assert!((iss.as_str(), aud.as_str()) == (ISSUER, AUDIENCE));
    assert!(exp.saturating_add(LEEWAY_SECONDS) > NOW);
    assert!(nbf.unwrap_or(*iat).max(*iat) <= NOW + LEEWAY_SECONDS);
    assert!(claims.scopes().len() <= text.len());
    assert!(judge(&format!("{token}A")).is_err() && judge(&format!("{token}.")).is_err());
    assert!(judge(&format!(" {token}")).is_err() && judge(&format!("{token}=")).is_err());
}

/// What a partner's program signed: taken once, and only as far as it says what it must.
pub(crate) fn assertion(bytes: &[u8]) {
    let Some((partner, pair)) = PARTNER.as_ref() else {
        unreachable!("the key is one");
    };
    let replay = ReplayGuard::default();
    let judge = |text: String| {
        let text: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let form = format!(
            "grant_type=client_credentials&client_assertion_type={ASSERTION_TYPE}&client_assertion={text}"
        );
        let asked = TokenRequest::parse(None, form.as_bytes()).ok()?;
        let done = authenticate(
            &asked.credentials,
            partner,
            &master(),
            &[ISSUER],
            &replay,
            at(NOW),
        );
        done.ok()
    };
    assert_eq!(judge(String::from_utf8_lossy(bytes).into_owned()), None);
    let text = signed(bytes, |message| pair.sign(message).as_ref().to_vec());
    assert_eq!(judge(format!("{text}A")), None);
    if judge(text.clone()).is_none() {
        return;
    }
    assert_eq!(judge(text), None, "it is taken once");
    let claims = bytes
        .split(|byte| *byte == b'\n')
        .nth(1)
        .unwrap_or_default();
    // The rest of the claims may hold a line break too.
    if let Ok(claims) = serde_json::from_slice::<Value>(claims) {
        let id = partner.id.to_string();
        let says = |name: &str| {
            claims
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_lowercase)
        };
        let same = |name: &str| {
            says(name)
                .is_some_and(|text| Uuid::try_parse(&text).is_ok_and(|read| read.to_string() == id))
        };
        assert!(same("iss") && same("sub"));
        let exp = claims
            .get("exp")
            .and_then(Value::as_f64)
            .unwrap_or_default();
        let (least, most) = (
            NOW - CLOCK_SECONDS,
            NOW + ASSERTION_SECONDS + CLOCK_SECONDS + 1,
        );
        assert!((least as f64..=most as f64).contains(&exp));
    }
}

/// A cookie or a refresh token.
pub(crate) fn session(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (master, faces) = (master(), [Face::Desk, Face::Api]);
    let taken: Vec<_> = faces
        .iter()
        .filter_map(|face| shown(&master, *face, &text))
        .collect();
    assert!(taken.len() <= 1, "one is never taken for the other");
    for (session, _) in taken {
        let (_, rest) = text.split_at(4);
        let spelled = rest.strip_prefix(&session.simple().to_string());
        assert!(
            spelled.is_some_and(|rest| rest.len() == 87),
            "a secret has one spelling"
        );
    }
    let made = SessionSecret::generate(&master, Face::Api, Uuid::from_u128(1));
    assert_eq!(
        shown(&master, Face::Api, &made.text),
        Some((Uuid::from_u128(1), made.digest))
    );
    for altered in [
        format!("{}{text}", made.text),
        made.text.replacen('_', &text, 1),
    ] {
        let same = altered == made.text;
        assert_eq!(shown(&master, Face::Api, &altered).is_some(), same);
    }
}

/// A request for a token: the header in the first line, the form behind it.
pub(crate) fn token_request(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (header, form) = bytes.split_at(end);
    let header = String::from_utf8_lossy(header);
    let form = form.strip_prefix(b"\n").unwrap_or(form);
    let header = Some(header.as_ref()).filter(|header| !header.is_empty());
    if let Ok(read) = TokenRequest::parse(header, form) {
        told_without_secret(&read.credentials);
        if let Some((partner, _)) = PARTNER.as_ref()
            && let Ok(scopes) = granted_scopes(read.scope.as_deref(), partner)
        {
            assert!(scopes.iter().all(|scope| partner.scopes.contains(scope)));
            assert!(scopes.is_sorted_by(|one, next| one < next));
        }
    }
    if let Some(Ok(Credentials::Secret { client_id, secret })) = header.map(parse_authorization) {
        // As a client writes it that follows the standard to the letter.
        let escaped: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let written = format!(
            "Basic {}",
            STANDARD.encode(format!("{client_id}:{escaped}"))
        );
        let again = parse_authorization(&written);
        let long = written.len() > super::client::MAX_REQUEST_BYTES;
        assert!(long || again == Ok(Credentials::Secret { client_id, secret }));
    }
}

fn told_without_secret(credentials: &Credentials) {
    let told = format!("{credentials:?}");
    match credentials {
        Credentials::Secret { client_id, .. } | Credentials::Assertion { client_id, .. } => {
            assert!(told.len() < 80 && told.contains(&client_id.to_string()));
        }
    }
}
