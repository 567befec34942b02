//! An account as the pages of administration show it.

use uuid::Uuid;

use crate::{
    domain::{
        role::Role,
        user::{User, UserStatus},
    },
    present::words,
    web::page_context::PageContext,
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
}

impl UserView {
    /// An account in the reader's language.
    pub fn of(s: &PageContext, user: &User) -> Self {
        let is_invited = user.status == UserStatus::Invited;
        Self {
            id: user.id,
            username: user.username.to_string(),
            role_word: words::role(user.role, s.lang),
            unit: words::unit_in_full(user.unit, s.lang),
            status: user.status,
            status_word: words::user_status(user.status, s.lang),
            created_at: words::moment(user.created_at, s.lang),
            invited_until: is_invited.then(|| words::moment(user.invited_until, s.lang)),
            version: user.version,
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

/// A role as forms offer it.
pub struct RoleChoice {
    pub word: &'static str,
    pub name: &'static str,
    pub what: &'static str,
}

/// Every role, with what it may do.
pub fn roles(s: &PageContext) -> Vec<RoleChoice> {
    let what = |role| match role {
        Role::Officer => s.t(
            "Đề nghị cảnh báo trong đơn vị mình và các đơn vị bên dưới.",
            "Proposes warnings for the own unit and those below it.",
        ),
        Role::Supervisor => s.t(
            "Như cán bộ, và xác nhận, gỡ cảnh báo do người khác đề nghị.",
            "As an officer, and confirms or takes off what others proposed.",
        ),
        Role::Auditor => s.t(
            "Xem tất cả, không sửa gì.",
            "Reads everything, changes nothing.",
        ),
        Role::Admin => s.t(
            "Quản lý người dùng, đối tác, số chính thức và khóa; không đề nghị cảnh báo.",
            "Keeps users, partners, official numbers and keys; lists nothing.",
        ),
    };
    Role::ALL
        .into_iter()
        .map(|role| RoleChoice {
            word: role.as_str(),
            name: words::role(role, s.lang),
            what: what(role),
        })
        .collect()
}
