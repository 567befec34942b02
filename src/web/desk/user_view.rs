//! An account as the pages of administration show it.

use uuid::Uuid;

use crate::{
    domain::{
        message::Lang,
        user::{User, UserStatus},
    },
    present::words,
};

/// An account in words.
pub struct UserView {
    pub id: Uuid,
    pub username: String,
    pub role_word: &'static str,
    pub unit: String,
    pub status: UserStatus,
    pub status_word: &'static str,
    pub created_at: String,
    /// When the invitation ends, while it is open.
    pub invited_until: Option<String>,
    pub version: u32,
    /// What it lacks of a second person's agreement.
    pub approval: Option<Uuid>,
}

impl UserView {
    /// An account in the reader's language.
    pub fn of(user: &User, lang: Lang) -> Self {
        let is_invited = user.status == UserStatus::Invited;
        Self {
            id: user.id,
            username: user.username.to_string(),
            role_word: words::role(user.role, lang),
            unit: words::unit_in_full(user.unit, lang),
            status: user.status,
            status_word: words::user_status(user.status, lang),
            created_at: words::moment(user.created_at, lang),
            invited_until: is_invited.then(|| words::moment(user.invited_until, lang)),
            version: user.version,
            approval: user.approval,
        }
    }

    /// The colour of the status' tag.
    pub fn tag(&self) -> &'static str {
        match self.status {
            UserStatus::Invited => "",
            UserStatus::Active => " govuk-tag--green",
            UserStatus::Suspended => " govuk-tag--red",
        }
    }

    /// Whether the account may not sign in.
    pub fn is_suspended(&self) -> bool {
        self.status == UserStatus::Suspended
    }
}
