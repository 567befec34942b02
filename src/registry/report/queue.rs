//! The queue of reports: what can't wait first, then by what is due next; where many wait, those alike stand together.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::intake::IntakeFilter;
use crate::{
    access::capability::IntakeReader,
    domain::{
        intake::clock::Clock,
        key::Key,
        report::{Report, words::ReportState},
        time::Time,
        unit::UnitCode,
    },
    registry::{Registry, RegistryError},
    store::schema::Reports,
};

/// Most open reports that are sorted: bounds the work of one page.
pub const MOST_OPEN: usize = 5_000;

/// From how many open reports on those that name the same identifier stand together.
pub const MANY: usize = 200;

/// So many alike stand together, no fewer.
pub const ALIKE: usize = 3;

/// Most reports with an outcome on their page.
pub const MOST_RESOLVED: usize = 100;

/// Which of them are looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Every open one.
    #[default]
    Open,
    Urgent,
    /// Of the reader.
    Mine,
    /// Nobody has it.
    Unassigned,
    /// Late now.
    Late,
    /// The reporter was asked something.
    Waiting,
    /// Of the reader's own unit, without those below it.
    OwnUnit,
    /// Of a unit below: a term of the law was missed there, or the reporter asked the unit above to look.
    Escalated,
    /// With an outcome.
    Resolved,
}

impl Part {
    /// Every one, in the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Open,
        Self::Urgent,
        Self::Mine,
        Self::Unassigned,
        Self::Late,
        Self::Waiting,
        Self::OwnUnit,
        Self::Escalated,
        Self::Resolved,
    ];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Urgent => "urgent",
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::Late => "late",
            Self::Waiting => "waiting",
            Self::OwnUnit => "own",
            Self::Escalated => "escalated",
            Self::Resolved => "resolved",
        }
    }

    /// The one with this word; every open one for what is none.
    pub fn parse(word: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|part| part.as_str() == word).unwrap_or_default()
    }

    /// Whether a report belongs to it.
    pub fn has(self, report: &Report, me: Uuid, own: UnitCode, now: Time) -> bool {
        match self {
            Self::Open => report.is_open(),
            Self::Urgent => report.awaits_bank_call(),
            Self::Mine => report.is_open() && report.assignee == Some(me),
            Self::Unassigned => report.is_open() && report.assignee.is_none(),
            Self::Late => report.is_open() && is_late_now(report, now),
            Self::Waiting => report.state == ReportState::WaitingReporter,
            Self::OwnUnit => report.is_open() && report.units().any(|unit| unit == own),
            Self::Escalated => {
                report.unit != own
                    && (report.awaits_review() || report.is_open() && is_escalated(report))
            }
            Self::Resolved => !report.is_open(),
        }
    }
}

/// What has to be done first.
pub fn next_clock(report: &Report) -> Option<&Clock> {
    let running = report.clocks.iter().filter(|clock| clock.is_running());
    let counts = running.filter(|_| report.clocks_count());
    counts.min_by_key(|clock| clock.due_at)
}

/// Whether something that still has to be done is late.
pub fn is_late_now(report: &Report, now: Time) -> bool {
    next_clock(report).is_some_and(|clock| clock.due_at < now)
}

/// Whether the unit above should look at it.
pub fn is_escalated(report: &Report) -> bool {
    let missed = |clock: &Clock| clock.kind.is_statutory() && clock.missed_at.is_some();
    report.review_asked_at.is_some() || report.clocks.iter().any(missed)
}

/// One line of the queue.
pub struct Line {
    /// The report, or the first of those alike.
    pub report: Report,
    /// Reports alike, and how many sources they have; none for a single one.
    pub alike: Option<Alike>,
}

/// Reports that name the same identifier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alike {
    pub reports: usize,
    pub sources: usize,
    pub key: Key,
}

/// The queue as it was asked for.
#[derive(Default)]
pub struct ReportQueue {
    pub lines: Vec<Line>,
    /// How many there are of each open part.
    pub counts: BTreeMap<Part, usize>,
    /// More are open than were looked at.
    pub is_cut: bool,
}

/// Who looks, and at what.
pub struct Asked {
    pub part: Part,
    /// Those alike this one alone.
    pub like: Option<Uuid>,
}

impl Registry {
    /// The reader's reports, sorted.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn report_queue(
        &self,
        reader: &IntakeReader,
        asked: &Asked,
        now: Time,
    ) -> Result<ReportQueue, RegistryError> {
        let (mut reports, is_cut) = self.looked_at(reader)?;
        let (me, own) = (reader.user_id(), reader.unit());
        let mut counts = BTreeMap::new();
        for part in Part::ALL {
            let of_it = reports.iter().filter(|one| part.has(one, me, own, now));
            counts.insert(part, of_it.count());
        }
        let groups = counts[&Part::Open] > MANY;
        if asked.part == Part::Resolved {
            let filter = IntakeFilter {
                open: Some(false),
                ..IntakeFilter::default()
            };
            reports = self
                .intake(reader, &filter, None, MOST_RESOLVED, now)?
                .items;
        } else {
            reports.retain(|report| asked.part.has(report, me, own, now));
            sort(&mut reports);
        }
        if let Some(key) = self.like_key(reader, asked)? {
            reports.retain(|report| suspect(report).as_ref() == Some(&key));
        }
        let lines = match groups && asked.like.is_none() && asked.part != Part::Resolved {
            true => grouped(reports),
            false => reports.into_iter().map(Line::single).collect(),
        };
        Ok(ReportQueue {
            lines,
            counts,
            is_cut,
        })
    }

    /// Open reports that a page sorts, and whether more were left out.
    fn looked_at(&self, reader: &IntakeReader) -> Result<(Vec<Report>, bool), RegistryError> {
        let mut reports = self.open_reports(reader, MOST_OPEN)?;
        let is_cut = reports.len() == MOST_OPEN;
        if is_cut {
            // The newest were left out; those that can't wait are never.
            let known: BTreeSet<Uuid> = reports.iter().map(|report| report.id).collect();
            let urgent = self.urgent_reports(reader, MANY)?.into_iter();
            reports.extend(urgent.filter(|report| !known.contains(&report.id)));
        }
        Ok((reports, is_cut))
    }

    /// What comes after a report in the queue of the reader's own unit; the first of the queue where that report is not in
    /// it.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn report_behind(
        &self,
        reader: &IntakeReader,
        after: Uuid,
        now: Time,
    ) -> Result<Option<Uuid>, RegistryError> {
        let (mut reports, _) = self.looked_at(reader)?;
        let (me, own) = (reader.user_id(), reader.unit());
        reports.retain(|report| Part::OwnUnit.has(report, me, own, now));
        sort(&mut reports);
        Ok(behind(&reports, after))
    }

    fn like_key(&self, reader: &IntakeReader, asked: &Asked) -> Result<Option<Key>, RegistryError> {
        match asked.like {
            Some(id) => Ok(suspect(&self.intake_item(reader, id)?)),
            None => Ok(None),
        }
    }

    /// Urgent reports in the reader's hands on which nobody has acted, the oldest first.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn urgent_reports(
        &self,
        reader: &IntakeReader,
        most: usize,
    ) -> Result<Vec<Report>, RegistryError> {
        let ids = self.index().reports.urgent(|unit| reader.sees(unit), most);
        let store = self.shared.store()?;
        let mut reports = Vec::with_capacity(ids.len());
        for id in ids {
            reports.extend(store.get::<Reports>(&id)?);
        }
        Ok(reports)
    }

    /// How many of them there are, at most `most`.
    pub fn urgent_report_count(&self, reader: &IntakeReader, most: usize) -> usize {
        let sees = |unit| reader.sees(unit);
        self.index().reports.urgent(sees, most).len()
    }
}

impl Line {
    const fn single(report: Report) -> Self {
        Self {
            report,
            alike: None,
        }
    }
}

/// What can't wait first, then by what is due next.
fn sort(reports: &mut [Report]) {
    reports.sort_by_key(|report| (!report.awaits_bank_call(), due(report), report.id));
}

/// The next one with which something is to be done: the clocks of those that were linked stand still.
fn behind(reports: &[Report], after: Uuid) -> Option<Uuid> {
    let place = reports.iter().position(|report| report.id == after);
    let rest = reports.iter().skip(place.map_or(0, |at| at + 1));
    let mut waiting = rest.filter(|report| report.clocks_count() && report.id != after);
    waiting.next().map(|report| report.id)
}

fn due(report: &Report) -> i64 {
    next_clock(report).map_or(i64::MAX, |clock| clock.due_at.millis())
}

/// The first identifier that a report speaks against.
pub fn suspect(report: &Report) -> Option<Key> {
    let told = report.told.iter().flat_map(|told| &told.identifiers);
    let mut suspects = told.filter(|told| told.role.is_suspect());
    suspects.next().map(|told| told.identifier.key())
}

/// How many sources reports have: those from one address on one day count once, and so do all of a day of which nothing
/// tells who sent them.
pub fn sources<'r>(reports: impl IntoIterator<Item = &'r Report>) -> usize {
    const DAY_MILLIS: i64 = 24 * 3_600 * 1_000;
    let mut known = BTreeSet::new();
    for report in reports {
        let own = report.contact.is_some() || report.sender.is_some();
        known.insert(match (report.source, own) {
            (Some(source), _) => (Some(source), None, 0),
            (None, true) => (None, Some(report.id), 0),
            (None, false) => (None, None, report.received_at.millis() / DAY_MILLIS),
        });
    }
    known.len()
}

/// Those alike in the place of the first of them.
fn grouped(reports: Vec<Report>) -> Vec<Line> {
    let mut by_key: BTreeMap<Key, Vec<Report>> = BTreeMap::new();
    let mut order = Vec::new();
    for report in reports {
        let key = suspect(&report).filter(|_| !report.awaits_bank_call());
        match key {
            Some(key) => {
                let group = by_key.entry(key.clone()).or_default();
                if group.is_empty() {
                    order.push(Err(key));
                }
                group.push(report);
            }
            None => order.push(Ok(report)),
        }
    }
    let mut lines = Vec::new();
    for one in order {
        match one {
            Ok(report) => lines.push(Line::single(report)),
            Err(key) => lines.extend(lines_of(by_key.remove(&key).unwrap_or_default(), key)),
        }
    }
    lines
}

fn lines_of(group: Vec<Report>, key: Key) -> Vec<Line> {
    if group.len() < ALIKE {
        return group.into_iter().map(Line::single).collect();
    }
    let alike = Alike {
        reports: group.len(),
        sources: sources(&group),
        key,
    };
    let first = group.into_iter().next();
    let line = first.map(|report| Line {
        report,
        alike: Some(alike),
    });
    line.into_iter().collect()
}

#[cfg(test)]
mod tests;
