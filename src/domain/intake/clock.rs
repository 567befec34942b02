//! The clocks of an item: by when something has to be done, and whether it was.

use serde::{Deserialize, Serialize};

use super::{calendar::Skipped, length::Length};
use crate::domain::time::Time;

/// What has to be done in time. Stands in records: only appended to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum ClockKind {
    /// An urgent report: an officer acts, or declines with a reason.
    #[serde(rename = "report.urgent")]
    ReportUrgent,
    /// A loss that was reported where nobody may resolve it: proposed to the competent unit.
    #[serde(rename = "report.handover")]
    ReportHandover,
    /// A report came in: a person says so to whoever reported it.
    #[serde(rename = "report.ack")]
    ReportAck,
    /// A ward took the report: its files are handed over.
    #[serde(rename = "report.precheck")]
    ReportPrecheck,
    /// A report came in: it has an outcome.
    #[serde(rename = "report.resolve")]
    ReportResolve,
    /// Work on a suspended report was taken up again: it has an outcome.
    #[serde(rename = "report.resume")]
    ReportResume,
    /// There is an outcome: whoever reported is told.
    #[serde(rename = "report.tell")]
    ReportTell,
    /// An attempt without a loss was reported: it has an outcome.
    #[serde(rename = "report.attempt")]
    ReportAttempt,
    /// The item was handed to another unit: it accepts or returns it.
    #[serde(rename = "report.transfer")]
    ReportTransfer,
}

impl ClockKind {
    /// Every kind, in the order of the enum.
    pub const ALL: [Self; 9] = [
        Self::ReportUrgent,
        Self::ReportHandover,
        Self::ReportAck,
        Self::ReportPrecheck,
        Self::ReportResolve,
        Self::ReportResume,
        Self::ReportTell,
        Self::ReportAttempt,
        Self::ReportTransfer,
    ];

    /// The machine word, e.g. `report.urgent`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReportUrgent => "report.urgent",
            Self::ReportHandover => "report.handover",
            Self::ReportAck => "report.ack",
            Self::ReportPrecheck => "report.precheck",
            Self::ReportResolve => "report.resolve",
            Self::ReportResume => "report.resume",
            Self::ReportTell => "report.tell",
            Self::ReportAttempt => "report.attempt",
            Self::ReportTransfer => "report.transfer",
        }
    }

    /// The rule behind it, in Vietnamese as laws are cited; a target of the police's own says so.
    pub const fn basis(self) -> &'static str {
        match self {
            Self::ReportUrgent => "Chỉ tiêu riêng: tiền qua nhiều ngân hàng chỉ trong vài phút",
            Self::ReportHandover | Self::ReportPrecheck => {
                "Hướng dẫn 11/HD-BCA-V03 ngày 27/02/2025"
            }
            Self::ReportAck | Self::ReportTell => "Thông tư liên tịch 01/2017, Điều 14",
            Self::ReportResolve => "BLTTHS 2015, Điều 147 và Điều 134",
            Self::ReportResume => "BLTTHS 2015, Điều 149",
            Self::ReportAttempt => "Chỉ tiêu riêng",
            Self::ReportTransfer => "Chỉ tiêu riêng: nhận hoặc trả lại",
        }
    }

    /// Whether a law sets it, rather than the police for themselves. Questions to whoever reported never pause it.
    pub const fn is_statutory(self) -> bool {
        match self {
            Self::ReportHandover
            | Self::ReportAck
            | Self::ReportPrecheck
            | Self::ReportResolve
            | Self::ReportResume
            | Self::ReportTell => true,
            Self::ReportUrgent | Self::ReportAttempt | Self::ReportTransfer => false,
        }
    }
}

/// Why a clock may rest. Stands in records: only appended to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// An expert was asked.
    ExpertOpinion,
    /// A value is being assessed.
    Valuation,
    /// Authorities abroad were asked.
    ForeignAssistance,
    /// Important papers were asked for and have not come.
    PapersAwaited,
}

impl PauseReason {
    /// Every reason, in the order of the enum.
    pub const ALL: [Self; 4] = [
        Self::ExpertOpinion,
        Self::Valuation,
        Self::ForeignAssistance,
        Self::PapersAwaited,
    ];

    /// The machine word, e.g. `expert_opinion`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExpertOpinion => "expert_opinion",
            Self::Valuation => "valuation",
            Self::ForeignAssistance => "foreign_assistance",
            Self::PapersAwaited => "papers_awaited",
        }
    }
}

/// A term that was made longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Extension {
    /// When somebody did it.
    pub at: Time,
    /// When the clock is due since then.
    pub until: Time,
}

/// A time in which a clock rested.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Pause {
    /// When it began.
    pub from: Time,
    /// When it ended; `None` while it lasts.
    pub until: Option<Time>,
    /// Why.
    pub reason: PauseReason,
}

/// A due time that was counted anew by a corrected calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Correction {
    /// When it was counted anew.
    pub at: Time,
    /// When it was due before.
    pub old: Time,
    /// When it is due since then.
    pub new: Time,
}

/// One clock of an item. Only [`super::step::apply_step`] changes one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Clock {
    /// What has to be done.
    pub kind: ClockKind,
    /// How long there was for it at first.
    pub length: Length,
    /// What it counts from.
    pub started_at: Time,
    /// Later than this is late.
    pub due_at: Time,
    /// When it was due before anybody extended, paused or corrected it.
    pub first_due_at: Time,
    /// The days off that `due_at` was counted around.
    pub skipped: Vec<Skipped>,
    /// `due_at` rests on days off that are not announced yet.
    pub estimated: bool,
    /// Each time that the term was made longer, in order.
    pub extended: Vec<Extension>,
    /// Each time that it rested, in order; the last one may still last.
    pub pauses: Vec<Pause>,
    /// Each time that a corrected calendar moved `due_at`, in order.
    pub corrected: Vec<Correction>,
    /// When it ended without being met, e.g. because the handling was suspended.
    pub stopped_at: Option<Time>,
    /// When it was done.
    pub met_at: Option<Time>,
    /// When it was noted that the time had passed. Written once, never cleared.
    pub missed_at: Option<Time>,
}

impl Clock {
    /// A clock that begins to run.
    pub(super) fn start(kind: ClockKind, length: Length, started_at: Time, due_at: Time) -> Self {
        Self {
            kind,
            length,
            started_at,
            due_at,
            first_due_at: due_at,
            skipped: Vec::new(),
            estimated: false,
            extended: Vec::new(),
            pauses: Vec::new(),
            corrected: Vec::new(),
            stopped_at: None,
            met_at: None,
            missed_at: None,
        }
    }

    /// Whether it still has to be met: neither met nor stopped. It may be late or rest.
    pub const fn is_open(&self) -> bool {
        self.met_at.is_none() && self.stopped_at.is_none()
    }

    /// The pause that lasts.
    pub fn pause(&self) -> Option<&Pause> {
        self.pauses.last().filter(|pause| pause.until.is_none())
    }

    /// Whether its time goes by: open, and no pause lasts.
    pub fn is_running(&self) -> bool {
        self.is_open() && self.pause().is_none()
    }

    /// Whether it was not met in time. What was late once is late for ever.
    pub fn is_late(&self, now: Time) -> bool {
        let resting = self.pause().map(|pause| pause.from);
        let end = self.met_at.or(self.stopped_at).or(resting).unwrap_or(now);
        self.missed_at.is_some() || end > self.due_at
    }
}

/// The first time at which a running clock is due of which no miss is written down yet: when to look again.
pub fn next_due(clocks: &[Clock]) -> Option<Time> {
    let awaited = clocks
        .iter()
        .filter(|clock| clock.is_running() && clock.missed_at.is_none());
    awaited.map(|clock| clock.due_at).min()
}

/// The clock of a kind that was started last.
pub fn latest(clocks: &[Clock], kind: ClockKind) -> Option<&Clock> {
    clocks.iter().rfind(|clock| clock.kind == kind)
}
