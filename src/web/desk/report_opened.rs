//! A sealed part that was opened: shown once, on the page that answers.

use actix_web::http::StatusCode;
use askama::Template;
use uuid::Uuid;

use super::{refusal::Refusal, report_forms::reason, report_lines::part_words, request::Desk};
use crate::{
    access::capability::{Officer, Supervisor},
    domain::report::words::SealedPart,
    present::words::report as told,
    registry::RegistryError,
    web::{forms::Fields, page_context::PageContext, render::Answer},
};

/// What was opened.
pub(super) struct Opened {
    id: Uuid,
    reference: String,
    what: String,
    /// What it says: name and value.
    lines: Vec<(&'static str, String)>,
    /// Where the original of a file is fetched.
    file: Option<u8>,
    openings: u32,
}

#[derive(Template)]
#[template(path = "desk/report_opened.html")]
struct OpenedPage {
    s: PageContext,
    o: Opened,
}

/// Opens what a form names, for the reason that it gives.
pub(super) async fn open(desk: &Desk, fields: &Fields, id: Uuid) -> Result<Opened, Refusal> {
    let lang = desk.lang();
    let officer = Officer::of(&desk.who)?;
    let is_supervisor = Supervisor::of(&desk.who).is_ok();
    let who = officer.clone();
    desk.ask(move |registry, _| registry.report_to_work_on(&who, id))
        .await?;
    let part = SealedPart::parse(fields.get("part"));
    let part = part.ok_or(RegistryError::field("/part", "required"))?;
    let reason = reason(fields)?;
    let work = desk.ask(move |registry, now| {
        registry.open_sealed(&officer, is_supervisor, id, part, reason, now)
    });
    let report = work.await?;
    let contact = report.contact.clone().unwrap_or_default();
    let lines = match part {
        SealedPart::Contact => vec![
            (lang.pick("Tên", "Name"), contact.name),
            (lang.pick("Điện thoại", "Telephone"), contact.phone),
            (
                lang.pick("Muốn được liên lạc bằng", "Wants to be reached by"),
                told::reach_by(contact.how, lang).to_owned(),
            ),
            (lang.pick("Giờ tiện gọi", "Best time"), contact.best_time),
        ],
        SealedPart::SmsSender => {
            let number = report.sender.as_ref().map(|sender| sender.number.clone());
            vec![(
                lang.pick("Số gửi tin", "Number of the SMS"),
                number.unwrap_or_default(),
            )]
        }
        SealedPart::Story => {
            let story = report.told.as_ref().map(|told| told.story.clone());
            vec![(lang.pick("Lời kể", "Story"), story.unwrap_or_default())]
        }
        SealedPart::File(_) => Vec::new(),
    };
    Ok(Opened {
        id,
        reference: report.reference.to_string(),
        what: part_words(part, lang),
        lines: lines
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .collect(),
        file: match part {
            SealedPart::File(number) => Some(number),
            SealedPart::Contact | SealedPart::Story | SealedPart::SmsSender => None,
        },
        openings: report.opened(),
    })
}

impl Opened {
    /// The page that answers, which nobody keeps.
    pub(super) fn show(self, desk: &Desk) -> Answer {
        let s = desk.context_at("/desk/reports");
        desk.page(StatusCode::OK, &OpenedPage { s, o: self })
    }
}
