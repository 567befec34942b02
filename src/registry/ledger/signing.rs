//! The keys that sign the ledger, and the file that holds the last checkpoint.
//!
//! Every key in use signs every checkpoint. A new one is announced by a leaf under the signature of
//! those before it, so whoever trusts one key is led to the next.

use std::{
    collections::HashMap,
    fs,
    io::{self, Write},
    path::Path,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::SignedCheckpoint;
use crate::{
    access::{
        capability::Admin,
        key_ring::{SigningKey, thumbprint},
    },
    domain::{change::Change, time::Time},
    ledger::{
        checkpoint::{Checkpoint, CheckpointError},
        note::{NoteSigner, VerifierKey},
    },
    registry::{
        Plan, Registry, RegistryError,
        error::field,
        key_files::{self, Use},
        keys::Withdrawn,
        startup,
    },
    store::{
        Store,
        schema::{LedgerKey, LedgerKeys},
        view::View,
    },
};

/// The last checkpoint, in the data folder.
pub const CHECKPOINT: &str = "checkpoint";
/// Keys that sign at the same time at most: each adds a line to every checkpoint.
const MAX_SIGNERS: usize = 4;

/// The keys that sign, newest first.
pub(in crate::registry) struct Signers {
    origin: String,
    keys: Vec<NoteSigner>,
    /// Keys that signed once: receipts of theirs are shown later.
    retired: Vec<VerifierKey>,
}

/// A key as a signer of the log of this name.
pub(in crate::registry) fn signer(
    origin: &str,
    key: &SigningKey,
) -> Result<NoteSigner, RegistryError> {
    NoteSigner::from_pkcs8(origin, key.pkcs8())
        .map_err(|error| RegistryError::Internal(error.to_string()))
}

fn rows(store: &Store) -> Result<Vec<LedgerKey>, startup::StartError> {
    let page = store.page::<LedgerKeys>(&[], None, usize::MAX, usize::MAX, |_, _| true)?;
    Ok(page.rows)
}

fn verifier(row: &LedgerKey) -> Result<VerifierKey, RegistryError> {
    VerifierKey::parse(&row.verifier_key)
        .map_err(|error| RegistryError::Internal(error.to_string()))
}

/// Every key that ever signed the ledger, as its file names it, and whether it was taken out of use.
pub(in crate::registry) fn standing(
    store: &Store,
) -> Result<HashMap<String, bool>, startup::StartError> {
    let mut keys = HashMap::new();
    for row in rows(store)? {
        let kid = thumbprint(verifier(&row)?.public_key());
        keys.insert(kid, row.retired_at.is_some());
    }
    Ok(keys)
}

impl Signers {
    /// Every key that the store names as in use and whose file is there.
    pub(super) fn load(folder: &Path, store: &Store) -> Result<Self, startup::StartError> {
        let files = key_files::find(folder, Use::Ledger)?;
        let (mut signers, mut retired) = (Vec::new(), Vec::new());
        for row in rows(store)?.iter().rev() {
            let verifier = verifier(row)?;
            if row.retired_at.is_some() {
                retired.push(verifier);
                continue;
            }
            let kid = thumbprint(verifier.public_key());
            match files.read(&kid, row.added_at)? {
                Some(key) => signers.push(signer(verifier.name(), &key)?),
                None => tracing::warn!(kid, "a key that signs the ledger is not in keys/"),
            }
        }
        let Some(newest) = signers.first() else {
            return Err(startup::StartError::NoLedgerKey(folder.to_owned()));
        };
        Ok(Self {
            origin: newest.verifier().name().to_owned(),
            keys: signers,
            retired,
        })
    }

    /// The log's name.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn sign(&self, checkpoint: &Checkpoint) -> String {
        checkpoint.sign(&self.keys.iter().collect::<Vec<_>>())
    }

    fn verifiers(&self) -> Vec<VerifierKey> {
        self.keys.iter().map(NoteSigner::verifier).collect()
    }

    /// Whether every key in use has signed a note.
    pub(super) fn all_signed(&self, note: &str) -> bool {
        crate::ledger::note::open(note, &self.verifiers())
            .is_ok_and(|(_, signed)| signed.len() == self.keys.len())
    }
}

/// Reads the last checkpoint. The error says why it can't be relied upon.
pub(super) fn last_checkpoint(
    folder: &Path,
    signers: &Signers,
) -> Result<Option<SignedCheckpoint>, String> {
    let path = folder.join(CHECKPOINT);
    let note = match fs::read_to_string(&path) {
        Ok(note) => note,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{} can't be read: {error}", path.display())),
    };
    match read_checkpoint(&note, signers) {
        Ok(checkpoint) => Ok(Some(SignedCheckpoint { checkpoint, note })),
        Err(error) => Err(format!(
            "{} is not a checkpoint of this log ({error}). Nothing is written, so that the log does not fork. Put the right file back",
            path.display()
        )),
    }
}

/// A checkpoint that a key of this log signed, in use or retired.
pub(super) fn read_checkpoint(
    note: &str,
    signers: &Signers,
) -> Result<Checkpoint, CheckpointError> {
    let keys = [signers.verifiers(), signers.retired.clone()].concat();
    Checkpoint::open(note, signers.origin(), &keys)
}

/// Writes the last checkpoint down: the whole of it, or the one before stays.
pub(in crate::registry) fn keep_checkpoint(folder: &Path, note: &str) -> io::Result<()> {
    let draft = folder.join(".checkpoint.new");
    let mut file = fs::File::create(&draft)?;
    file.write_all(note.as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, folder.join(CHECKPOINT))?;
    fs::File::open(folder)?.sync_all()
}

/// What a receipt says: what was answered, about what, when, over which ledger.
#[derive(Serialize)]
struct ReceiptClaims<'a> {
    iss: &'a str,
    iat: i64,
    ledger_size: u64,
    results: &'a [ReceiptItem],
}

/// One answer in a receipt.
#[derive(Clone, Serialize)]
pub struct ReceiptItem {
    verdict: &'static str,
    /// SHA-256 of the key in base64url; none for what could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_sha256: Option<String>,
}

impl ReceiptItem {
    /// What was answered about a key.
    pub fn new(verdict: &'static str, key: Option<&str>) -> Self {
        Self {
            verdict,
            key_sha256: key.map(|key| URL_SAFE_NO_PAD.encode(Sha256::digest(key))),
        }
    }
}

impl Registry {
    /// The verifier keys in use, newest first (C2SP signed-note).
    pub fn verifier_keys(&self) -> Vec<String> {
        let signers = self.signed.signers();
        signers
            .verifiers()
            .iter()
            .map(VerifierKey::to_string)
            .collect()
    }

    /// Verifier keys that signed once: for checkpoints and proofs that were kept from then.
    pub fn former_verifier_keys(&self) -> Vec<String> {
        let signers = self.signed.signers();
        signers.retired.iter().map(VerifierKey::to_string).collect()
    }

    /// The log's name.
    pub fn origin(&self) -> String {
        self.signed.signers().origin().to_owned()
    }

    /// Brings a new key into use: it signs beside the others, and a leaf announces it.
    ///
    /// # Errors
    /// [`RegistryError::TooManyKeys`], and no file is written; [`RegistryError::Unavailable`].
    pub fn add_ledger_key(&self, admin: &Admin, now: Time) -> Result<String, RegistryError> {
        if !self.is_writable() {
            return Err(RegistryError::Unavailable);
        }
        let _turn = self.turn_to_change_keys();
        let decide = |view: &View<'_>| match view.ledger_keys_in_use()?.len() {
            used if used < MAX_SIGNERS => Ok(()),
            _ => Err(RegistryError::TooManyKeys),
        };
        // Asked before anything is written; nobody else changes keys until this turn is over.
        let ask = move |view: &View<'_>| decide(view).map(|()| Plan::default());
        self.commit(admin.acting(), now, None, ask, |_, _| Ok(()))?;
        let key = SigningKey::generate(now);
        let signer = signer(&self.origin(), &key)?;
        let verifier_key = signer.verifier().to_string();
        // A crash after this leaves a file that no record names, which never counts.
        key_files::write(&self.shared.folder.join(startup::KEYS), Use::Ledger, &key).map_err(
            |error| {
                tracing::error!(%error, "a ledger key could not be written");
                RegistryError::Unavailable
            },
        )?;
        let told = verifier_key.clone();
        self.commit(
            admin.acting(),
            now,
            None,
            move |view| {
                let added = Change::LedgerKeyAdded { verifier_key: told };
                decide(view).map(|()| Plan::one(added))
            },
            |_, _| Ok(()),
        )?;
        self.signed.signers_mut().keys.insert(0, signer);
        // The keys before it sign over the leaf that names it: whoever trusts one of them can follow.
        self.sign_with_all()?;
        Ok(verifier_key)
    }

    /// Lets every key in use sign the log as it stands.
    fn sign_with_all(&self) -> Result<(), RegistryError> {
        let signed = self.checkpoint()?;
        if self.signed.signers().all_signed(&signed.note) {
            return Ok(());
        }
        Err(RegistryError::Unavailable)
    }

    /// Takes a key out of use: it signs no more. Before that, the keys that stay sign beside it. Named by its
    /// key id, eight hexadecimal digits.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`]; the only key can't be retired.
    pub fn retire_ledger_key(
        &self,
        admin: &Admin,
        id: &str,
        now: Time,
    ) -> Result<Withdrawn, RegistryError> {
        let _turn = self.turn_to_change_keys();
        let verifiers = self.signed.signers().verifiers();
        let verifier = verifiers
            .iter()
            .find(|verifier| verifier.to_string().split('+').nth(1) == Some(id))
            .ok_or(RegistryError::NotFound)?;
        self.sign_with_all()?;
        let verifier_key = verifier.to_string();
        self.commit(
            admin.acting(),
            now,
            None,
            move |view| {
                let used = view.ledger_keys_in_use()?;
                if !used.contains(&verifier_key) {
                    return Err(RegistryError::NotFound);
                }
                if used.len() == 1 {
                    return Err(field("/kid", "active-key"));
                }
                Ok(Plan::one(Change::LedgerKeyRetired { verifier_key }))
            },
            |_, _| Ok(()),
        )?;
        let retired = verifier.key_id();
        let mut signers = self.signed.signers_mut();
        signers
            .keys
            .retain(|signer| signer.verifier().key_id() != retired);
        signers.retired.push(verifier.clone());
        drop(signers);
        let kid = thumbprint(verifier.public_key());
        let folder = self.shared.folder.join(startup::KEYS);
        Ok(Withdrawn {
            file_removed: key_files::removed(&folder, Use::Ledger, &kid),
        })
    }

    /// A signed statement of what a check answered, that can be shown later: a JWS (RFC 7515) of the
    /// newest ledger key.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`] while the log would fork: nothing is signed then.
    pub fn receipt(
        &self,
        iss: &str,
        ledger_size: u64,
        results: &[ReceiptItem],
        now: Time,
    ) -> Result<String, RegistryError> {
        self.shows_itself()?;
        let signers = self.signed.signers();
        let signer = signers.keys.first().ok_or(RegistryError::Unavailable)?;
        let kid = thumbprint(signer.verifier().public_key());
        let header = serde_json::json!({"alg": "EdDSA", "kid": kid, "typ": "check-receipt+jwt"});
        let claims = ReceiptClaims {
            iss,
            iat: now.seconds(),
            ledger_size,
            results,
        };
        let body = serde_json::to_string(&claims).unwrap_or_default();
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(body)
        );
        let signature = URL_SAFE_NO_PAD.encode(signer.sign_bytes(signed.as_bytes()));
        Ok(format!("{signed}.{signature}"))
    }

    /// The ledger's public keys as JWKs (RFC 8037), for whoever checks a receipt: also those that signed once.
    pub(in crate::registry) fn ledger_jwks(&self) -> Vec<serde_json::Value> {
        let signers = self.signed.signers();
        let verifiers = signers.verifiers();
        let jwk = |verifier: &VerifierKey| {
            let key = verifier.public_key();
            serde_json::json!({
                "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
                "kid": thumbprint(key), "x": URL_SAFE_NO_PAD.encode(key),
            })
        };
        verifiers.iter().chain(&signers.retired).map(jwk).collect()
    }
}

impl super::Signed {
    fn signers_mut(&self) -> std::sync::RwLockWriteGuard<'_, Signers> {
        self.signers
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
