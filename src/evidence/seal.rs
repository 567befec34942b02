//! A sealed file: AES-256-GCM in chunks, so that no part of it can be changed, moved, cut off, added or swapped.
//!
//! ```text
//! byte   0         1              8
//!        ┌─────────┬──────────────┬───────────────┬───────────────┬─ … ─┬────────────────┐
//!        │ version │ prefix (7)   │ chunk 0 + tag │ chunk 1 + tag │     │ last chunk+tag │
//!        └─────────┴──────────────┴───────────────┴───────────────┴─ … ─┴────────────────┘
//!                                   65,536 + 16     65,536 + 16           0…65,536 + 16
//!
//! nonce of a chunk   prefix (7) · number of the chunk (4, big-endian) · 1 if it is the last, else 0 (1)
//! associated data    "canhgiac-file" · version (1) · id of the file (16)
//! ```
//!
//! The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse
//! Misuse-Resistance, 2015). The number keeps chunks in their places, the mark of the last one keeps the end, and the id
//! keeps a file from being given out as another one. Only an empty file has an empty last chunk.
//!
//! A key seals one file. The prefix is chance, for the day when somebody seals twice with one key.

use std::{
    fmt,
    io::{self, Read},
};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand,
};
use thiserror::Error;
use uuid::Uuid;
use zeroize::ZeroizeOnDrop;

use crate::domain::evidence::MAX_FILE_BYTES;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
/// Most bytes of a sealed file.
pub const MAX_SEALED_BYTES: usize = sealed_bytes(MAX_FILE_BYTES);

const VERSION: u8 = 1;
const PREFIX: usize = 7;
const HEAD: usize = 1 + PREFIX;
const CHUNK: usize = 64 << 10;
const TAG: usize = 16;
const PURPOSE: &[u8; 13] = b"canhgiac-file";

/// Bytes of a sealed file that had so many before.
const fn sealed_bytes(plain: usize) -> usize {
    let chunks = if plain == 0 { 1 } else { plain.div_ceil(CHUNK) };
    HEAD + plain + chunks * TAG
}

/// The key of one file: whoever has it can open the file, and without it nobody can.
#[derive(Clone, ZeroizeOnDrop)]
pub struct FileKey([u8; KEY_BYTES]);

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey(…)")
    }
}

impl FileKey {
    /// A new key.
    ///
    /// # Errors
    /// [`SealError::NoChance`].
    pub fn generate() -> Result<Self, SealError> {
        let mut bytes = [0; KEY_BYTES];
        rand::fill(&mut bytes).map_err(|_| SealError::NoChance)?;
        Ok(Self(bytes))
    }

    /// The key with these bytes.
    pub const fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the private part of a record and nothing else.
    pub const fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    fn cipher(&self) -> Result<LessSafeKey, SealError> {
        // 32 bytes are a key of AES-256: this does not fail.
        let key = UnboundKey::new(&AES_256_GCM, &self.0).map_err(|_| SealError::Damaged)?;
        Ok(LessSafeKey::new(key))
    }
}

/// Why a file can't be sealed or opened.
#[derive(Debug, Error)]
pub enum SealError {
    /// It has more than [`MAX_FILE_BYTES`], or [`MAX_SEALED_BYTES`].
    #[error("a file is too large to be sealed or opened")]
    TooLarge,
    /// It was sealed by a newer program.
    #[error("a file was sealed in a form of which this program knows nothing")]
    UnknownVersion,
    /// It is not as it was sealed, or the key or the id are another file's.
    #[error("a sealed file is damaged, or is another one")]
    Damaged,
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    NoChance,
    /// It can't be read.
    #[error("a sealed file can't be read")]
    Read(#[from] io::Error),
}

/// Seals a file. The key may seal no other.
///
/// # Errors
/// [`SealError::TooLarge`], [`SealError::NoChance`].
pub fn seal(plain: &[u8], key: &FileKey, id: Uuid) -> Result<Vec<u8>, SealError> {
    let mut prefix = [0; PREFIX];
    rand::fill(&mut prefix).map_err(|_| SealError::NoChance)?;
    seal_with(plain, key, id, prefix)
}

pub(super) fn seal_with(
    plain: &[u8],
    key: &FileKey,
    id: Uuid,
    prefix: [u8; PREFIX],
) -> Result<Vec<u8>, SealError> {
    if plain.len() > MAX_FILE_BYTES {
        return Err(SealError::TooLarge);
    }
    let cipher = key.cipher()?;
    let mut sealed = Vec::with_capacity(sealed_bytes(plain.len()));
    sealed.push(VERSION);
    sealed.extend(prefix);
    let mut chunks = plain.chunks(CHUNK).peekable();
    let mut number = 0;
    loop {
        // An empty file is one empty chunk.
        let chunk = chunks.next().unwrap_or_default();
        let is_last = chunks.peek().is_none();
        let start = sealed.len();
        sealed.extend(chunk);
        let nonce = nonce(prefix, number, is_last);
        let tag = cipher
            .seal_in_place_separate_tag(nonce, associated(id), &mut sealed[start..])
            .map_err(|_| SealError::TooLarge)?;
        sealed.extend(tag.as_ref());
        if is_last {
            return Ok(sealed);
        }
        number += 1;
    }
}

/// Opens a sealed file. Nothing of it is given out before all of it was checked.
///
/// # Errors
/// [`SealError::Damaged`], [`SealError::UnknownVersion`], [`SealError::TooLarge`].
pub fn open(sealed: &[u8], key: &FileKey, id: Uuid) -> Result<Vec<u8>, SealError> {
    if sealed.len() > MAX_SEALED_BYTES {
        return Err(SealError::TooLarge);
    }
    let (version, rest) = sealed.split_first().ok_or(SealError::Damaged)?;
    if *version != VERSION {
        return Err(SealError::UnknownVersion);
    }
    let (prefix, rest) = rest
        .split_first_chunk::<PREFIX>()
        .ok_or(SealError::Damaged)?;
    let cipher = key.cipher()?;
    let mut plain = Vec::with_capacity(rest.len());
    let mut chunks = rest.chunks(CHUNK + TAG).peekable();
    let mut number = 0;
    loop {
        let chunk = chunks.next().ok_or(SealError::Damaged)?;
        let is_last = chunks.peek().is_none();
        let start = plain.len();
        plain.extend(chunk);
        let nonce = nonce(*prefix, number, is_last);
        let opened = cipher
            .open_in_place(nonce, associated(id), &mut plain[start..])
            .map_err(|_| SealError::Damaged)?
            .len();
        if opened == 0 && number > 0 {
            return Err(SealError::Damaged);
        }
        plain.truncate(start + opened);
        if is_last {
            return Ok(plain);
        }
        number += 1;
    }
}

/// Opens a sealed file from where it is read; no more is read than a sealed file can have.
///
/// # Errors
/// As [`open`], and [`SealError::Read`].
pub fn open_from(sealed: impl Read, key: &FileKey, id: Uuid) -> Result<Vec<u8>, SealError> {
    let mut bytes = Vec::new();
    sealed
        .take(MAX_SEALED_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    open(&bytes, key, id)
}

fn nonce(prefix: [u8; PREFIX], number: u32, is_last: bool) -> Nonce {
    let mut nonce = [0; NONCE_LEN];
    nonce[..PREFIX].copy_from_slice(&prefix);
    nonce[PREFIX..NONCE_LEN - 1].copy_from_slice(&number.to_be_bytes());
    nonce[NONCE_LEN - 1] = u8::from(is_last);
    Nonce::assume_unique_for_key(nonce)
}

fn associated(id: Uuid) -> Aad<[u8; PURPOSE.len() + 1 + 16]> {
    let mut bytes = [0; PURPOSE.len() + 1 + 16];
    bytes[..PURPOSE.len()].copy_from_slice(PURPOSE);
    bytes[PURPOSE.len()] = VERSION;
    bytes[PURPOSE.len() + 1..].copy_from_slice(id.as_bytes());
    Aad::from(bytes)
}

#[cfg(test)]
mod tests;
