//! What the forms of a report say, read into what the registry takes.

use uuid::Uuid;

use super::report_act::Act;
use crate::{
    domain::{
        identifier::Identifier,
        intake::{calendar::Day, clock::PauseReason},
        method::MethodId,
        report::{
            MAX_DOCUMENT, MAX_MESSAGE, MAX_REASON,
            told::{MAX_IDENTIFIERS, ToldIdentifier},
            words::{IdentifierRole, Outcome, ReportKind},
        },
        time::Time,
        unit::UnitCode,
        written::{WrittenError, written},
    },
    registry::{RegistryError, report::officer::ProposalFrom},
    state::report::{officer::OfficerAct, outcome::Decision},
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

/// A text that may be empty.
pub(super) fn text(
    fields: &Fields,
    name: &'static str,
    pointer: &'static str,
    max: usize,
) -> Result<String, RegistryError> {
    written(fields.get(name), max).map_err(|error| match error {
        WrittenError::TooLong => wrong(pointer, "too-long"),
        WrittenError::Control => wrong(pointer, "control-character"),
    })
}

/// A text that has to say something.
fn required(
    fields: &Fields,
    name: &'static str,
    pointer: &'static str,
    max: usize,
) -> Result<String, RegistryError> {
    let text = text(fields, name, pointer, max)?;
    match text.chars().any(char::is_alphanumeric) {
        true => Ok(text),
        false => Err(wrong(pointer, "required")),
    }
}

/// The reason that a form gives.
pub(super) fn reason(fields: &Fields) -> Result<String, RegistryError> {
    required(fields, "reason", "/reason", MAX_REASON)
}

fn message(fields: &Fields) -> Result<String, RegistryError> {
    required(fields, "message", "/message", MAX_MESSAGE)
}

/// The number and date of a document.
fn document(fields: &Fields) -> Result<String, RegistryError> {
    text(fields, "document_no", "/document_no", MAX_DOCUMENT)
}

/// What an officer wants, by the form that was sent. `unit` and `to` are what was looked up for it.
///
/// # Errors
/// [`RegistryError::Refused`] with the field; `None` for what is no act of this kind.
pub(super) fn officer_act(
    act: Act,
    fields: &Fields,
    unit: Option<UnitCode>,
    to: Option<Uuid>,
    now: Time,
) -> Result<Option<OfficerAct>, RegistryError> {
    let unit = || unit.ok_or(wrong("/unit", "required"));
    Ok(Some(match act {
        Act::Acknowledge => OfficerAct::Acknowledge {
            message: message(fields)?,
            kind: ReportKind::parse(fields.get("kind")),
        },
        Act::Classify => {
            let (identifiers, own_given) = identifiers(fields)?;
            OfficerAct::Classify {
                identifiers,
                own_given,
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
            to: to.ok_or(wrong("/reference", "unknown"))?,
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
            document: required(fields, "document_no", "/document_no", MAX_DOCUMENT)?,
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
            message: text(fields, "message", "/message", MAX_MESSAGE)?,
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
            let at = format!("{text}T12:00:00Z").parse::<jiff::Timestamp>();
            let at = at.map_err(|_| wrong("/document_date", "bad-date"))?;
            Ok(Some(
                Day::of(Time::from_millis(at.as_millisecond())).to_string(),
            ))
        }
    }
}

fn bank_call(fields: &Fields, now: Time) -> Result<OfficerAct, RegistryError> {
    let called = match fields.get("called") {
        "yes" => true,
        "no" => false,
        _ => return Err(wrong("/called", "required")),
    };
    let note = match called {
        true => text(fields, "note", "/note", MAX_REASON)?,
        false => required(fields, "note", "/note", MAX_REASON)?,
    };
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

/// The identifiers of a form: those known by their keys and those that were typed, without what lost its role, each once.
/// How many of them are the reporter's own, which are not kept.
pub(super) fn identifiers(fields: &Fields) -> Result<(Vec<ToldIdentifier>, u8), RegistryError> {
    let known = fields.all("known").zip(fields.all("known_role"));
    let added = fields.all("added").zip(fields.all("added_role"));
    let (mut told, mut own): (Vec<ToldIdentifier>, u8) = (Vec::new(), 0);
    let known = known.map(|(key, role)| (Identifier::from_key(key).ok(), key, role));
    for (identifier, typed, role) in known.chain(added.map(|(typed, role)| (None, typed, role))) {
        let role = IdentifierRole::parse(role);
        if typed.trim().is_empty() || (identifier.is_some() && role.is_none()) {
            continue;
        }
        let identifier = match identifier {
            Some(identifier) => identifier,
            None => Identifier::parse(typed.trim())?,
        };
        let role = role.ok_or(wrong("/identifiers", "required"))?;
        if role == IdentifierRole::Mine {
            own = own.saturating_add(1);
        } else if !told.iter().any(|one| one.identifier == identifier) {
            told.push(ToldIdentifier { identifier, role });
        }
    }
    match told.len() > MAX_IDENTIFIERS {
        true => Err(wrong("/identifiers", "too-many-identifiers")),
        false => Ok((told, own)),
    }
}

/// What a listing is proposed from.
pub(super) fn proposal(fields: &Fields) -> Result<ProposalFrom, RegistryError> {
    let identifier = Identifier::from_key(fields.get("identifier"));
    Ok(ProposalFrom {
        identifier: identifier.map_err(|_| wrong("/identifier", "required"))?,
        method: MethodId::parse(fields.get("method")).map_err(|_| wrong("/method", "required"))?,
        evidence: text(fields, "evidence", "/evidence", MAX_MESSAGE)?,
        is_sure: fields.get("sure") == "1",
    })
}

#[cfg(test)]
mod tests;
