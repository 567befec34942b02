//! The forms for a new account and for changing one.

use super::{idempotency, refusal::Refusal, unit_choice::UnitField};
use crate::{
    domain::{
        message::Lang,
        role::Role,
        user::{User, UserStatus, Username},
    },
    present::words,
    registry::accounts::{NewUser, UserEdit},
    web::forms::Fields,
};

/// Fields of the form that makes an account.
pub const FIELDS: [&str; 5] = ["username", "role", "unit", "unit_code", "reason"];

/// A form for an account, as it was filled in.
pub struct UserForm {
    pub username: String,
    pub role: String,
    pub roles: Vec<RoleChoice>,
    pub unit: UnitField,
    pub suspended: bool,
    pub reason: String,
    /// For a form that makes something.
    pub once: String,
}

impl UserForm {
    /// An empty form.
    pub fn new(lang: Lang) -> Self {
        Self {
            username: String::new(),
            role: Role::Officer.as_str().to_owned(),
            roles: roles(lang),
            unit: UnitField::default(),
            suspended: false,
            reason: String::new(),
            once: idempotency::token(),
        }
    }

    /// The form with an account in it.
    pub fn of(user: &User, lang: Lang) -> Self {
        Self {
            role: user.role.as_str().to_owned(),
            unit: UnitField::of(user.unit),
            suspended: user.status == UserStatus::Suspended,
            ..Self::new(lang)
        }
    }

    /// The form as it was filled in.
    pub fn typed(fields: &Fields, lang: Lang) -> Self {
        Self {
            username: fields.get("username").to_owned(),
            role: fields.get("role").to_owned(),
            unit: UnitField::typed(fields, lang),
            suspended: fields.get("suspended") == "1",
            reason: fields.get("reason").to_owned(),
            ..Self::new(lang)
        }
    }
}

/// The account that a form asks for.
///
/// # Errors
/// What is wrong in it.
pub fn new_user(fields: &Fields, lang: Lang) -> Result<NewUser, Refusal> {
    let username = Username::parse(fields.get("username")).map_err(|_| {
        Refusal::of_form(lang.pick(
            "Tên đăng nhập có từ 3 đến 40 ký tự: chữ không dấu a–z, chữ số, dấu chấm, gạch nối, gạch dưới.",
            "A username has 3 to 40 of the characters a–z, 0–9, dot, hyphen, underscore.",
        ))
    })?;
    Ok(NewUser {
        username,
        role: role(fields, lang)?,
        unit: UnitField::read(fields, lang).map_err(UnitField::refusal)?,
    })
}

/// The change that a form asks for. Standing is named only when it changes, since to take a suspension back is more than
/// to leave an invitation open.
///
/// # Errors
/// What is wrong in it.
pub fn user_edit(fields: &Fields, user: &User, lang: Lang) -> Result<UserEdit, Refusal> {
    let suspended = fields.get("suspended") == "1";
    let is_suspended = user.status == UserStatus::Suspended;
    Ok(UserEdit {
        role: Some(role(fields, lang)?),
        unit: Some(UnitField::read(fields, lang).map_err(UnitField::refusal)?),
        suspended: (suspended != is_suspended).then_some(suspended),
    })
}

fn role(fields: &Fields, lang: Lang) -> Result<Role, Refusal> {
    let words = lang.pick("Hãy chọn vai trò.", "Choose a role.");
    Role::parse(fields.get("role")).ok_or_else(|| Refusal::of_form(words))
}

/// A role as forms offer it.
pub struct RoleChoice {
    pub word: &'static str,
    pub name: &'static str,
    pub what: &'static str,
}

/// Every role, with what it may do.
fn roles(lang: Lang) -> Vec<RoleChoice> {
    let what = |role| match role {
        Role::Officer => lang.pick(
            "Đề nghị cảnh báo trong đơn vị mình và các đơn vị bên dưới.",
            "Proposes warnings for their own unit and those below it.",
        ),
        Role::Supervisor => lang.pick(
            "Như cán bộ; ngoài ra xác nhận và gỡ cảnh báo do người khác đề nghị.",
            "As an officer, and confirms or takes off what others proposed.",
        ),
        Role::Auditor => lang.pick(
            "Xem tất cả, không sửa gì.",
            "Reads everything, changes nothing.",
        ),
        Role::Procurator => lang.pick(
            "Xem việc của đơn vị mình và các đơn vị bên dưới, không sửa gì.",
            "Reads the work of their own unit and those below it, changes nothing.",
        ),
        Role::Admin => lang.pick(
            "Quản lý người dùng, đối tác, số chính thức và khóa; không đề nghị cảnh báo.",
            "Manages users, partners, official numbers and keys; proposes no warnings.",
        ),
    };
    Role::ALL
        .into_iter()
        .map(|role| RoleChoice {
            word: role.as_str(),
            name: words::role(role, lang),
            what: what(role),
        })
        .collect()
}
