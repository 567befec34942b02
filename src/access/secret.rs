//! The installation's one secret, what is derived from it, and the files secrets live in.
//!
//! Enrolment codes, TOTP secrets and client secrets are HMACs of an account's id and generation
//! under the master secret, so none of them is stored: a copy of the store or the journal signs
//! nobody in, and a new generation makes everything older worthless.

use std::{
    fmt, fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use aws_lc_rs::{constant_time, hmac, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use thiserror::Error;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::domain::{partner::Partner, time::Time, user::User};

/// What the name of a secret begins with while it is being written.
pub(super) const DRAFT: &str = ".new-";

/// Length of the master secret in bytes.
pub const MASTER_BYTES: usize = 32;
/// Bytes of a TOTP secret: the 160 bits that RFC 4226 §4 recommends.
pub const TOTP_SECRET_BYTES: usize = 20;
/// Characters of an enrolment code: 16 of 5 bits are 80 bits.
const ENROLMENT_CHARS: usize = 16;
/// Characters said in one breath when a code is read aloud.
const ENROLMENT_GROUP: usize = 4;
/// Longest text looked at as an enrolment code; separators take room too.
const MAX_CODE_TEXT: usize = 64;
/// What a client secret begins with, so that scanners recognise a leaked one.
const CLIENT_SECRET_PREFIX: &str = "cgs_";
/// Characters of a client secret: 32 bytes in base64url after the prefix.
const CLIENT_SECRET_CHARS: usize = CLIENT_SECRET_PREFIX.len() + 43;
/// Longest private file that is read; keys are below 100 bytes.
const MAX_PRIVATE_BYTES: u64 = 64 * 1024;
/// Crockford's alphabet: no I, L, O or U.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Random bytes from the system's source.
///
/// # Panics
/// When the operating system has no randomness; nothing safe can be done then.
#[expect(
    clippy::expect_used,
    reason = "without randomness nothing safe can be done"
)]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// Whether two texts are equal, in a time that tells nothing but their lengths.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

/// The installation's master secret, kept in the file `master.key` and in no backup of the store. Its
/// memory is overwritten when it goes, and so is that of client secrets.
#[derive(Clone, ZeroizeOnDrop)]
pub struct MasterSecret([u8; MASTER_BYTES]);

impl fmt::Debug for MasterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterSecret(…)")
    }
}

impl MasterSecret {
    /// A new random secret.
    pub fn generate() -> Self {
        Self(random())
    }

    /// The secret with these bytes.
    pub const fn from_bytes(bytes: [u8; MASTER_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be written to a private file and nowhere else.
    pub const fn bytes(&self) -> &[u8; MASTER_BYTES] {
        &self.0
    }

    /// Reads the secret from its file.
    ///
    /// # Errors
    /// As [`read_private`]; [`FileError::Malformed`] when the length is wrong.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        <[u8; MASTER_BYTES]>::try_from(read_private(path)?.as_slice())
            .map(Self)
            .map_err(|_| FileError::Malformed(path.to_owned()))
    }

    /// 32 bytes for one purpose and the values it concerns: HMAC-SHA256 (RFC 2104), each part with
    /// its length before it, so that no two lists of parts give the same input.
    pub fn derive(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let mut mac = hmac::Context::with_key(&key);
        for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let mut out = [0; 32];
        out.copy_from_slice(mac.sign().as_ref());
        out
    }

    /// What it is known by: tells nothing about it, and no other secret has the same.
    pub fn check(&self) -> [u8; 32] {
        self.derive("master-check", &[])
    }

    /// The one-time code of an invited user, such as `7K2M-9QXA-0T4D-HV3C`: 80 bits in Crockford's
    /// base 32. It is good until [`User::invited_until`] and while the user is invited; both are
    /// for the caller to check.
    pub fn enrolment_code(&self, user: &User) -> String {
        let code = self.enrolment_chars(user);
        let groups: Vec<_> = code.as_bytes().chunks(ENROLMENT_GROUP).collect();
        String::from_utf8_lossy(&groups.join(&b'-')).into_owned()
    }

    /// Whether a text is the user's present enrolment code. Case, spaces and hyphens don't matter,
    /// and the letters that Crockford's alphabet leaves out are read as the digits they look like.
    pub fn check_enrolment_code(&self, user: &User, text: &str) -> bool {
        fold_code(text)
            .is_some_and(|code| same(code.as_bytes(), self.enrolment_chars(user).as_bytes()))
    }

    fn enrolment_chars(&self, user: &User) -> String {
        let bytes = self.derive(
            "enrolment-code",
            &[user.id.as_bytes(), &user.generation.to_be_bytes()],
        );
        // 256 is a multiple of 32, so the low five bits of each byte are uniform.
        bytes[..ENROLMENT_CHARS]
            .iter()
            .map(|byte| char::from(CROCKFORD[usize::from(byte & 31)]))
            .collect()
    }

    /// The user's TOTP secret ([`TOTP_SECRET_BYTES`] long): of the last enrolment begun, so that two people with one
    /// enrolment code never share it.
    pub fn totp_secret(&self, user: &User) -> Vec<u8> {
        let (id, generation) = (user.id.as_bytes(), user.generation.to_be_bytes());
        let bytes = match &user.enrolment {
            Some(nonce) => self.derive("totp-secret", &[id, &generation, nonce]),
            None => self.derive("totp-secret", &[id, &generation]),
        };
        bytes[..TOTP_SECRET_BYTES].to_vec()
    }

    /// The partner's present client secret: `cgs_` and 256 bits in base64url.
    pub fn client_secret(&self, partner: &Partner) -> Zeroizing<String> {
        self.nth_client_secret(partner, partner.generation)
    }

    fn nth_client_secret(&self, partner: &Partner, generation: u32) -> Zeroizing<String> {
        let parts: [&[u8]; 2] = [partner.id.as_bytes(), &generation.to_be_bytes()];
        let bytes = Zeroizing::new(self.derive("client-secret", &parts));
        // Room for all of it at once: a text that grows leaves what it was behind.
        let mut text = Zeroizing::new(String::with_capacity(CLIENT_SECRET_CHARS));
        text.push_str(CLIENT_SECRET_PREFIX);
        URL_SAFE_NO_PAD.encode_string(bytes.as_slice(), &mut text);
        text
    }

    /// Whether a text is the partner's present client secret, or the one before as long as that is good too.
    pub fn check_client_secret(&self, partner: &Partner, text: &str, now: Time) -> bool {
        let is_nth = |generation| {
            let secret = self.nth_client_secret(partner, generation);
            same(text.as_bytes(), secret.as_bytes())
        };
        let is_old_good = partner.old_secret_until.is_some_and(|until| now < until);
        is_nth(partner.generation) || (is_old_good && is_nth(partner.generation.saturating_sub(1)))
    }
}

/// The code's characters in canonical form; nothing when it can't be a code.
fn fold_code(text: &str) -> Option<String> {
    if text.len() > MAX_CODE_TEXT {
        return None;
    }
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2014}'))
        .map(|c| match c.to_ascii_uppercase() {
            'O' => Some('0'),
            'I' | 'L' => Some('1'),
            c if c.is_ascii() && CROCKFORD.contains(&(c as u8)) => Some(c),
            _ => None,
        })
        .collect()
}

/// Why a file of secrets could not be read or written.
#[derive(Debug, Error)]
pub enum FileError {
    /// A file of this name exists; a secret is never written over.
    #[error("{0} exists already")]
    Exists(PathBuf),
    /// Others than the owner may read or write it.
    #[error("{path} has mode {mode:03o}: others than its owner may use it; run chmod 600 on it")]
    Exposed { path: PathBuf, mode: u32 },
    /// It isn't a file, is empty or too long, or holds something else.
    #[error("{0} doesn't hold what is expected of it")]
    Malformed(PathBuf),
    /// The operating system said no.
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: io::Error },
}

impl FileError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Io { path, source }
    }
}

/// Writes a new file that only its owner can read, and returns when it is on the disk. A crash
/// leaves the whole file or none (and perhaps a `.new-…` file, which nothing reads).
///
/// # Errors
/// [`FileError::Exists`] when there is one of that name, or [`FileError::Io`].
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let draft = folder.join(format!("{DRAFT}{:032x}", u128::from_be_bytes(random())));
    let written = write_draft(&draft, bytes).map_err(FileError::io(&draft));
    // Unlike a rename, a link never takes the place of a file that is already there.
    let linked = written.and_then(|()| {
        fs::hard_link(&draft, path).map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                FileError::Exists(path.to_owned())
            } else {
                FileError::io(path)(error)
            }
        })
    });
    // Nothing is lost when the draft stays: its name is never read.
    let _ = fs::remove_file(&draft);
    linked?;
    fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(FileError::io(folder))
}

fn write_draft(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Reads a file of secrets, and refuses one that the group or others may use.
///
/// # Errors
/// [`FileError::Exposed`], [`FileError::Malformed`] when it isn't a plain file of a sensible
/// length, or [`FileError::Io`].
pub fn read_private(path: &Path) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let file = fs::File::open(path).map_err(FileError::io(path))?;
    // The opened file is asked, not the path, which might name another one by now.
    let about = file.metadata().map_err(FileError::io(path))?;
    if !about.is_file() || about.len() == 0 || about.len() > MAX_PRIVATE_BYTES {
        return Err(FileError::Malformed(path.to_owned()));
    }
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&about) & 0o777;
        if mode & 0o077 != 0 {
            return Err(FileError::Exposed {
                path: path.to_owned(),
                mode,
            });
        }
    }
    let room = usize::try_from(about.len().min(MAX_PRIVATE_BYTES)).unwrap_or_default();
    let mut bytes = Zeroizing::new(Vec::with_capacity(room + 1));
    file.take(MAX_PRIVATE_BYTES)
        .read_to_end(&mut bytes)
        .map_err(FileError::io(path))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
