//! What the forms of a report offer to choose from, and the texts that are prepared for it.

use uuid::Uuid;

use super::{report_forms::HOLD_MONTHS, request::Desk, unit_choice::UnitField};
use crate::{
    access::capability::Supervisor,
    domain::{
        intake::clock::PauseReason,
        message::Lang,
        report::{
            Report,
            words::{Outcome, ReportKind},
        },
        unit::UnitCode,
    },
    present::{
        report_reply::{self, Places},
        telephone::{police_in_full, police_phone},
        words::{self, report as told},
    },
    web::{failure::Failure, forms::Fields, methods},
};

/// Word and name of something to choose.
pub(super) type Choice = (String, String);

/// What the forms of a report offer.
#[derive(Default)]
pub(super) struct Choices {
    pub(super) kinds: Vec<Choice>,
    pub(super) roles: Vec<(&'static str, &'static str)>,
    pub(super) people: Vec<Choice>,
    pub(super) investigating: Vec<Choice>,
    pub(super) methods: Vec<(&'static str, &'static str)>,
    pub(super) outcomes: Vec<Choice>,
    pub(super) causes: Vec<Choice>,
    pub(super) months: Vec<Choice>,
    pub(super) unit: UnitField,
    /// Prepared questions: slug, name, text.
    pub(super) questions: Vec<(&'static str, &'static str, String)>,
    /// What is written when it is taken.
    pub(super) acknowledgement: String,
    pub(super) evidence: String,
}

/// Everything that the forms of a report offer.
pub(super) async fn choices(
    desk: &Desk,
    report: &Report,
    typed: &Fields,
) -> Result<Choices, Failure> {
    let lang = desk.lang();
    let terms = desk.state.registry.terms();
    let is_competent = terms.is_investigating(desk.who.user().unit);
    let outcomes = Outcome::ALL.iter().filter(|outcome| {
        let fits = is_competent || !outcome.is_formal();
        let lost = report.told.as_ref().map_or(0, |told| told.lost_vnd());
        outcome.is_decided()
            && fits
            && (**outcome != Outcome::Spam || lost == 0)
            && (**outcome != Outcome::Withdrawn || report.withdrawn_at.is_some())
    });
    let causes = PauseReason::ALL.into_iter();
    let causes = causes.filter(|reason| *reason != PauseReason::ReporterAsked);
    Ok(Choices {
        kinds: ReportKind::ALL
            .iter()
            .map(|kind| choice(kind.as_str(), told::report_kind(*kind, lang)))
            .collect(),
        roles: super::report_told::roles(lang),
        people: people(desk, report).await?,
        investigating: terms
            .investigating
            .iter()
            .map(|unit| choice(unit.as_str(), &words::police_of(unit.unit(), lang)))
            .collect(),
        methods: methods::choices(lang),
        outcomes: outcomes
            .map(|outcome| choice(outcome.as_str(), told::outcome(*outcome, lang)))
            .collect(),
        causes: causes
            .map(|reason| choice(reason.as_str(), told::pause_reason(reason, lang)))
            .collect(),
        months: HOLD_MONTHS
            .iter()
            .map(|months| {
                choice(
                    &months.to_string(),
                    &format!("{months} {}", lang.pick("tháng", "months")),
                )
            })
            .collect(),
        unit: match typed.has("unit") {
            true => UnitField::typed(typed, lang),
            false => awaited(report).map_or_else(UnitField::default, UnitField::of),
        },
        questions: questions(desk, report),
        acknowledgement: report_reply::acknowledgement(report.kind)
            .map(|reply| filled(desk, report, reply))
            .unwrap_or_default(),
        evidence: format!("Từ báo cáo {}.", report.reference),
    })
}

/// The investigating unit that was told and does not have the report yet.
fn awaited(report: &Report) -> Option<UnitCode> {
    let told = report.competent_unit;
    told.filter(|unit| *unit != report.unit)
}

/// Prepared questions: slug, name, text.
pub(super) fn questions(desk: &Desk, report: &Report) -> Vec<(&'static str, &'static str, String)> {
    let lang = desk.lang();
    let question = |reply: &report_reply::Reply| {
        let name = lang.pick(reply.name_vi, reply.name_en);
        (reply.slug, name, filled(desk, report, reply))
    };
    report_reply::questions().map(question).collect()
}

fn choice(word: &str, name: &str) -> Choice {
    (word.to_owned(), name.to_owned())
}

/// How an outcome is told to the reporter; empty for one of which nothing is told.
pub(super) fn outcome_text(desk: &Desk, report: &Report, outcome: Outcome) -> String {
    let reply = report_reply::outcome(outcome);
    reply
        .map(|reply| filled(desk, report, reply))
        .unwrap_or_default()
}

fn filled(desk: &Desk, report: &Report, reply: &report_reply::Reply) -> String {
    let phone = police_phone(&desk.state.registry, report.unit);
    reply.text(&Places {
        reference: &report.reference.to_string(),
        unit: &police_in_full(report.unit),
        phone: &phone.map(|(shown, _)| shown).unwrap_or_default(),
        date: &words::day(report.received_at, Lang::Vi),
    })
}

/// People to whom the reader may give it.
async fn people(desk: &Desk, report: &Report) -> Result<Vec<Choice>, Failure> {
    let Ok(supervisor) = Supervisor::of(&desk.who) else {
        return Ok(Vec::new());
    };
    let (lang, report) = (desk.lang(), report.clone());
    let work = desk.ask(move |registry, _| registry.people_for_report(&supervisor, &report));
    let named = |id: Uuid, name: String| (id.to_string(), name);
    let people = work.await?.into_iter().map(|user| {
        let role = words::role(user.role, lang);
        let unit = words::unit(user.unit, lang);
        named(user.id, format!("{} ({role}, {unit})", user.username))
    });
    Ok(people.collect())
}
