//! A record as a journal keeps it: with the salts and commitments of its private parts, bound to the record before.
//!
//! What the chain covers is drawn in [`super::frame`]; all engines keep the same, so a record can go from one to another and
//! the copy has the same [`Head`].

use std::borrow::Cow;
use std::io;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::flaw::Flaw;
use super::record::{
    Draft, Head, MAX_PRIVATE_BYTES, MAX_PRIVATE_PARTS, MAX_RECORD_BYTES, PART_WEIGHT,
    RECORD_WEIGHT, Record, Refused, carries, has_room_for,
};

/// Bytes of a salt.
pub(super) const SALT: usize = 32;
/// Bytes of a commitment.
pub(super) const COMMITMENT: usize = 32;

const CHAIN_DOMAIN: &[u8] = b"canhgiac/journal/v1\0";
const PRIVATE_DOMAIN: &[u8] = b"canhgiac/private/v1\0";

/// A record with what proves it.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed<'a> {
    pub(super) seq: u64,
    /// The hash of this record and everything before it.
    pub(super) chain: [u8; 32],
    pub(super) id: Uuid,
    /// Chain value of the record before.
    pub(super) previous: [u8; 32],
    pub(super) public: Cow<'a, [u8]>,
    pub(super) parts: Vec<SealedPart<'a>>,
}

/// A private part: what was committed to, and the part itself unless it was erased.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct SealedPart<'a> {
    pub length: u32,
    pub commitment: [u8; COMMITMENT],
    pub content: Option<Content<'a>>,
}

/// What an erasure destroys.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Content<'a> {
    pub salt: [u8; SALT],
    pub bytes: Cow<'a, [u8]>,
}

impl<'a> Sealed<'a> {
    /// Binds a draft that passed the limits to the record before. `fill` gives random bytes.
    pub(super) fn seal(
        draft: &'a Draft,
        after: Head,
        fill: &mut dyn FnMut(&mut [u8]) -> io::Result<()>,
    ) -> io::Result<Self> {
        let mut parts = Vec::with_capacity(draft.private.len());
        for bytes in &draft.private {
            let mut salt = [0; SALT];
            fill(&mut salt)?;
            parts.push(SealedPart {
                length: bytes.len() as u32,
                commitment: commitment(&salt, bytes),
                content: Some(Content {
                    salt,
                    bytes: bytes.into(),
                }),
            });
        }
        Ok(Self::bound(after, draft.id, (&draft.public).into(), parts))
    }

    /// A record of these contents after `after`.
    pub(super) fn bound(
        after: Head,
        id: Uuid,
        public: Cow<'a, [u8]>,
        parts: Vec<SealedPart<'a>>,
    ) -> Self {
        let mut sealed = Self {
            seq: after.seq.wrapping_add(1),
            chain: after.chain,
            id,
            previous: after.chain,
            public,
            parts,
        };
        sealed.chain = sealed.computed();
        sealed
    }

    /// Adds what the chain covers to `out`.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.previous);
        out.extend_from_slice(&self.seq.to_le_bytes());
        out.extend_from_slice(self.id.as_bytes());
        out.extend_from_slice(&(self.public.len() as u32).to_le_bytes());
        out.extend_from_slice(&(self.parts.len() as u16).to_le_bytes());
        out.extend_from_slice(&[0; 2]);
        out.extend_from_slice(&self.public);
        for part in &self.parts {
            out.extend_from_slice(&part.length.to_le_bytes());
            out.extend_from_slice(&part.commitment);
        }
    }

    fn computed(&self) -> [u8; 32] {
        let mut covered = Vec::with_capacity(self.weight());
        self.write(&mut covered);
        chain(&covered)
    }

    /// The head of a journal that ends with this record.
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            chain: self.chain,
        }
    }

    /// What the record counts for against the limit of an append, in bytes, as [`Draft::weight`].
    pub(super) fn weight(&self) -> usize {
        let parts = self
            .parts
            .iter()
            .map(|part| part.length as usize + PART_WEIGHT);
        self.public.len() + RECORD_WEIGHT + parts.sum::<usize>()
    }

    /// Holds a record from elsewhere against the limits of one, against the record before it, and each part that is there
    /// against its commitment.
    pub(super) fn check(&self, after: Head) -> Result<(), Flaw> {
        let private = self.parts.iter().map(|part| part.length as usize);
        if self.public.len() > MAX_RECORD_BYTES
            || self.parts.len() > MAX_PRIVATE_PARTS
            || private.fold(0, usize::saturating_add) > MAX_PRIVATE_BYTES
        {
            return Err(Flaw::Lengths);
        }
        if self.seq.checked_sub(1) != Some(after.seq) {
            return Err(Flaw::Order { found: self.seq });
        }
        for (part, number) in self.parts.iter().zip(0..) {
            let Some(Content { salt, bytes }) = &part.content else {
                continue;
            };
            if bytes.len() != part.length as usize || commitment(salt, bytes) != part.commitment {
                return Err(Flaw::Commitment { part: number });
            }
        }
        if self.previous != after.chain || self.chain != self.computed() {
            return Err(Flaw::Chain);
        }
        Ok(())
    }

    /// The record with bytes of its own.
    pub(super) fn into_owned(self) -> Sealed<'static> {
        let parts = self.parts.into_iter().map(|part| SealedPart {
            content: part.content.map(|content| Content {
                bytes: Cow::Owned(content.bytes.into_owned()),
                ..content
            }),
            ..part
        });
        Sealed {
            public: Cow::Owned(self.public.into_owned()),
            parts: parts.collect(),
            ..self
        }
    }

    /// The record, its salts and commitments left behind.
    pub(super) fn into_record(self) -> Record {
        let private = self.parts.into_iter();
        Record {
            seq: self.seq,
            id: self.id,
            chain: self.chain,
            public: self.public.into_owned(),
            private: private
                .map(|part| part.content.map(|content| content.bytes.into_owned()))
                .collect(),
        }
    }
}

/// Seals all drafts, one behind the other.
pub(super) fn seal_all(drafts: &[Draft], at: Head) -> io::Result<Vec<Sealed<'_>>> {
    let mut after = at;
    let mut sealed = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let next = Sealed::seal(draft, after, &mut random)?;
        after = next.head();
        sealed.push(next);
    }
    Ok(sealed)
}

/// Holds records of another journal against the limits, against what they were sealed with, and against one another: the first
/// must follow `at`.
pub(super) fn check(at: Head, records: &[Sealed<'_>]) -> Result<(), Refused> {
    has_room_for(records.len())?;
    carries(records.iter().map(Sealed::weight))?;
    let mut after = at;
    for (index, record) in records.iter().enumerate() {
        if record.check(after).is_err() {
            return Err(Refused::Broken { index });
        }
        after = record.head();
    }
    Ok(())
}

/// The hash of what the chain covers of a record.
pub(super) fn chain(covered: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(CHAIN_DOMAIN)
        .chain_update(covered)
        .finalize()
        .into()
}

/// What the chain covers in place of a private part.
pub(super) fn commitment(salt: &[u8], bytes: &[u8]) -> [u8; COMMITMENT] {
    let hash = Sha256::new().chain_update(PRIVATE_DOMAIN);
    hash.chain_update(salt)
        .chain_update(bytes)
        .finalize()
        .into()
}

pub(super) fn random(bytes: &mut [u8]) -> io::Result<()> {
    aws_lc_rs::rand::fill(bytes).map_err(|_| io::Error::other("the system gave no random bytes"))
}
