//! How long everything may take and is kept, and which units may do what: from the settings, with the law's own lengths
//! as defaults.

use thiserror::Error;

use super::{
    calendar::due,
    clock::{Clock, ClockKind},
    length::{Length, LengthError},
    step::ClockStep,
};
use crate::domain::{time::Time, unit::UnitCode};

/// How often the handling of a report may be prolonged: once by the competent unit's supervisor, once more by the
/// procuracy (Criminal Procedure Code, art. 147).
pub const MOST_RESOLVE_EXTENSIONS: usize = 2;

/// The extensions of a report's handling that need no document of the procuracy.
const WITHOUT_DOCUMENT: usize = 1;

/// How long clocks run, and who may resolve.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// By kind, in the order of [`ClockKind::ALL`].
    lengths: [Length; ClockKind::ALL.len()],
    /// [`ClockKind::ReportHandover`] of a unit in a place that is hard to reach.
    pub remote_handover: Length,
    /// By how much [`ClockKind::ReportResolve`] is prolonged each time.
    pub resolve_extension: Length,
    /// How long an answer of a reporter is waited for.
    pub reporter_answer: Length,
    /// How long what was told is kept.
    pub retention: Retention,
    /// Units that may resolve a loss; nobody above or below them by that alone.
    pub investigating: Vec<UnitCode>,
    /// Units in places that are hard to reach.
    pub remote: Vec<UnitCode>,
}

/// How long personal data are kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Retention {
    /// Whom to call, after the outcome.
    pub contact: Length,
    /// Story, messages and files of a loss, after the outcome.
    pub story: Length,
    /// All of a report that was spam, after the outcome.
    pub spam: Length,
    /// Story, messages and files of an attempt, after the outcome.
    pub attempt: Length,
    /// The number that an SMS came from.
    pub sms_sender: Length,
    /// The token by which reports count as of one source.
    pub source: Length,
    /// Who opened sealed parts.
    pub openings: Length,
}

/// Why a setting is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum TermError {
    /// No term has this name.
    #[error("no term has this name")]
    Unknown,
    /// No length.
    #[error(transparent)]
    Length(#[from] LengthError),
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            lengths: ClockKind::ALL.map(usual),
            remote_handover: Length::Hours(24),
            resolve_extension: Length::Months(2),
            reporter_answer: Length::Days(10),
            retention: Retention::default(),
            investigating: UnitCode::parse("38").into_iter().collect(),
            remote: Vec::new(),
        }
    }
}

/// The length of a clock where nobody set another.
const fn usual(kind: ClockKind) -> Length {
    match kind {
        ClockKind::ReportUrgent => Length::Minutes(15),
        ClockKind::ReportHandover => Length::Hours(12),
        ClockKind::ReportAck => Length::WorkingDays(3),
        ClockKind::ReportPrecheck => Length::Days(7),
        ClockKind::ReportResolve => Length::Days(20),
        ClockKind::ReportResume => Length::Months(1),
        ClockKind::ReportTell => Length::Days(3),
        ClockKind::ReportAttempt => Length::WorkingDays(10),
        ClockKind::ReportTransfer => Length::WorkingDays(1),
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            contact: Length::Days(180),
            story: Length::Days(730),
            spam: Length::Days(30),
            attempt: Length::Days(365),
            sms_sender: Length::Days(90),
            source: Length::Hours(24),
            openings: Length::Months(60),
        }
    }
}

/// Whether a term that ends on a day off ends on the next working day instead (Criminal Procedure Code, art. 134). The
/// others end on that day, which is never later than a law's own.
const fn rolls(kind: ClockKind) -> bool {
    match kind {
        ClockKind::ReportResolve => true,
        ClockKind::ReportUrgent
        | ClockKind::ReportHandover
        | ClockKind::ReportAck
        | ClockKind::ReportPrecheck
        | ClockKind::ReportResume
        | ClockKind::ReportTell
        | ClockKind::ReportAttempt
        | ClockKind::ReportTransfer => false,
    }
}

impl Terms {
    /// Sets the length of a name: a clock's with an underscore, such as `report_urgent`, `report_handover_remote`,
    /// `report_resolve_extension`, or what is kept, such as `keep_contact`.
    ///
    /// # Errors
    /// [`TermError`] for a name that is none and a text that is no length.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), TermError> {
        let kept = &mut self.retention;
        let place = match name {
            "report_handover_remote" => &mut self.remote_handover,
            "report_resolve_extension" => &mut self.resolve_extension,
            "report_answer" => &mut self.reporter_answer,
            "keep_contact" => &mut kept.contact,
            "keep_story" => &mut kept.story,
            "keep_spam" => &mut kept.spam,
            "keep_attempt" => &mut kept.attempt,
            "keep_sms_sender" => &mut kept.sms_sender,
            "keep_source" => &mut kept.source,
            "keep_openings" => &mut kept.openings,
            _ => {
                let named = |kind: &ClockKind| kind.as_str().replace('.', "_") == name;
                let clock = ClockKind::ALL.iter().position(named);
                let place = clock.and_then(|place| self.lengths.get_mut(place));
                place.ok_or(TermError::Unknown)?
            }
        };
        *place = Length::parse(text)?;
        Ok(())
    }

    /// How long a clock runs that starts at a unit.
    pub fn length(&self, kind: ClockKind, unit: UnitCode) -> Length {
        let is_remote = kind == ClockKind::ReportHandover && self.remote.contains(&unit);
        match is_remote {
            true => self.remote_handover,
            false => self.lengths[kind as usize],
        }
    }

    /// A clock starts at a unit.
    pub fn start(&self, kind: ClockKind, unit: UnitCode, at: Time) -> ClockStep {
        let length = self.length(kind, unit);
        let due = due(at, length, rolls(kind));
        ClockStep::Started {
            kind,
            length,
            due_at: due.at,
            skipped: due.skipped,
            estimated: due.estimated,
        }
    }

    /// The longest that a clock may be prolonged by now, counted from the day on which it is due; `None` when it may not be
    /// prolonged, or no more.
    pub fn extension(&self, clock: &Clock) -> Option<ClockStep> {
        let kind = clock.kind;
        let most = match kind {
            ClockKind::ReportResolve => MOST_RESOLVE_EXTENSIONS,
            ClockKind::ReportUrgent
            | ClockKind::ReportHandover
            | ClockKind::ReportAck
            | ClockKind::ReportPrecheck
            | ClockKind::ReportResume
            | ClockKind::ReportTell
            | ClockKind::ReportAttempt
            | ClockKind::ReportTransfer => 0,
        };
        if !clock.is_running() || clock.extended.len() >= most {
            return None;
        }
        let longer = match self.resolve_extension {
            length @ (Length::Seconds(_) | Length::Minutes(_) | Length::Hours(_)) => {
                due(clock.due_at, length, rolls(kind))
            }
            length @ (Length::Days(_) | Length::WorkingDays(_) | Length::Months(_)) => {
                due(last_moment(clock), length, rolls(kind))
            }
        };
        Some(ClockStep::Extended {
            kind,
            until: longer.at,
            skipped: [clock.skipped.as_slice(), &longer.skipped].concat(),
            estimated: clock.estimated || longer.estimated,
        })
    }

    /// Whether the next extension of a clock wants a document of the procuracy.
    pub fn wants_document(clock: &Clock) -> bool {
        clock.extended.len() >= WITHOUT_DOCUMENT
    }

    /// Whether a unit may resolve a loss.
    pub fn is_investigating(&self, unit: UnitCode) -> bool {
        self.investigating.contains(&unit)
    }
}

/// The last moment at which a clock is met in time by a calendar: 24:00 of its last day is an instant of the next one.
fn last_moment(clock: &Clock) -> Time {
    Time::from_millis(clock.due_at.millis().saturating_sub(1))
}

#[cfg(test)]
mod tests;
