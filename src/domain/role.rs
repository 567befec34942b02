//! What a person may do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The role of a user account. A user has exactly one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Proposes listings for the own unit and those below it.
    Officer,
    /// As an officer, and confirms, rejects, renews and delists; never what the same person proposed.
    Supervisor,
    /// Reads everything, changes nothing.
    Auditor,
    /// Keeps users, partners, units, officials and keys; lists nothing.
    Admin,
    /// Reads what an auditor reads of listings, for the own unit and those below it; changes nothing.
    Procurator,
}

impl Role {
    /// Every role, in order of the documentation.
    pub const ALL: [Self; 5] = [
        Self::Officer,
        Self::Supervisor,
        Self::Auditor,
        Self::Procurator,
        Self::Admin,
    ];

    /// The machine word, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Supervisor => "supervisor",
            Self::Auditor => "auditor",
            Self::Procurator => "procurator",
            Self::Admin => "admin",
        }
    }

    /// Whether one who has it takes decisions, on listings or on rights: such an account wants a second person.
    pub const fn decides(self) -> bool {
        match self {
            Self::Supervisor | Self::Admin => true,
            Self::Officer | Self::Auditor | Self::Procurator => false,
        }
    }

    /// Whether one who has it works on what citizens report.
    pub const fn handles_reports(self) -> bool {
        match self {
            Self::Officer | Self::Supervisor => true,
            Self::Auditor | Self::Admin | Self::Procurator => false,
        }
    }

    /// The revision of the journal's vocabulary that the word came with.
    pub const fn since(self) -> u16 {
        match self {
            Self::Officer | Self::Supervisor | Self::Auditor | Self::Admin => 1,
            Self::Procurator => 6,
        }
    }

    /// The role of a machine word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}
