//! The keys that sign the ledger, and the file that holds the last checkpoint.
//!
//! Every key in use signs every checkpoint. A new one is announced by a leaf under the signature of
//! those before it, so whoever trusts one key is led to the next.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::signers::{self, signer};
use crate::{
    access::{capability::FreshAdmin, key_ring::thumbprint},
    domain::time::Time,
    ledger::note::VerifierKey,
    registry::{
        Registry, RegistryError,
        engine::data_folder::KEYS,
        key_files::{self, Use, Withdrawn},
        reasoned::Reasoned,
        wrapped_keys::new_key,
    },
    state::{self, ledger::RetireKey},
    store::schema::HandOver,
};

/// What a receipt says: what was answered, about what, when, over which ledger.
#[derive(Serialize)]
struct ReceiptClaims<'a> {
    iss: &'a str,
    iat: i64,
    ledger_size: u64,
    results: &'a [ReceiptItem],
}

/// How a receipt is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReceiptAlgorithm {
    /// Ed25519, as the ledger itself is.
    EdDsa,
    /// ECDSA on P-256, for whoever verifies nothing newer.
    Es256,
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
        let signers = self.signers();
        signers
            .verifiers()
            .iter()
            .map(VerifierKey::to_string)
            .collect()
    }

    /// Verifier keys that signed once: for checkpoints and proofs that were kept from then.
    pub fn former_verifier_keys(&self) -> Vec<String> {
        let signers = self.signers();
        let retired = signers.retired.iter();
        retired.map(|former| former.key.to_string()).collect()
    }

    /// How whoever trusts a key that signed once is led to one that signs now, in the order in which they were retired.
    pub fn hand_overs(&self) -> Vec<HandOver> {
        self.signers().hand_overs.clone()
    }

    /// The log's name.
    pub fn origin(&self) -> String {
        self.signers().origin().to_owned()
    }

    /// Brings a new key into use: it signs beside the others, and a leaf announces it.
    ///
    /// # Errors
    /// `Refused::TooManyKeys`, and no file is written; [`RegistryError::Unavailable`].
    pub fn add_ledger_key(
        &self,
        admin: &FreshAdmin,
        reason: &str,
        now: Time,
    ) -> Result<String, RegistryError> {
        let why = Reasoned::of_registry(reason)?;
        if !self.is_writable() {
            return Err(RegistryError::Unavailable);
        }
        let _turn = self.turn_to_change_keys();
        let key = self.written_key(admin, Use::Ledger, now)?;
        let signer = signer(&self.origin(), &key)?;
        let verifier_key = signer.verifier().to_string();
        let new = Some(new_key(
            &self.master,
            Use::Ledger,
            &key,
            verifier_key.clone(),
        )?);
        self.commit_because(
            admin,
            why,
            now,
            None,
            move |view, now| state::ledger::add_key(view, &new, now),
            |_, _| Ok(()),
        )?;
        self.follow_keys()?;
        // The keys before it sign over the leaf that names it: whoever trusts one of them can follow.
        self.sign_with_all()?;
        Ok(verifier_key)
    }

    /// Lets every key in use sign the log as it stands.
    fn sign_with_all(&self) -> Result<String, RegistryError> {
        let signed = self.checkpoint()?;
        if self.signers().all_signed(&signed.note) {
            return Ok(signed.note);
        }
        Err(RegistryError::Unavailable)
    }

    /// Takes a key out of use: it signs no more. Before that, the keys that stay sign beside it. Named by its
    /// key id, eight hexadecimal digits.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`]; the only key can't be retired.
    pub fn retire_ledger_key(
        &self,
        admin: &FreshAdmin,
        id: &str,
        reason: &str,
        now: Time,
    ) -> Result<Withdrawn, RegistryError> {
        let why = Reasoned::of_registry(reason)?;
        let _turn = self.turn_to_change_keys();
        // Whether its file is there or not: one that is lost or stolen must be retired above all.
        let rows = signers::rows(&*self.shared.store()?)?;
        let used = rows.iter().filter(|row| row.retired_at.is_none());
        let verifier = used
            .map(signers::verifier)
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .find(|verifier| verifier.to_string().split('+').nth(1) == Some(id))
            .ok_or(RegistryError::NOT_FOUND)?;
        if !self.signers().signs_without(&verifier) {
            return Err(RegistryError::field("/kid", "active-key"));
        }
        let request = RetireKey {
            checkpoint: self.sign_with_all()?,
            verifier_key: verifier.to_string(),
        };
        self.commit_because(
            admin,
            why,
            now,
            None,
            move |view, now| state::ledger::retire_key(view, &request, now),
            |_, _| Ok(()),
        )?;
        self.follow_keys()?;
        let kid = thumbprint(verifier.public_key());
        let folder = self.shared.folder.join(KEYS);
        Ok(Withdrawn {
            file_removed: key_files::removed(&folder, Use::Ledger, &kid),
        })
    }

    /// A signed statement of what a check answered, that can be shown later: a JWS (RFC 7515) of the
    /// newest ledger key, or of the P-256 key that belongs to it.
    ///
    /// The ledger's key signs two things that can't be taken for each other, whatever was asked: what is signed of a checkpoint is a
    /// note, three lines that end in newlines (C2SP tlog-checkpoint); what is signed of a receipt are two texts in base64url
    /// with a dot between them, which hold no newline. One key is enough then, and stays published for as long as receipts
    /// are shown.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`] while the log would fork: nothing is signed then.
    pub fn receipt(
        &self,
        iss: &str,
        ledger_size: u64,
        results: &[ReceiptItem],
        algorithm: ReceiptAlgorithm,
        now: Time,
    ) -> Result<String, RegistryError> {
        self.shows_itself()?;
        let signers = self.signers();
        let signer = signers.keys.first().ok_or(RegistryError::Unavailable)?;
        let verifier = signer.verifier();
        let claims = ReceiptClaims {
            iss,
            iat: now.seconds(),
            ledger_size,
            results,
        };
        let body = serde_json::to_string(&claims).unwrap_or_default();
        let signed = |alg: &str, kid: &str| {
            let header = serde_json::json!({"alg": alg, "kid": kid, "typ": "check-receipt+jwt"});
            let [header, body] =
                [&header.to_string(), &body].map(|part| URL_SAFE_NO_PAD.encode(part));
            format!("{header}.{body}")
        };
        let (signed, signature) = match algorithm {
            ReceiptAlgorithm::EdDsa => {
                let signed = signed("EdDSA", &thumbprint(verifier.public_key()));
                let signature = signer.sign_bytes(signed.as_bytes()).to_vec();
                (signed, signature)
            }
            ReceiptAlgorithm::Es256 => {
                let key = self.signed.answer_key(&self.master, &verifier)?;
                let signed = signed("ES256", key.kid());
                let signature = key.sign(signed.as_bytes());
                (signed, signature.map_err(|_| RegistryError::Unavailable)?)
            }
        };
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The public keys of receipts as JWKs (RFC 8037, RFC 7518), for whoever checks one: the ledger's, also those that signed
    /// once, and those that belong to them.
    pub(in crate::registry) fn ledger_jwks(&self) -> Vec<serde_json::Value> {
        let signers = self.signers();
        let verifiers = signers.verifiers();
        let jwk = |verifier: &VerifierKey| {
            let key = verifier.public_key();
            serde_json::json!({
                "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
                "kid": thumbprint(key), "x": URL_SAFE_NO_PAD.encode(key),
            })
        };
        let retired = signers.retired.iter().map(|former| &former.key);
        let all: Vec<_> = verifiers.iter().chain(retired).collect();
        let answer_keys = all.iter();
        let answer_keys =
            answer_keys.filter_map(|key| self.signed.answer_key(&self.master, key).ok());
        let answer_keys = answer_keys.map(|key| key.jwk());
        all.iter().map(|key| jwk(key)).chain(answer_keys).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{Quiet, Settings};

    #[test]
    fn what_is_signed_of_a_receipt_is_never_a_note_and_the_other_way_round() {
        let folder = tempfile::tempdir().unwrap();
        let now = Time::from_millis(1_800_000_000_000);
        Registry::create(folder.path(), None, None, now).unwrap();
        let registry = Registry::open(folder.path(), Settings::default(), &mut Quiet).unwrap();
        let asked = "canhgiac/x\n0\n\n";
        let items = [ReceiptItem::new("no_record", Some(asked))];
        let is_receipt = |text: &str| {
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        };
        for algorithm in [ReceiptAlgorithm::EdDsa, ReceiptAlgorithm::Es256] {
            let receipt = registry.receipt(asked, 0, &items, algorithm, now).unwrap();
            let (signed, _) = receipt.rsplit_once('.').unwrap();
            assert!(is_receipt(signed));
        }
        let note = registry.checkpoint().unwrap().note;
        let (body, _) = note.split_once("\n\n").unwrap();
        assert!(!is_receipt(body) && body.lines().count() == 3);
    }
}
