//! The slip that a reporter takes along: reference and receipt code, to be printed once.

use actix_web::http::StatusCode;
use askama::Template;
use uuid::Uuid;

use super::{refusal::Refusal, report_forms::reason, request::Desk};
use crate::{
    access::capability::Officer,
    domain::{intake::receipt::ReceiptCode, message::Lang, report::Report, unit::UnitCode},
    present::{
        telephone::{police_in_full, police_phone},
        words,
    },
    registry::report::receive::Reported,
    web::{forms::Fields, page_context::PageContext, render::Answer, slip},
};

/// A slip. Reporters read Vietnamese.
pub(super) struct Slip {
    id: Uuid,
    shown: slip::Slip,
    unit: String,
    unit_code: UnitCode,
    received_at: String,
    /// The first code of a report that was just taken; else one in the place of another.
    is_first: bool,
    /// The bank is to be called at once.
    is_urgent: bool,
}

#[derive(Template)]
#[template(path = "desk/report_slip.html")]
struct SlipPage {
    s: PageContext,
    slip: Slip,
    phone: String,
}

impl Slip {
    /// The slip of a report that was just taken.
    pub(super) fn first(reported: &Reported) -> Self {
        Self::of(&reported.report, &reported.code, true)
    }

    fn of(report: &Report, code: &ReceiptCode, is_first: bool) -> Self {
        Self {
            id: report.id,
            shown: slip::Slip::of(report.reference, code),
            unit: police_in_full(report.unit),
            unit_code: report.unit,
            is_urgent: report.awaits_bank_call(),
            received_at: words::moment(report.received_at, Lang::Vi),
            is_first,
        }
    }

    /// The page with the slip, which nobody keeps.
    pub(super) fn show(self, desk: &Desk) -> Answer {
        let phone = police_phone(&desk.state.registry, self.unit_code);
        let template = SlipPage {
            s: desk.context_at("/desk/reports"),
            phone: phone.map(|(shown, _)| shown).unwrap_or_default(),
            slip: self,
        };
        desk.page(StatusCode::OK, &template)
    }
}

/// Gives another code to whoever lost the slip and showed who they are.
pub(super) async fn reissue(desk: &Desk, fields: &Fields, id: Uuid) -> Result<Slip, Refusal> {
    let officer = Officer::of(&desk.who)?;
    let who = officer.clone();
    desk.ask(move |registry, _| registry.report_in_hand(&who, id))
        .await?;
    let (reason, version) = (reason(fields)?, fields.version());
    let work =
        desk.ask(move |registry, now| registry.reissue_receipt(&officer, id, version, reason, now));
    let reported = work.await?;
    Ok(Slip::of(&reported.report, &reported.code, false))
}
