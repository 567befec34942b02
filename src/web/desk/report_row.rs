//! A report as a line of a list shows it.

use uuid::Uuid;

use super::request::Desk;
use crate::{
    access::capability::IntakeReader,
    domain::{message::Lang, report::Report, time::Time},
    present::words::{self, report as told},
    registry::report::queue::{Alike, Line, is_escalated, next_clock},
    web::failure::Failure,
};

/// A line of the queue.
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) reference: String,
    pub(super) kind: &'static str,
    pub(super) state: &'static str,
    pub(super) state_word: String,
    /// What was lost; empty for nothing.
    pub(super) lost: String,
    /// The first identifier; empty where there is none, or the reader does not see it.
    pub(super) first: String,
    /// How many more there are.
    pub(super) more: usize,
    pub(super) unit: &'static str,
    /// Who has it; empty for nobody.
    pub(super) assignee: String,
    pub(super) is_mine: bool,
    /// Nobody has acted, and the bank may still hold the money.
    pub(super) is_urgent: bool,
    pub(super) is_escalated: bool,
    pub(super) is_withdrawn: bool,
    /// It was linked to another one: its clocks stand still.
    pub(super) is_linked: bool,
    /// It waits for the reader's unit to accept or return it.
    pub(super) is_offered: bool,
    pub(super) next: Option<Next>,
    /// Reports that name the same, in words.
    pub(super) alike: Option<String>,
}

/// What has to be done next, and how much time there is.
pub(super) struct Next {
    pub(super) what: &'static str,
    pub(super) left: String,
    pub(super) is_late: bool,
    pub(super) due: String,
}

/// A sum of money: `5.000.000 đồng`.
pub(super) fn dong(sum: u64, lang: Lang) -> String {
    format!(
        "{} {}",
        words::grouped(sum, lang),
        lang.pick("đồng", "dong")
    )
}

/// The first clock that is still to be met.
pub(super) fn next_of(report: &Report, now: Time, lang: Lang) -> Option<Next> {
    let clock = next_clock(report)?;
    let left = words::due::left(clock, now, lang);
    Some(Next {
        what: told::clock(clock.kind, lang),
        left: left.words,
        is_late: clock.due_at < now,
        due: words::clock::due(clock, lang),
    })
}

/// Where a report stands, with its outcome.
pub(super) fn standing(report: &Report, lang: Lang) -> String {
    match report.resolution {
        Some(resolution) => told::outcome(resolution.outcome, lang).to_owned(),
        None => told::report_state(report.state, lang).to_owned(),
    }
}

impl Row {
    pub(super) fn of(desk: &Desk, reader: &IntakeReader, line: &Line) -> Result<Self, Failure> {
        let (report, lang, now) = (&line.report, desk.lang(), desk.state.now());
        let told_of = report.told.iter().filter(|_| reader.may_open_sealed());
        let identifiers: Vec<String> = told_of
            .flat_map(|told| &told.identifiers)
            .map(|told| told.identifier.display())
            .collect();
        let lost = report.told.as_ref().map_or(0, |told| told.lost_vnd());
        Ok(Self {
            id: report.id,
            reference: report.reference.to_string(),
            kind: told::report_kind(report.kind, lang),
            state: report.state.as_str(),
            state_word: standing(report, lang),
            lost: if lost > 0 {
                dong(lost, lang)
            } else {
                String::new()
            },
            more: identifiers.len().saturating_sub(1),
            first: identifiers.into_iter().next().unwrap_or_default(),
            unit: words::unit(report.unit, lang),
            assignee: match report.assignee {
                Some(user) => desk.name_of(crate::domain::change::Actor::User(user))?,
                None => String::new(),
            },
            is_mine: report.assignee == Some(reader.user_id()),
            is_urgent: report.awaits_bank_call(),
            is_escalated: report.is_open() && is_escalated(report),
            is_withdrawn: report.withdrawn_at.is_some(),
            is_linked: !report.clocks_count(),
            is_offered: report.offer.is_some_and(|offer| reader.sees(offer.to)),
            next: next_of(report, now, lang),
            alike: line
                .alike
                .as_ref()
                .map(|alike| alike_words(alike, reader.may_open_sealed(), lang)),
        })
    }
}

/// The number itself is for who works on reports.
fn alike_words(alike: &Alike, reads: bool, lang: Lang) -> String {
    let (reports, sources) = (
        words::grouped(alike.reports as u64, lang),
        words::grouped(alike.sources as u64, lang),
    );
    let number = match reads {
        true => words::of_key(&alike.key),
        false => lang.pick("một số", "one number").to_owned(),
    };
    match lang {
        Lang::Vi => format!(
            "{reports} báo cáo cùng nêu {number}, từ {sources} nguồn. Có thể là chiến dịch."
        ),
        Lang::En => format!(
            "{reports} reports name {number}, from {sources} sources. This may be a campaign."
        ),
    }
}
