//! `/desk/keys`: the keys that sign tokens. For administrators.

use actix_web::web;
use askama::Template;

use super::{
    decision,
    refusal::Refusal,
    request::{Desk, Form},
};
use crate::{
    access::capability::Admin,
    http::headers::see_other,
    present::words,
    web::{forms::Fields, page_context::PageContext, render::Answer},
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
    /// Why a new key is brought in, as it was typed.
    reason: String,
}

struct Row {
    kid: String,
    created_at: String,
    active: bool,
    /// Its form was not taken: it is open, with the reason that was typed.
    refused: Option<String>,
}

async fn list(desk: Desk, fields: Fields) -> Answer {
    show(&desk, fields.get("done"), &Fields::default(), None)
}

/// The page, with the form that was not taken: that of a key where its fields name one, else the one for a new key.
fn show(desk: &Desk, done: &str, fields: &Fields, refusal: Option<Refusal>) -> Answer {
    let admin = Admin::of(&desk.who)?;
    let mut s = desk.context_at("/desk/keys");
    s.done = match done {
        "rotated" => Some(s.lang.pick(
            "Khóa mới đang ký. Những gì khóa cũ đã ký vẫn dùng được cho đến khi hết hạn.",
            "The new key signs now. What the old one signed stays good until it runs out.",
        )),
        "retired" => Some(s.lang.pick(
            "Đã hủy khóa. Mọi mã truy cập do khóa này ký đã mất hiệu lực.",
            "The key is withdrawn. The access tokens it signed are no longer valid.",
        )),
        "file-left" => Some(s.lang.pick(
            "Đã hủy khóa. Nhưng chưa xóa được tệp của khóa trong thư mục dữ liệu. Hãy xóa tệp đó bằng tay.",
            "The key is withdrawn. But its file in the data folder could not be removed. Remove it by hand.",
        )),
        _ => None,
    };
    let (keys, kid) = (desk.state.registry.keys(&admin), fields.get("kid"));
    let place = keys.iter().position(|key| key.kid == kid);
    let form = place.map_or_else(|| "new".to_owned(), |place| (place + 1).to_string());
    let refusal = refusal.map(|refusal| refusal.in_form(form));
    let is_refused = refusal.is_some();
    let status = Refusal::show(refusal, &mut s)?;
    let reason = fields.get("reason");
    let rows = keys.into_iter().map(|key| Row {
        created_at: words::moment(key.created, s.lang),
        active: key.active,
        refused: (is_refused && key.kid == kid).then(|| reason.to_owned()),
        kid: key.kid,
    });
    let template = KeysPage {
        rows: rows.collect(),
        reason: match place {
            Some(_) => String::new(),
            None => reason.to_owned(),
        },
        s,
    };
    desk.page(status, &template)
}

async fn rotate(Form { desk, fields }: Form) -> Answer {
    let rotated = async {
        Admin::of(&desk.who)?;
        let reason = decision::reason(&fields)?;
        let admin = decision::administer(&desk, &fields).await?;
        let work = desk.ask(move |registry, now| registry.rotate_key(&admin, &reason, now));
        Ok(work.await?)
    };
    match rotated.await {
        Ok(_) => Ok(see_other("/desk/keys?done=rotated")),
        Err(refusal) => show(&desk, "", &fields, Some(refusal)),
    }
}

async fn retire(Form { desk, fields }: Form) -> Answer {
    let kid = fields.get("kid").to_owned();
    let retired = async {
        Admin::of(&desk.who)?;
        let reason = decision::reason(&fields)?;
        let admin = decision::administer(&desk, &fields).await?;
        let work = desk.ask(move |registry, now| registry.retire_key(&admin, &kid, &reason, now));
        Ok(work.await?)
    };
    match retired.await {
        Ok(done) if done.file_removed => Ok(see_other("/desk/keys?done=retired")),
        Ok(_) => Ok(see_other("/desk/keys?done=file-left")),
        Err(refusal) => show(&desk, "", &fields, Some(refusal)),
    }
}
