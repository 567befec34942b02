//! Which of a partner's keys an assertion may be signed with.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey};

use crate::{
    access::token::{Header, Verifier},
    domain::client_key::{ClientKeys, PublicKey, RSA_EXPONENT},
};

/// The keys that the header's algorithm is one of, each with that algorithm. A `kid` leaves out the keys of other names; a
/// key without a name may go by any.
pub(super) fn verifiers(keys: &ClientKeys, header: &Header) -> Vec<Verifier> {
    let is_meant = |kid: Option<&str>| match (kid, header.kid()) {
        (Some(own), Some(named)) => own == named,
        (None, _) | (_, None) => true,
    };
    let mut keys = keys.all();
    keys.retain(|key| is_meant(key.kid.as_deref()));
    let fitting = keys
        .iter()
        .filter_map(|key| verifier(&key.key, header.alg()));
    fitting.collect()
}

/// The key with an algorithm, if it is one of the key's own.
fn verifier(key: &PublicKey, alg: &str) -> Option<Verifier> {
    if !key.algorithms().contains(&alg) {
        return None;
    }
    let (algorithm, key) = match key {
        PublicKey::Ed25519(key) => (Algorithm::EdDSA, DecodingKey::from_ed_der(key)),
        PublicKey::P256 { x, y } => {
            let [x, y] = [x, y].map(|number| URL_SAFE_NO_PAD.encode(number));
            let key = DecodingKey::from_ec_components(&x, &y).ok()?;
            (Algorithm::ES256, key)
        }
        PublicKey::Rsa { modulus } => {
            let algorithm = match alg == "PS256" {
                true => Algorithm::PS256,
                false => Algorithm::RS256,
            };
            let key = DecodingKey::from_rsa_raw_components(modulus, &RSA_EXPONENT);
            (algorithm, key)
        }
    };
    Some(Verifier { algorithm, key })
}
