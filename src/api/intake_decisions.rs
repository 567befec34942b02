//! `/v1/intake/{id}/…`: what supervisors decide on reports.

use actix_web::{HttpResponse, http::StatusCode, post};
use serde::Deserialize;

use super::{
    intake::answer,
    intake_bodies::{AssignBody, ExtendBody, HoldBody, ResolveBody, SuspendBody, WhyBody},
    intake_request::{ActRequest, act, until},
};
use crate::domain::report::acts::{Decision, DecisionKind};
use crate::{
    access::capability::Supervisor,
    domain::{
        intake::{calendar::Day, clock::PauseReason},
        report::{MAX_MESSAGE, MAX_REASON, words::Outcome},
        time::Time,
    },
    http::{extract::JsonBytes, state::State},
    present::problem::Problem,
    registry::{
        RegistryError,
        report::texts::{document_number, some_words, words},
    },
};

/// How long a hold lasts when nothing is said, in days: then it is looked at again.
const HOLD_DAYS: u32 = 365;

fn reason(text: &str) -> Result<String, RegistryError> {
    words("/reason", text, MAX_REASON)
}

const fn competent(_: &JsonBytes) -> DecisionKind {
    DecisionKind::Competent
}

const fn other(_: &JsonBytes) -> DecisionKind {
    DecisionKind::Other
}

/// The outcome that a body names, before its fields are judged: who may not give it is told so first.
fn outcome_of(body: &JsonBytes) -> DecisionKind {
    #[derive(Deserialize)]
    struct Peek {
        outcome: Outcome,
    }
    let peek = serde_json::from_slice::<Peek>(&body.0).ok();
    DecisionKind::Outcome(peek.map(|peek| peek.outcome))
}

act!(
    /// Gives it to a person of the unit that holds it, or of the competent unit, which takes it over with that.
    assign, "assign_report", "/v1/intake/{id}/assign", AssignBody, |request| assigned(request)
);

async fn assigned(request: ActRequest) -> Result<HttpResponse, Problem> {
    let supervisor = Supervisor::of(&request.person.0)?;
    let (registry, id) = (request.state.registry.clone(), request.id.0);
    let officer = supervisor.clone().into();
    State::blocking(move || registry.report_in_hand(&officer, id)).await?;
    let version = request.version.required()?;
    let user = request.body.read::<AssignBody>()?.value.user;
    let (registry, now) = (request.state.registry.clone(), request.state.now());
    let done = move || registry.assign_report(&supervisor, id, version, user, now);
    let report = State::blocking(done).await?;
    answer(&request.state, StatusCode::OK, report, request.lang.0).await
}

act!(
    /// Suspends the handling after its term, for a reason that the law names. Only an investigating unit.
    suspend, "suspend_report", "/v1/intake/{id}/suspend", SuspendBody,
    |request| request.decide(competent, |body: SuspendBody, _| {
        let mut reasons = PauseReason::ALL.into_iter();
        let reason = reasons
            .find(|known| known.as_str() == body.reason && *known != PauseReason::ReporterAsked)
            .ok_or(RegistryError::field("/reason", "invalid"))?;
        let document = document_number(&body.document_no)?;
        if document.is_empty() {
            return Err(RegistryError::field("/document_no", "required").into());
        }
        Ok(Decision::Suspend {
            reason,
            words: some_words("/words", &body.words, MAX_REASON)?,
            document,
        })
    })
);

act!(
    /// Takes the handling up again: a month for the outcome. Only an investigating unit.
    resume, "resume_report", "/v1/intake/{id}/resume", WhyBody,
    |request| request.decide(competent, |body: WhyBody, _| Ok(Decision::Resume {
        reason: reason(&body.reason)?,
    }))
);

act!(
    /// Prolongs the term of the law: once, and once more with the procuracy's document. Only an investigating unit.
    extend, "extend_report", "/v1/intake/{id}/extend", ExtendBody,
    |request| request.decide(competent, |body: ExtendBody, _| Ok(Decision::Extend {
        reason: reason(&body.reason)?,
        document: document_number(&body.document_no)?,
        until: body.until.as_deref().map(|text| until("/until", text)).transpose()?,
    }))
);

act!(
    /// Gives an outcome and tells the reporter. Of a loss only an investigating unit does.
    resolve, "resolve_report", "/v1/intake/{id}/resolve", ResolveBody,
    |request| request.decide(outcome_of, resolution)
);

fn resolution(body: ResolveBody, now: Time) -> Result<Decision, Problem> {
    if !body.outcome.is_decided() {
        return Err(RegistryError::field("/outcome", "invalid").into());
    }
    // Of the others nobody waits for an answer.
    let message = match matches!(body.outcome, Outcome::Spam | Outcome::Withdrawn) {
        true => some_words("/message", &body.message, MAX_MESSAGE)?,
        false => words("/message", &body.message, MAX_MESSAGE)?,
    };
    let date = body.document_date.as_deref();
    Ok(Decision::Resolve {
        outcome: body.outcome,
        reason: reason(&body.reason)?,
        message,
        document: document_number(&body.document_no)?,
        document_date: date.map(|date| document_date(date, now)).transpose()?,
    })
}

fn document_date(text: &str, now: Time) -> Result<String, RegistryError> {
    let wrong = |code| RegistryError::field("/document_date", code);
    let date: jiff::civil::Date = text.trim().parse().map_err(|_| wrong("not-a-date"))?;
    let date = date.to_string();
    // Years of four digits sort as they follow each other.
    match date <= Day::of(now).to_string() {
        true => Ok(date),
        false => Err(wrong("in-future")),
    }
}

act!(
    /// Takes it up again after its outcome.
    reopen, "reopen_report", "/v1/intake/{id}/reopen", WhyBody,
    |request| request.decide(other, |body: WhyBody, _| Ok(Decision::Reopen {
        reason: reason(&body.reason)?,
    }))
);

act!(
    /// Keeps everything of it until then, whatever falls due for erasure.
    hold, "hold_report", "/v1/intake/{id}/hold", HoldBody,
    |request| request.decide(other, |body: HoldBody, now| Ok(Decision::Hold {
        reason: reason(&body.reason)?,
        until: match body.until.as_deref() {
            Some(text) => until("/until", text)?,
            None => now.plus_days(HOLD_DAYS),
        },
    }))
);

act!(
    /// Ends a hold.
    unhold, "unhold_report", "/v1/intake/{id}/unhold", WhyBody,
    |request| request.decide(other, |body: WhyBody, _| Ok(Decision::Unhold {
        reason: reason(&body.reason)?,
    }))
);

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_millis(1_795_161_600_000);

    #[test]
    fn the_date_of_a_document_is_a_day_that_has_come() {
        let code = |text: &str| document_date(text, NOW).map_err(|error| format!("{error:?}"));
        assert_eq!(code("2026-11-20"), Ok("2026-11-20".to_owned()));
        assert!(code("2026-11-21").unwrap_err().contains("in-future"));
        for text in ["", "20/11/2026", "2026-02-30", "hôm qua"] {
            assert!(code(text).unwrap_err().contains("not-a-date"), "{text}");
        }
    }

    #[test]
    fn an_end_is_an_instant_or_the_end_of_a_day() {
        let read = |text: &str| until("/until", text).map(Time::rfc3339).ok();
        assert_eq!(read("2027-01-15").as_deref(), Some("2027-01-15T17:00:00Z"));
        let instant = "2027-01-15T08:00:00Z";
        assert_eq!(read(instant).as_deref(), Some(instant));
        assert_eq!(read("mai"), None);
    }

    #[test]
    fn the_outcome_is_known_before_the_other_fields_are_judged() {
        let kind = |text: &'static str| outcome_of(&JsonBytes(text.into()));
        let no_case = DecisionKind::Outcome(Some(Outcome::NoCase));
        assert_eq!(kind(r#"{"outcome":"no_case","x":1}"#), no_case);
        assert_eq!(kind("{"), DecisionKind::Outcome(None));
    }
}
