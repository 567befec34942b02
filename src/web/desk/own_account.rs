//! `/desk/sessions`, `/desk/password`, `/desk/telephone`: who I am here, where I am signed in, and what I sign in with.

use actix_web::{http::StatusCode, web};
use askama::Template;

use super::{
    decision,
    refusal::Refusal,
    request::{Desk, Form},
    sign_in::Secret,
};
use crate::{
    domain::session::Session,
    http::{extract::Id, hashing::Turn, headers::see_other},
    present::{problem::Problem, problem_code::ProblemCode, words},
    web::{forms::Fields, page_context::PageContext, render::Answer},
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/sessions", web::get().to(list))
        .route("/sessions/{id}/end", web::post().to(end))
        .route("/password", web::get().to(ask_password))
        .route("/password", web::post().to(replace_password))
        .route("/telephone", web::get().to(ask_telephone))
        .route("/telephone/begin", web::post().to(begin_telephone))
        .route("/telephone", web::post().to(replace_telephone));
}

#[derive(Template)]
#[template(path = "desk/sessions.html")]
struct SessionsPage {
    s: PageContext,
    username: String,
    role: &'static str,
    unit: String,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    /// The one of this browser.
    is_current: bool,
    started_at: String,
    expires_at: String,
}

async fn list(desk: Desk, fields: Fields) -> Answer {
    let (mut s, who) = (desk.context(), desk.who.clone());
    s.done = match fields.get("done") {
        "enrolled" => Some(s.lang.pick(
            "Tài khoản đã kích hoạt. Anh/chị đã đăng nhập.",
            "Your account is active. You are signed in.",
        )),
        "password" => Some(s.lang.pick(
            "Đã đổi mật khẩu. Các máy khác đã bị đăng xuất.",
            "The password is changed. You are signed out everywhere else.",
        )),
        "telephone" => Some(s.lang.pick(
            "Đã chuyển sang điện thoại mới. Mã của điện thoại cũ không dùng được nữa. Các máy khác đã bị đăng xuất.",
            "The new phone is in use. Codes of the old one are worthless. You are signed out everywhere else.",
        )),
        "ended" => Some(s.lang.pick("Đã đăng xuất máy đó.", "That session is over.")),
        _ => None,
    };
    let sessions = desk.ask(move |registry, _| registry.sessions(&who)).await?;
    let current = desk.who.session().id;
    let row = |session: Session| Row {
        id: session.id.to_string(),
        is_current: session.id == current,
        started_at: words::moment(session.started_at, s.lang),
        expires_at: words::moment(session.expires_at, s.lang),
    };
    let rows = sessions.into_iter().map(row).collect();
    let user = desk.who.user();
    let template = SessionsPage {
        username: user.username.to_string(),
        role: words::role(user.role, s.lang),
        unit: words::unit_in_full(user.unit, s.lang),
        rows,
        s,
    };
    desk.page(StatusCode::OK, &template)
}

async fn end(Form { desk, .. }: Form, Id(id): Id) -> Answer {
    let who = desk.who.clone();
    let ended = desk.ask(move |registry, now| registry.end_session(&who, id, now));
    match ended.await {
        Ok(()) if id == desk.who.session().id => Ok(see_other("/desk/sign-in")),
        // It is over, whoever ended it.
        Err(problem) if problem.code() != ProblemCode::NotFound => Err(problem.into()),
        Ok(()) | Err(_) => Ok(see_other("/desk/sessions?done=ended")),
    }
}

#[derive(Template)]
#[template(path = "desk/password.html")]
struct PasswordPage {
    s: PageContext,
}

async fn ask_password(desk: Desk) -> Answer {
    show_password(&desk, None)
}

/// The form; no password is sent back.
fn show_password(desk: &Desk, refusal: Option<Refusal>) -> Answer {
    let mut s = desk.context_at("/desk/password");
    let status = Refusal::show(refusal.map(|why| why.in_form("password")), &mut s)?;
    desk.page(status, &PasswordPage { s })
}

async fn replace_password(Form { desk, fields }: Form) -> Answer {
    match password_replaced(&desk, &fields).await {
        Ok(()) => Ok(see_other("/desk/sessions?done=password")),
        Err(refusal) => show_password(&desk, Some(refusal)),
    }
}

async fn password_replaced(desk: &Desk, fields: &Fields) -> Result<(), Refusal> {
    let [present, new, again] =
        ["present", "password", "again"].map(|name| fields.exact(name).to_owned());
    if new != again {
        return Err(Refusal::of_form(desk.lang().pick(
            "Hai lần nhập mật khẩu mới khác nhau.",
            "The two new passwords differ.",
        )));
    }
    let who = decision::step_up(desk, fields).await?;
    let turn = hashing_turn(desk).await?;
    let work = desk.ask(move |registry, now| {
        let _turn = turn;
        registry.replace_password(&who, &present, &new, now)
    });
    Ok(work.await?)
}

#[derive(Template)]
#[template(path = "desk/telephone.html")]
struct TelephonePage {
    s: PageContext,
    /// What the new telephone needs, once the old one has shown its code.
    next: Option<Secret>,
}

async fn ask_telephone(desk: Desk) -> Answer {
    show_telephone(&desk, None)
}

fn show_telephone(desk: &Desk, refusal: Option<Refusal>) -> Answer {
    let mut s = desk.context_at("/desk/telephone");
    let status = Refusal::show(refusal.map(|why| why.in_form("telephone")), &mut s)?;
    let registry = &desk.state.registry;
    let factor = registry.next_factor(&desk.who, desk.state.now()).ok();
    let next = factor.map(Secret::from);
    desk.page(status, &TelephonePage { s, next })
}

/// The old telephone shows its code.
async fn begin_telephone(Form { desk, fields }: Form) -> Answer {
    match decision::step_up(&desk, &fields).await {
        Ok(_) => Ok(see_other("/desk/telephone")),
        Err(refusal) => show_telephone(&desk, Some(refusal)),
    }
}

async fn replace_telephone(Form { desk, fields }: Form) -> Answer {
    let (who, code) = (desk.who.clone(), fields.get("next").replace(' ', ""));
    let present = fields.exact("present").to_owned();
    let replaced = async {
        let turn = hashing_turn(&desk).await?;
        let work = desk.ask(move |registry, now| {
            let _turn = turn;
            registry.replace_factor(&who, &present, &code, now)
        });
        work.await
    };
    match replaced.await {
        Ok(()) => Ok(see_other("/desk/sessions?done=telephone")),
        Err(problem) => show_telephone(&desk, Some(problem.into())),
    }
}

/// A turn in the line of those who sign in on a device that is known: a session stands for one.
async fn hashing_turn(desk: &Desk) -> Result<Turn, Problem> {
    let (address, session) = (desk.address(), desk.who.session().id);
    desk.state.hashing.signing_in(address, Some(session)).await
}
