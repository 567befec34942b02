//! One entry of the log: what happened, without saying to whom.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{
    decimal,
    kind_word::{KindWord, NewerWord},
    tree::{self, Hash},
};
use crate::domain::identifier::Kind;

/// Most bytes of a leaf.
pub const MAX_LEAF_BYTES: usize = 256;

/// What commitments begin with, so that no other hash of the program is ever one.
const COMMIT_DOMAIN: &[u8] = b"canhgiac/commit/v1\0";

/// Why bytes are no leaf.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum LeafError {
    /// There are more than [`MAX_LEAF_BYTES`].
    #[error("longer than {MAX_LEAF_BYTES} bytes")]
    TooLong,
    /// The members aren't exactly `v` (1), `op`, `k`, `t`, `r`, `c`, in this order and without spaces.
    #[error("not the members v, op, k, t, r and c of version 1 in this order without spaces")]
    Shape,
    /// `op` is no word, or one of a newer log that changes what an earlier leaf put in force.
    #[error("unknown op")]
    Op,
    /// `k` is neither `null` nor a word.
    #[error("k is neither null nor a kind")]
    Kind,
    /// `t` is not a multiple of 60 in its only decimal spelling.
    #[error("t is not unix seconds rounded down to a minute")]
    Time,
    /// `r` is neither `null` nor a number in its only decimal spelling.
    #[error("r is neither null nor an index")]
    About,
    /// `c` is not 32 bytes in padded standard base64.
    #[error("c is not 32 bytes in base64")]
    Commitment,
}

/// What a leaf says happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeafOp {
    /// An identifier was listed.
    List,
    /// A listing was given a new term.
    Renew,
    /// An objection to a listing was taken up.
    Dispute,
    /// The objection was settled, the listing stays.
    Clear,
    /// A listing's term ran out.
    Expire,
    /// A listing was taken off.
    Delist,
    /// The content of a listing's leaves was destroyed.
    Erase,
    /// The log is signed by a new key from here on.
    Key,
    /// Nothing happened; the log is alive.
    Beat,
    /// An institution's identifier is protected from being listed, or the table of those that always are was named.
    Protect,
    /// An identifier is not protected any more.
    Unprotect,
    /// A key signs the log no more: what only it signed from here on is not to be believed.
    Retire,
}

impl LeafOp {
    /// All ops.
    pub const ALL: [Self; 12] = [
        Self::List,
        Self::Renew,
        Self::Dispute,
        Self::Clear,
        Self::Expire,
        Self::Delist,
        Self::Erase,
        Self::Key,
        Self::Beat,
        Self::Protect,
        Self::Unprotect,
        Self::Retire,
    ];

    /// The word in the leaf, e.g. `list`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Renew => "renew",
            Self::Dispute => "dispute",
            Self::Clear => "clear",
            Self::Expire => "expire",
            Self::Delist => "delist",
            Self::Erase => "erase",
            Self::Key => "key",
            Self::Beat => "beat",
            Self::Protect => "protect",
            Self::Unprotect => "unprotect",
            Self::Retire => "retire",
        }
    }

    /// The op of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|op| op.as_str() == word)
    }

    /// Whether it is about official numbers.
    pub const fn is_of_officials(self) -> bool {
        matches!(self, Self::Protect | Self::Unprotect)
    }

    /// Whether it is about no listing, and names neither kind nor leaf.
    pub const fn is_of_no_listing(self) -> bool {
        matches!(self, Self::Key | Self::Beat | Self::Retire) || self.is_of_officials()
    }

    /// Whether the listing is in force after this leaf: `list`, `renew`, `dispute`, `clear`.
    pub const fn puts(self) -> bool {
        matches!(self, Self::List | Self::Renew | Self::Dispute | Self::Clear)
    }

    /// Whether the listing is no longer in force after this leaf: `expire`, `delist`.
    pub const fn ends(self) -> bool {
        matches!(self, Self::Expire | Self::Delist)
    }
}

/// One entry of the log. Which members an op needs is checked by [`super::audit::Auditor`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Leaf {
    /// What happened.
    pub op: LeafOp,
    /// The kind of identifier; none where it is about no listing.
    pub kind: Option<Kind>,
    /// When: whole minutes since the Unix epoch.
    pub minute: u64,
    /// The index of the leaf this one is about; none for `list`, and where it is about no listing.
    pub about: Option<u64>,
    /// The salted commitment to what the feed shows ([`commit`]).
    pub commitment: Hash,
}

impl Leaf {
    /// The leaf's exact bytes, at most [`MAX_LEAF_BYTES`].
    pub fn encode(&self) -> String {
        AnyLeaf::from(*self).encode()
    }

    /// The leaf's hash in the tree (RFC 6962 §2.1).
    pub fn hash(&self) -> Hash {
        tree::leaf_hash(self.encode().as_bytes())
    }
}

/// What a leaf of a log that another program writes says happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OpWord {
    Known(LeafOp),
    Newer(NewerWord),
}

impl OpWord {
    /// The op, if this program knows it.
    pub const fn known(self) -> Option<LeafOp> {
        match self {
            Self::Known(op) => Some(op),
            Self::Newer(_) => None,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let known = LeafOp::parse(text).map(Self::Known);
        known.or_else(|| NewerWord::parse(text).map(Self::Newer))
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Known(op) => op.as_str(),
            Self::Newer(word) => word.as_str(),
        }
    }
}

/// An entry of a log that another program writes, perhaps a newer one: words that are not known here are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AnyLeaf {
    /// As in [`Leaf`], as all members.
    pub op: OpWord,
    pub kind: Option<KindWord>,
    pub minute: u64,
    pub about: Option<u64>,
    pub commitment: Hash,
}

impl From<Leaf> for AnyLeaf {
    fn from(leaf: Leaf) -> Self {
        Self {
            op: OpWord::Known(leaf.op),
            kind: leaf.kind.map(KindWord::from),
            minute: leaf.minute,
            about: leaf.about,
            commitment: leaf.commitment,
        }
    }
}

impl AnyLeaf {
    /// The leaf's exact bytes.
    pub fn encode(&self) -> String {
        let mut text = String::with_capacity(MAX_LEAF_BYTES);
        text.push_str(r#"{"v":1,"op":""#);
        text.push_str(self.op.as_str());
        text.push_str(r#"","k":"#);
        match &self.kind {
            Some(kind) => {
                text.push('"');
                text.push_str(kind.as_str());
                text.push('"');
            }
            None => text.push_str("null"),
        }
        text.push_str(r#","t":"#);
        text.push_str(&(u128::from(self.minute) * 60).to_string());
        text.push_str(r#","r":"#);
        match self.about {
            Some(about) => text.push_str(&about.to_string()),
            None => text.push_str("null"),
        }
        text.push_str(r#","c":""#);
        STANDARD.encode_string(self.commitment, &mut text);
        text.push_str(r#""}"#);
        text
    }

    /// Reads a leaf's exact bytes and nothing else: `parse(x)?.encode() == x` for whatever is accepted.
    ///
    /// # Errors
    /// [`LeafError`] names the member.
    pub fn parse(bytes: &[u8]) -> Result<Self, LeafError> {
        if bytes.len() > MAX_LEAF_BYTES {
            return Err(LeafError::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| LeafError::Shape)?;
        let [op, kind, time, about, commitment] = members(text).ok_or(LeafError::Shape)?;
        let seconds = decimal(time).ok_or(LeafError::Time)?;
        if !seconds.is_multiple_of(60) {
            return Err(LeafError::Time);
        }
        Ok(Self {
            op: OpWord::parse(op).ok_or(LeafError::Op)?,
            kind: or_null(kind, quoted_kind).ok_or(LeafError::Kind)?,
            minute: seconds / 60,
            about: or_null(about, decimal).ok_or(LeafError::About)?,
            commitment: tree::from_base64(commitment).ok_or(LeafError::Commitment)?,
        })
    }

    /// As [`LeafOp::puts`]; an op that is not known puts nothing.
    pub fn puts(&self) -> bool {
        self.op.known().is_some_and(LeafOp::puts)
    }

    /// As [`LeafOp::ends`]; an op that is not known ends nothing.
    pub fn ends(&self) -> bool {
        self.op.known().is_some_and(LeafOp::ends)
    }
}

/// The written values of the five members after `v`.
fn members(text: &str) -> Option<[&str; 5]> {
    let rest = text.strip_prefix(r#"{"v":1,"op":""#)?;
    let (op, rest) = rest.split_once(r#"","k":"#)?;
    let (kind, rest) = rest.split_once(r#","t":"#)?;
    let (time, rest) = rest.split_once(r#","r":"#)?;
    let (about, rest) = rest.split_once(r#","c":""#)?;
    Some([op, kind, time, about, rest.strip_suffix(r#""}"#)?])
}

/// What `null` or a value that `read` understands stands for.
fn or_null<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if text == "null" {
        return Some(None);
    }
    read(text).map(Some)
}

fn quoted_kind(text: &str) -> Option<KindWord> {
    KindWord::parse(text.strip_prefix('"')?.strip_suffix('"')?)
}

/// The salted commitment to a payload: `SHA-256("canhgiac/commit/v1\0" ‖ salt ‖ payload)`. Without
/// the salt the payload can't be guessed from it.
pub fn commit(salt: &[u8; 32], payload: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update(COMMIT_DOMAIN);
    hash.update(salt);
    hash.update(payload);
    hash.finalize().into()
}

#[cfg(test)]
mod tests;
