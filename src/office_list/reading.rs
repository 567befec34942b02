//! What a cell of a list came to.

use super::reason::RowReason;
use crate::domain::identifier::Identifier;

/// What a cell came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Reading {
    /// One identifier without doubt.
    Good(Identifier),
    /// Readable, but a person must look; or not readable without one.
    Doubt(Vec<Identifier>, RowReason),
    /// Nothing that can be listed.
    Bad(RowReason),
    /// Nothing was written there, or words that say so.
    Nothing,
}

impl Reading {
    /// What is readable in a cell that may be another person's.
    pub(super) fn of_whom(self) -> Self {
        match self {
            Self::Good(found) => Self::Doubt(vec![found], RowReason::WHOSE),
            Self::Doubt(found, _) if !found.is_empty() => Self::Doubt(found, RowReason::WHOSE),
            Self::Doubt(..) | Self::Bad(_) | Self::Nothing => self,
        }
    }
}
