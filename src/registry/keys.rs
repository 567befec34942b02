//! Signing keys and the tokens made with them.

use std::sync::{PoisonError, RwLockReadGuard, RwLockWriteGuard, atomic::Ordering};

use uuid::Uuid;

pub use super::key_files::Withdrawn;
use super::{
    Registry, RegistryError,
    engine::{
        data_folder::{KEYS, StartError},
        progress::Quiet,
    },
    key_files::{self, Use},
    key_loading,
    ledger::signers::Signers,
    reasoned::Reasoned,
    wrapped_keys::new_key,
};
use crate::{
    access::{
        capability::{Admin, Denied, FreshAdmin},
        key_ring::{KeyRing, SigningKey},
        token::{self, Claims},
    },
    domain::{partner::Scope, session::Session, time::Time},
    state::{self, view::View},
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
        let new = Some(new_key(&self.master, Use::Tokens, &key, kid.clone())?);
        self.commit_because(
            admin,
            why,
            now,
            None,
            move |view, now| state::key::rotate(view, &new, now),
            |_, _| Ok(()),
        )?;
        self.follow_keys()?;
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
        self.follow_keys()?;
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

    /// The keys that count now, also those that another machine brought into use or withdrew.
    fn ring(&self) -> RwLockReadGuard<'_, KeyRing> {
        self.keep_keys_current();
        self.ring.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What signs the ledger now, as [`Registry::ring`].
    pub(super) fn signers(&self) -> RwLockReadGuard<'_, Signers> {
        self.keep_keys_current();
        self.signed.signers()
    }

    fn keep_keys_current(&self) {
        if self.keys_followed.load(Ordering::Acquire) != self.shared.keys_changed()
            && let Err(error) = self.follow_keys()
        {
            tracing::error!(%error, "keys that came into use or were withdrawn could not be loaded");
        }
    }

    /// Loads the keys anew, if records changed them since.
    pub(super) fn follow_keys(&self) -> Result<(), RegistryError> {
        let loading = self.loading_keys.lock();
        let _one = loading.unwrap_or_else(PoisonError::into_inner);
        let changed = self.shared.keys_changed();
        if self.keys_followed.load(Ordering::Acquire) == changed {
            return Ok(());
        }
        let (store, folder) = (self.shared.store()?, self.shared.folder.join(KEYS));
        // Whatever else fails: what was withdrawn counts no more.
        for row in View::new(&*store).signing_keys()? {
            if row.retired_at.is_some() {
                self.ring_mut().forget(&row.kid);
            }
        }
        let failed = |error: StartError| RegistryError::Internal(error.to_string());
        let ring = key_loading::load(&folder, &store, &self.master, &mut Quiet).map_err(failed)?;
        let signers = Signers::load(&folder, &store, &self.master).map_err(failed)?;
        *self.ring_mut() = ring;
        self.signed.replace(signers);
        self.keys_followed.store(changed, Ordering::Release);
        // The files of what another machine withdrew.
        key_loading::sweep(&folder, &store, &mut Quiet).map_err(failed)
    }

    fn ring_mut(&self) -> RwLockWriteGuard<'_, KeyRing> {
        self.ring.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
