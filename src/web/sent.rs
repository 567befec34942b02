//! A report was taken: the slip to keep, and what happens next.

use askama::Template;

use super::{
    first_call::{Call, police_of, police_phone},
    page_context::{Nav, PageContext},
    slip::Slip,
};
use crate::{
    domain::{intake::clock::Clock, message::Lang, report::Report, time::Time},
    http::state::State,
    present::{
        telephone::call_first,
        words::{self, clock::Step},
    },
    registry::report::receive::Reported,
};

/// The page of a report that was taken.
#[derive(Template)]
#[template(path = "report_sent.html")]
pub(super) struct SentPage {
    s: PageContext,
    slip: Slip,
    /// It was sent before, and what was written differently now was not taken.
    is_other: bool,
    is_urgent: bool,
    received: String,
    /// The police that have it.
    unit: String,
    /// Their number, as it is shown and as it is dialled.
    phone: Option<(String, String)>,
    /// Banks to be called now.
    calls: Vec<Call>,
    steps: Vec<Step>,
    /// Where the report is followed, in words that can be typed.
    address: String,
}

/// The page of a report that was taken, with the name and number of the reporter's own bank.
pub(super) fn sent(
    mut s: PageContext,
    state: &State,
    reported: &Reported,
    is_other: bool,
    bank: Option<(&'static str, &'static str)>,
) -> SentPage {
    let (report, code) = (&reported.report, &reported.code);
    // Sending it all again would be no way to larger letters.
    s.again = vec![("code", code.digits().to_owned())];
    s.path = s.to(Nav::Follow);
    s.other = s.elsewhere(Nav::Follow);
    let address = format!("{}{}", s.true_site(), s.to(Nav::Follow));
    let clocks = report.clocks.iter();
    SentPage {
        slip: Slip::of(report.reference, code),
        is_other,
        is_urgent: report.urgent,
        received: words::moment(report.received_at, s.lang),
        unit: police_of(report.unit, s.lang),
        phone: police_phone(state, report.unit),
        calls: match report.urgent {
            true => calls(&s, state, report, bank),
            false => Vec::new(),
        },
        steps: earliest(clocks, state.now(), s.lang),
        address,
        s,
    }
}

/// What is done and by when: of two days for the same, the first.
fn earliest<'c>(clocks: impl Iterator<Item = &'c Clock>, now: Time, lang: Lang) -> Vec<Step> {
    let mut clocks: Vec<&Clock> = clocks.collect();
    clocks.sort_by_key(|clock| clock.due_at);
    let mut steps: Vec<Step> = Vec::new();
    for step in clocks.iter().filter_map(|clock| Step::of(clock, now, lang)) {
        if !steps.iter().any(|known| known.what == step.what) {
            steps.push(step);
        }
    }
    steps
}

/// The reporter's own bank, and those that the money went to.
fn calls(
    s: &PageContext,
    state: &State,
    report: &Report,
    bank: Option<(&'static str, &'static str)>,
) -> Vec<Call> {
    let told = report.told.as_ref();
    let theirs = told.map_or_else(Vec::new, |told| call_first(&state.registry, told, s.lang));
    let theirs = theirs
        .into_iter()
        .filter_map(|call| Some((call.name, call.hotline?)));
    let own = bank.map(|(name, number)| (name.to_owned(), number.to_owned()));
    let mut calls: Vec<Call> = Vec::new();
    for (name, number) in own.into_iter().chain(theirs) {
        if !calls.iter().any(|known| known.number == number) {
            let words = format!("{} {name}: {number}", s.t("Gọi", "Call"));
            calls.push(Call { words, number });
        }
    }
    calls
}
