//! Signed notes (C2SP signed-note) with Ed25519 keys, as Go's `golang.org/x/mod/sumdb/note` writes
//! them: a text, an empty line, and one line for each signature.

use std::fmt;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::domain::hex::hex;

/// Most signature lines of a note that is read; C2SP asks for at least 16.
pub const MAX_SIGNATURES: usize = 100;

/// The type of signature: plain Ed25519 over the text.
const ED25519_TYPE: u8 = 0x01;

/// What a line with a signature begins with.
const LINE_START: &str = "— ";

/// Why a note, or a key for notes, is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum NoteError {
    /// The key's name is empty or has a space, a plus or a control character in it.
    #[error("the name of a key must have neither spaces nor plus signs")]
    Name,
    /// The text is not `name+<8 hex digits>+<base64>`.
    #[error("not a verifier key of the form name+id+key")]
    Key,
    /// The verifier key is of another type than Ed25519 (0x01).
    #[error("not an Ed25519 key (type 1)")]
    KeyType,
    /// The verifier key's id is not the hash of its name and key: it was mistyped.
    #[error("the id of the verifier key is not that of its name and key")]
    KeyId,
    /// The private key is not an Ed25519 key in PKCS #8 form.
    #[error("not an Ed25519 private key in PKCS #8 form")]
    PrivateKey,
    /// The note is not a text, an empty line and lines with signatures.
    #[error("not a signed note")]
    Malformed,
    /// There are more than [`MAX_SIGNATURES`].
    #[error("more than {MAX_SIGNATURES} signatures")]
    TooMany,
    /// A signature that calls itself one of a known key's is not.
    #[error("a signature of a known key is wrong")]
    Signature,
    /// None of the known keys signed.
    #[error("none of the known keys signed")]
    Unsigned,
}

/// The public key by which a log's signatures are checked, with the name it signs under.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    key: [u8; 32],
}

impl VerifierKey {
    /// The key of this name.
    ///
    /// # Errors
    /// [`NoteError::Name`].
    pub fn new(name: &str, public_key: &[u8; 32]) -> Result<Self, NoteError> {
        if !is_name(name) {
            return Err(NoteError::Name);
        }
        Ok(Self {
            name: name.to_owned(),
            id: key_id(name, public_key),
            key: *public_key,
        })
    }

    /// Reads `name+<8 hex digits>+<base64>` in its only spelling.
    ///
    /// # Errors
    /// [`NoteError::Key`], [`NoteError::Name`], [`NoteError::KeyType`] or [`NoteError::KeyId`].
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        // The base64 may have a plus in it too.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key);
        };
        let key = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let (kind, key) = key.split_first().ok_or(NoteError::Key)?;
        if *kind != ED25519_TYPE {
            return Err(NoteError::KeyType);
        }
        let key = Self::new(name, key.try_into().map_err(|_| NoteError::Key)?)?;
        if id == hex(&key.id) {
            Ok(key)
        } else {
            Err(NoteError::KeyId)
        }
    }

    /// The name it signs under; the log's origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of `SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)`.
    pub const fn key_id(&self) -> [u8; 4] {
        self.id
    }

    /// The public key (RFC 8032 §5.1.5).
    pub const fn public_key(&self) -> &[u8; 32] {
        &self.key
    }

    /// Whether these 64 bytes are this key's signature of a message (RFC 8032 §5.1.7).
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.key)
            .verify(message, signature)
            .is_ok()
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let typed = [&[ED25519_TYPE], self.key.as_slice()].concat();
        let (name, id) = (&self.name, hex(&self.id));
        write!(f, "{name}+{id}+{}", STANDARD.encode(typed))
    }
}

/// Non-empty, without Unicode spaces, control characters and plus signs.
fn is_name(name: &str) -> bool {
    let refused = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    !name.is_empty() && !name.contains(refused)
}

fn key_id(name: &str, public_key: &[u8; 32]) -> [u8; 4] {
    let mut hash = Sha256::new();
    hash.update(name.as_bytes());
    hash.update([b'\n', ED25519_TYPE]);
    hash.update(public_key);
    let [a, b, c, d, ..]: [u8; 32] = hash.finalize().into();
    [a, b, c, d]
}

/// A private key that signs notes under a name.
pub struct NoteSigner {
    verifier: VerifierKey,
    pair: Ed25519KeyPair,
}

impl fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoteSigner")
            .field("verifier", &self.verifier)
            .finish_non_exhaustive()
    }
}

impl NoteSigner {
    /// The signer of this name with a private key in PKCS #8 form.
    ///
    /// # Errors
    /// [`NoteError::PrivateKey`] or [`NoteError::Name`].
    pub fn from_pkcs8(name: &str, pkcs8: &[u8]) -> Result<Self, NoteError> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| NoteError::PrivateKey)?;
        let public_key = pair.public_key().as_ref().try_into();
        let verifier = VerifierKey::new(name, public_key.map_err(|_| NoteError::PrivateKey)?)?;
        Ok(Self { verifier, pair })
    }

    /// The key by which its signatures are checked.
    pub fn verifier(&self) -> VerifierKey {
        self.verifier.clone()
    }

    /// The line with the signature of a text, `— name base64⏎`. The text ends with a newline and
    /// has no other control characters; the note is text, newline, lines.
    pub fn sign(&self, text: &str) -> String {
        let signature = self.sign_bytes(text.as_bytes());
        let blob = [self.verifier.id.as_slice(), &signature].concat();
        let (name, blob) = (&self.verifier.name, STANDARD.encode(blob));
        format!("{LINE_START}{name} {blob}\n")
    }

    /// The bare signature of a message (RFC 8032 §5.1.6).
    pub fn sign_bytes(&self, message: &[u8]) -> [u8; 64] {
        let mut bytes = [0; 64];
        let signature = self.pair.sign(message);
        // An Ed25519 signature has 64 bytes.
        for (byte, signed) in bytes.iter_mut().zip(signature.as_ref()) {
            *byte = *signed;
        }
        bytes
    }
}

/// Checks a note. Gives its text, final newline included, and which of `keys` signed it (their
/// places in `keys`, in the order of the lines). Signatures of other keys are passed over.
///
/// # Errors
/// [`NoteError::Malformed`], [`NoteError::TooMany`], [`NoteError::Signature`] when one of a known
/// key is wrong, [`NoteError::Unsigned`].
pub fn open<'a>(note: &'a str, keys: &[VerifierKey]) -> Result<(&'a str, Vec<usize>), NoteError> {
    if note.contains(|c: char| c < ' ' && c != '\n') {
        return Err(NoteError::Malformed);
    }
    let gap = note.rfind("\n\n").ok_or(NoteError::Malformed)?;
    let (text, lines) = (&note[..=gap], &note[gap + 2..]);
    let lines = lines.strip_suffix('\n').ok_or(NoteError::Malformed)?;
    let mut signed = Vec::new();
    for (number, line) in lines.split('\n').enumerate() {
        if number == MAX_SIGNATURES {
            return Err(NoteError::TooMany);
        }
        let (name, id, signature) = signature_line(line).ok_or(NoteError::Malformed)?;
        let known = |key: &VerifierKey| key.name == name && key.id == id;
        let Some(place) = keys.iter().position(known) else {
            continue;
        };
        if !keys[place].verify(text.as_bytes(), &signature) {
            return Err(NoteError::Signature);
        }
        if !signed.contains(&place) {
            signed.push(place);
        }
    }
    if signed.is_empty() {
        return Err(NoteError::Unsigned);
    }
    Ok((text, signed))
}

/// The key's name, its id and the signature in `— name base64`.
fn signature_line(line: &str) -> Option<(&str, [u8; 4], Vec<u8>)> {
    let (name, blob) = line.strip_prefix(LINE_START)?.split_once(' ')?;
    let blob = STANDARD.decode(blob).ok()?;
    let (id, signature) = blob.split_first_chunk()?;
    let whole = is_name(name) && !signature.is_empty();
    whole.then(|| (name, *id, signature.to_vec()))
}

#[cfg(test)]
pub(super) mod tests;
