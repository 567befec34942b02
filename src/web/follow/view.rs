//! A report as its reporter reads it: never its contents, never an officer's name, never another report.

use super::super::{
    first_call::{police_of, police_phone},
    page_context::PageContext,
};
use crate::{
    domain::{
        message::Lang,
        report::{
            REOPEN_DAYS, Report,
            deed::Deed,
            words::{Outcome, Side},
        },
        time::Time,
    },
    http::state::State,
    present::{
        follow::{may, sentence, shown_clocks},
        words::{self, clock::Step},
    },
    registry::report::follow::Followed,
};

/// A report as its reporter reads it.
pub struct View {
    pub reference: String,
    pub received: String,
    /// Where it stands, in one sentence.
    pub sentence: String,
    /// What comes next.
    pub next: Option<Step>,
    /// Everything else that has or had to be done in time.
    pub others: Vec<Step>,
    pub is_late: bool,
    pub was_late: bool,
    pub unit: String,
    /// As it is shown and as it is dialled.
    pub phone: Option<(String, String)>,
    /// When the receiving bank was called.
    pub bank_called: Option<String>,
    pub has_helped: bool,
    /// What became of it means for the reporter.
    pub outcome: Option<Ended>,
    pub messages: Vec<Message>,
    /// How many files the reporter sent.
    pub files: usize,
    /// How often sealed parts were opened, and by which unit.
    pub openings: Vec<(String, u32)>,
    pub opened: u32,
    pub may_tell: bool,
    pub may_withdraw: bool,
    pub may_reopen: bool,
    pub may_review: bool,
    /// Until when it can be taken up again.
    pub reopen_until: Option<String>,
    pub reviewed: Option<String>,
    pub is_withdrawn: bool,
}

/// What became of a report.
pub struct Ended {
    pub heading: &'static str,
    /// Where to complain, where that is more than asking the unit above.
    pub complaint: &'static str,
}

/// A message of either side.
pub struct Message {
    pub at: String,
    pub is_own: bool,
    pub text: String,
}

impl View {
    /// What a reporter is shown.
    pub fn of(s: &PageContext, state: &State, followed: &Followed) -> Self {
        let (report, now, lang) = (&followed.report, state.now(), s.lang);
        let may = may(report, now);
        // What becomes of the report that it was joined to is told, and nothing else of that one.
        let told = followed.main.as_ref().unwrap_or(report);
        let steps = report
            .clocks
            .iter()
            .filter_map(|clock| Some((clock.due_at, Step::of(clock, now, lang)?)));
        let (mut open, mut others): (Vec<_>, Vec<_>) = steps.partition(|(_, step)| step.is_open);
        open.sort_by_key(|(due, _)| *due);
        let has_next = report.is_open() && report.clocks_count() && !open.is_empty();
        let next = has_next.then(|| open.remove(0).1);
        others.extend(open);
        Self {
            reference: report.reference.to_string(),
            received: words::moment(report.received_at, lang),
            sentence: sentence(followed, lang, now),
            next,
            others: others.into_iter().map(|(_, step)| step).collect(),
            is_late: report.clocks_count()
                && shown_clocks(report).any(|clock| clock.is_open() && clock.is_late(now)),
            was_late: shown_clocks(report).any(|clock| clock.missed_at.is_some()),
            unit: police_of(report.unit, lang),
            phone: police_phone(state, report.unit),
            bank_called: bank_called(report).map(|at| words::moment(at, lang)),
            has_helped: followed.has_helped,
            outcome: ended(told, may.contains(&"review"), lang),
            messages: messages(report, lang),
            files: report
                .files
                .iter()
                .filter(|file| file.side == Side::Reporter)
                .count(),
            openings: openings(report, lang),
            opened: report.opened(),
            may_tell: may.contains(&"message"),
            may_withdraw: may.contains(&"withdraw"),
            may_reopen: may.contains(&"reopen"),
            may_review: may.contains(&"review"),
            reopen_until: report
                .resolution
                .map(|ended| words::day(ended.at.plus_days(REOPEN_DAYS), lang)),
            reviewed: report.review_asked_at.map(|at| words::moment(at, lang)),
            is_withdrawn: report.withdrawn_at.is_some(),
        }
    }
}

fn bank_called(report: &Report) -> Option<Time> {
    report.events.iter().rev().find_map(|event| {
        if let Deed::BankCalled {
            called: true, at, ..
        } = event.deed
        {
            return Some(at);
        }
        None
    })
}

fn messages(report: &Report, lang: Lang) -> Vec<Message> {
    let messages = report.messages();
    messages
        .map(|(at, side, text)| Message {
            at: words::moment(at, lang),
            is_own: side == Side::Reporter,
            text: text.to_owned(),
        })
        .collect()
}

fn openings(report: &Report, lang: Lang) -> Vec<(String, u32)> {
    let openings = report.openings.iter();
    openings
        .map(|(unit, count)| (police_of(*unit, lang), *count))
        .collect()
}

fn ended(report: &Report, may_review: bool, lang: Lang) -> Option<Ended> {
    let outcome = report.resolution?.outcome;
    let is_agreed = match outcome {
        Outcome::Listed | Outcome::CaseOpened | Outcome::Withdrawn | Outcome::Duplicate => true,
        Outcome::NoCase
        | Outcome::Insufficient
        | Outcome::NotAScam
        | Outcome::Forwarded
        | Outcome::NotForUs
        | Outcome::Spam => false,
    };
    Some(Ended {
        heading: words::report::outcome(outcome, lang),
        complaint: match is_agreed {
            true => "",
            false => words::follow::complaint(may_review, lang),
        },
    })
}
