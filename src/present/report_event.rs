//! A report's history as JSON: deeds with what they name, and what both sides wrote.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    follow::MessageJson,
    json::{self, ActorJson, UnitRef, actor},
    report_showing::Showing,
};
use crate::domain::{
    part::Part,
    report::{
        Report,
        deed::{Deed, ReportEvent},
        words::{Outcome, ReportKind, Side},
    },
    time::Time,
    unit::UnitCode,
};

/// One line of a report's history.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportEvent)]
pub struct ReportEventJson {
    #[schema(format = DateTime)]
    pub at: String,
    pub by: ActorJson,
    /// `received`, `acknowledged`, `classified`, `assigned`, `transfer_offered` and so on.
    pub deed: &'static str,
    #[serde(flatten)]
    pub more: Named,
    /// What was written with it; only for who works on the report, while it is not erased.
    #[serde(flatten)]
    pub texts: Texts,
}

/// What a deed names.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = ReportDeed)]
pub struct Named {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub kind: Option<ReportKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub unit: Option<UnitRef>,
    /// The unit above both that decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decides: Option<UnitRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub user: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub outcome: Option<Outcome>,
    /// Date of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub document_date: Option<String>,
    /// Why it was suspended: a reason that the law names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub listing: Option<Uuid>,
    /// Another report.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub report: Option<Uuid>,
    /// The sealed part that was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub part: Option<String>,
    /// Whether the bank was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub called: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub called_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub side: Option<Side>,
    /// Number of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub file: Option<u8>,
}

/// What was written with a deed.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = ReportDeedTexts)]
pub struct Texts {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<String>,
    /// Number of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub document_no: Option<String>,
}

/// What both sides wrote, in order.
pub fn messages(report: &Report) -> Vec<MessageJson> {
    let each = report.messages().map(|(at, from, text)| MessageJson {
        at: at.rfc3339(),
        from,
        text: text.to_owned(),
    });
    each.collect()
}

/// The history.
pub fn events(report: &Report, showing: Showing) -> Vec<ReportEventJson> {
    let mut files = 0;
    let each = report.events.iter().map(|event| {
        let mut more = named(&event.deed, |unit| json::unit(unit, showing.lang));
        if let Deed::FileAdded { .. } = event.deed {
            files += 1;
            more.file = Some(files);
        }
        ReportEventJson {
            at: event.at.rfc3339(),
            by: actor(event.by),
            deed: event.deed.as_str(),
            more,
            texts: match showing.words {
                true => texts(event),
                false => Texts::default(),
            },
        }
    });
    each.collect()
}

fn named(deed: &Deed, of_unit: impl Fn(UnitCode) -> UnitRef) -> Named {
    let mut it = Named::default();
    let time = |at: &Time| Some(at.rfc3339());
    match deed {
        Deed::Acknowledged { kind, .. } => it.kind = Some(*kind),
        Deed::Assigned { user, unit } => {
            it.user = Some(*user);
            it.unit = Some(of_unit(*unit));
        }
        Deed::TransferOffered { to: unit, .. }
        | Deed::TransferAccepted { unit }
        | Deed::HandedOver {
            competent: unit, ..
        } => it.unit = Some(of_unit(*unit)),
        Deed::TransferReturned { from, decides, .. } => {
            it.unit = Some(of_unit(*from));
            it.decides = decides.map(of_unit);
        }
        Deed::Asked { until, .. } | Deed::Held { until, .. } => it.until = time(until),
        Deed::Messaged { side, .. } | Deed::Reopened { side, .. } => it.side = Some(*side),
        Deed::Suspended { reason, .. } => it.cause = Some(reason.as_str()),
        Deed::Resolved {
            outcome,
            document_date,
            ..
        } => {
            it.outcome = Some(*outcome);
            it.document_date.clone_from(document_date);
        }
        Deed::Listed { listing } | Deed::ListingProposed { listing } => it.listing = Some(*listing),
        Deed::Linked { to: report, .. } | Deed::Unlinked { from: report, .. } => {
            it.report = Some(*report);
        }
        Deed::Opened { part, unit, .. } => {
            it.part = Some(part.to_string());
            it.unit = Some(of_unit(*unit));
        }
        Deed::BankCalled { called, at, .. } => {
            it.called = Some(*called);
            it.called_at = time(at);
        }
        Deed::FileAdded { side, .. } => it.side = Some(*side),
        Deed::CopyMade { file, .. }
        | Deed::CopyFailed { file }
        | Deed::OriginalDestroyed { file } => it.file = Some(*file),
        Deed::Received
        | Deed::Classified { .. }
        | Deed::AnswerOverdue
        | Deed::Resumed { .. }
        | Deed::Extended { .. }
        | Deed::Withdrawn { .. }
        | Deed::ReviewAsked { .. }
        | Deed::Unheld { .. }
        | Deed::ReceiptReplaced { .. }
        | Deed::ReceiptReissued { .. }
        | Deed::ReceiptTaken
        | Deed::TimePassed
        | Deed::Keeps { .. } => {}
    }
    it
}

/// What was written with a deed. Each text is told once: a message is no reason.
fn texts(event: &ReportEvent) -> Texts {
    let text = |part: Part| event.text(part).map(str::to_owned);
    let some = |part: Option<Part>| part.and_then(text);
    let (message, reason, document) = match &event.deed {
        Deed::Acknowledged { message, .. }
        | Deed::Asked { message, .. }
        | Deed::Messaged { text: message, .. } => (Some(*message), None, None),
        Deed::Resolved {
            reason,
            message,
            document,
            ..
        } => (*message, Some(*reason), *document),
        Deed::Suspended {
            words, document, ..
        } => (None, Some(*words), Some(*document)),
        Deed::Extended { reason, document } => (None, Some(*reason), *document),
        Deed::TransferOffered { reason, .. }
        | Deed::TransferReturned { reason, .. }
        | Deed::HandedOver { reason, .. }
        | Deed::Resumed { reason }
        | Deed::Linked { reason, .. }
        | Deed::Unlinked { reason, .. }
        | Deed::Held { reason, .. }
        | Deed::Unheld { reason }
        | Deed::Opened { reason, .. }
        | Deed::ReceiptReissued { reason, .. }
        | Deed::BankCalled { note: reason, .. } => (None, Some(*reason), None),
        Deed::Reopened { side, reason } => match side {
            Side::Unit => (None, Some(*reason), None),
            Side::Reporter => (Some(*reason), None, None),
        },
        Deed::Withdrawn { reason } => (None, *reason, None),
        Deed::ReviewAsked { text } => (*text, None, None),
        Deed::Received
        | Deed::Classified { .. }
        | Deed::Assigned { .. }
        | Deed::TransferAccepted { .. }
        | Deed::AnswerOverdue
        | Deed::Listed { .. }
        | Deed::ListingProposed { .. }
        | Deed::FileAdded { .. }
        | Deed::CopyMade { .. }
        | Deed::CopyFailed { .. }
        | Deed::OriginalDestroyed { .. }
        | Deed::ReceiptReplaced { .. }
        | Deed::ReceiptTaken
        | Deed::TimePassed
        | Deed::Keeps { .. } => (None, None, None),
    };
    Texts {
        message: some(message),
        reason: some(reason),
        document_no: some(document),
    }
}
