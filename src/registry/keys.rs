//! Signing keys and the tokens made with them.

use std::{fs, path::Path, sync::PoisonError};

use uuid::Uuid;

use super::{Plan, Registry, RegistryError, startup};
use crate::{
    access::{
        capability::{Admin, Denied},
        key_ring::{KeyError, KeyRing, SigningKey},
        secret::{FileError, read_private, write_private},
        token::{self, Claims},
    },
    domain::{change::Change, partner::Scope, time::Time},
};

/// Who issues tokens, and for whom: the public address of this installation (RFC 9068 §2.2).
#[derive(Clone, Debug)]
pub struct Issuer {
    pub url: String,
}

/// One signing key, as an administrator sees it.
pub struct KeyView {
    pub kid: String,
    pub created: Time,
    /// Signs now; the others are only good for checking what they signed before.
    pub active: bool,
}

/// Makes a key and writes it as `<created>-<kid>.pk8`.
pub(super) fn write_new(folder: &Path, now: Time) -> Result<SigningKey, FileError> {
    let key = SigningKey::generate(now);
    write_private(
        &folder.join(format!("{}-{}.pk8", now.millis(), key.kid())),
        key.pkcs8(),
    )?;
    Ok(key)
}

/// Reads every key of the folder.
pub(super) fn load(folder: &Path) -> Result<KeyRing, startup::StartError> {
    let listing =
        fs::read_dir(folder).map_err(startup::io(format!("cannot read {}", folder.display())))?;
    let mut keys = Vec::new();
    for entry in listing.flatten() {
        let name = entry.file_name();
        let Some(created) = name
            .to_str()
            .and_then(|name| name.strip_suffix(".pk8"))
            .and_then(|stem| stem.split_once('-'))
            .and_then(|(created, _)| created.parse().ok())
        else {
            continue;
        };
        let bytes = read_private(&entry.path())?;
        keys.push(SigningKey::from_pkcs8(&bytes, Time::from_millis(created))?);
    }
    Ok(KeyRing::from_keys(keys)?)
}

fn remove(folder: &Path, kid: &str) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let suffix = format!("-{kid}.pk8");
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().ends_with(&suffix)
            && let Err(error) = fs::remove_file(entry.path())
        {
            tracing::error!(%error, "a retired key file could not be removed");
        }
    }
}

impl Registry {
    /// The public keys (RFC 7517).
    pub fn jwks(&self) -> serde_json::Value {
        let mut set = self.ring().jwks();
        if let Some(keys) = set["keys"].as_array_mut() {
            keys.extend(self.ledger_jwks());
        }
        set
    }

    /// The keys in the ring.
    pub fn keys(&self, _reader: &Admin) -> Vec<KeyView> {
        let ring = self.ring();
        ring.keys()
            .map(|key| KeyView {
                kid: key.kid().to_owned(),
                created: key.created(),
                active: key.kid() == ring.active().kid(),
            })
            .collect()
    }

    /// Brings a new signing key into use. Tokens of the old one stay good until they run out.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`] when the key can't be written.
    pub fn rotate_key(&self, admin: &Admin, now: Time) -> Result<String, RegistryError> {
        let folder = self.shared.folder.join(startup::KEYS);
        let key = write_new(&folder, now).map_err(|error| {
            tracing::error!(%error, "a new signing key could not be written");
            RegistryError::Unavailable
        })?;
        let kid = key.kid().to_owned();
        let told = kid.clone();
        self.commit(
            admin.acting(),
            now,
            None,
            move |_| Ok(Plan::one(Change::KeyAdded { kid: told })),
            |_, _| Ok(()),
        )?;
        let mut ring = self.ring_mut();
        ring.rotate(key).map_err(key_error)?;
        for over in ring.forget_expired(now) {
            remove(&folder, &over);
        }
        Ok(kid)
    }

    /// Withdraws a key at once: every token it signed is worthless now. For a key that leaked.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`]; the active key must be replaced first.
    pub fn retire_key(&self, admin: &Admin, kid: &str, now: Time) -> Result<(), RegistryError> {
        self.ring_mut().retire(kid).map_err(key_error)?;
        remove(&self.shared.folder.join(startup::KEYS), kid);
        let kid = kid.to_owned();
        self.commit(
            admin.acting(),
            now,
            None,
            move |_| Ok(Plan::one(Change::KeyRetired { kid })),
            |_, _| Ok(()),
        )
    }

    /// A token for a signed-in person.
    pub(super) fn user_token(
        &self,
        issuer: &Issuer,
        user: Uuid,
        session: Uuid,
        now: Time,
    ) -> String {
        let claims = Claims::for_user(&issuer.url, &issuer.url, user, session, now);
        token::issue(&self.ring(), &claims)
    }

    /// A token for a partner's program.
    pub(super) fn partner_token(
        &self,
        issuer: &Issuer,
        partner: Uuid,
        scopes: &[Scope],
        now: Time,
    ) -> String {
        let claims = Claims::for_partner(&issuer.url, &issuer.url, partner, scopes, now);
        token::issue(&self.ring(), &claims)
    }

    /// What a token says, if it is ours and good now.
    pub(super) fn verify_token(
        &self,
        issuer: &Issuer,
        text: &str,
        now: Time,
    ) -> Result<Claims, RegistryError> {
        token::verify(&self.ring(), &issuer.url, &issuer.url, text, now).map_err(|error| {
            tracing::debug!(%error, "a token was not taken");
            RegistryError::Denied(Denied::Unauthenticated)
        })
    }

    fn ring(&self) -> std::sync::RwLockReadGuard<'_, KeyRing> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring_mut(&self) -> std::sync::RwLockWriteGuard<'_, KeyRing> {
        self.ring.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key_error(error: KeyError) -> RegistryError {
    match error {
        KeyError::Unknown => RegistryError::NotFound,
        KeyError::Active => super::error::field("/kid", "active-key"),
        other => RegistryError::Internal(other.to_string()),
    }
}
