//! Deeds: what was done to a report, and by whom. Part of the journal's format: variants are appended only.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    file::{FileCopy, FileKept},
    words::{Outcome, ReportKind, SealedPart, Side},
};
use crate::domain::{
    actor::Actor,
    intake::clock::PauseReason,
    part::{KeptText, Part},
    time::Time,
    unit::UnitCode,
};

/// What was done. A [`Part`] is a text of the same record's private side, unless it is said to be something else.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Deed {
    /// It came.
    Received,
    /// An officer took it and wrote to the reporter.
    Acknowledged { kind: ReportKind, message: Part },
    /// The identifiers and their roles were checked.
    Classified {
        /// The [`super::told::Told`] as it reads now.
        told: Part,
    },
    /// A person has it, in the unit that holds it from now.
    Assigned { user: Uuid, unit: UnitCode },
    /// Another unit was asked to take it.
    TransferOffered { to: UnitCode, reason: Part },
    /// That unit took it.
    TransferAccepted { unit: UnitCode },
    /// That unit sent it back.
    TransferReturned {
        from: UnitCode,
        reason: Part,
        /// After the second return: the lowest unit above both, which holds it from now and decides.
        decides: Option<UnitCode>,
    },
    /// The unit that may resolve it was told, and asked to take it.
    HandedOver { competent: UnitCode, reason: Part },
    /// The reporter was asked something.
    Asked { message: Part, until: Time },
    /// The reporter did not answer in time.
    AnswerOverdue,
    /// One side wrote to the other.
    Messaged { side: Side, text: Part },
    /// The handling was suspended (Criminal Procedure Code art. 148).
    Suspended {
        reason: PauseReason,
        words: Part,
        document: Part,
    },
    /// It was taken up again (art. 149).
    Resumed { reason: Part },
    /// The time for it was prolonged.
    Extended {
        reason: Part,
        document: Option<Part>,
    },
    /// It has an outcome.
    Resolved {
        outcome: Outcome,
        reason: Part,
        message: Option<Part>,
        document: Option<Part>,
        /// Date of that document, as `2026-08-21`.
        document_date: Option<String>,
    },
    /// A listing that was proposed from it was confirmed.
    Listed { listing: Uuid },
    /// It was linked to the report that tells of the same.
    Linked { to: Uuid, reason: Part },
    /// That link was undone.
    Unlinked { from: Uuid, reason: Part },
    /// The reporter took it back.
    Withdrawn { reason: Option<Part> },
    /// It was taken up again, with new facts or by a supervisor.
    Reopened { side: Side, reason: Part },
    /// The reporter asked the unit above to look at it.
    ReviewAsked { text: Option<Part> },
    /// Nothing of it is erased until then.
    Held { until: Time, reason: Part },
    /// That hold is over.
    Unheld { reason: Part },
    /// A sealed part was opened.
    Opened {
        part: SealedPart,
        unit: UnitCode,
        reason: Part,
    },
    /// A listing was proposed from it.
    ListingProposed { listing: Uuid },
    /// The receiving bank was called, or it was decided not to.
    BankCalled { called: bool, at: Time, note: Part },
    /// A file came.
    FileAdded { file: FileKept, side: Side },
    /// A safe copy of a file was made.
    CopyMade { file: u8, copy: FileCopy },
    /// No safe copy of a file can be made.
    CopyFailed { file: u8 },
    /// The original of a file was destroyed: only the safe copy is kept.
    OriginalDestroyed { file: u8 },
    /// A new receipt code was made; the old one leads to the new one until that was used.
    ReceiptReplaced { generation: u32, lookup: [u8; 32] },
    /// The new receipt code was used: the old one opens nothing any more.
    ReceiptTaken,
    /// Only clocks moved.
    TimePassed,
    /// Until when it is known who reported, and what was said.
    Keeps { contact: Time, words: Time },
    /// A new receipt code was made for who showed an identity: the old one opens nothing from then on.
    ReceiptReissued {
        generation: u32,
        lookup: [u8; 32],
        reason: Part,
    },
}

impl Deed {
    /// Whether the reporter wrote a message.
    pub const fn is_reporter_message(&self) -> bool {
        matches!(
            self,
            Self::Messaged {
                side: Side::Reporter,
                ..
            }
        )
    }

    /// The machine word.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Classified { .. } => "classified",
            Self::Assigned { .. } => "assigned",
            Self::TransferOffered { .. } => "transfer_offered",
            Self::TransferAccepted { .. } => "transfer_accepted",
            Self::TransferReturned { .. } => "transfer_returned",
            Self::HandedOver { .. } => "handed_over",
            Self::Asked { .. } => "asked",
            Self::AnswerOverdue => "answer_overdue",
            Self::Messaged { .. } => "messaged",
            Self::Suspended { .. } => "suspended",
            Self::Resumed { .. } => "resumed",
            Self::Extended { .. } => "extended",
            Self::Resolved { .. } => "resolved",
            Self::Listed { .. } => "listed",
            Self::Linked { .. } => "linked",
            Self::Unlinked { .. } => "unlinked",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Reopened { .. } => "reopened",
            Self::ReviewAsked { .. } => "review_asked",
            Self::Held { .. } => "held",
            Self::Unheld { .. } => "unheld",
            Self::Opened { .. } => "opened",
            Self::ListingProposed { .. } => "listing_proposed",
            Self::BankCalled { .. } => "bank_called",
            Self::FileAdded { .. } => "file_added",
            Self::CopyMade { .. } => "copy_made",
            Self::CopyFailed { .. } => "copy_failed",
            Self::OriginalDestroyed { .. } => "original_destroyed",
            Self::ReceiptReplaced { .. } => "receipt_replaced",
            Self::ReceiptTaken => "receipt_taken",
            Self::TimePassed => "time_passed",
            Self::Keeps { .. } => "keeps",
            Self::ReceiptReissued { .. } => "receipt_reissued",
        }
    }

    /// Texts that it names.
    pub fn texts(&self) -> Vec<Part> {
        let one = |part: &Part| vec![*part];
        match self {
            Self::Acknowledged { message: part, .. }
            | Self::TransferOffered { reason: part, .. }
            | Self::TransferReturned { reason: part, .. }
            | Self::HandedOver { reason: part, .. }
            | Self::Asked { message: part, .. }
            | Self::Messaged { text: part, .. }
            | Self::Resumed { reason: part }
            | Self::Linked { reason: part, .. }
            | Self::Unlinked { reason: part, .. }
            | Self::Reopened { reason: part, .. }
            | Self::Held { reason: part, .. }
            | Self::Unheld { reason: part }
            | Self::Opened { reason: part, .. }
            | Self::BankCalled { note: part, .. }
            | Self::ReceiptReissued { reason: part, .. } => one(part),
            Self::Suspended {
                words, document, ..
            } => vec![*words, *document],
            Self::Extended { reason, document } => {
                one(reason).into_iter().chain(*document).collect()
            }
            Self::Resolved {
                reason,
                message,
                document,
                ..
            } => one(reason)
                .into_iter()
                .chain(*message)
                .chain(*document)
                .collect(),
            Self::Withdrawn { reason: part } | Self::ReviewAsked { text: part } => {
                part.iter().copied().collect()
            }
            Self::Received
            | Self::Classified { .. }
            | Self::Assigned { .. }
            | Self::TransferAccepted { .. }
            | Self::AnswerOverdue
            | Self::Listed { .. }
            | Self::ListingProposed { .. }
            | Self::FileAdded { .. }
            | Self::CopyMade { .. }
            | Self::CopyFailed { .. }
            | Self::OriginalDestroyed { .. }
            | Self::ReceiptReplaced { .. }
            | Self::ReceiptTaken
            | Self::TimePassed
            | Self::Keeps { .. } => Vec::new(),
        }
    }

    /// Every private part that it names.
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = self.texts();
        match self {
            Self::Classified { told } => parts.push(*told),
            Self::FileAdded { file, .. } => parts.push(file.key),
            Self::CopyMade { copy, .. } => parts.push(copy.key),
            Self::Received
            | Self::Acknowledged { .. }
            | Self::Assigned { .. }
            | Self::TransferOffered { .. }
            | Self::TransferAccepted { .. }
            | Self::TransferReturned { .. }
            | Self::HandedOver { .. }
            | Self::Asked { .. }
            | Self::AnswerOverdue
            | Self::Messaged { .. }
            | Self::Suspended { .. }
            | Self::Resumed { .. }
            | Self::Extended { .. }
            | Self::Resolved { .. }
            | Self::Listed { .. }
            | Self::Linked { .. }
            | Self::Unlinked { .. }
            | Self::Withdrawn { .. }
            | Self::Reopened { .. }
            | Self::ReviewAsked { .. }
            | Self::Held { .. }
            | Self::Unheld { .. }
            | Self::Opened { .. }
            | Self::ListingProposed { .. }
            | Self::BankCalled { .. }
            | Self::CopyFailed { .. }
            | Self::OriginalDestroyed { .. }
            | Self::ReceiptReplaced { .. }
            | Self::ReceiptTaken
            | Self::TimePassed
            | Self::Keeps { .. }
            | Self::ReceiptReissued { .. } => {}
        }
        parts
    }
}

/// One line of a report's history.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportEvent {
    pub at: Time,
    pub by: Actor,
    pub deed: Deed,
    /// The texts that the deed names, unless erased.
    pub texts: Vec<KeptText>,
}

impl ReportEvent {
    /// A text that its deed names, unless erased.
    pub fn text(&self, part: Part) -> Option<&str> {
        let kept = self.texts.iter().find(|kept| kept.place.part == part)?;
        Some(&kept.text)
    }

    /// What was written to or by the reporter.
    pub fn message(&self) -> Option<(Side, Option<&str>)> {
        match &self.deed {
            Deed::Acknowledged { message, .. } | Deed::Asked { message, .. } => {
                Some((Side::Unit, self.text(*message)))
            }
            Deed::Messaged { side, text } => Some((*side, self.text(*text))),
            Deed::Resolved { message, .. } => {
                message.map(|message| (Side::Unit, self.text(message)))
            }
            Deed::Reopened {
                side: Side::Reporter,
                reason,
            } => Some((Side::Reporter, self.text(*reason))),
            Deed::ReviewAsked { text } => text.map(|text| (Side::Reporter, self.text(text))),
            Deed::Reopened {
                side: Side::Unit, ..
            }
            | Deed::Received
            | Deed::Classified { .. }
            | Deed::Assigned { .. }
            | Deed::TransferOffered { .. }
            | Deed::TransferAccepted { .. }
            | Deed::TransferReturned { .. }
            | Deed::HandedOver { .. }
            | Deed::AnswerOverdue
            | Deed::Suspended { .. }
            | Deed::Resumed { .. }
            | Deed::Extended { .. }
            | Deed::Listed { .. }
            | Deed::Linked { .. }
            | Deed::Unlinked { .. }
            | Deed::Withdrawn { .. }
            | Deed::Held { .. }
            | Deed::Unheld { .. }
            | Deed::Opened { .. }
            | Deed::ListingProposed { .. }
            | Deed::BankCalled { .. }
            | Deed::FileAdded { .. }
            | Deed::CopyMade { .. }
            | Deed::CopyFailed { .. }
            | Deed::OriginalDestroyed { .. }
            | Deed::ReceiptReplaced { .. }
            | Deed::ReceiptTaken
            | Deed::TimePassed
            | Deed::Keeps { .. }
            | Deed::ReceiptReissued { .. } => None,
        }
    }
}
