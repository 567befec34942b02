//! `/desk/users`: the accounts, and making a new one.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{
    idempotency,
    listing_row::cursor,
    refusal::Refusal,
    unit_choice::UnitField,
    user_view::{RoleChoice, UserView, roles},
};
use crate::{
    access::capability::{Admin, Auditor},
    domain::{
        role::Role,
        user::{User, Username},
    },
    http::state::State,
    registry::accounts::NewUser,
    web::{
        failure::Failure,
        forms::{Desk, Fields},
        page_context::PageContext,
        render::{Page, page},
    },
};

/// Rows of a page.
const ROWS: usize = 50;
/// Fields of the form that make an account.
const FIELDS: [&str; 4] = ["username", "role", "unit", "unit_code"];

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/users", web::get().to(list))
        .route("/users", web::post().to(add));
}

#[derive(Template)]
#[template(path = "desk/users.html")]
struct UsersPage {
    s: PageContext,
    rows: Vec<UserView>,
    next: Option<String>,
    form: NewUserForm,
    error: Option<String>,
}

/// The form for a new account.
struct NewUserForm {
    username: String,
    role: String,
    roles: Vec<RoleChoice>,
    unit: UnitField,
    once: String,
}

impl NewUserForm {
    fn new(s: &PageContext) -> Self {
        Self {
            username: String::new(),
            role: Role::Officer.as_str().to_owned(),
            roles: roles(s),
            unit: UnitField::default(),
            once: idempotency::token(),
        }
    }

    /// The account it asks for, or itself again with what is wrong.
    fn read(s: &PageContext, fields: &Fields) -> Result<NewUser, Box<(Self, Refusal)>> {
        let unit = UnitField::read(s, fields);
        let username = Username::parse(fields.get("username"));
        let role = Role::parse(fields.get("role"));
        let (unit, words) = match (username, role, unit) {
            (Ok(username), Some(role), Ok(unit)) => {
                return Ok(NewUser {
                    username,
                    role,
                    unit,
                });
            }
            (Err(_), _, unit) => (unit, bad_username(s)),
            (_, None, unit) => (unit, s.t("Hãy chọn vai trò.", "Choose a role.")),
            (_, _, Err(unit)) => {
                let words = unit.error.unwrap_or_default();
                (Err(unit), words)
            }
        };
        let unit = unit.map_or_else(|unit| unit, UnitField::of);
        Err(Box::new((
            Self::typed(s, fields, unit),
            Refusal::new(words),
        )))
    }

    fn typed(s: &PageContext, fields: &Fields, unit: UnitField) -> Self {
        Self {
            username: fields.get("username").to_owned(),
            role: fields.get("role").to_owned(),
            unit,
            ..Self::new(s)
        }
    }
}

fn bad_username(s: &PageContext) -> &'static str {
    s.t(
        "Tên đăng nhập có từ 3 đến 40 ký tự: chữ không dấu a–z, chữ số, dấu chấm, gạch nối, gạch dưới.",
        "A username has 3 to 40 of the characters a–z, 0–9, dot, hyphen, underscore.",
    )
}

async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let s = desk.context(&request);
    let form = NewUserForm::new(&s);
    show(&request, &state, &desk, &fields, (s, form, None)).await
}

/// The list, with the form below its heading.
async fn show(
    request: &HttpRequest,
    state: &web::Data<State>,
    desk: &Desk,
    fields: &Fields,
    (s, form, refusal): (PageContext, NewUserForm, Option<Refusal>),
) -> Result<HttpResponse, Failure> {
    let reader = Auditor::of(&desk.who)?;
    let after = cursor(fields)?;
    let registry = state.registry.clone();
    let (users, next) = State::blocking(move || registry.users(&reader, after, ROWS)).await?;
    let status = refusal.as_ref().map_or(StatusCode::OK, |r| r.status);
    let template = UsersPage {
        rows: users.iter().map(|user| UserView::of(&s, user)).collect(),
        next: next.map(|id| id.to_string()),
        form,
        error: refusal.map(|refusal| refusal.words),
        s,
    };
    page(request, Page::Private(status), &template)
}

async fn add(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    let admin = Admin::of(&desk.who)?;
    let s = desk.context(&request);
    let new = match NewUserForm::read(&s, &fields) {
        Ok(new) => new,
        Err(wrong) => {
            let (form, refusal) = *wrong;
            let told = (s, form, Some(refusal));
            return show(&request, &state, &desk, &fields, told).await;
        }
    };
    let unit = new.unit;
    let receipt = idempotency::receipt(&desk, "POST /desk/users", &fields, &FIELDS);
    let (registry, now) = (state.registry.clone(), state.now());
    let made = State::blocking(move || registry.add_user(&admin, new, receipt, now)).await;
    match made {
        Ok((user, code)) => invited(&request, &state, s, &user, code),
        Err(problem) => {
            let refusal = Refusal::of(&s, problem)?;
            let form = NewUserForm::typed(&s, &fields, UnitField::of(unit));
            let told = (s, form, Some(refusal));
            show(&request, &state, &desk, &fields, told).await
        }
    }
}

#[derive(Template)]
#[template(path = "desk/invited.html")]
struct InvitedPage {
    s: PageContext,
    user: UserView,
    code: String,
    /// Where the person uses it.
    enrol_at: String,
}

/// Shows the one-time code of an account, here and nowhere else.
pub(super) fn invited(
    request: &HttpRequest,
    state: &State,
    mut s: PageContext,
    user: &User,
    code: String,
) -> Result<HttpResponse, Failure> {
    // A switch of the language leaves the code behind: it comes back to the account.
    s.path = format!("/desk/users/{}", user.id);
    let template = InvitedPage {
        user: UserView::of(&s, user),
        code,
        enrol_at: format!("{}/desk/enrol", state.issuer.url),
        s,
    };
    page(request, Page::Private(StatusCode::OK), &template)
}
