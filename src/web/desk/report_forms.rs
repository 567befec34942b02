//! What the forms of a report say, read into what the registry takes.

use uuid::Uuid;

use super::report_act::Act;
use crate::{
    domain::{
        identifier::Identifier,
        intake::{calendar::Day, clock::PauseReason},
        method::MethodId,
        report::{
            MAX_DOCUMENT, MAX_MESSAGE, MAX_REASON, Report,
            acts::{Decision, OfficerAct},
            reading::{GivenIdentifier, moment, reclassified},
            words::{Outcome, ReportKind},
        },
        time::Time,
        unit::UnitCode,
    },
    present::{problem::Problem, report_reply::has_blank},
    registry::{
        RegistryError,
        report::{
            officer::ProposalFrom,
            texts::{document_number, some_words, words},
        },
    },
    web::forms::Fields,
};

/// How long a hold is at most before it is looked at again, in months.
pub(super) const HOLD_MONTHS: [u32; 3] = [3, 6, 12];
/// Most days of a month.
const MONTH_DAYS: u32 = 30;
/// A clock that was read off another wall may be ahead, in seconds.
const LEEWAY_SECONDS: i64 = 300;
/// Vietnam's clocks are seven hours ahead of UTC all year.
const VIETNAM_SECONDS: i64 = 7 * 3_600;
const DAY_SECONDS: i64 = 24 * 3_600;

const fn wrong(pointer: &'static str, code: &'static str) -> RegistryError {
    RegistryError::field(pointer, code)
}

/// The reason that a form gives.
pub(super) fn reason(fields: &Fields) -> Result<String, RegistryError> {
    words("/reason", fields.get("reason"), MAX_REASON)
}

fn message(fields: &Fields) -> Result<String, RegistryError> {
    words("/message", written(fields)?, MAX_MESSAGE)
}

/// The message of a form, of which every blank is filled in.
fn written(fields: &Fields) -> Result<&str, RegistryError> {
    let text = fields.get("message");
    match has_blank(text) {
        true => Err(wrong("/message", "blank-left")),
        false => Ok(text),
    }
}

/// The number and date of a document.
fn document(fields: &Fields) -> Result<String, RegistryError> {
    document_number(fields.get("document_no"))
}

/// What was looked up for a form before it is read.
pub(super) struct LookedUp<'r> {
    pub(super) report: &'r Report,
    pub(super) unit: Option<UnitCode>,
    /// The main report.
    pub(super) to: Option<Uuid>,
}

/// What an officer wants, by the form that was sent.
///
/// # Errors
/// [`RegistryError::Refused`] with the field; `None` for what is no act of this kind.
pub(super) fn officer_act(
    act: Act,
    fields: &Fields,
    at: &LookedUp<'_>,
    now: Time,
) -> Result<Option<OfficerAct>, Problem> {
    let unit = || at.unit.ok_or(wrong("/unit", "required"));
    Ok(Some(match act {
        Act::Acknowledge => OfficerAct::Acknowledge {
            message: message(fields)?,
            kind: ReportKind::parse(fields.get("kind")),
        },
        Act::Classify => {
            let told = at.report.told.as_ref().ok_or(RegistryError::NOT_FOUND)?;
            let told = reclassified(told, &identifiers(fields))?;
            OfficerAct::Classify {
                told: Box::new(told),
            }
        }
        Act::Transfer => OfficerAct::Transfer {
            unit: unit()?,
            reason: reason(fields)?,
        },
        Act::Accept => OfficerAct::Accept,
        Act::Return => OfficerAct::Return {
            reason: reason(fields)?,
        },
        Act::HandOver => OfficerAct::HandOver {
            unit: unit()?,
            reason: reason(fields)?,
        },
        Act::Ask => OfficerAct::Ask {
            message: message(fields)?,
        },
        Act::Message => OfficerAct::Message {
            message: message(fields)?,
        },
        Act::BankCall => bank_call(fields, now)?,
        Act::Link => OfficerAct::Link {
            to: at.to.ok_or(wrong("/reference", "unknown"))?,
            reason: reason(fields)?,
        },
        Act::Unlink => OfficerAct::Unlink {
            reason: reason(fields)?,
        },
        Act::Propose
        | Act::Resolve
        | Act::Assign
        | Act::Suspend
        | Act::Resume
        | Act::Extend
        | Act::Reopen
        | Act::Hold
        | Act::Unhold
        | Act::Reissue
        | Act::Open => return Ok(None),
    }))
}

/// What a supervisor decides, by the form that was sent.
///
/// # Errors
/// As [`officer_act`].
pub(super) fn decision(
    act: Act,
    fields: &Fields,
    now: Time,
) -> Result<Option<Decision>, RegistryError> {
    Ok(Some(match act {
        Act::Suspend => Decision::Suspend {
            reason: pause_reason(fields)?,
            words: reason(fields)?,
            document: words("/document_no", fields.get("document_no"), MAX_DOCUMENT)?,
        },
        Act::Resume => Decision::Resume {
            reason: reason(fields)?,
        },
        Act::Extend => Decision::Extend {
            reason: reason(fields)?,
            document: document(fields)?,
            until: None,
        },
        Act::Resolve => Decision::Resolve {
            outcome: outcome(fields)?,
            reason: reason(fields)?,
            message: some_words("/message", written(fields)?, MAX_MESSAGE)?,
            document: document(fields)?,
            document_date: date(fields)?,
        },
        Act::Reopen => Decision::Reopen {
            reason: reason(fields)?,
        },
        Act::Hold => Decision::Hold {
            until: now.plus_days(months(fields)? * MONTH_DAYS),
            reason: reason(fields)?,
        },
        Act::Unhold => Decision::Unhold {
            reason: reason(fields)?,
        },
        Act::Accept
        | Act::Return
        | Act::BankCall
        | Act::Acknowledge
        | Act::Classify
        | Act::Propose
        | Act::HandOver
        | Act::Ask
        | Act::Message
        | Act::Assign
        | Act::Transfer
        | Act::Link
        | Act::Unlink
        | Act::Reissue
        | Act::Open => return Ok(None),
    }))
}

/// The outcome that a form names.
pub(super) fn outcome(fields: &Fields) -> Result<Outcome, RegistryError> {
    let outcome = Outcome::parse(fields.get("outcome"));
    let decided = outcome.filter(|outcome| outcome.is_decided());
    decided.ok_or(wrong("/outcome", "required"))
}

fn pause_reason(fields: &Fields) -> Result<PauseReason, RegistryError> {
    let word = fields.get("cause");
    let mut all = PauseReason::ALL.into_iter();
    let named = all.find(|reason| reason.as_str() == word);
    let lawful = named.filter(|reason| *reason != PauseReason::ReporterAsked);
    lawful.ok_or(wrong("/cause", "required"))
}

fn months(fields: &Fields) -> Result<u32, RegistryError> {
    let months = fields.get("months").parse().ok();
    let offered = months.filter(|months| HOLD_MONTHS.contains(months));
    offered.ok_or(wrong("/months", "required"))
}

/// A date as browsers send it, `2026-08-21`; none where the field is empty.
fn date(fields: &Fields) -> Result<Option<String>, RegistryError> {
    match fields.get("document_date") {
        "" => Ok(None),
        text => {
            let noon = moment(&format!("{text}T12:00:00")).filter(|_| text.len() == 10);
            let noon = noon.ok_or(wrong("/document_date", "not-a-date"))?;
            Ok(Some(Day::of(noon).to_string()))
        }
    }
}

fn bank_call(fields: &Fields, now: Time) -> Result<OfficerAct, RegistryError> {
    let called = match fields.get("called") {
        "yes" => true,
        "no" => false,
        _ => return Err(wrong("/called", "required")),
    };
    // The reporter is told that the bank was called: what it answered is written down.
    let note = words("/note", fields.get("note"), MAX_REASON)?;
    let at = match called {
        true => time_of_day(fields.get("at"), now).ok_or(wrong("/at", "bad-time"))?,
        false => now,
    };
    Ok(OfficerAct::BankCall { called, at, note })
}

/// The last instant at which Vietnam's clocks showed this, `14:05`.
fn time_of_day(text: &str, now: Time) -> Option<Time> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    if !(0..24).contains(&hours) || !(0..60).contains(&minutes) {
        return None;
    }
    let local = now.seconds() + VIETNAM_SECONDS;
    let midnight = local - local.rem_euclid(DAY_SECONDS);
    let at = midnight + hours * 3_600 + minutes * 60 - VIETNAM_SECONDS;
    let at = match at > now.seconds() + LEEWAY_SECONDS {
        true => at - DAY_SECONDS,
        false => at,
    };
    Some(Time::from_millis(at * 1_000))
}

/// The identifiers of a form: those known by their keys and those that were typed, without what was taken out or left empty.
pub(super) fn identifiers(fields: &Fields) -> Vec<GivenIdentifier> {
    let known = fields.all("known").zip(fields.all("known_role"));
    let known = known.filter(|(_, role)| !role.is_empty());
    let known = known.map(|(key, role)| GivenIdentifier {
        text: key.to_owned(),
        read: Identifier::from_key(key).ok(),
        role: role.to_owned(),
    });
    let added = fields.all("added").zip(fields.all("added_role"));
    let added = added.map(|(typed, role)| GivenIdentifier::of(typed.trim(), role));
    known
        .chain(added.filter(|given| !given.is_empty()))
        .collect()
}

/// What a listing is proposed from.
pub(super) fn proposal(fields: &Fields) -> Result<ProposalFrom, RegistryError> {
    let identifier = Identifier::from_key(fields.get("identifier"));
    Ok(ProposalFrom {
        identifier: identifier.map_err(|_| wrong("/identifier", "required"))?,
        method: MethodId::parse(fields.get("method")).map_err(|_| wrong("/method", "required"))?,
        evidence: some_words("/evidence", fields.get("evidence"), MAX_MESSAGE)?,
        is_sure: fields.get("sure") == "1",
    })
}

#[cfg(test)]
mod tests;
