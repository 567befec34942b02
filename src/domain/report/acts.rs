//! What is done to reports, as it is asked for: by reporters, officers and supervisors.

use uuid::Uuid;

use super::{
    file::NewFile,
    told::Told,
    words::{Outcome, ReportKind},
};
use crate::domain::{intake::clock::PauseReason, time::Time, unit::UnitCode};

/// What a reporter wants.
pub enum Wish {
    /// Tells more.
    Tell { text: String, files: Vec<NewFile> },
    /// Takes the report back.
    Withdraw { reason: String },
    /// Has it taken up again, with new facts.
    Reopen { text: String },
    /// Asks the unit above to look at it.
    Review { text: String },
}

/// What an officer does.
pub enum OfficerAct {
    /// Takes the report and writes to the reporter.
    Acknowledge {
        message: String,
        kind: Option<ReportKind>,
    },
    /// Checks the identifiers and their roles: what was told, as it reads now
    /// ([`crate::domain::report::reading::reclassified`]).
    Classify { told: Box<Told> },
    /// Asks another unit to take it.
    Transfer { unit: UnitCode, reason: String },
    /// Takes what another unit offered.
    Accept,
    /// Sends back what another unit offered.
    Return { reason: String },
    /// Asks the unit that may resolve a loss to take it.
    HandOver { unit: UnitCode, reason: String },
    /// Asks the reporter something.
    Ask { message: String },
    /// Writes to the reporter.
    Message { message: String },
    /// Says that the receiving bank was called, or why not.
    BankCall {
        called: bool,
        at: Time,
        note: String,
    },
    /// Links it to the report that tells of the same.
    Link { to: Uuid, reason: String },
    /// Undoes that.
    Unlink { reason: String },
}

impl OfficerAct {
    /// Whether a unit does it that was only asked to take the report.
    pub const fn answers_an_offer(&self) -> bool {
        match self {
            Self::Accept | Self::Return { .. } => true,
            Self::Acknowledge { .. }
            | Self::Classify { .. }
            | Self::Transfer { .. }
            | Self::HandOver { .. }
            | Self::Ask { .. }
            | Self::Message { .. }
            | Self::BankCall { .. }
            | Self::Link { .. }
            | Self::Unlink { .. } => false,
        }
    }
}

/// What a supervisor decides.
pub enum Decision {
    /// Suspends the handling after its term.
    Suspend {
        reason: PauseReason,
        words: String,
        document: String,
    },
    /// Takes it up again.
    Resume { reason: String },
    /// Prolongs the term of the law.
    Extend {
        reason: String,
        document: String,
        /// As far as the law allows when not given.
        until: Option<Time>,
    },
    /// Gives an outcome, and tells the reporter.
    Resolve {
        outcome: Outcome,
        reason: String,
        message: String,
        document: String,
        document_date: Option<String>,
    },
    /// Takes it up again after its outcome.
    Reopen { reason: String },
    /// Keeps everything of it until then.
    Hold { until: Time, reason: String },
    /// Ends that.
    Unhold { reason: String },
}

/// What a decision is, before its fields are read: enough to tell who may take it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DecisionKind {
    /// Reserved to the unit that may investigate.
    Competent,
    /// An outcome.
    Outcome(Option<Outcome>),
    /// Any supervisor of a unit that has it.
    Other,
}

impl Decision {
    /// What it is.
    pub fn kind(&self) -> DecisionKind {
        match self {
            Self::Suspend { .. } | Self::Resume { .. } | Self::Extend { .. } => {
                DecisionKind::Competent
            }
            Self::Resolve { outcome, .. } => DecisionKind::Outcome(Some(*outcome)),
            Self::Reopen { .. } | Self::Hold { .. } | Self::Unhold { .. } => DecisionKind::Other,
        }
    }
}
