//! A report as whoever told it follows it: never who worked on it, and never other reports.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    report_clock::{self, ClockJson},
    telephone::police_phone,
    words::{self, follow::Standing},
};
use crate::{
    domain::{
        intake::{
            clock::{Clock, ClockKind, PauseReason},
            length::Length,
            masking::MaskedKind,
        },
        message::Lang,
        report::{
            MAX_REPORTER_MESSAGES, MAX_REPORTER_MESSAGES_A_DAY, Report,
            deed::Deed,
            reading::Notices,
            words::{Outcome, ReportKind, ReportState, Side},
        },
        time::Time,
        unit::UnitCode,
    },
    registry::{Registry, report::follow::Followed},
};

/// A unit of the police, and how it is reached.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct PoliceUnit {
    pub code: &'static str,
    /// As people call them: `Công an phường Bỉm Sơn`.
    pub name: String,
    /// None where no number of it, or of who runs this registry, is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub phone: Option<String>,
}

/// The police of a unit; `else_phone` is the number of who runs this registry.
pub fn police_unit(
    registry: &Registry,
    unit: UnitCode,
    else_phone: Option<&str>,
    lang: Lang,
) -> PoliceUnit {
    let own = police_phone(registry, unit).map(|(shown, _)| shown);
    let other = else_phone.filter(|phone| !phone.is_empty());
    PoliceUnit {
        code: unit.as_str(),
        name: words::police_of(unit.unit(), lang),
        phone: own.or_else(|| other.map(str::to_owned)),
    }
}

/// One message between the reporter and the unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = FollowedMessage)]
pub struct MessageJson {
    #[schema(format = DateTime)]
    pub at: String,
    pub from: Side,
    pub text: String,
}

/// What happens next.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = ReportNext)]
pub struct NextJson {
    pub what: &'static str,
    /// Later than this is late.
    #[schema(format = DateTime)]
    pub by: String,
    /// The last day for it, as people write it.
    #[schema(example = "26/11/2026")]
    pub day: String,
}

/// What became of a report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = ReportOutcome)]
pub struct OutcomeJson {
    pub code: Outcome,
    pub name: &'static str,
    #[schema(format = DateTime)]
    pub at: String,
    /// What it means to the reporter.
    pub meaning: &'static str,
    /// Where to complain.
    pub complaint: &'static str,
}

/// A unit that opened sealed parts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = ReportOpening)]
pub struct OpeningJson {
    pub unit: &'static str,
    pub name: String,
    pub times: u32,
}

/// What the reporter gave, as counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = ReportGiven)]
pub struct GivenJson {
    pub identifiers: usize,
    pub own_numbers: u8,
    pub transfers: usize,
    pub files: usize,
    pub messages: usize,
    /// Numbers that were masked in the texts.
    pub masked: u8,
}

/// A report as its reporter follows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = FollowedReport)]
pub struct FollowJson {
    #[schema(example = "4821-7735-6")]
    pub reference: String,
    pub kind: ReportKind,
    #[schema(format = DateTime)]
    pub received_at: String,
    /// That of the report that tells of the same, where there is one.
    pub state: ReportState,
    /// What happens now and by which date.
    pub sentence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next: Option<NextJson>,
    /// Something was not done in time.
    pub late: bool,
    pub unit: PoliceUnit,
    /// Those that the reporter can hold the police to.
    pub clocks: Vec<ClockJson>,
    pub messages: Vec<MessageJson>,
    /// How often sealed parts were opened.
    pub openings: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub opened_by: Vec<OpeningJson>,
    /// A number in it is on the list of warnings since, through whichever report.
    pub helped: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub outcome: Option<OutcomeJson>,
    /// It tells of the same as another report.
    pub linked: bool,
    /// What the reporter can do now: `message`, `withdraw`, `reopen`, `review`.
    pub may: Vec<&'static str>,
    pub given: GivenJson,
    /// The code that replaces the one that was shown, which somebody else saw: to be kept instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub new_receipt: Option<String>,
    /// Kinds of numbers that were masked in what was sent just now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub masked: Vec<&'static str>,
}

/// A report as its reporter follows it; `else_phone` as in [`police_unit`].
pub fn follow(
    registry: &Registry,
    followed: &Followed,
    else_phone: Option<&str>,
    lang: Lang,
    now: Time,
) -> FollowJson {
    let own = &followed.report;
    let told = followed.main.as_ref().unwrap_or(own);
    let next = next_clock(told);
    FollowJson {
        reference: own.reference.to_string(),
        kind: own.kind,
        received_at: own.received_at.rfc3339(),
        state: told.state,
        sentence: sentence(followed, lang, now),
        next: next.and_then(|clock| {
            Some(NextJson {
                what: words::follow::next(clock.kind, lang)?,
                by: clock.due_at.rfc3339(),
                day: last_day(clock, lang),
            })
        }),
        late: [own, told].iter().any(|report| is_late(report, now)),
        unit: police_unit(registry, told.unit, else_phone, lang),
        clocks: shown_clocks(own)
            .map(|clock| report_clock::clock(clock, now))
            .collect(),
        messages: messages(own),
        openings: own.opened(),
        opened_by: own
            .openings
            .iter()
            .map(|(unit, times)| OpeningJson {
                unit: unit.as_str(),
                name: words::police_of(unit.unit(), lang),
                times: *times,
            })
            .collect(),
        helped: followed.has_helped,
        outcome: told.resolution.map(|resolution| OutcomeJson {
            code: resolution.outcome,
            name: words::report::outcome(resolution.outcome, lang),
            at: resolution.at.rfc3339(),
            meaning: words::follow::meaning(resolution.outcome, lang),
            complaint: words::follow::complaint(may(own, now).contains(&"review"), lang),
        }),
        linked: followed.main.is_some(),
        may: may(own, now),
        given: given(own),
        new_receipt: followed
            .new_code
            .as_ref()
            .map(|code| code.groups().join(" ")),
        masked: Vec::new(),
    }
}

/// What happens now and by which date, in plain words.
pub fn sentence(followed: &Followed, lang: Lang, now: Time) -> String {
    let told = followed.main.as_ref().unwrap_or(&followed.report);
    let next = clock_of_state(told);
    let due = next.map(|clock| last_day(clock, lang));
    let until = told
        .answer_until
        .map(|until| words::day(just_before(until), lang));
    let standing = Standing {
        state: told.state,
        outcome: told.resolution.map(|resolution| resolution.outcome),
        police: &words::police_of(told.unit.unit(), lang),
        due: due.as_deref(),
        is_overdue: next.is_some_and(|clock| clock.is_running() && clock.due_at < now),
        answer_until: until.as_deref(),
        pause: pause(told),
        is_withdrawn: followed.report.withdrawn_at.is_some(),
        may_review: may(&followed.report, now).contains(&"review"),
        may_reopen: may(&followed.report, now).contains(&"reopen"),
        is_linked: followed.main.is_some(),
    };
    words::follow::sentence(&standing, lang)
}

/// Clocks that reporters can hold the police to.
pub fn shown_clocks(report: &Report) -> impl Iterator<Item = &Clock> {
    let clocks = report.clocks.iter();
    clocks.filter(|clock| words::follow::next(clock.kind, Lang::Vi).is_some())
}

/// Whether something that the reporter was told of was not done in time.
fn is_late(report: &Report, now: Time) -> bool {
    shown_clocks(report).any(|clock| clock.missed_at.is_some())
        || (report.clocks_count() && shown_clocks(report).any(|clock| clock.is_late(now)))
}

/// The open clock that the state waits for: that somebody writes, that there is an outcome, that it is told.
fn clock_of_state(report: &Report) -> Option<&Clock> {
    let waits_for: &[ClockKind] = match report.state {
        ReportState::Received => &[ClockKind::ReportAck],
        ReportState::Acknowledged
        | ReportState::Verifying
        | ReportState::WaitingReporter
        | ReportState::Suspended => &[
            ClockKind::ReportResolve,
            ClockKind::ReportResume,
            ClockKind::ReportAttempt,
        ],
        ReportState::Resolved => &[ClockKind::ReportTell],
    };
    let open =
        shown_clocks(report).filter(|clock| clock.is_open() && waits_for.contains(&clock.kind));
    open.min_by_key(|clock| clock.due_at)
}

/// The open clock that is due first, of those that reporters can hold the police to.
pub fn next_clock(report: &Report) -> Option<&Clock> {
    let open = shown_clocks(report).filter(|clock| clock.is_open());
    open.min_by_key(|clock| clock.due_at)
}

/// The last day on which a clock is met in time; with the time of day where it runs by the hour.
pub fn last_day(clock: &Clock, lang: Lang) -> String {
    match clock.length {
        Length::Seconds(_) | Length::Minutes(_) | Length::Hours(_) => {
            words::moment(clock.due_at, lang)
        }
        Length::Days(_) | Length::WorkingDays(_) | Length::Months(_) => {
            words::day(just_before(clock.due_at), lang)
        }
    }
}

/// 24:00 of a day is an instant of the next one.
fn just_before(at: Time) -> Time {
    Time::from_millis(at.millis().saturating_sub(1))
}

fn pause(report: &Report) -> Option<PauseReason> {
    report.events.iter().rev().find_map(|event| {
        if let Deed::Suspended { reason, .. } = event.deed {
            return Some(reason);
        }
        None
    })
}

fn messages(report: &Report) -> Vec<MessageJson> {
    let messages = report.messages();
    let message = messages.map(|(at, from, text)| MessageJson {
        at: at.rfc3339(),
        from,
        text: text.to_owned(),
    });
    message.collect()
}

fn given(report: &Report) -> GivenJson {
    let told = report.told.as_ref();
    let by_reporter = |side: Side| side == Side::Reporter;
    GivenJson {
        identifiers: told.map_or(0, |told| told.identifiers.len()),
        own_numbers: told.map_or(0, |told| told.own_given),
        transfers: told.map_or(0, |told| told.transfers.len()),
        files: report
            .files
            .iter()
            .filter(|file| by_reporter(file.side))
            .count(),
        messages: report.reporter_messages(report.received_at),
        masked: told.map_or(0, |told| told.masked),
    }
}

/// What the reporter can do now.
pub fn may(report: &Report, now: Time) -> Vec<&'static str> {
    let is_withdrawn = report.withdrawn_at.is_some();
    let today = report.reporter_messages(now.plus_seconds(-24 * 3_600));
    let altogether = report.reporter_messages(report.received_at);
    let is_asked = report.state == ReportState::WaitingReporter;
    let within = today < MAX_REPORTER_MESSAGES_A_DAY && altogether < MAX_REPORTER_MESSAGES;
    let goes_on = !is_withdrawn && !report.is_full();
    let all = [
        ("message", goes_on && (within || is_asked)),
        ("withdraw", !is_withdrawn && !report.is_full()),
        ("reopen", goes_on && report.may_reopen(now)),
        ("review", !report.is_full() && report.may_ask_review()),
    ];
    let can = all.into_iter().filter(|(_, can)| *can);
    can.map(|(word, _)| word).collect()
}

/// Machine words for what was masked in a text.
pub fn masked_words(notices: &Notices) -> Vec<&'static str> {
    let kinds = notices.masked.iter().map(|kind| masked_word(*kind));
    let own = notices.has_own_masked.then_some("own_number");
    kinds.chain(own).collect()
}

/// The machine word of a kind of number that is masked.
pub const fn masked_word(kind: MaskedKind) -> &'static str {
    match kind {
        MaskedKind::IdentityNumber => "identity_number",
        MaskedKind::CardNumber => "card_number",
        MaskedKind::ReceiptCode => "receipt_code",
    }
}
