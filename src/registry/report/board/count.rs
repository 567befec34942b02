//! Counting of a board under way: one report after the other.

use std::collections::BTreeSet;

use super::counted::{
    BOARD_MONTHS, Board, BoardMonth, ERASURE_DAYS, ErasureAhead, MAX_ERASURES, OpenReports,
};
use crate::{
    domain::{
        intake::{
            clock::ClockKind,
            month::Month,
            reference::Reference,
            survival::{Span, quantile},
        },
        report::{
            Report,
            deed::Deed,
            escalation::Escalation,
            words::{Channel, Outcome, ReportKind},
        },
        time::Time,
        unit::UnitCode,
    },
    registry::report::register::is_of,
};

/// Counting under way.
pub(super) struct Count {
    unit: UnitCode,
    first: Month,
    now: Time,
    open: OpenReports,
    months: Vec<Counting>,
    /// Ordered by time; only the next ones are kept.
    erasures: BTreeSet<(ErasureAhead, Reference)>,
}

/// A month under way.
struct Counting {
    told: BoardMonth,
    kinds: [u64; ReportKind::ALL.len()],
    channels: [u64; Channel::ALL.len()],
    outcomes: [u64; Outcome::ALL.len()],
    spans: Vec<Span>,
    urgent: Vec<Span>,
}

fn between(from: Time, until: Time) -> u64 {
    u64::try_from(until.millis().saturating_sub(from.millis())).unwrap_or(0)
}

impl Count {
    pub(super) fn begin(unit: UnitCode, month: Month, now: Time) -> Self {
        let most = i32::try_from(BOARD_MONTHS).unwrap_or(1) - 1;
        let first = month.before(most);
        Self {
            unit,
            first,
            now,
            open: OpenReports::default(),
            months: (0..=most)
                .rev()
                .map(|back| Counting::begin(month.before(back)))
                .collect(),
            erasures: BTreeSet::new(),
        }
    }

    pub(super) fn add(&mut self, report: &Report) {
        if !is_of(report, self.unit) {
            return;
        }
        if report.is_open() {
            self.open.add(report, self.now);
        }
        let month = self.first.until(Month::of(report.received_at));
        let month = usize::try_from(month).ok();
        if let Some(month) = month.and_then(|month| self.months.get_mut(month)) {
            month.add(report, self.now);
        }
        self.add_erasures(report);
    }

    fn add_erasures(&mut self, report: &Report) {
        let soon = self.now.plus_days(ERASURE_DAYS);
        let kept = [(report.kept.contact, false), (report.kept.words, true)];
        for (until, words) in kept {
            let at = until.map(|until| report.held_until.map_or(until, |held| held.max(until)));
            let Some(at) = at.filter(|at| (self.now..=soon).contains(at)) else {
                continue;
            };
            let ahead = ErasureAhead {
                at,
                report: report.id,
                words,
            };
            self.erasures.insert((ahead, report.reference));
            if self.erasures.len() > MAX_ERASURES {
                self.erasures.pop_last();
            }
        }
    }

    pub(super) fn end(self, missing_calendar: Option<i16>, is_cut: bool) -> Board {
        let erasures = self.erasures.into_iter();
        Board {
            unit: self.unit,
            at: self.now,
            open: self.open,
            months: self.months.into_iter().map(Counting::end).collect(),
            erasures: erasures
                .map(|(ahead, reference)| (ahead, reference.to_string()))
                .collect(),
            missing_calendar,
            is_cut,
        }
    }
}

impl OpenReports {
    fn add(&mut self, report: &Report, now: Time) {
        const DAY: u64 = 24 * 3_600_000;
        let band = match between(report.received_at, now) / DAY {
            0..=3 => 0,
            4..=20 => 1,
            21..=60 => 2,
            61.. => 3,
        };
        self.ages[band] += 1;
        let is_late = report.is_late(now);
        self.late += u64::from(report.clocks_count() && runs_late(report, now));
        self.ever_late += u64::from(is_late || report.was_late());
        let escalated = report.escalated(now);
        self.escalated += u64::from(escalated.is_some());
        self.to_decide += u64::from(escalated == Some(Escalation::Decide));
    }
}

/// Whether something that still has to be done is late.
fn runs_late(report: &Report, now: Time) -> bool {
    let mut open = report.clocks.iter().filter(|clock| clock.is_open());
    open.any(|clock| clock.is_late(now))
}

impl Counting {
    fn begin(month: Month) -> Self {
        Self {
            told: BoardMonth {
                month,
                received: 0,
                kinds: Vec::new(),
                channels: Vec::new(),
                outcomes: Vec::new(),
                open: 0,
                ever_late: 0,
                median: None,
                p90: None,
                to_tell: 0,
                told_in_time: 0,
                reopened: 0,
                returned: 0,
                listings: 0,
                urgent: 0,
                urgent_median: None,
            },
            kinds: Default::default(),
            channels: Default::default(),
            outcomes: Default::default(),
            spans: Vec::new(),
            urgent: Vec::new(),
        }
    }

    fn add(&mut self, report: &Report, now: Time) {
        let told = &mut self.told;
        told.received += 1;
        self.kinds[report.kind as usize] += 1;
        self.channels[report.channel as usize] += 1;
        told.open += u64::from(report.is_open());
        told.ever_late += u64::from(report.was_late() || report.is_late(now));
        if let Some(resolution) = report.resolution {
            self.outcomes[resolution.outcome as usize] += 1;
        }
        self.spans.push(to_outcome(report, now));
        if let Some(clock) = report.clock(ClockKind::ReportTell) {
            let is_told_in_time = clock.met_at.is_some_and(|met| met <= clock.due_at);
            told.to_tell += u64::from(clock.met_at.is_some() || now > clock.due_at);
            told.told_in_time += u64::from(is_told_in_time);
        }
        told.urgent += u64::from(report.urgent);
        self.urgent.extend(to_act(report, now));
        self.add_deeds(report);
    }

    fn add_deeds(&mut self, report: &Report) {
        let count = |is: fn(&Deed) -> bool| {
            let deeds = report.events.iter().filter(|event| is(&event.deed));
            u64::try_from(deeds.count()).unwrap_or(0)
        };
        let reopened = count(|deed| matches!(deed, Deed::Reopened { .. }));
        self.told.reopened += u64::from(reopened > 0);
        self.told.returned += count(|deed| matches!(deed, Deed::TransferReturned { .. }));
        self.told.listings += count(|deed| matches!(deed, Deed::Listed { .. }));
    }

    fn end(mut self) -> BoardMonth {
        let counted = |all: &[u64]| all.to_vec();
        let kinds = ReportKind::ALL.iter().copied().zip(counted(&self.kinds));
        let channels = Channel::ALL.iter().copied().zip(counted(&self.channels));
        let outcomes = Outcome::ALL.iter().copied().zip(counted(&self.outcomes));
        BoardMonth {
            kinds: kinds.collect(),
            channels: channels.filter(|(_, count)| *count > 0).collect(),
            outcomes: outcomes.filter(|(_, count)| *count > 0).collect(),
            median: quantile(&mut self.spans, 50),
            p90: quantile(&mut self.spans, 90),
            urgent_median: quantile(&mut self.urgent, 50),
            ..self.told
        }
    }
}

/// How long a report took to its outcome, or runs. One that was linked to another left without an outcome of its own: it
/// makes nobody look quicker.
fn to_outcome(report: &Report, now: Time) -> Span {
    let end = report.resolution.map(|resolution| resolution.at);
    let is_own = report
        .resolution
        .is_some_and(|resolution| resolution.outcome != Outcome::Duplicate);
    Span {
        millis: between(report.received_at, end.unwrap_or(now)),
        runs: !is_own,
    }
}

/// How long an officer took to act on an urgent report, or has not acted.
fn to_act(report: &Report, now: Time) -> Option<Span> {
    let clock = report.clock(ClockKind::ReportUrgent)?;
    let end = clock.met_at.or(clock.stopped_at).unwrap_or(now);
    Some(Span {
        millis: between(clock.started_at, end),
        runs: clock.met_at.is_none(),
    })
}

#[cfg(test)]
mod tests;
