//! What the audit trail tells beside changes: addresses, refusals, reads and pulls.

use super::hex::hex;
use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An address, as the audit trail knows it: equal addresses have equal tokens while one key lasts, and once that key was
/// thrown away nobody can tell any more which address it was.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub struct AddressToken {
    /// The day on which the key began, in days since the Unix epoch.
    pub key_day: u32,
    /// HMAC-SHA256 of the address under that key, cut.
    pub tag: [u8; 12],
}

impl fmt::Display for AddressToken {
    /// Such as `20786-3f09a1…`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.key_day, hex(&self.tag))
    }
}

/// Why an attempt was refused. Part of the journal's format: variants are appended only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub enum Refusal {
    /// Name, password or code of a sign-in were wrong.
    SignIn,
    /// A sign-in, enrolment or second factor was tried while the account or session had to wait.
    SlowedDown,
    /// The code of a second factor in an open session was wrong.
    SecondFactor,
    /// A one-time enrolment code, or the code after it, was wrong.
    Enrolment,
    /// A partner's secret or assertion was wrong.
    PartnerCredentials,
    /// The role or scope does not allow it.
    NotAllowed,
    /// There is no such thing, or it is another unit's.
    NotSeen,
    /// The second factor was not fresh.
    StaleFactor,
    /// A second person was missing, or the same person tried to be it.
    SecondPerson,
    /// A form did not come from a page of this session.
    ForgedForm,
}

impl Refusal {
    /// The machine word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SlowedDown => "slowed_down",
            Self::SecondFactor => "second_factor",
            Self::Enrolment => "enrolment",
            Self::PartnerCredentials => "partner_credentials",
            Self::NotAllowed => "not_allowed",
            Self::NotSeen => "not_seen",
            Self::StaleFactor => "stale_factor",
            Self::SecondPerson => "second_person",
            Self::ForgedForm => "forged_form",
        }
    }
}

/// What holds texts that officers write for officers: notes, evidence, reasons. Part of the journal's format: variants are
/// appended only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub enum Sealed {
    Listing(Uuid),
    Import(Uuid),
    Approval(Uuid),
    /// The reasons that administrators gave, in the records of the audit trail.
    Trail,
    /// More than are told one by one.
    More,
    Report(Uuid),
}

/// What a partner takes. Part of the journal's format: variants are appended only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
pub enum Pull {
    /// All that is in force.
    Snapshot,
    /// What changed.
    Changes,
}

impl Pull {
    /// The machine word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Changes => "changes",
        }
    }
}
