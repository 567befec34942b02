//! `/desk/users/{id}`: one account, what it may do, its invitation and its sessions.

use actix_web::web;
use askama::Template;
use uuid::Uuid;

use super::{
    decision,
    refusal::Refusal,
    request::{Desk, Form},
    user_form::{UserForm, user_edit},
    user_view::UserView,
    users::code_page,
};
use crate::{
    access::capability::{Admin, Auditor},
    domain::user::User,
    http::{extract::Id, headers::see_other},
    present::{problem::Problem, problem_code::ProblemCode},
    web::{forms::Fields, page_context::PageContext, render::Answer},
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
}

fn page_of(id: Uuid) -> String {
    format!("/desk/users/{id}")
}

async fn load(desk: &Desk, id: Uuid) -> Result<User, Problem> {
    let reader = Auditor::of(&desk.who)?;
    desk.ask(move |registry, _| registry.user(&reader, id))
        .await
}

async fn read(desk: Desk, Id(id): Id, fields: Fields) -> Answer {
    let user = load(&desk, id).await?;
    let mut s = desk.context();
    s.done = match fields.get("done") {
        "saved" => Some(s.lang.pick(
            "Đã lưu. Thay đổi có hiệu lực ngay.",
            "Saved. The change works at once.",
        )),
        "ended" => Some(s.lang.pick(
            "Đã kết thúc mọi phiên đăng nhập của tài khoản này.",
            "Every session of this account is over.",
        )),
        _ => None,
    };
    let form = UserForm::of(&user, s.lang);
    show(&desk, s, &user, form, None)
}

fn show(
    desk: &Desk,
    mut s: PageContext,
    user: &User,
    form: UserForm,
    refusal: Option<Refusal>,
) -> Answer {
    let status = Refusal::show(refusal, &mut s)?;
    let user = UserView::of(user, s.lang);
    desk.page(status, &UserPage { s, user, form })
}

async fn edit(Form { desk, fields }: Form, Id(id): Id) -> Answer {
    let Err(refusal) = edited(&desk, &fields, id).await else {
        return Ok(see_other(&format!("{}?done=saved", page_of(id))));
    };
    // The account as it stands now, the form as it was filled in.
    let user = load(&desk, id).await?;
    let s = desk.context();
    let form = UserForm::typed(&fields, s.lang);
    let refusal = refusal.of_edit(s.lang).in_form("edit");
    show(&desk, s, &user, form, Some(refusal))
}

async fn edited(desk: &Desk, fields: &Fields, id: Uuid) -> Result<User, Refusal> {
    Admin::of(&desk.who)?;
    let change = user_edit(fields, &load(desk, id).await?, desk.lang())?;
    let reason = decision::reason(fields)?;
    let admin = decision::administer(desk, fields).await?;
    let version = Some(fields.version());
    let work = desk
        .ask(move |registry, now| registry.edit_user(&admin, id, change, version, &reason, now));
    Ok(work.await?)
}

async fn invite(Form { desk, fields }: Form, Id(id): Id) -> Answer {
    let made = async {
        Admin::of(&desk.who)?;
        let reason = decision::reason(&fields)?;
        let admin = decision::administer(&desk, &fields).await?;
        let work = desk.ask(move |registry, now| registry.invite_again(&admin, id, &reason, now));
        Ok(work.await?)
    };
    let refusal: Refusal = match made.await {
        Ok((user, code)) => return code_page(&desk, &user, code),
        Err(refusal) => refusal,
    };
    let refusal = refusal.when(
        ProblemCode::NotOpen,
        desk.lang().pick(
            "Tài khoản đang bị khóa. Hãy mở khóa trước rồi mời lại.",
            "The account is suspended. Unsuspend it first, then invite again.",
        ),
    );
    refused(&desk, id, refusal.in_form("invite")).await
}

/// The account as it stands, and why it was not done.
async fn refused(desk: &Desk, id: Uuid, refusal: Refusal) -> Answer {
    let s = desk.context_at(page_of(id));
    let user = load(desk, id).await?;
    let form = UserForm::of(&user, s.lang);
    show(desk, s, &user, form, Some(refusal))
}

async fn end_sessions(Form { desk, fields }: Form, Id(id): Id) -> Answer {
    let ended = async {
        Admin::of(&desk.who)?;
        let reason = decision::reason(&fields)?;
        let admin = decision::administer(&desk, &fields).await?;
        let work = desk.ask(move |registry, now| registry.end_sessions(&admin, id, &reason, now));
        Ok::<_, Refusal>(work.await?)
    };
    match ended.await {
        Ok(()) => Ok(see_other(&format!("{}?done=ended", page_of(id)))),
        Err(refusal) => refused(&desk, id, refusal.in_form("end")).await,
    }
}
