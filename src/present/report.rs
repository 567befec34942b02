//! Reports as officers read them, as JSON. Who only looks over their shoulder gets the same without anybody's words.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub use super::report_showing::Showing;

use super::{
    follow::MessageJson,
    json::{self, IdentifierJson, MethodRef, UnitRef},
    report_clock::{self, ClockJson},
    report_event::{self, ReportEventJson},
    report_file::{self, ReportFileJson},
};
use crate::{
    domain::{
        message::Lang,
        report::{
            Report,
            escalation::Escalation,
            told::{Told, Transfer},
            words::{Channel, IdentifierRole, Outcome, ReportKind, ReportState, SealedPart},
        },
        time::Time,
    },
    registry::report::beside::Beside,
};

/// A report in a list.
#[derive(Serialize, ToSchema)]
pub struct ReportRow {
    pub id: Uuid,
    /// `report`.
    #[serde(rename = "type")]
    #[schema(rename = "type")]
    pub item: &'static str,
    /// Opens nothing, and may be told to anybody.
    #[schema(example = "4821-7735-6")]
    pub reference: String,
    pub kind: ReportKind,
    pub channel: Channel,
    pub state: ReportState,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub outcome: Option<Outcome>,
    /// Holds it now.
    pub unit: UnitRef,
    /// May resolve it, once it was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub competent_unit: Option<UnitRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub offer: Option<OfferJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub assignee: Option<Uuid>,
    pub urgent: bool,
    pub late: bool,
    /// A miss is never taken back.
    pub was_late: bool,
    /// Who above has to look at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub escalated: Option<Escalation>,
    #[schema(format = DateTime)]
    pub received_at: String,
    pub clocks: Vec<ClockJson>,
    /// The exact content; the `ETag`, wanted back as `If-Match`.
    pub version: u32,
    /// Only for who works on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub identifiers: Option<Vec<ToldIdentifierJson>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub method: Option<MethodRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub amount_vnd: Option<u64>,
}

/// A report with its history.
#[derive(Serialize, ToSchema)]
#[schema(as = IntakeReport)]
pub struct ReportJson {
    #[serde(flatten)]
    pub row: ReportRow,
    /// What was told; only for who works on it, while it is not erased.
    #[serde(flatten)]
    pub told: Option<ToldJson>,
    /// Parts that can be opened with a reason.
    #[schema(example = json!(["contact", "file:1"]))]
    pub sealed: Vec<String>,
    pub files: Vec<ReportFileJson>,
    /// What both sides wrote; only for who works on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub messages: Option<Vec<MessageJson>>,
    pub events: Vec<ReportEventJson>,
    pub links: Vec<LinkJson>,
    /// Listings that were proposed from it.
    pub listings: Vec<Uuid>,
    /// Units that had it, in their order.
    pub held: Vec<HoldingJson>,
    /// How often sealed parts were opened, by unit.
    pub openings: Vec<OpeningsJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub held_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub withdrawn_at: Option<String>,
    /// The reporter asked the unit above to look at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub review_asked_at: Option<String>,
}

/// What the reporter told.
#[derive(Serialize, ToSchema)]
#[schema(as = Told)]
pub struct ToldJson {
    /// Identifiers of the reporter's own that were given and are not kept.
    pub own_given: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub currency: Option<String>,
    pub transfers: Vec<TransferJson>,
    /// As it was told: a date, a month.
    pub happened_at: Option<String>,
    pub place: Option<UnitRef>,
    /// Numbers in the texts that were made unreadable before anything was kept.
    pub masked: u8,
    pub story: String,
}

/// An identifier that was told.
#[derive(Serialize, ToSchema)]
#[schema(as = ToldIdentifier)]
pub struct ToldIdentifierJson {
    pub identifier: IdentifierJson,
    pub key: String,
    pub display: String,
    pub role: IdentifierRole,
    /// Whether it is listed now.
    pub listed: bool,
}

/// Money that was sent.
#[derive(Serialize, ToSchema)]
#[schema(as = ToldTransfer)]
pub struct TransferJson {
    #[schema(format = DateTime)]
    pub at: String,
    pub amount_vnd: u64,
    /// Index in `identifiers`, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub to: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub bank_ref: Option<String>,
}

/// A unit was asked to take it.
#[derive(Serialize, ToSchema)]
#[schema(as = Offer)]
pub struct OfferJson {
    pub to: UnitRef,
    #[schema(format = DateTime)]
    pub at: String,
}

/// A report that tells of the same.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportLink)]
pub struct LinkJson {
    pub id: Uuid,
    pub reference: String,
}

/// A unit that had it. The clocks run on meanwhile, whoever has it.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportHolding)]
pub struct HoldingJson {
    pub unit: UnitRef,
    #[schema(format = DateTime)]
    pub since: String,
    /// Until another had it, until the outcome, or until now.
    #[schema(format = DateTime)]
    pub until: String,
    pub seconds: i64,
}

/// How often a unit opened sealed parts.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportOpenings)]
pub struct OpeningsJson {
    pub unit: UnitRef,
    pub count: u32,
}

/// A report in a list.
pub fn row(report: &Report, beside: &Beside, showing: Showing) -> ReportRow {
    let Showing { words, now, lang } = showing;
    let told = report.told.as_ref().filter(|_| words);
    let unit = |unit| json::unit(unit, lang);
    ReportRow {
        id: report.id,
        item: "report",
        reference: report.reference.to_string(),
        kind: report.kind,
        channel: report.channel,
        state: report.state,
        outcome: report.resolution.map(|resolution| resolution.outcome),
        unit: unit(report.unit),
        competent_unit: report.competent_unit.map(unit),
        offer: report.offer.map(|offer| OfferJson {
            to: unit(offer.to),
            at: offer.at.rfc3339(),
        }),
        assignee: report.assignee,
        urgent: report.urgent,
        late: report.is_late(now),
        was_late: report.was_late(),
        escalated: report.escalated(now),
        received_at: report.received_at.rfc3339(),
        clocks: report
            .clocks
            .iter()
            .map(|clock| report_clock::clock(clock, now))
            .collect(),
        version: report.version,
        identifiers: told.map(|told| identifiers(told, beside)),
        method: report
            .method
            .filter(|_| words)
            .map(|method| json::method(method, lang)),
        amount_vnd: told.and_then(|told| told.amount_vnd),
    }
}

/// A report with its history.
pub fn report(report: &Report, beside: &Beside, showing: Showing) -> ReportJson {
    let words = showing.words;
    let told = report.told.as_ref().filter(|_| words);
    let time = |at: Option<Time>| at.map(Time::rfc3339);
    ReportJson {
        row: row(report, beside, showing),
        told: told.map(|told| of_told(told, showing.lang)),
        sealed: sealed(report),
        files: report_file::files(report),
        messages: words.then(|| report_event::messages(report)),
        events: report_event::events(report, showing),
        links: beside
            .main
            .iter()
            .map(|(id, reference)| LinkJson {
                id: *id,
                reference: reference.to_string(),
            })
            .collect(),
        listings: report.listings.clone(),
        held: report
            .held(showing.now)
            .map(|(unit, since, until)| HoldingJson {
                unit: json::unit(unit, showing.lang),
                since: since.rfc3339(),
                until: until.rfc3339(),
                seconds: until.seconds() - since.seconds(),
            })
            .collect(),
        openings: report
            .openings
            .iter()
            .map(|(unit, count)| OpeningsJson {
                unit: json::unit(*unit, showing.lang),
                count: *count,
            })
            .collect(),
        held_until: time(report.held_until),
        withdrawn_at: time(report.withdrawn_at),
        review_asked_at: time(report.review_asked_at),
    }
}

fn identifiers(told: &Told, beside: &Beside) -> Vec<ToldIdentifierJson> {
    let each = told.identifiers.iter().map(|told| {
        let identifier = json::identifier(&told.identifier);
        ToldIdentifierJson {
            key: identifier.key.to_string(),
            display: identifier.display.clone(),
            identifier,
            role: told.role,
            listed: beside.listed.contains(&told.identifier.key()),
        }
    });
    each.collect()
}

/// The words of a report.
pub fn of_told(told: &Told, lang: Lang) -> ToldJson {
    ToldJson {
        own_given: told.own_given,
        currency: told.currency.clone(),
        transfers: told.transfers.iter().map(transfer).collect(),
        happened_at: told.happened_at.clone(),
        place: told.place.map(|place| json::unit(place, lang)),
        masked: told.masked,
        story: told.story.clone(),
    }
}

fn transfer(transfer: &Transfer) -> TransferJson {
    TransferJson {
        at: transfer.at.rfc3339(),
        amount_vnd: transfer.amount_vnd,
        to: transfer.to,
        bank_ref: transfer.bank_ref.clone(),
    }
}

/// The parts that are there to be opened.
fn sealed(report: &Report) -> Vec<String> {
    let contact = report.contact.as_ref().map(|_| SealedPart::Contact);
    let sender = report.sender.as_ref().map(|_| SealedPart::SmsSender);
    let originals = (1..).zip(&report.files);
    let originals = originals.filter(|(_, file)| file.original.is_some());
    let parts = contact.into_iter().chain(sender);
    let parts = parts.chain(originals.map(|(number, _)| SealedPart::File(number)));
    parts.map(|part| part.to_string()).collect()
}

#[cfg(test)]
mod tests;
