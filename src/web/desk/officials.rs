//! `/desk/officials`: protected numbers. Everybody at the desk reads them; administrators add and take away.

use actix_web::web;
use askama::Template;

use super::{
    approvals, decision, idempotency,
    refusal::Refusal,
    request::{Desk, Form},
};
use crate::{
    access::capability::Admin,
    domain::{
        approval::Approval,
        identifier::{Identifier, Reason},
        key::Key,
        message::Lang,
        official,
        reading::Unreadable,
    },
    present::{json, problem_catalogue, problem_code::ProblemCode, words},
    registry::officials::OfficialNames,
    store::schema::OfficialRow,
    web::{failure::Failure, forms::Fields, page_context::PageContext, render::Answer},
};

/// Fields of the form that protects a number.
const FIELDS: [&str; 5] = ["identifier", "meant", "name_vi", "name_en", "reason"];

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/officials", web::get().to(read))
        .route("/officials", web::post().to(add))
        .route("/officials/remove", web::post().to(remove));
}

#[derive(Template)]
#[template(path = "desk/officials.html")]
struct OfficialsPage {
    s: PageContext,
    /// Those that administrators added come first.
    rows: Vec<Row>,
    form: OfficialForm,
    /// The form that protects a number was not taken, and is open.
    is_open: bool,
}

/// A protected number in the table.
struct Row {
    display: String,
    name: String,
    /// What it is removed by; those of the program stay.
    key: Option<String>,
    /// Its form was not taken: it is open, with the reason that was typed.
    refused: Option<String>,
}

/// The form that protects a number.
struct OfficialForm {
    identifier: String,
    name_vi: String,
    name_en: String,
    reason: String,
    /// What the text may mean: key, display, kind.
    suggestions: Vec<(String, String, &'static str)>,
    once: String,
}

impl OfficialForm {
    /// The form as it was filled in; without fields an empty one.
    fn of(fields: &Fields, lang: Lang) -> Self {
        let text = |name| fields.get(name).to_owned();
        let unreadable = read_identifier(fields).err();
        let guesses = unreadable.iter().flat_map(|why| &why.suggestions);
        Self {
            identifier: text("identifier"),
            name_vi: text("name_vi"),
            name_en: text("name_en"),
            reason: text("reason"),
            suggestions: guesses
                .map(|id| {
                    let kind = words::kind(id.kind(), lang);
                    (id.key().to_string(), id.display(), kind)
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
fn reason_words(unreadable: &Unreadable, lang: Lang) -> String {
    if unreadable.reason == Reason::Empty {
        return lang.pick("Hãy nhập số.", "Enter the number.").to_owned();
    }
    let found = problem_catalogue::find(unreadable.reason.code());
    found.map_or_else(String::new, |kind| {
        let vi = (kind.meaning_vi, kind.remedy_vi);
        let (meaning, remedy) = lang.pick(vi, (kind.meaning_en, kind.remedy_en));
        format!("{meaning} {remedy}")
    })
}

fn rows(added: Vec<OfficialRow>, refused: Option<&(Key, String)>, lang: Lang) -> Vec<Row> {
    let added = added.into_iter().map(|row| Row {
        refused: refused
            .filter(|(key, _)| *key == row.key)
            .map(|(_, reason)| reason.clone()),
        display: words::of_key(&row.key),
        name: lang.pick(&row.name_vi, &row.name_en).clone(),
        key: Some(row.key.as_str().to_owned()),
    });
    let builtin = official::builtins().iter().map(|known| Row {
        display: known.code.to_owned(),
        name: lang.pick(known.name_vi, known.name_en).to_owned(),
        key: None,
        refused: None,
    });
    added.chain(builtin).collect()
}

async fn read(desk: Desk) -> Answer {
    let s = desk.context();
    show(&desk, s, &Fields::default(), None, None).await
}

/// The page, with the form that was not taken: that of a number and the reason that was typed, or the one that protects
/// another.
async fn show(
    desk: &Desk,
    mut s: PageContext,
    fields: &Fields,
    removing: Option<(Key, String)>,
    refusal: Option<Refusal>,
) -> Answer {
    let added = desk.ask(|registry, _| registry.officials()).await?;
    let at = |key: &Key| added.iter().position(|row| row.key == *key);
    let place = removing.as_ref().and_then(|(key, _)| at(key));
    let form = place.map_or_else(|| "add".to_owned(), |place| (place + 1).to_string());
    let is_open = refusal.is_some() && removing.is_none();
    let status = Refusal::show(refusal.map(|refusal| refusal.in_form(form)), &mut s)?;
    let template = OfficialsPage {
        rows: rows(added, removing.as_ref(), s.lang),
        form: OfficialForm::of(fields, s.lang),
        is_open,
        s,
    };
    desk.page(status, &template)
}

async fn add(Form { desk, fields }: Form) -> Answer {
    let refusal = match added(&desk, &fields).await {
        Ok(approval) => return Ok(approvals::asked(&approval)),
        Err(refusal) => refusal,
    };
    let s = desk.context();
    let refusal = refusal
        .when(
            ProblemCode::AlreadyListed,
            s.t(
                "Số này đang có cảnh báo còn hiệu lực. Hãy gỡ cảnh báo đó trước.",
                "There is a warning in force about this number. Take it off first.",
            ),
        )
        .when(
            ProblemCode::AlreadyProposed,
            s.t(
                "Đã có người đề nghị cảnh báo số này. Hãy đợi chỉ huy quyết định trước.",
                "A proposal about this number waits for a decision. Let that be decided first.",
            ),
        );
    show(&desk, s, &fields, None, Some(refusal)).await
}

async fn added(desk: &Desk, fields: &Fields) -> Result<Approval, Refusal> {
    Admin::of(&desk.who)?;
    let wrong =
        |why: Unreadable| Refusal::of_form(reason_words(&why, desk.lang())).at("identifier");
    let identifier = read_identifier(fields).map_err(wrong)?;
    let receipt = idempotency::receipt(desk, "POST /desk/officials", fields, &FIELDS);
    let [name_vi, name_en] = ["name_vi", "name_en"].map(|name| fields.get(name).to_owned());
    let reason = decision::reason(fields)?;
    let admin = decision::administer(desk, fields).await?;
    let work = desk.ask(move |registry, now| {
        let names = OfficialNames {
            vi: &name_vi,
            en: &name_en,
        };
        registry.add_official(&admin, &identifier, &names, &reason, receipt, now)
    });
    Ok(work.await?)
}

async fn remove(Form { desk, fields }: Form) -> Answer {
    Admin::of(&desk.who)?;
    let key = Key::parse(fields.get("key")).map_err(|_| Failure::of(ProblemCode::NotFound))?;
    let removing = (key.clone(), fields.get("reason").to_owned());
    let asked = async {
        let reason = decision::reason(&fields)?;
        let admin = decision::administer(&desk, &fields).await?;
        let work =
            desk.ask(move |registry, now| registry.remove_official(&admin, key, &reason, now));
        Ok(work.await?)
    };
    match asked.await {
        Ok(approval) => Ok(approvals::asked(&approval)),
        Err(refusal) => {
            let s = desk.context_at("/desk/officials");
            let fields = Fields::default();
            show(&desk, s, &fields, Some(removing), Some(refusal)).await
        }
    }
}
