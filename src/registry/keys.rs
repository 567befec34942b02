//! Signing keys and the tokens made with them.

use std::{path::Path, sync::PoisonError};

use uuid::Uuid;

use super::{
    Plan, Registry, RegistryError,
    error::field,
    key_files::{self, Use},
    ledger::signing,
    startup::{self, Progress, StartError},
};
use crate::{
    access::{
        capability::{Admin, Denied},
        key_ring::{KeyRing, MAX_KEYS, OVERLAP_SECONDS, SigningKey},
        token::{self, Claims},
    },
    domain::{change::Change, partner::Scope, time::Time},
    store::{
        Store,
        schema::{SigningKeyRow, SigningKeys},
        view::View,
    },
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

/// What became of a key that was withdrawn.
#[must_use]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Withdrawn {
    /// Its file is gone from the disk. If not, the key counts no more all the same; the file is to be removed by hand.
    pub file_removed: bool,
}

/// The ring of the keys that the journal counts and whose files are there: the newest of them signs.
pub(super) fn load(
    folder: &Path,
    store: &Store,
    progress: &mut dyn Progress,
) -> Result<KeyRing, StartError> {
    let keys = rows(store)?;
    let files = key_files::find(folder, Use::Tokens)?;
    let mut ring: Option<KeyRing> = None;
    for (place, row) in keys.iter().enumerate().rev() {
        if row.retired_at.is_some() {
            continue;
        }
        let key = match (files.read(&row.kid, row.added_at), &ring) {
            (Ok(key), _) => key,
            (Err(error), None) => return Err(error.into()),
            (Err(error), Some(_)) => {
                progress.say(&error.to_string());
                None
            }
        };
        ring = match (ring, key, good_until(&keys, place)) {
            (None, None, None) => {
                progress.say(&format!(
                    "the key that signs tokens, {}, is not in {}: the one before it signs again",
                    row.kid,
                    folder.display()
                ));
                None
            }
            (None, Some(key), _) => Some(KeyRing::new(key)),
            (Some(ring), Some(key), Some(until)) => Some(ring.with_older(key, until)),
            (ring, _, _) => ring,
        };
    }
    ring.ok_or_else(|| StartError::NoSigningKey(folder.to_owned()))
}

/// Removes the files of withdrawn keys, and tells of files that no record names.
pub(super) fn sweep(
    folder: &Path,
    store: &Store,
    progress: &mut dyn Progress,
) -> Result<(), StartError> {
    let tokens = rows(store)?.into_iter();
    let tokens = tokens.map(|row| (row.kid, row.retired_at.is_some()));
    let ledger = signing::standing(store)?;
    for (use_, retired) in [(Use::Tokens, tokens.collect()), (Use::Ledger, ledger)] {
        key_files::find(folder, use_)?.sweep(folder, use_, &retired, progress);
    }
    Ok(())
}

fn rows(store: &Store) -> Result<Vec<SigningKeyRow>, StartError> {
    let page = store.page::<SigningKeys>(&[], None, usize::MAX, usize::MAX, |_, _| true)?;
    Ok(page.rows)
}

/// Until when a key's signatures are good: the overlap after its successor came. For ever for the newest.
fn good_until(keys: &[SigningKeyRow], place: usize) -> Option<Time> {
    let successor = keys.get(place + 1)?;
    Some(successor.added_at.plus_seconds(OVERLAP_SECONDS))
}

/// Whether one more key can come into use: those whose overlap is over don't count.
fn has_room(keys: &[SigningKeyRow], now: Time) -> Result<(), RegistryError> {
    let counts = |place: usize, row: &SigningKeyRow| {
        row.retired_at.is_none() && good_until(keys, place).is_none_or(|until| now < until)
    };
    let used = keys
        .iter()
        .enumerate()
        .filter(|(place, row)| counts(*place, row));
    if used.count() < MAX_KEYS {
        Ok(())
    } else {
        Err(RegistryError::TooManyKeys)
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
    /// [`RegistryError::TooManyKeys`], and no file is written; [`RegistryError::Unavailable`] when the key can't be
    /// written.
    pub fn rotate_key(&self, admin: &Admin, now: Time) -> Result<String, RegistryError> {
        let _turn = self.turn_to_change_keys();
        let decide = move |view: &View<'_>| has_room(&view.signing_keys()?, now);
        // Asked before anything is written; nobody else changes keys until this turn is over.
        let ask = move |view: &View<'_>| decide(view).map(|()| Plan::default());
        self.commit(admin.acting(), now, None, ask, |_, _| Ok(()))?;
        let folder = self.shared.folder.join(startup::KEYS);
        let key = SigningKey::generate(now);
        // A crash after this leaves a file that no record names, which never counts.
        key_files::write(&folder, Use::Tokens, &key).map_err(|error| {
            tracing::error!(%error, "a new signing key could not be written");
            RegistryError::Unavailable
        })?;
        let kid = key.kid().to_owned();
        let told = kid.clone();
        self.commit(
            admin.acting(),
            now,
            None,
            move |view| decide(view).map(|()| Plan::one(Change::KeyAdded { kid: told })),
            |_, _| Ok(()),
        )?;
        let rotated = self.ring_mut().rotate(key);
        rotated.map_err(|error| RegistryError::Internal(error.to_string()))?;
        self.forget_old_keys(now);
        Ok(kid)
    }

    /// Forgets the keys whose last token has run out, and removes their files.
    pub(super) fn forget_old_keys(&self, now: Time) {
        let over = self.ring_mut().forget_expired(now);
        for kid in over {
            key_files::removed(&self.shared.folder.join(startup::KEYS), Use::Tokens, &kid);
        }
    }

    /// Withdraws a key at once: every token it signed is worthless now. For a key that leaked. It never counts again,
    /// whether its file can be removed or not.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`]; the active key must be replaced first.
    pub fn retire_key(
        &self,
        admin: &Admin,
        kid: &str,
        now: Time,
    ) -> Result<Withdrawn, RegistryError> {
        let _turn = self.turn_to_change_keys();
        if self.ring().active().kid() == kid {
            return Err(field("/kid", "active-key"));
        }
        let named = kid.to_owned();
        self.commit(
            admin.acting(),
            now,
            None,
            move |view| {
                let keys = view.signing_keys()?;
                let counts = |row: &SigningKeyRow| row.kid == named && row.retired_at.is_none();
                match keys.iter().position(counts) {
                    None => Err(RegistryError::NotFound),
                    Some(place) if place + 1 == keys.len() => Err(field("/kid", "active-key")),
                    Some(_) => Ok(Plan::one(Change::KeyRetired { kid: named })),
                }
            },
            |_, _| Ok(()),
        )?;
        self.ring_mut().forget(kid);
        let folder = self.shared.folder.join(startup::KEYS);
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

#[cfg(test)]
mod tests;
