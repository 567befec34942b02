//! `/desk/approvals`: what one person alone may not do, and the second person's answer.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{
    decision,
    refusal::Refusal,
    request::{Desk, Form},
};
use crate::{
    access::capability::{ApprovalReader, Auditor, Reader, SecondPerson},
    domain::approval::{Act, Approval, ApprovalStatus},
    http::{extract::Id, headers::see_other},
    present::words,
    web::{failure::Failure, forms::Fields, page_context::PageContext, render::Answer},
};

/// Rows of a page.
const ROWS: usize = 50;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/approvals", web::get().to(list))
        .route("/approvals/{id}", web::get().to(read))
        .route("/approvals/{id}/agree", web::post().to(agree))
        .route("/approvals/{id}/refuse", web::post().to(refuse));
}

/// Where somebody who asked for an act is led.
pub(super) fn asked(approval: &Approval) -> HttpResponse {
    see_other(&format!("/desk/approvals/{}?done=asked", approval.id))
}

/// An act that wants a second person, in words.
struct Row {
    id: Uuid,
    what: &'static str,
    /// When to agree.
    advice: &'static str,
    /// On what, and where that is to be seen.
    on: String,
    href: Option<String>,
    unit: String,
    asked_by: String,
    asked_at: String,
    until: String,
    reason: String,
    status: ApprovalStatus,
    status_word: &'static str,
    wants: usize,
    answers: Vec<Line>,
}

/// What one person answered.
struct Line {
    who: String,
    at: String,
    word: &'static str,
    why: String,
}

impl Row {
    fn of(desk: &Desk, approval: &Approval) -> Result<Self, Failure> {
        let lang = desk.lang();
        let answers = approval.answers.iter().map(|answer| {
            Ok(Line {
                who: desk.name_of(answer.by)?,
                at: words::moment(answer.at, lang),
                word: match answer.agrees {
                    true => lang.pick("Đồng ý", "Agreed"),
                    false => lang.pick("Từ chối", "Refused"),
                },
                why: answer
                    .reason
                    .as_ref()
                    .map_or_else(String::new, |why| why.text.clone()),
            })
        });
        let (on, href) = subject(desk, &approval.act)?;
        Ok(Self {
            id: approval.id,
            what: words::act(&approval.act, lang),
            advice: words::act_advice(&approval.act, lang),
            on,
            href,
            unit: words::unit_in_full(approval.unit, lang),
            asked_by: desk.name_of(approval.asked_by)?,
            asked_at: words::moment(approval.asked_at, lang),
            until: words::moment(approval.until, lang),
            reason: approval
                .reason
                .as_ref()
                .map_or_else(String::new, |why| why.text.clone()),
            status: approval.status,
            status_word: words::approval_status(approval.status, lang),
            wants: approval.wants(),
            answers: answers.collect::<Result<_, Failure>>()?,
        })
    }

    fn is_pending(&self) -> bool {
        self.status == ApprovalStatus::Pending
    }

    /// The colour of the status' tag.
    fn tag(&self) -> &'static str {
        match self.status {
            ApprovalStatus::Pending => " govuk-tag--yellow",
            ApprovalStatus::Agreed => " govuk-tag--green",
            ApprovalStatus::Refused => " govuk-tag--red",
            ApprovalStatus::Lapsed | ApprovalStatus::Superseded => " govuk-tag--grey",
        }
    }
}

/// On what an act is, as this reader may see it.
fn subject(desk: &Desk, act: &Act) -> Result<(String, Option<String>), Failure> {
    let registry = &desk.state.registry;
    let lang = desk.lang();
    Ok(match act {
        Act::Account {
            user,
            role,
            unit,
            cause,
        } => {
            let name = registry
                .username(*user)?
                .map_or_else(|| user.to_string(), |name| name.to_string());
            let (role, unit) = (words::role(*role, lang), words::unit_in_full(*unit, lang));
            let cause = words::cause(*cause, lang);
            let href = Auditor::of(&desk.who)
                .is_ok()
                .then(|| format!("/desk/users/{user}"));
            (format!("{name}: {role}, {unit} ({cause})"), href)
        }
        Act::AddOfficial {
            key,
            name_vi,
            name_en,
        } => {
            let name = lang.pick(name_vi, name_en);
            (format!("{} ({name})", words::of_key(key)), None)
        }
        Act::RemoveOfficial { key } => (words::of_key(key), None),
        Act::EraseNotes { listing } | Act::EraseListing { listing, .. } => {
            let reader = Reader::of(&desk.who)?;
            let found = registry.listing_without_texts(&reader, *listing).ok();
            let shown = found.and_then(|found| Some(found.identifier()?.display()));
            let text = shown.unwrap_or_else(|| listing.to_string());
            (text, Some(format!("/desk/listings/{listing}")))
        }
    })
}

#[derive(Template)]
#[template(path = "desk/approvals.html")]
struct ApprovalsPage {
    s: PageContext,
    rows: Vec<Row>,
    /// Those that are settled are shown too.
    all: bool,
    next: Option<Uuid>,
}

async fn list(desk: Desk, fields: Fields) -> Answer {
    let reader = ApprovalReader::of(&desk.who)?;
    let (before, all) = (fields.cursor()?, fields.get("all") == "1");
    let work = desk.ask(move |registry, _| registry.approvals(&reader, !all, before, ROWS));
    let found = work.await?;
    let rows = found.items.iter().map(|approval| Row::of(&desk, approval));
    let template = ApprovalsPage {
        rows: rows.collect::<Result<_, _>>()?,
        all,
        next: found.next,
        s: desk.context(),
    };
    desk.page(StatusCode::OK, &template)
}

#[derive(Template)]
#[template(path = "desk/approval.html")]
struct ApprovalPage {
    s: PageContext,
    row: Row,
    /// The reader asked for it, gains by it or agreed already, and so can't be the second person.
    own: bool,
    reason: String,
}

async fn read(desk: Desk, Id(id): Id, fields: Fields) -> Answer {
    let mut s = desk.context();
    s.done = match fields.get("done") {
        "asked" => Some(s.lang.pick(
            "Đã gửi. Việc này chỉ được làm khi một người thứ hai đồng ý.",
            "Sent. It is done only once a second person agrees.",
        )),
        "agreed" => Some(s.lang.pick("Đã ghi nhận: đồng ý.", "Noted: agreed.")),
        "refused" => Some(s.lang.pick("Đã ghi nhận: từ chối.", "Noted: refused.")),
        _ => None,
    };
    show(&desk, s, id, "", None).await
}

async fn show(
    desk: &Desk,
    mut s: PageContext,
    id: Uuid,
    reason: &str,
    refusal: Option<Refusal>,
) -> Answer {
    let reader = ApprovalReader::of(&desk.who)?;
    let status = Refusal::show(refusal, &mut s)?;
    let work = desk.ask(move |registry, _| registry.approval(&reader, id));
    let approval = work.await?;
    let template = ApprovalPage {
        own: approval.concerns(desk.who.user().id),
        row: Row::of(desk, &approval)?,
        reason: reason.to_owned(),
        s,
    };
    desk.page(status, &template)
}

async fn agree(Form { desk, fields }: Form, Id(id): Id) -> Answer {
    reply(&desk, &fields, id, true).await
}

async fn refuse(Form { desk, fields }: Form, Id(id): Id) -> Answer {
    reply(&desk, &fields, id, false).await
}

async fn reply(desk: &Desk, fields: &Fields, id: Uuid, agrees: bool) -> Answer {
    match replied(desk, fields, id, agrees).await {
        Ok(()) => {
            let word = if agrees { "agreed" } else { "refused" };
            Ok(see_other(&format!("/desk/approvals/{id}?done={word}")))
        }
        Err(refusal) => {
            let s = desk.context_at(format!("/desk/approvals/{id}"));
            let refusal = refusal.in_form("");
            show(desk, s, id, fields.get("reason"), Some(refusal)).await
        }
    }
}

async fn replied(desk: &Desk, fields: &Fields, id: Uuid, agrees: bool) -> Result<(), Refusal> {
    ApprovalReader::of(&desk.who)?;
    let reason = decision::reason(fields)?;
    let who = decision::step_up(desk, fields).await?;
    let second = SecondPerson::of(&who, desk.state.now())?;
    let work = desk.ask(move |registry, now| registry.reply(&second, id, agrees, &reason, now));
    work.await?;
    Ok(())
}
