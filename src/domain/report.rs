//! What a citizen told the police, and the pure questions about it.
//!
//! ```text
//! received → acknowledged → verifying ⇄ waiting_reporter
//!                           verifying ⇄ suspended
//!                           verifying → resolved (+ outcome) → verifying (reopened)
//! ```

pub mod acts;
pub mod deed;
pub mod escalation;
pub mod file;
pub mod reading;
#[cfg(test)]
pub(crate) mod sample;
pub mod told;
pub mod words;

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::{
    deed::{Deed, ReportEvent},
    file::ReportFile,
    told::{Contact, SmsSender, Told},
    words::{Channel, Outcome, ReportKind, ReportState, Side},
};
use super::{
    actor::Actor,
    intake::{
        clock::{Clock, ClockKind},
        reference::Reference,
    },
    method::MethodId,
    part::PartRef,
    time::Time,
    unit::UnitCode,
};

/// Most lines of a report's history: bounds what one row takes.
pub const MAX_EVENTS: usize = 1_000;
/// Longest message, in characters.
pub const MAX_MESSAGE: usize = 4_000;
/// Longest reason, in characters.
pub const MAX_REASON: usize = 1_000;
/// Longest number of a document, in characters.
pub const MAX_DOCUMENT: usize = 60;
/// Most messages of a reporter.
pub const MAX_REPORTER_MESSAGES: usize = 20;
/// Most messages of a reporter in a day.
pub const MAX_REPORTER_MESSAGES_A_DAY: usize = 5;
/// How long after its outcome a reporter can have a report taken up again, in days.
pub const REOPEN_DAYS: u32 = 60;

/// A unit was asked to take a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Offer {
    pub to: UnitCode,
    pub at: Time,
}

/// A unit had a report from a time on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Holding {
    pub unit: UnitCode,
    pub since: Time,
}

/// What became of a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Resolution {
    pub outcome: Outcome,
    pub at: Time,
}

/// Until when what can be erased of a report is kept.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Keeping {
    pub contact: Option<Time>,
    /// What was said, by whoever, and the files.
    pub words: Option<Time>,
    pub sender: Option<Time>,
    pub source: Option<Time>,
}

/// A report as the store keeps it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub id: Uuid,
    pub reference: Reference,
    pub kind: ReportKind,
    pub channel: Channel,
    pub urgent: bool,
    pub received_at: Time,
    /// The unit that holds it now.
    pub unit: UnitCode,
    /// The units that had it, in their order; the last one is [`Report::unit`].
    pub holders: Vec<Holding>,
    /// The unit that may resolve it, once it was told.
    pub competent_unit: Option<UnitCode>,
    pub offer: Option<Offer>,
    /// How often a unit sent it back.
    pub returns: u8,
    pub assignee: Option<Uuid>,
    pub state: ReportState,
    /// Until when an answer of the reporter is waited for.
    pub answer_until: Option<Time>,
    pub resolution: Option<Resolution>,
    /// The report that tells of the same.
    pub duplicate_of: Option<Uuid>,
    /// The state that it had before it was linked.
    pub before_link: Option<ReportState>,
    pub withdrawn_at: Option<Time>,
    /// The reporter asked the unit above to look at it.
    pub review_asked_at: Option<Time>,
    pub method: Option<MethodId>,
    /// What was told, unless erased.
    pub told: Option<Told>,
    /// Where the journal keeps what was told, as it reads now and read before.
    pub told_parts: Vec<PartRef>,
    /// Who reports, unless nothing was said or it was erased.
    pub contact: Option<Contact>,
    pub contact_part: Option<PartRef>,
    pub sender: Option<SmsSender>,
    pub sender_part: Option<PartRef>,
    /// Equal for reports of one day that came from one address; none after that day.
    pub source: Option<[u8; 32]>,
    pub source_part: Option<PartRef>,
    /// The original of each file is kept beside its safe copy.
    pub keep_original: bool,
    pub files: Vec<ReportFile>,
    /// What its receipt code is found by.
    pub receipt: [u8; 32],
    pub receipt_generation: u32,
    /// A code that leads to the present one until that was used.
    pub old_receipt: Option<[u8; 32]>,
    /// The present code was seen by somebody else than the reporter: a new one is made at its first use.
    pub replaces_receipt: bool,
    pub clocks: Vec<Clock>,
    pub events: Vec<ReportEvent>,
    /// Listings that were proposed from it.
    pub listings: Vec<Uuid>,
    /// How often sealed parts were opened, by unit.
    pub openings: Vec<(UnitCode, u32)>,
    pub kept: Keeping,
    /// Nothing of it is erased until then.
    pub held_until: Option<Time>,
    /// Every private part of the journal that is about it and not destroyed.
    pub parts: Vec<PartRef>,
    /// Its words were erased.
    pub erased_at: Option<Time>,
    /// Increased by each change that somebody should read before acting (`If-Match`).
    pub version: u32,
}

impl Report {
    /// Whether something is still to be decided: it has no outcome, or a loss was listed and the decision that the law wants
    /// is due.
    pub fn is_open(&self) -> bool {
        self.state != ReportState::Resolved || self.awaits_decision()
    }

    /// Whether a listing was confirmed from a loss and the decision of the law is still to be taken.
    fn awaits_decision(&self) -> bool {
        let is_listed = self
            .resolution
            .is_some_and(|resolution| resolution.outcome == Outcome::Listed);
        let decision = [ClockKind::ReportResolve, ClockKind::ReportResume];
        let mut clocks = decision.into_iter().filter_map(|kind| self.clock(kind));
        self.kind == ReportKind::Loss && is_listed && clocks.any(Clock::is_open)
    }

    /// Whether its clocks run: those of a linked report stand still, as if nobody had looked, until it is unlinked.
    pub const fn clocks_count(&self) -> bool {
        self.duplicate_of.is_none()
    }

    /// Each unit that had it, from when until when; of the one that has it now until its outcome, or until now where none is
    /// there. The clocks run on meanwhile, whoever has it.
    pub fn held(&self, now: Time) -> impl Iterator<Item = (UnitCode, Time, Time)> {
        let ended = self.resolution.map(|resolution| resolution.at);
        let end = ended.filter(|_| !self.is_open()).unwrap_or(now);
        let nexts = self.holders.iter().skip(1).map(|next| next.since);
        let untils = nexts.chain([end]);
        let held = self.holders.iter().zip(untils);
        held.map(|(held, until)| (held.unit, held.since, until.max(held.since)))
    }

    /// Units that work on it, and one that was asked to.
    pub fn units(&self) -> impl Iterator<Item = UnitCode> {
        let offered = self.offer.map(|offer| offer.to);
        [Some(self.unit), self.competent_unit, offered]
            .into_iter()
            .flatten()
    }

    /// Whether money may still be at the bank it was sent to, and nobody has acted on that.
    pub fn awaits_bank_call(&self) -> bool {
        let clock = self.clock(ClockKind::ReportUrgent);
        self.is_open() && self.clocks_count() && clock.is_some_and(Clock::is_open)
    }

    /// The newest clock of a kind.
    pub fn clock(&self, kind: ClockKind) -> Option<&Clock> {
        self.clocks.iter().rev().find(|clock| clock.kind == kind)
    }

    /// Whether it is late now, or was with something that still stands.
    pub fn is_late(&self, now: Time) -> bool {
        self.clocks_count() && self.clocks.iter().any(|clock| clock.is_late(now))
    }

    /// Whether it was ever late.
    pub fn was_late(&self) -> bool {
        self.clocks.iter().any(|clock| clock.missed_at.is_some())
    }

    /// Whether a term of the law was ever missed; targets of the police's own do not count.
    pub fn missed_a_term(&self, now: Time) -> bool {
        let mut terms = self.clocks.iter().filter(|clock| clock.kind.is_statutory());
        terms.any(|clock| clock.missed_at.is_some() || self.clocks_count() && clock.is_late(now))
    }

    /// Messages in order, as far as they are not erased.
    pub fn messages(&self) -> impl Iterator<Item = (Time, Side, &str)> {
        self.events.iter().filter_map(|event| {
            let (side, text) = event.message()?;
            Some((event.at, side, text?))
        })
    }

    /// How many messages the reporter wrote since a time; having it taken up again or looked at is none.
    pub fn reporter_messages(&self, since: Time) -> usize {
        let by_reporter =
            |event: &&ReportEvent| event.deed.is_reporter_message() && event.at >= since;
        self.events.iter().filter(by_reporter).count()
    }

    /// How often sealed parts were opened.
    pub fn opened(&self) -> u32 {
        self.openings.iter().map(|(_, count)| count).sum()
    }

    /// Whether a reporter may ask the unit above: once, after a missed clock or an outcome.
    pub fn may_ask_review(&self) -> bool {
        self.review_asked_at.is_none()
            && self.withdrawn_at.is_none()
            && (self.was_late() || self.resolution.is_some())
    }

    /// Whether a reporter may have it taken up again.
    pub fn may_reopen(&self, now: Time) -> bool {
        self.state == ReportState::Resolved
            && self.duplicate_of.is_none()
            && self.withdrawn_at.is_none()
            && self
                .resolution
                .is_some_and(|resolution| now <= resolution.at.plus_days(REOPEN_DAYS))
    }

    /// Whether anything more can be written down about it, but for what decides and what ends it.
    pub const fn is_full(&self) -> bool {
        self.events.len() >= MAX_EVENTS
    }

    /// Whether nothing of it is erased at a time.
    pub fn is_held(&self, now: Time) -> bool {
        self.held_until.is_some_and(|until| until > now)
    }

    /// Whether the reporter asked the unit above to look at it, and nobody did anything since.
    pub fn awaits_review(&self) -> bool {
        self.review_asked_at.is_some_and(|asked| {
            let mut events = self.events.iter();
            !events.any(|event| event.at > asked && matches!(event.by, Actor::User(_)))
        })
    }

    /// Whether the listing of a doubtful role wants a second word: neither caller nor receiver.
    pub fn last(&self, deed: impl Fn(&Deed) -> bool) -> Option<&ReportEvent> {
        self.events.iter().rev().find(|event| deed(&event.deed))
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report")
            .field("id", &self.id)
            .field("state", &self.state)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
