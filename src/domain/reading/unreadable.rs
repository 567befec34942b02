//! Why a text is not one identifier, and what could have been meant.

use crate::domain::{account::AccountNumber, identifier::Identifier, reason::Reason};

/// A text that is not exactly one identifier. Says why, and holds nothing of the text in its message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not readable as an identifier: {reason}")]
pub struct Unreadable {
    /// Why.
    pub reason: Reason,
    /// What could have been meant, most likely first, at most [`Unreadable::MAX_SUGGESTIONS`]. For a person to choose.
    pub suggestions: Vec<Identifier>,
    /// The digits, when they could be an account whose bank is missing or, by [`Reason::UnknownBank`], not known.
    pub account_number: Option<AccountNumber>,
}

impl Unreadable {
    /// Suggestions kept.
    pub const MAX_SUGGESTIONS: usize = 5;

    /// A reason and nothing else.
    pub(in crate::domain) const fn plain(reason: Reason) -> Self {
        Self {
            reason,
            suggestions: Vec::new(),
            account_number: None,
        }
    }

    pub(in crate::domain) fn suggesting(
        reason: Reason,
        guesses: impl IntoIterator<Item = Identifier>,
    ) -> Self {
        let mut suggestions: Vec<Identifier> = Vec::new();
        for guess in guesses {
            if suggestions.len() < Self::MAX_SUGGESTIONS && !suggestions.contains(&guess) {
                suggestions.push(guess);
            }
        }
        Self {
            reason,
            suggestions,
            account_number: None,
        }
    }
}

impl Unreadable {
    /// Adds one more thing that could have been meant.
    #[must_use]
    pub(in crate::domain) fn or(mut self, guess: Identifier) -> Self {
        let is_new = !self.suggestions.contains(&guess);
        if is_new && self.suggestions.len() < Self::MAX_SUGGESTIONS {
            self.suggestions.push(guess);
        }
        self
    }
}

impl From<Reason> for Unreadable {
    fn from(reason: Reason) -> Self {
        Self::plain(reason)
    }
}
