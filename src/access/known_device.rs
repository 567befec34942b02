//! Devices on which an account has signed in: whoever tries on one is counted apart from strangers, so that nobody who only
//! knows the name keeps the account's owner out.
//!
//! The token signs nobody in. It is bound to the account and its invitation, and tells neither.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::secret::{MasterSecret, same};
use crate::domain::{time::Time, user::User};

/// How long a device is known after the last sign-in on it.
pub const KNOWN_DAYS: u32 = 90;
/// What a token begins with.
const PREFIX: &str = "cgk_";
/// Bytes of the device's id, of the time and of the tag.
const BYTES: usize = 16 + 8 + 32;

fn tag(master: &MasterSecret, user: &User, device: &[u8], at: &[u8]) -> [u8; 32] {
    let (id, generation) = (user.id.as_bytes(), user.generation.to_be_bytes());
    master.derive("known-device", &[id, &generation, device, at])
}

/// The token of a device on which an account signed in now.
pub fn token(master: &MasterSecret, user: &User, device: Uuid, now: Time) -> String {
    let (device, at) = (device.as_bytes(), now.millis().to_be_bytes());
    let tag = tag(master, user, device, &at);
    let bytes = [&device[..], &at, &tag].concat();
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// The device, if the account has signed in there in the last [`KNOWN_DAYS`].
pub fn device(master: &MasterSecret, user: &User, token: &str, now: Time) -> Option<Uuid> {
    let text = token.strip_prefix(PREFIX)?;
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let bytes = <[u8; BYTES]>::try_from(bytes).ok()?;
    let (device, rest) = bytes.split_at(16);
    let (at, shown) = rest.split_at(8);
    if !same(shown, &tag(master, user, device, at)) {
        return None;
    }
    let signed_in = Time::from_millis(i64::from_be_bytes(at.try_into().ok()?));
    (now < signed_in.plus_days(KNOWN_DAYS))
        .then(|| Uuid::from_slice(device).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{access::capability::tests::user, domain::role::Role};

    #[test]
    fn a_device_is_known_to_its_account_for_ninety_days_and_until_a_new_invitation() {
        let master = MasterSecret::from_bytes([7; 32]);
        let mut an = user(Role::Officer, "14812");
        let (id, then) = (Uuid::from_u128(9), Time::from_millis(1_000));
        let text = token(&master, &an, id, then);
        let at = |days| then.plus_days(days);
        assert_eq!(device(&master, &an, &text, then), Some(id));
        let last = Time::from_millis(at(KNOWN_DAYS).millis() - 1);
        assert_eq!(device(&master, &an, &text, last), Some(id));
        assert_eq!(device(&master, &an, &text, at(KNOWN_DAYS)), None);
        let mut other = an.clone();
        other.id = Uuid::from_u128(77);
        assert_eq!(device(&master, &other, &text, then), None);
        for bad in ["", "cgk_", &text[1..], &text[..text.len() - 2]] {
            assert_eq!(device(&master, &an, bad, then), None, "{bad}");
        }
        an.generation += 1;
        assert_eq!(device(&master, &an, &text, then), None);
    }
}
