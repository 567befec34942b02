//! Private keys as the journal keeps them: sealed under the master secret, so that every machine that has `master.key` has the
//! keys too.

use uuid::Uuid;

use super::{error::RegistryError, key_files::Use};
use crate::{
    access::{key_ring::SigningKey, secret::MasterSecret},
    domain::time::Time,
    evidence::seal::{self, FileKey},
    state::key::NewKey,
    store::schema::WrappedKey,
};

/// A key that is to come into use: sealed under a secret of its own, which follows from the master secret, use and id.
pub(super) fn new_key(
    master: &MasterSecret,
    use_: Use,
    key: &SigningKey,
    name: String,
) -> Result<NewKey, RegistryError> {
    let sealed = seal::seal(key.pkcs8(), &secret(master, use_, key.kid()), Uuid::nil());
    let sealed = sealed.map_err(|error| RegistryError::Internal(error.to_string()))?;
    Ok(NewKey { name, sealed })
}

/// The key of this id that was sealed, if it was under this master secret.
pub(super) fn opened(
    master: &MasterSecret,
    use_: Use,
    kid: &str,
    created: Time,
    wrapped: Option<&WrappedKey>,
) -> Option<SigningKey> {
    let secret = secret(master, use_, kid);
    let pkcs8 = seal::open(&wrapped?.sealed, &secret, Uuid::nil()).ok()?;
    let key = SigningKey::from_pkcs8(&pkcs8, created).ok()?;
    (key.kid() == kid).then_some(key)
}

fn secret(master: &MasterSecret, use_: Use, kid: &str) -> FileKey {
    FileKey::from_bytes(master.derive("wrapped-key", &[use_.word().as_bytes(), kid.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::part::PartRef;

    #[test]
    fn a_key_is_opened_by_its_master_secret_use_and_id_alone() {
        let (master, other) = (MasterSecret::generate(), MasterSecret::generate());
        let now = Time::from_millis(1_800_000_000_000);
        let key = SigningKey::generate(now);
        let new = new_key(&master, Use::Tokens, &key, key.kid().to_owned()).unwrap();
        let mut wrapped = WrappedKey {
            sealed: new.sealed,
            place: PartRef { seq: 1, part: 0 },
        };
        let open = |master: &MasterSecret, use_, kid: &str, wrapped: &WrappedKey| {
            opened(master, use_, kid, now, Some(wrapped)).is_some()
        };
        assert!(open(&master, Use::Tokens, key.kid(), &wrapped));
        assert!(!open(&other, Use::Tokens, key.kid(), &wrapped));
        assert!(!open(&master, Use::Ledger, key.kid(), &wrapped));
        assert!(!open(&master, Use::Tokens, "another", &wrapped));
        wrapped.sealed[20] ^= 1;
        assert!(!open(&master, Use::Tokens, key.kid(), &wrapped));
        wrapped.sealed.clear();
        assert!(!open(&master, Use::Tokens, key.kid(), &wrapped));
        assert!(opened(&master, Use::Tokens, key.kid(), now, None).is_none());
    }
}
