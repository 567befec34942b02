//! `/desk/officials`: protected numbers. Everybody at the desk reads them; administrators add and take away.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{idempotency, refusal::Refusal};
use crate::{
    access::capability::Admin,
    domain::{
        identifier::{Identifier, Reason},
        key::Key,
        message::Lang,
        official,
        reading::Unreadable,
    },
    http::{headers::see_other, state::State},
    present::{json, problem_catalogue, words},
    registry::Registry,
    store::schema::OfficialRow,
    web::{
        failure::Failure,
        forms::{Desk, Fields},
        page_context::PageContext,
        render::{Page, page},
    },
};

/// Fields of the form that protects a number.
const FIELDS: [&str; 4] = ["identifier", "meant", "name_vi", "name_en"];

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/officials", web::get().to(list))
        .route("/officials", web::post().to(add))
        .route("/officials/remove", web::post().to(remove));
}

#[derive(Template)]
#[template(path = "desk/officials.html")]
struct OfficialsPage {
    s: PageContext,
    /// Those that administrators added come first.
    rows: Vec<Row>,
    form: Form,
    error: Option<String>,
    done: Option<&'static str>,
}

/// A protected number in the table.
struct Row {
    display: String,
    name: String,
    /// What it is removed by; those of the program stay.
    key: Option<String>,
}

/// The form that protects a number.
struct Form {
    identifier: String,
    name_vi: String,
    name_en: String,
    /// What the text may mean: key, display, kind.
    suggestions: Vec<(String, String, &'static str)>,
    once: String,
}

impl Form {
    fn new() -> Self {
        Self {
            identifier: String::new(),
            name_vi: String::new(),
            name_en: String::new(),
            suggestions: Vec::new(),
            once: idempotency::token(),
        }
    }

    fn typed(s: &PageContext, fields: &Fields, suggestions: &[Identifier]) -> Self {
        Self {
            identifier: fields.get("identifier").to_owned(),
            name_vi: fields.get("name_vi").to_owned(),
            name_en: fields.get("name_en").to_owned(),
            suggestions: suggestions
                .iter()
                .map(|id| {
                    let key = id.key().as_str().to_owned();
                    (key, id.display(), words::kind(id.kind(), s.lang))
                })
                .collect(),
            once: idempotency::token(),
        }
    }
}

/// The identifier a form means: its text, or what was chosen of the things the text may mean.
fn read_identifier(fields: &Fields) -> Result<Identifier, Unreadable> {
    let text = fields.get("identifier");
    if text.chars().count() > json::MAX_TEXT {
        return Err(Reason::TooLong.into());
    }
    Identifier::parse(text).or_else(|unreadable| {
        let meant = fields.get("meant");
        let chosen = |id: &&Identifier| id.key().as_str() == meant;
        let found = unreadable.suggestions.iter().find(chosen).cloned();
        found.ok_or(unreadable)
    })
}

/// Why a text is not one number, and what to do, in the reader's language.
fn reason_words(s: &PageContext, unreadable: &Unreadable) -> String {
    if unreadable.reason == Reason::Empty {
        return s.t("Hãy nhập số.", "Enter the number.").to_owned();
    }
    let found = problem_catalogue::find(unreadable.reason.code());
    found.map_or_else(String::new, |kind| match s.lang {
        Lang::Vi => format!("{} {}", kind.meaning_vi, kind.remedy_vi),
        Lang::En => format!("{} {}", kind.meaning_en, kind.remedy_en),
    })
}

fn rows(s: &PageContext, added: Vec<OfficialRow>) -> Vec<Row> {
    let added = added.into_iter().map(|row| Row {
        display: words::of_key(&row.key),
        name: s.t(&row.name_vi, &row.name_en).to_owned(),
        key: Some(row.key.as_str().to_owned()),
    });
    let builtin = official::builtins().iter().map(|known| Row {
        display: known.code.to_owned(),
        name: s.t(known.name_vi, known.name_en).to_owned(),
        key: None,
    });
    added.chain(builtin).collect()
}

async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let s = desk.context(&request);
    let done = match fields.get("done") {
        "added" => Some(s.t(
            "Đã thêm. Số này không thể bị đưa vào danh sách cảnh báo nữa.",
            "Added. This number can't be listed any more.",
        )),
        "removed" => Some(s.t("Đã bỏ bảo vệ.", "The protection is off.")),
        _ => None,
    };
    let template = OfficialsPage {
        rows: rows(&s, added(&state).await?),
        form: Form::new(),
        error: None,
        done,
        s,
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}

async fn added(state: &web::Data<State>) -> Result<Vec<OfficialRow>, Failure> {
    let registry = state.registry.clone();
    Ok(State::blocking(move || Registry::officials(&registry)).await?)
}

async fn refused(
    request: &HttpRequest,
    state: &web::Data<State>,
    mut s: PageContext,
    form: Form,
    refusal: Refusal,
) -> Result<HttpResponse, Failure> {
    "/desk/officials".clone_into(&mut s.path);
    let template = OfficialsPage {
        rows: rows(&s, added(state).await?),
        form,
        error: Some(refusal.words),
        done: None,
        s,
    };
    page(request, Page::Private(refusal.status), &template)
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
    let identifier = match read_identifier(&fields) {
        Ok(identifier) => identifier,
        Err(unreadable) => {
            let refusal = Refusal::new(reason_words(&s, &unreadable));
            let form = Form::typed(&s, &fields, &unreadable.suggestions);
            return refused(&request, &state, s, form, refusal).await;
        }
    };
    let receipt = idempotency::receipt(&desk, "POST /desk/officials", &fields, &FIELDS);
    let (name_vi, name_en) = (
        fields.get("name_vi").to_owned(),
        fields.get("name_en").to_owned(),
    );
    let (registry, now) = (state.registry.clone(), state.now());
    let made = State::blocking(move || {
        registry.add_official(&admin, &identifier, &name_vi, &name_en, receipt, now)
    })
    .await;
    match made {
        Ok(_) => Ok(see_other("/desk/officials?done=added")),
        Err(problem) => {
            let refusal = Refusal::of(&s, problem)?;
            let form = Form::typed(&s, &fields, &[]);
            refused(&request, &state, s, form, refusal).await
        }
    }
}

async fn remove(
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    let admin = Admin::of(&desk.who)?;
    let key = Key::parse(fields.get("key")).map_err(|_| Failure::of("not-found"))?;
    let (registry, now) = (state.registry.clone(), state.now());
    State::blocking(move || registry.remove_official(&admin, key, now)).await?;
    Ok(see_other("/desk/officials?done=removed"))
}
