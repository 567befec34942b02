//! Escalation: who above has to look at a report of which a term of the law was missed. The report stays where it is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Report;
use crate::domain::{intake::clock::Clock, time::Time};

/// Who above has to look, the lesser first.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Escalation {
    /// A term of the law is missed: the unit above sees it among what is late.
    Parent,
    /// Twice the term has passed: a supervisor of the unit above takes it or sets a date, with a reason.
    Decide,
}

impl Escalation {
    /// Every one, the lesser first.
    pub const ALL: [Self; 2] = [Self::Parent, Self::Decide];

    /// The machine word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Parent => "parent",
            Self::Decide => "decide",
        }
    }

    /// The one with this machine word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// What a clock that still has to be met asks for.
    fn of(clock: &Clock, now: Time) -> Option<Self> {
        let is_missed = clock.kind.is_statutory() && clock.is_running() && now > clock.due_at;
        if !is_missed {
            return None;
        }
        // The term as it was first set: whoever prolonged it gains no more time before somebody above has to decide.
        let term = clock.first_due_at.millis() - clock.started_at.millis();
        let twice = clock.due_at.millis().saturating_add(term);
        match now.millis() > twice {
            true => Some(Self::Decide),
            false => Some(Self::Parent),
        }
    }
}

impl Report {
    /// Who above has to look at it now. What was met late asks for nobody any more; the miss stays.
    pub fn escalated(&self, now: Time) -> Option<Escalation> {
        let clocks = self.clocks.iter().filter(|_| self.clocks_count());
        clocks.filter_map(|clock| Escalation::of(clock, now)).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        intake::{clock::ClockKind, step::apply_step, terms::Terms},
        unit::UnitCode,
    };

    fn clock(kind: ClockKind, start: Time) -> Clock {
        let mut clocks = Vec::new();
        let step = Terms::default().start(kind, UnitCode::national(), start);
        apply_step(&mut clocks, &step, start);
        clocks.remove(0)
    }

    #[test]
    fn a_missed_term_of_the_law_goes_to_the_unit_above_and_twice_the_term_is_decided_there() {
        let start = Time::from_millis(1_800_000_000_000);
        let clock = clock(ClockKind::ReportHandover, start);
        let after = |hours: i64| Escalation::of(&clock, start.plus_seconds(hours * 3_600 + 1));
        assert_eq!(Escalation::of(&clock, start.plus_seconds(12 * 3_600)), None);
        assert_eq!(after(12), Some(Escalation::Parent));
        assert_eq!(after(23), Some(Escalation::Parent));
        assert_eq!(after(24), Some(Escalation::Decide));
    }

    #[test]
    fn what_is_met_or_a_target_of_the_police_own_goes_nowhere() {
        let start = Time::from_millis(1_800_000_000_000);
        let late = start.plus_days(100);
        let mut met = clock(ClockKind::ReportAck, start);
        met.met_at = Some(late);
        assert_eq!(Escalation::of(&met, late), None);
        assert_eq!(
            Escalation::of(&clock(ClockKind::ReportAttempt, start), late),
            None
        );
    }

    #[test]
    fn words_lead_there_and_back() {
        for one in Escalation::ALL {
            assert_eq!(Escalation::parse(one.as_str()), Some(one));
        }
        assert_eq!(Escalation::parse("above"), None);
    }
}
