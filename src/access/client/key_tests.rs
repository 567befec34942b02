//! Assertions signed with every kind of key, by every name of an algorithm.

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    hmac,
    rand::SystemRandom,
    rsa::{self, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
        RsaEncoding,
    },
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use super::{
    tests::{ENDPOINT, NOW, assertion, bank, judge, key, master},
    *,
};
use crate::{
    access::key_text,
    domain::client_key::{ALGORITHMS, ClientKey, ClientKeys, PublicKey},
};

/// A key of each kind with what it signs by each name of an algorithm.
fn signers() -> Vec<Signer> {
    let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let der: PublicKeyX509Der<'_> = ec.public_key().as_der().unwrap();
    let p256 = read_der(der.as_ref());
    let ed25519 = PublicKey::Ed25519(key().public_key().as_ref().try_into().unwrap());
    vec![
        Signer {
            key: ed25519,
            sign: Box::new(|_, message| key().sign(message).as_ref().to_vec()),
        },
        Signer {
            key: p256,
            sign: Box::new(move |_, message| {
                let signature = ec.sign(&SystemRandom::new(), message).unwrap();
                signature.as_ref().to_vec()
            }),
        },
        by_rsa(KeySize::Rsa2048),
    ]
}

fn by_rsa(size: KeySize) -> Signer {
    let rsa = rsa::KeyPair::generate(size).unwrap();
    let der: PublicKeyX509Der<'_> = rsa.public_key().as_der().unwrap();
    Signer {
        key: read_der(der.as_ref()),
        sign: Box::new(move |alg, message| {
            let padding: &dyn RsaEncoding = match alg {
                "PS256" => &RSA_PSS_SHA256,
                _ => &RSA_PKCS1_SHA256,
            };
            let mut signature = vec![0; rsa.public_modulus_len()];
            rsa.sign(padding, &SystemRandom::new(), message, &mut signature)
                .unwrap();
            signature
        }),
    }
}

fn read_der(der: &[u8]) -> PublicKey {
    let body = STANDARD.encode(der);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----");
    key_text::read(&pem).unwrap().all().swap_remove(0).key
}

type Sign = Box<dyn Fn(&str, &[u8]) -> Vec<u8>>;

struct Signer {
    key: PublicKey,
    sign: Sign,
}

impl Signer {
    fn named(&self, kid: Option<&str>) -> ClientKey {
        ClientKey {
            kid: kid.map(str::to_owned),
            key: self.key.clone(),
        }
    }

    /// An assertion that says one algorithm and is signed by another.
    fn assertion(&self, header: Value, by: &str, jti: &str) -> String {
        let unsigned = assertion(header, json!({ "jti": jti }));
        let (message, _) = unsigned.rsplit_once('.').unwrap();
        let signature = (self.sign)(by, message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn bank_with(keys: Vec<ClientKey>) -> Partner {
    Partner {
        keys: ClientKeys::of(keys),
        ..bank()
    }
}

const HOSTILE: [&str; 12] = [
    "none", "None", "", "HS256", "HS384", "HS512", "RS384", "PS512", "ES384", "ES256K", "Ed448",
    "es256",
];

#[test]
fn a_key_is_used_with_its_own_algorithms_whatever_the_header_says() {
    let replay = ReplayGuard::new();
    let mut used = 0;
    for signer in signers() {
        let partner = bank_with(vec![signer.named(None)]);
        for said in ALGORITHMS.into_iter().chain(HOSTILE) {
            for by in ["PS256", "RS256"] {
                used += 1;
                let text = signer.assertion(json!({"alg": said}), by, &used.to_string());
                let is_rsa = matches!(signer.key, PublicKey::Rsa { .. });
                let good = signer.key.algorithms().contains(&said) && (!is_rsa || said == by);
                let told = good.then_some(()).ok_or(ClientError::InvalidClient);
                assert_eq!(
                    judge(&partner, text, &replay),
                    told,
                    "{:?} {said} {by}",
                    signer.key
                );
            }
        }
    }
}

#[test]
fn no_public_key_is_a_secret_to_sign_with() {
    let replay = ReplayGuard::new();
    for signer in signers() {
        let partner = bank_with(vec![signer.named(Some("a"))]);
        let jwks = key_text::write(&partner.keys);
        let raw = match &signer.key {
            PublicKey::Ed25519(key) => key.to_vec(),
            PublicKey::P256 { x, y } => [[4].as_slice(), x, y].concat(),
            PublicKey::Rsa { modulus } => modulus.clone(),
        };
        for secret in [jwks.as_bytes(), &raw, b""] {
            for alg in ALGORITHMS.into_iter().chain(["HS256", "none"]) {
                let unsigned = assertion(json!({"alg": alg, "kid": "a"}), json!({}));
                let (message, _) = unsigned.rsplit_once('.').unwrap();
                let tag = hmac::sign(
                    &hmac::Key::new(hmac::HMAC_SHA256, secret),
                    message.as_bytes(),
                );
                let text = format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag));
                let told = judge(&partner, text, &replay);
                assert_eq!(told, Err(ClientError::InvalidClient), "{alg}");
            }
        }
    }
}

#[test]
fn a_kid_picks_and_without_one_every_fitting_key_is_tried() {
    let replay = ReplayGuard::new();
    let [old, new] = [(); 2].map(|()| signers().swap_remove(1));
    let rsa = signers().swap_remove(2);
    let partner = bank_with(vec![
        old.named(Some("old")),
        new.named(Some("new")),
        rsa.named(None),
    ]);
    let (good, bad) = (Ok(()), Err(ClientError::InvalidClient));
    for (n, (signer, header, told)) in [
        (&old, json!({"alg": "ES256", "kid": "old"}), good),
        (&new, json!({"alg": "ES256", "kid": "new"}), good),
        (&old, json!({"alg": "ES256"}), good),
        (&new, json!({"alg": "ES256"}), good),
        (&new, json!({"alg": "ES256", "kid": "old"}), bad),
        (&new, json!({"alg": "ES256", "kid": "other"}), bad),
        (&new, json!({"alg": "ES256", "kid": ""}), bad),
        (&new, json!({"alg": "ES256", "kid": 7}), bad),
        (&new, json!({"alg": "RS256", "kid": "new"}), bad),
        (&rsa, json!({"alg": "RS256", "kid": "any"}), good),
        (&rsa, json!({"alg": "RS256"}), good),
    ]
    .into_iter()
    .enumerate()
    {
        let text = signer.assertion(header.clone(), "RS256", &n.to_string());
        assert_eq!(judge(&partner, text, &replay), told, "{header}");
    }
}

#[test]
fn a_key_of_another_size_does_not_keep_the_next_one_from_being_tried() {
    let replay = ReplayGuard::new();
    let keys = [KeySize::Rsa2048, KeySize::Rsa3072, KeySize::Rsa4096].map(by_rsa);
    let partner = bank_with(keys.iter().map(|key| key.named(None)).collect());
    for (n, signer) in keys.iter().enumerate() {
        for alg in ["RS256", "PS256"] {
            let text = signer.assertion(json!({ "alg": alg }), alg, &format!("{n} {alg}"));
            assert_eq!(judge(&partner, text, &replay), Ok(()), "{n} {alg}");
        }
    }
}

#[test]
fn an_assertion_is_good_for_an_hour_and_remembered_until_it_is_worthless() {
    let replay = ReplayGuard::new();
    let header = || json!({"alg": "EdDSA"});
    let latest = NOW + CLOCK_SECONDS + ASSERTION_SECONDS;
    let text = assertion(header(), json!({ "exp": latest }));
    assert_eq!(judge(&bank(), text.clone(), &replay), Ok(()));
    let later = assertion(header(), json!({"exp": latest + 1, "jti": "later"}));
    assert_eq!(judge(&bank(), later, &replay), Err(ClientError::WrongClock));
    let credentials = Credentials::from_assertion(text).unwrap();
    let end = latest + CLOCK_SECONDS;
    for (at, told) in [
        (end - 1, ClientError::InvalidClient),
        (end, ClientError::WrongClock),
    ] {
        let now = Time::from_millis(at * 1000);
        let seen = authenticate(&credentials, &bank(), &master(), &[ENDPOINT], &replay, now);
        assert_eq!(seen, Err(told), "{at}");
    }
}
