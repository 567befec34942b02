//! `/desk/users/{id}`: one account, what it may do, its invitation and its sessions.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{
    refusal::Refusal,
    unit_choice::UnitField,
    user_view::{RoleChoice, UserView, roles},
    users::invited,
};
use crate::{
    access::capability::{Admin, Auditor},
    domain::{
        role::Role,
        user::{User, UserStatus},
    },
    http::{extract::Id, headers::see_other, state::State},
    registry::accounts::UserEdit,
    web::{
        failure::Failure,
        forms::{Desk, Fields},
        page_context::PageContext,
        render::{Page, page},
    },
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/users/{id}", web::get().to(read))
        .route("/users/{id}", web::post().to(edit))
        .route("/users/{id}/invite", web::post().to(invite))
        .route("/users/{id}/end-sessions", web::post().to(end_sessions));
}

#[derive(Template)]
#[template(path = "desk/user.html")]
struct UserPage {
    s: PageContext,
    user: UserView,
    form: UserForm,
    error: Option<String>,
    done: Option<&'static str>,
}

/// What may be changed about an account.
struct UserForm {
    role: String,
    roles: Vec<RoleChoice>,
    unit: UnitField,
    suspended: bool,
}

impl UserForm {
    fn of(s: &PageContext, user: &User) -> Self {
        Self {
            role: user.role.as_str().to_owned(),
            roles: roles(s),
            unit: UnitField::of(user.unit),
            suspended: user.status == UserStatus::Suspended,
        }
    }

    fn typed(s: &PageContext, fields: &Fields, unit: UnitField) -> Self {
        Self {
            role: fields.get("role").to_owned(),
            roles: roles(s),
            unit,
            suspended: fields.get("suspended") == "1",
        }
    }

    /// The change it asks for. Standing is named only when it changes, since to take a suspension back is more than to
    /// leave an invitation open.
    fn read(
        s: &PageContext,
        fields: &Fields,
        user: &User,
    ) -> Result<UserEdit, Box<(Self, Refusal)>> {
        let suspended = fields.get("suspended") == "1";
        let (unit, words) = match (Role::parse(fields.get("role")), UnitField::read(s, fields)) {
            (Some(role), Ok(unit)) => {
                return Ok(UserEdit {
                    role: Some(role),
                    unit: Some(unit),
                    suspended: (suspended != (user.status == UserStatus::Suspended))
                        .then_some(suspended),
                });
            }
            (None, unit) => (
                unit.map_or_else(|unit| unit, UnitField::of),
                s.t("Hãy chọn vai trò.", "Choose a role."),
            ),
            (_, Err(unit)) => {
                let words = unit.error.unwrap_or_default();
                (unit, words)
            }
        };
        Err(Box::new((
            Self::typed(s, fields, unit),
            Refusal::new(words),
        )))
    }
}

async fn load(state: &web::Data<State>, desk: &Desk, id: Uuid) -> Result<User, Failure> {
    let reader = Auditor::of(&desk.who)?;
    let registry = state.registry.clone();
    Ok(State::blocking(move || registry.user(&reader, id)).await?)
}

async fn read(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    id: Id,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let user = load(&state, &desk, id.0).await?;
    let s = desk.context(&request);
    let done = match fields.get("done") {
        "saved" => Some(s.t(
            "Đã lưu. Thay đổi có hiệu lực ngay.",
            "Saved. The change works at once.",
        )),
        "ended" => Some(s.t(
            "Đã kết thúc mọi phiên đăng nhập của tài khoản này.",
            "Every session of this account is over.",
        )),
        _ => None,
    };
    let template = UserPage {
        form: UserForm::of(&s, &user),
        user: UserView::of(&s, &user),
        error: None,
        done,
        s,
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}

/// The page again: the account as it stands now, the form as it was filled in.
fn refused(
    request: &HttpRequest,
    mut s: PageContext,
    user: &User,
    form: UserForm,
    refusal: Refusal,
) -> Result<HttpResponse, Failure> {
    s.path = format!("/desk/users/{}", user.id);
    let template = UserPage {
        user: UserView::of(&s, user),
        form,
        error: Some(refusal.words),
        done: None,
        s,
    };
    page(request, Page::Private(refusal.status), &template)
}

async fn edit(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    id: Id,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    let admin = Admin::of(&desk.who)?;
    let s = desk.context(&request);
    let user = load(&state, &desk, id.0).await?;
    let change = match UserForm::read(&s, &fields, &user) {
        Ok(change) => change,
        Err(wrong) => {
            let (form, refusal) = *wrong;
            return refused(&request, s, &user, form, refusal);
        }
    };
    let unit = change.unit.unwrap_or(user.unit);
    // Without the version that was read there is nothing to compare with: never the newest.
    let version = Some(fields.get("version").parse().unwrap_or(0));
    let (registry, now) = (state.registry.clone(), state.now());
    let edited =
        State::blocking(move || registry.edit_user(&admin, id.0, change, version, now)).await;
    match edited {
        Ok(user) => Ok(see_other(&format!("/desk/users/{}?done=saved", user.id))),
        Err(problem) => {
            let refusal = Refusal::of(&s, problem)?;
            let form = UserForm::typed(&s, &fields, UnitField::of(unit));
            let user = load(&state, &desk, user.id).await?;
            refused(&request, s, &user, form, refusal)
        }
    }
}

async fn invite(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    id: Id,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    let admin = Admin::of(&desk.who)?;
    let s = desk.context(&request);
    let user = id.0;
    let (registry, now) = (state.registry.clone(), state.now());
    let made = State::blocking(move || registry.invite_again(&admin, user, now)).await;
    match made {
        Ok((user, code)) => invited(&request, &state, s, &user, code),
        Err(problem) => {
            let mut refusal = Refusal::of(&s, problem)?;
            if refusal.status == StatusCode::CONFLICT {
                refusal.words = s
                    .t(
                        "Tài khoản đang bị khóa. Hãy mở khóa trước rồi mời lại.",
                        "The account is suspended. Take that back first, then invite again.",
                    )
                    .to_owned();
            }
            let user = load(&state, &desk, user).await?;
            let form = UserForm::of(&s, &user);
            refused(&request, s, &user, form, refusal)
        }
    }
}

async fn end_sessions(
    state: web::Data<State>,
    desk: Desk,
    id: Id,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    let admin = Admin::of(&desk.who)?;
    let user = id.0;
    let (registry, now) = (state.registry.clone(), state.now());
    State::blocking(move || registry.end_sessions(&admin, user, now)).await?;
    Ok(see_other(&format!("/desk/users/{user}?done=ended")))
}
