//! What police confirmed about one identifier, and the pure rules of its life:
//! `proposed → listed → (renewed …) → expired | delisted`, or `proposed → rejected`.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    actor::Actor,
    identifier::{Identifier, Kind},
    method::MethodId,
    part::PartRef,
    time::Time,
    unit::UnitCode,
};

/// Version of the bytes of a [`Subject`].
const SUBJECT_FORMAT: u8 = 1;

/// Longest evidence note or reason, in characters.
pub const MAX_NOTE: usize = 4_000;

/// Where a listing stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits for a second officer. Not public.
    Proposed,
    /// Public.
    Listed,
    /// The second officer said no. Never was public.
    Rejected,
    /// Its time ran out.
    Expired,
    /// Taken off by a decision.
    Delisted,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 5] = [
        Self::Proposed,
        Self::Listed,
        Self::Rejected,
        Self::Expired,
        Self::Delisted,
    ];

    /// The machine word, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Listed => "listed",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Delisted => "delisted",
        }
    }

    /// The status of a machine word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }

    /// Whether it is or once was public.
    pub const fn was_public(self) -> bool {
        matches!(self, Self::Listed | Self::Expired | Self::Delisted)
    }
}

/// How long a confirmation is good for, by kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Validity([u32; Kind::ALL.len()]);

impl Default for Validity {
    fn default() -> Self {
        Self::of(|kind| match kind {
            Kind::Phone | Kind::ShortCode | Kind::Sender => 90,
            Kind::Account | Kind::Wallet => 365,
        })
    }
}

impl Validity {
    /// As many days as `days` says of each kind.
    pub fn of(days: impl FnMut(Kind) -> u32) -> Self {
        Self(Kind::ALL.map(days))
    }

    /// Days for an identifier of this kind.
    pub const fn days(&self, kind: Kind) -> u32 {
        self.0[kind as usize]
    }

    /// When a confirmation or renewal made `now` ends for an identifier of this kind.
    pub fn until(&self, kind: Kind, now: Time) -> Time {
        now.plus_days(self.days(kind))
    }
}

/// What was done to a listing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    Proposed,
    Confirmed,
    Rejected,
    Renewed,
    Delisted,
    Expired,
    Erased,
    /// A person took over a proposal that was made at the machine itself.
    Adopted,
}

/// One line of a listing's history.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Time,
    /// Who.
    pub by: Actor,
    /// What.
    pub deed: EventKind,
    /// Why: the evidence note or the reason. Erasable.
    pub why: Option<String>,
    /// Where the journal keeps the text of `why`.
    pub part: Option<PartRef>,
}

/// Which row of which office list a proposal came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ImportLine {
    pub import: Uuid,
    /// Line of the file or row of the sheet, from 1.
    pub line: u32,
    /// The reader was not sure: it is decided only when named.
    pub doubtful: bool,
}

/// Who a listing is about, and the secret behind the salts of its ledger leaves. One private part of
/// the journal holds both, so that destroying it leaves nothing that opens the leaves.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    pub identifier: Identifier,
    /// 32 random bytes; never told.
    pub secret: [u8; 32],
}

impl Subject {
    /// The bytes of the private part: a format number, then postcard.
    pub fn encode(&self) -> Vec<u8> {
        postcard::to_extend(self, vec![SUBJECT_FORMAT]).unwrap_or_default()
    }

    /// The salt of the leaf at a ledger index: nobody can tell one from another without the secret.
    pub fn salt(&self, ledger_index: u64) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"canhgiac/salt/v1\0");
        hash.update(self.secret);
        hash.update(ledger_index.to_be_bytes());
        hash.finalize().into()
    }

    /// Reads [`Subject::encode`].
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first() {
            Some((&SUBJECT_FORMAT, rest)) => postcard::from_bytes(rest).ok(),
            Some(_) | None => None,
        }
    }
}

/// A listing as the store keeps it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    pub id: Uuid,
    pub kind: Kind,
    /// Whom it is about; `None` once that was erased.
    pub subject: Option<Subject>,
    /// Where the journal keeps the subject.
    pub subject_part: PartRef,
    pub method: MethodId,
    /// The unit that answers for it.
    pub unit: UnitCode,
    pub status: Status,
    /// Increased by each change: the exact content a decision names (`If-Match`).
    pub version: u32,
    pub proposed_by: Actor,
    pub proposed_at: Time,
    pub confirmed_by: Option<Actor>,
    pub listed_at: Option<Time>,
    pub valid_until: Option<Time>,
    pub renewed_at: Option<Time>,
    /// An appeal is open.
    pub disputed: bool,
    pub import: Option<ImportLine>,
    /// Ledger index of its last public change.
    pub ledger_index: Option<u64>,
    pub history: Vec<Event>,
}

impl fmt::Debug for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("id", &self.id)
            .field("status", &self.status)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Why a decision is refused by the listing itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Refusal {
    /// The decider looked at other content than what stands now.
    #[error("the listing has changed since it was read")]
    Stale,
    /// The listing is not in a state in which this can be decided.
    #[error("the listing is not open for this decision")]
    NotOpen,
    /// The proposer can't be the second officer, nor the one who asked the second person.
    #[error("a second person is needed")]
    FourEyes,
}

/// A decision of a supervisor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    Confirm,
    Reject,
    Renew,
    Delist,
}

impl Listing {
    /// What it is about, unless that was erased.
    pub fn identifier(&self) -> Option<&Identifier> {
        self.subject.as_ref().map(|subject| &subject.identifier)
    }

    /// Whether it may be erased: it is not public and nobody waits for a decision on it.
    pub const fn may_be_erased(&self) -> bool {
        !matches!(self.status, Status::Proposed | Status::Listed)
    }

    /// Whether `who`, having read `version`, may take `decision` now. Pure.
    ///
    /// # Errors
    /// [`Refusal`]: staleness first (who read something else must read again before anything else
    /// is said), then the state, then the second pair of eyes.
    pub fn permits(&self, decision: Decision, version: u32, who: Actor) -> Result<(), Refusal> {
        let open = match decision {
            Decision::Confirm | Decision::Reject => self.status == Status::Proposed,
            Decision::Renew | Decision::Delist => self.status == Status::Listed,
        };
        if version != self.version {
            return Err(Refusal::Stale);
        }
        if !open {
            return Err(Refusal::NotOpen);
        }
        let alone = match decision {
            Decision::Confirm => self.proposed_by == who,
            Decision::Renew => self.proposed_by == who && self.last_renewed_by() == Some(who),
            Decision::Reject | Decision::Delist => false,
        };
        if alone {
            return Err(Refusal::FourEyes);
        }
        Ok(())
    }

    /// Whether nobody in particular proposed it: it was made at the machine itself.
    pub fn wants_adoption(&self) -> bool {
        self.proposed_by == Actor::Console
    }

    /// Who renewed it last. Its proposer does so alone once, and not again before somebody else did.
    fn last_renewed_by(&self) -> Option<Actor> {
        let mut newest = self.history.iter().rev();
        newest
            .find(|event| event.deed == EventKind::Renewed)
            .map(|event| event.by)
    }
}
