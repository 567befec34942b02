//! Whether numbers are a public key that can be verified with.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};

use super::fault::KeyFault;
use crate::domain::client_key::{PublicKey, RSA_EXPONENT};

/// Shortest RSA modulus, in bits (RFC 7518 §3.3).
pub(super) const MIN_RSA_BITS: usize = 2048;
/// Longest RSA modulus, in bits.
pub(super) const MAX_RSA_BITS: usize = 4096;

pub(super) fn ed25519(key: &[u8]) -> Result<PublicKey, KeyFault> {
    let key = key.try_into().map_err(|_| KeyFault::Damaged)?;
    Ok(PublicKey::Ed25519(key))
}

/// A point of the curve, its coordinates with their leading zeros (RFC 7518 §6.2.1.2).
pub(super) fn p256(x: &[u8], y: &[u8]) -> Result<PublicKey, KeyFault> {
    let damaged = |_| KeyFault::Damaged;
    let point = [&[4], x, y].concat();
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).map_err(|_| KeyFault::Damaged)?;
    Ok(PublicKey::P256 {
        x: x.try_into().map_err(damaged)?,
        y: y.try_into().map_err(damaged)?,
    })
}

/// Both numbers big-endian; leading zeros are passed over, as some programs write one.
pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<PublicKey, KeyFault> {
    let (modulus, exponent) = (unpadded(modulus), unpadded(exponent));
    let (Some(first), Some(last)) = (modulus.first(), modulus.last()) else {
        return Err(KeyFault::Damaged);
    };
    let bits = modulus.len() * 8 - first.leading_zeros() as usize;
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
        return Err(KeyFault::RsaSize);
    }
    if exponent != RSA_EXPONENT {
        return Err(KeyFault::RsaExponent);
    }
    // A product of two large primes is odd.
    if last % 2 == 0 {
        return Err(KeyFault::Damaged);
    }
    let modulus = modulus.to_vec();
    Ok(PublicKey::Rsa { modulus })
}

fn unpadded(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}
