//! Every form of every kind of key, and everything that is none.

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rsa::{KeySize, PrivateDecryptingKey},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair,
    },
};
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{
    check::{MAX_RSA_BITS, MIN_RSA_BITS},
    jwk::MAX_KID,
    *,
};
use crate::domain::client_key::MAX_KEYS;

fn b64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn pem(der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let lines: Vec<_> = body
        .as_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .collect();
    format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        lines.join("\n")
    )
}

fn ec(algorithm: &'static EcdsaSigningAlgorithm) -> Vec<u8> {
    let pair = EcdsaKeyPair::generate(algorithm).unwrap();
    let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    der.as_ref().to_vec()
}

fn ed25519() -> Vec<u8> {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
    let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    der.as_ref().to_vec()
}

fn rsa() -> Vec<u8> {
    let pair = PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap();
    let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    der.as_ref().to_vec()
}

/// A JWK of numbers that nobody has factored.
fn rsa_jwk(bits: usize, exponent: &[u8]) -> Value {
    let mut modulus = vec![0xff; bits.div_ceil(8)];
    modulus[0] >>= modulus.len() * 8 - bits;
    json!({"kty": "RSA", "n": b64(&modulus), "e": b64(exponent)})
}

fn ed_jwk() -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "x": b64(&[7; 32])})
}

fn with(mut jwk: Value, name: &str, value: impl Into<Value>) -> Value {
    jwk.as_object_mut()
        .unwrap()
        .insert(name.to_owned(), value.into());
    jwk
}

fn fault(jwk: &Value) -> Option<KeyFault> {
    read(&jwk.to_string()).err()
}

#[test]
fn each_kind_is_read_from_each_form_as_the_same_key() {
    for (der, algorithms) in [
        (ed25519(), ["EdDSA", "Ed25519"].as_slice()),
        (ec(&ECDSA_P256_SHA256_FIXED_SIGNING), &["ES256"]),
        (rsa(), &["PS256", "RS256"]),
    ] {
        let keys = read(&pem(&der)).unwrap();
        let [key] = keys.all().try_into().unwrap();
        assert_eq!(key.key.algorithms(), algorithms);
        assert_eq!(
            read(&write(&keys)),
            Ok(keys.clone()),
            "what is written is read"
        );
        let windows = format!("\u{feff}{}", pem(&der).replace('\n', "\r\n"));
        assert_eq!(read(&windows), Ok(keys.clone()));
        let set = set(&keys.all());
        assert_eq!(read(&set.to_string()), Ok(keys.clone()));
        assert_eq!(read(&set["keys"][0].to_string()), Ok(keys));
    }
    let raw = b64(&[7; 32]);
    assert_eq!(read(&format!(" {raw}\n")), Ok(ClientKeys::Ed25519([7; 32])));
    assert_eq!(write(&ClientKeys::Ed25519([7; 32])), raw);
    assert_eq!(write(&ClientKeys::None), "");
    // RFC 8037 appendix A.3.
    let x = URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    let key = PublicKey::Ed25519(x.unwrap().try_into().unwrap());
    assert_eq!(
        thumbprint(&key),
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    );
}

#[test]
fn a_private_key_is_told_apart_in_every_form() {
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        let private = with(ed_jwk(), name, "AAAA");
        assert_eq!(fault(&private), Some(KeyFault::Private), "{name}");
        let set = json!({"keys": [ed_jwk(), private]});
        assert_eq!(fault(&set), Some(KeyFault::Private), "{name}");
    }
    assert_eq!(
        fault(&json!({"kty": "oct", "k": "AAAA"})),
        Some(KeyFault::Private)
    );
    for kind in ["", "RSA ", "EC ", "ENCRYPTED ", "OPENSSH "] {
        let text =
            format!("-----BEGIN {kind}PRIVATE KEY-----\nAAAA\n-----END {kind}PRIVATE KEY-----");
        for text in [text.clone(), format!("{}{text}", pem(&ed25519()))] {
            assert_eq!(read(&text), Err(KeyFault::Private), "{text}");
        }
    }
}

#[test]
fn each_limit_of_rsa_is_held_on_both_sides() {
    use KeyFault::*;
    let exponent = [1, 0, 1];
    for (bits, told) in [
        (1024, Some(RsaSize)),
        (MIN_RSA_BITS - 1, Some(RsaSize)),
        (MIN_RSA_BITS, None),
        (MAX_RSA_BITS, None),
        (MAX_RSA_BITS + 1, Some(RsaSize)),
        (8192, Some(RsaSize)),
    ] {
        assert_eq!(fault(&rsa_jwk(bits, &exponent)), told, "{bits}");
    }
    for weird in [
        &[][..],
        &[0],
        &[1],
        &[2],
        &[3],
        &[1, 0, 0],
        &[1, 0, 3],
        &[1, 0, 0, 0, 1],
        &[0xff; 256],
    ] {
        assert_eq!(fault(&rsa_jwk(2048, weird)), Some(RsaExponent), "{weird:?}");
    }
    assert_eq!(
        fault(&rsa_jwk(2048, &[0, 1, 0, 1])),
        None,
        "a leading zero is no other number"
    );
    let padded = [vec![0], vec![0xff; 256]].concat();
    let jwk = with(rsa_jwk(2048, &exponent), "n", b64(&padded));
    assert_eq!(
        read(&jwk.to_string()),
        read(&rsa_jwk(2048, &exponent).to_string())
    );
    let even = [vec![0xff; 255], vec![0xfe]].concat();
    assert_eq!(
        fault(&with(rsa_jwk(2048, &exponent), "n", b64(&even))),
        Some(Damaged)
    );
}

#[test]
fn what_is_no_key_of_ours_is_refused_for_its_own_reason() {
    use KeyFault::*;
    let point = json!({"kty": "EC", "crv": "P-256", "x": b64(&[1; 32]), "y": b64(&[1; 32])});
    let good = ec(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let keys = read(&pem(&good)).unwrap();
    let good_jwk = set(&keys.all())["keys"][0].clone();
    for (jwk, told) in [
        (json!({}), NoKey),
        (json!({"kty": 7}), NoKey),
        (json!({"keys": 7}), NoKey),
        (json!({"keys": [7]}), NoKey),
        (json!({"keys": []}), Empty),
        (point, Damaged),
        (with(good_jwk.clone(), "crv", "P-384"), OtherKind),
        (with(good_jwk.clone(), "crv", "secp256k1"), OtherKind),
        (with(good_jwk.clone(), "x", b64(&[0; 31])), Damaged),
        (with(good_jwk.clone(), "y", Value::Null), Damaged),
        (with(good_jwk.clone(), "alg", "RS256"), OtherUse),
        (with(good_jwk.clone(), "alg", "none"), OtherUse),
        (with(good_jwk.clone(), "use", "enc"), OtherUse),
        (with(good_jwk.clone(), "key_ops", json!(["sign"])), OtherUse),
        (with(ed_jwk(), "crv", "X25519"), OtherKind),
        (with(ed_jwk(), "crv", "Ed448"), OtherKind),
        (with(ed_jwk(), "x", b64(&[7; 33])), Damaged),
        (with(ed_jwk(), "x", format!("{}=", b64(&[7; 32]))), Damaged),
        (with(ed_jwk(), "kid", ""), BadKid),
        (with(ed_jwk(), "kid", "a\nb"), BadKid),
        (with(ed_jwk(), "kid", "x".repeat(MAX_KID + 1)), BadKid),
        (json!({"kty": "oct"}), OtherKind),
    ] {
        assert_eq!(fault(&jwk), Some(told), "{jwk}");
    }
    for jwk in [
        with(ed_jwk(), "kid", "x".repeat(MAX_KID)),
        with(good_jwk.clone(), "alg", "ES256"),
        with(good_jwk.clone(), "use", "sig"),
        with(good_jwk, "key_ops", json!(["verify"])),
        with(ed_jwk(), "x5c", json!(["AAAA"])),
    ] {
        assert_eq!(fault(&jwk), None, "{jwk}");
    }
    let der = ed25519();
    let cut = &der[..der.len() - 1];
    let more = [der.as_slice(), &[0]].concat();
    let other_curve = ec(&ECDSA_P384_SHA384_FIXED_SIGNING);
    let mut off_curve = good;
    *off_curve.last_mut().unwrap() ^= 1;
    for (text, told) in [
        (pem(cut), Damaged),
        (pem(&more), Damaged),
        (pem(&[]), Damaged),
        (pem(&other_curve), OtherKind),
        (pem(&off_curve), Damaged),
        (pem(&der).replace("PUBLIC KEY", "RSA PUBLIC KEY"), NoKey),
        (pem(&der).replace("PUBLIC KEY", "CERTIFICATE"), Certificate),
        (pem(&der).replace("END", "BEGIN"), NoKey),
        (pem(&der).repeat(2), TooMany),
        (String::new(), NoKey),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5".to_owned(), NoKey),
        (b64(&[7; 31]), NoKey),
        (b64(&[7; 33]), NoKey),
        ("{".to_owned(), NoKey),
        ("[]".to_owned(), NoKey),
    ] {
        assert_eq!(read(&text), Err(told), "{text}");
    }
}

#[test]
fn a_set_has_at_most_so_many_keys_for_signing_each_with_a_name_of_its_own() {
    let named = |n: usize| {
        with(
            with(ed_jwk(), "kid", format!("{n}")),
            "x",
            b64(&[n as u8; 32]),
        )
    };
    let keys = |count: usize| (0..count).map(named).collect::<Vec<_>>();
    let most = read(&json!({"keys": keys(MAX_KEYS)}).to_string()).unwrap();
    assert_eq!(most.all().len(), MAX_KEYS);
    assert_eq!(read(&write(&most)), Ok(most.clone()));
    assert_eq!(
        fault(&json!({"keys": keys(MAX_KEYS + 1)})),
        Some(KeyFault::TooMany)
    );
    let mut sealing = keys(MAX_KEYS);
    sealing.push(json!({"kty": "EC", "crv": "P-521", "use": "enc"}));
    assert_eq!(
        read(&json!({"keys": sealing}).to_string()),
        Ok(most),
        "not for us"
    );
    assert_eq!(
        fault(&json!({"keys": [named(1), named(1)]})),
        Some(KeyFault::SameKid)
    );
    assert_eq!(fault(&json!({"keys": [ed_jwk(), ed_jwk()]})), None);
}

#[test]
fn so_many_bytes_are_looked_at_and_no_more() {
    let padded = |bytes: usize| format!("{:<bytes$}", ed_jwk().to_string());
    assert!(read(&padded(MAX_KEY_BYTES)).is_ok());
    assert_eq!(read(&padded(MAX_KEY_BYTES + 1)), Err(KeyFault::TooLong));
}
