//! `/desk/users`: the accounts, and making a new one.

use actix_web::{http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{
    decision, idempotency,
    refusal::Refusal,
    request::{Desk, Form},
    user_form::{FIELDS, UserForm, new_user},
    user_view::UserView,
};
use crate::{
    access::capability::{Admin, Auditor},
    domain::user::User,
    web::{forms::Fields, page_context::PageContext, render::Answer},
};

/// Rows of a page.
const ROWS: usize = 50;

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
    next: Option<Uuid>,
    form: UserForm,
}

async fn list(desk: Desk, fields: Fields) -> Answer {
    let form = UserForm::new(desk.lang());
    show(&desk, &fields, form, None).await
}

/// The list, with the form below its heading.
async fn show(desk: &Desk, fields: &Fields, form: UserForm, refusal: Option<Refusal>) -> Answer {
    let mut s = desk.context();
    let status = Refusal::show(refusal, &mut s)?;
    let (reader, after) = (Auditor::of(&desk.who)?, fields.cursor()?);
    let found = desk.ask(move |registry, _| registry.users(&reader, after, ROWS));
    let (users, next) = found.await?;
    let rows = users.iter();
    let rows = rows.map(|user| UserView::of(user, s.lang));
    let template = UsersPage {
        rows: rows.collect(),
        next,
        form,
        s,
    };
    desk.page(status, &template)
}

async fn add(Form { desk, fields }: Form) -> Answer {
    match added(&desk, &fields).await {
        Ok((user, code)) => code_page(&desk, &user, code),
        Err(refusal) => {
            let form = UserForm::typed(&fields, desk.lang());
            show(&desk, &fields, form, Some(refusal.in_form("add"))).await
        }
    }
}

async fn added(desk: &Desk, fields: &Fields) -> Result<(User, String), Refusal> {
    Admin::of(&desk.who)?;
    let new = new_user(fields, desk.lang())?;
    let reason = decision::reason(fields)?;
    let admin = decision::administer(desk, fields).await?;
    let receipt = idempotency::receipt(desk, "POST /desk/users", fields, &FIELDS);
    let work = desk.ask(move |registry, now| registry.add_user(&admin, new, &reason, receipt, now));
    Ok(work.await?)
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
pub(super) fn code_page(desk: &Desk, user: &User, code: String) -> Answer {
    let template = InvitedPage {
        user: UserView::of(user, desk.lang()),
        code,
        enrol_at: format!("{}/desk/enrol", desk.state.issuer.url),
        // A switch of the language leaves the code behind: it comes back to the account.
        s: desk.context_at(format!("/desk/users/{}", user.id)),
    };
    desk.page(StatusCode::OK, &template)
}
