//! `/desk/keys`: the keys that sign tokens. For administrators.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use super::refusal::Refusal;
use crate::{
    access::capability::Admin,
    http::{headers::see_other, state::State},
    present::{problem::Problem, words},
    web::{
        failure::Failure,
        forms::{Desk, Fields},
        page_context::PageContext,
        render::{Page, page},
    },
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/keys", web::get().to(list))
        .route("/keys", web::post().to(rotate))
        .route("/keys/retire", web::post().to(retire));
}

#[derive(Template)]
#[template(path = "desk/keys.html")]
struct KeysPage {
    s: PageContext,
    rows: Vec<Row>,
    error: Option<String>,
    done: Option<&'static str>,
}

struct Row {
    kid: String,
    created_at: String,
    active: bool,
}

fn rows(state: &State, s: &PageContext, admin: &Admin) -> Vec<Row> {
    state
        .registry
        .keys(admin)
        .into_iter()
        .map(|key| Row {
            kid: key.kid,
            created_at: words::moment(key.created, s.lang),
            active: key.active,
        })
        .collect()
}

async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let admin = Admin::of(&desk.who)?;
    let s = desk.context(&request);
    let done = match fields.get("done") {
        "rotated" => Some(s.t(
            "Khóa mới đang ký. Những gì khóa cũ đã ký vẫn dùng được cho đến khi hết hạn.",
            "The new key signs now. What the old one signed stays good until it runs out.",
        )),
        "retired" => Some(s.t(
            "Đã hủy khóa. Mọi mã truy cập do khóa này ký đã mất hiệu lực.",
            "The key is withdrawn. Every token it signed is worthless.",
        )),
        "file-left" => Some(s.t(
            "Đã hủy khóa. Nhưng chưa xóa được tệp của khóa trong thư mục dữ liệu. Hãy xóa tệp đó bằng tay.",
            "The key is withdrawn. But its file in the data folder could not be removed. Remove it by hand.",
        )),
        _ => None,
    };
    let template = KeysPage {
        rows: rows(&state, &s, &admin),
        error: None,
        done,
        s,
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}

async fn rotate(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    let admin = Admin::of(&desk.who)?;
    let (registry, now) = (state.registry.clone(), state.now());
    match State::blocking(move || registry.rotate_key(&admin, now)).await {
        Ok(_) => Ok(see_other("/desk/keys?done=rotated")),
        Err(problem) => refused(&request, &state, &desk, problem),
    }
}

/// The page again, with what was wrong.
fn refused(
    request: &HttpRequest,
    state: &State,
    desk: &Desk,
    problem: Problem,
) -> Result<HttpResponse, Failure> {
    let mut s = desk.context(request);
    let refusal = Refusal::of(&s, problem)?;
    "/desk/keys".clone_into(&mut s.path);
    let template = KeysPage {
        rows: rows(state, &s, &Admin::of(&desk.who)?),
        error: Some(refusal.words),
        done: None,
        s,
    };
    page(request, Page::Private(refusal.status), &template)
}

async fn retire(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    let admin = Admin::of(&desk.who)?;
    let kid = fields.get("kid").to_owned();
    let (registry, now) = (state.registry.clone(), state.now());
    match State::blocking(move || registry.retire_key(&admin, &kid, now)).await {
        Ok(done) if done.file_removed => Ok(see_other("/desk/keys?done=retired")),
        Ok(_) => Ok(see_other("/desk/keys?done=file-left")),
        Err(problem) => refused(&request, &state, &desk, problem),
    }
}
