//! Signing keys and the tokens made with them.

use std::sync::PoisonError;

use uuid::Uuid;

pub use super::key_files::Withdrawn;
use super::{
    Registry, RegistryError,
    engine::data_folder::KEYS,
    key_files::{self, Use},
    reasoned::Reasoned,
};
use crate::{
    access::{
        capability::{Admin, Denied, FreshAdmin},
        key_ring::{KeyRing, SigningKey},
        token::{self, Claims},
    },
    domain::{partner::Scope, session::Session, time::Time},
    state,
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
    /// `Refused::TooManyKeys`, and no file is written; [`RegistryError::Unavailable`] when the key can't be
    /// written.
    pub fn rotate_key(
        &self,
        admin: &FreshAdmin,
        reason: &str,
        now: Time,
    ) -> Result<String, RegistryError> {
        let why = Reasoned::of_registry(reason)?;
        let _turn = self.turn_to_change_keys();
        let key = self.written_key(admin, Use::Tokens, now)?;
        let kid = key.kid().to_owned();
        let named = Some(kid.clone());
        self.commit_because(
            admin,
            why,
            now,
            None,
            move |view, now| state::key::rotate(view, &named, now),
            |_, _| Ok(()),
        )?;
        let rotated = self.ring_mut().rotate(key);
        rotated.map_err(|error| RegistryError::Internal(error.to_string()))?;
        self.forget_old_keys(now);
        Ok(kid)
    }

    /// A new key, written to its file, once it is known that one more can come into use. Nobody else changes keys until
    /// the caller's turn is over. A crash after this leaves a file that no record names, which never counts.
    pub(super) fn written_key(
        &self,
        admin: &FreshAdmin,
        use_: Use,
        now: Time,
    ) -> Result<SigningKey, RegistryError> {
        self.commit(
            admin.acting(),
            now,
            None,
            move |view, now| match use_ {
                Use::Tokens => state::key::rotate(view, &None, now),
                Use::Ledger => state::ledger::add_key(view, &None, now),
            },
            |_, _| Ok(()),
        )?;
        let key = SigningKey::generate(now);
        key_files::write(&self.shared.folder.join(KEYS), use_, &key).map_err(|error| {
            tracing::error!(%error, "a new key could not be written");
            RegistryError::Unavailable
        })?;
        Ok(key)
    }

    /// Forgets the keys whose last token has run out, and removes their files.
    pub(super) fn forget_old_keys(&self, now: Time) {
        let over = self.ring_mut().forget_expired(now);
        for kid in over {
            key_files::removed(&self.shared.folder.join(KEYS), Use::Tokens, &kid);
        }
    }

    /// Withdraws a key at once: every token it signed is worthless now. For a key that leaked. It never counts again,
    /// whether its file can be removed or not.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`]; the active key must be replaced first.
    pub fn retire_key(
        &self,
        admin: &FreshAdmin,
        kid: &str,
        reason: &str,
        now: Time,
    ) -> Result<Withdrawn, RegistryError> {
        let _turn = self.turn_to_change_keys();
        if self.ring().active().kid() == kid {
            return Err(RegistryError::field("/kid", "active-key"));
        }
        let named = kid.to_owned();
        self.commit_because(
            admin,
            Reasoned::of_registry(reason)?,
            now,
            None,
            move |view, now| state::key::retire(view, &named, now),
            |_, _| Ok(()),
        )?;
        self.ring_mut().forget(kid);
        let folder = self.shared.folder.join(KEYS);
        Ok(Withdrawn {
            file_removed: key_files::removed(&folder, Use::Tokens, kid),
        })
    }

    /// Keys are changed one after another.
    pub(super) fn turn_to_change_keys(&self) -> std::sync::MutexGuard<'_, ()> {
        let turn = self.changing_keys.lock();
        turn.unwrap_or_else(PoisonError::into_inner)
    }

    /// A token for a signed-in person.
    pub(super) fn user_token(&self, issuer: &Issuer, session: &Session, now: Time) -> String {
        let claims = Claims::for_user(&issuer.url, &issuer.url, session, now);
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

#[cfg(test)]
mod tests;
