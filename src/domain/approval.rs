//! Approvals: what one person alone may not do waits for a second one.
//!
//! What protects (official numbers), what erases, and every account that may decide wants two persons. An act that could do
//! harm is held until a second person agrees. An account is made, moved or invited at once, so that its owner can enrol, but
//! it decides nothing until then. What was asked for at the machine itself was asked for by nobody in particular, so two
//! persons must agree to it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{actor::Actor, key::Key, part::KeptText, role::Role, time::Time, unit::UnitCode};

/// What waits for a second person. Part of the journal's format: variants are appended only.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Act {
    /// An account may decide, with this role and unit.
    Account {
        user: Uuid,
        role: Role,
        unit: UnitCode,
        cause: Cause,
    },
    /// An identifier is to be protected.
    AddOfficial {
        key: Key,
        name_vi: String,
        name_en: String,
    },
    /// The protection of an identifier is to be taken off.
    RemoveOfficial { key: Key },
    /// The words about a listing are to be erased.
    EraseNotes { listing: Uuid },
    /// Everything that says whom a listing is about is to be erased, as it was read.
    EraseListing { listing: Uuid, version: u32 },
}

impl Act {
    /// Whether a person's account gains by it.
    pub fn is_about(&self, person: Uuid) -> bool {
        matches!(self, Self::Account { user, .. } if *user == person)
    }
}

/// How an account came to what it may decide. Part of the journal's format: variants are appended only.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Cause {
    /// It was made.
    Made,
    /// It was invited again: whoever has the new code is its owner now.
    InvitedAgain,
    /// Its role or unit was changed.
    Changed,
    /// Its suspension was taken back.
    TakenBack,
}

/// Where an approval stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ApprovalStatus {
    /// It waits for a second person.
    Pending,
    /// As many agreed as it wanted.
    Agreed,
    /// Somebody refused it.
    Refused,
    /// Nobody agreed in time.
    Lapsed,
    /// The account was changed again meanwhile: a later approval takes its place, or none is wanted any more.
    Superseded,
}

/// What one person answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Answer {
    pub by: Actor,
    pub at: Time,
    pub agrees: bool,
    /// Why.
    pub reason: Option<KeptText>,
}

/// An act that wants a second person, as the store keeps it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Approval {
    pub id: Uuid,
    pub act: Act,
    /// The unit that it concerns: its supervisors and those above may be the second person.
    pub unit: UnitCode,
    pub asked_by: Actor,
    pub asked_at: Time,
    /// When it lapses.
    pub until: Time,
    /// Why it is asked for.
    pub reason: Option<KeptText>,
    pub status: ApprovalStatus,
    /// In order.
    pub answers: Vec<Answer>,
}

impl Approval {
    /// How many persons must agree, beside who asked.
    pub fn wants(&self) -> usize {
        match self.asked_by {
            Actor::User(_) => 1,
            // Whoever sat there may be one of those who agree.
            Actor::Console | Actor::Partner(_) | Actor::Schedule | Actor::Visitor => 2,
        }
    }

    /// How many agreed so far.
    pub fn agreed(&self) -> usize {
        self.answers.iter().filter(|answer| answer.agrees).count()
    }

    /// Whether this person may not be the second one: who asked, who gains by it, and who agreed already.
    pub fn concerns(&self, person: Uuid) -> bool {
        let who = Actor::User(person);
        self.asked_by == who
            || self.act.is_about(person)
            || self.answers.iter().any(|answer| answer.by == who)
    }
}
