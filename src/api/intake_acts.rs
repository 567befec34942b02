//! `/v1/intake/{id}/…`: what officers do with reports in the course of their work.

use actix_web::post;

use super::{
    intake_bodies::{
        AcknowledgeBody, BankCallBody, ClassifyBody, LinkBody, MessageBody, NothingBody, UnitBody,
        UnlinkBody, WhyBody,
    },
    intake_request::{Hand, act},
    report_body::given,
};
use crate::domain::report::acts::OfficerAct;
use crate::{
    domain::{
        report::{
            MAX_MESSAGE, MAX_REASON, Report,
            reading::{BadField, moment, reclassified},
            told::TRANSFER_LEEWAY_SECONDS,
        },
        time::Time,
        unit::UnitCode,
    },
    http::state::State,
    present::{field_words::field_words, problem::Problem, problem_code::ProblemCode},
    registry::{
        Registry, RegistryError,
        report::texts::{some_words, words},
    },
};

fn reason(text: &str) -> Result<String, RegistryError> {
    words("/reason", text, MAX_REASON)
}

fn message(text: &str) -> Result<String, RegistryError> {
    words("/message", text, MAX_MESSAGE)
}

fn unit(code: &str) -> Result<UnitCode, Problem> {
    UnitCode::parse(code).map_err(|_| RegistryError::field("/unit", "unknown-unit").into())
}

/// A field of a report that can't be taken, as a problem.
pub(super) fn bad_field(BadField { pointer, code }: BadField) -> Problem {
    Problem::new(ProblemCode::Validation).field(pointer, code, field_words(code))
}

act!(
    /// Takes a report and writes to the reporter: who does it has it from then on.
    acknowledge, "acknowledge_report", "/v1/intake/{id}/acknowledge", AcknowledgeBody,
    |request| request.work(Hand::Own, |body: AcknowledgeBody, _, _| Ok(OfficerAct::Acknowledge {
        message: message(&body.message)?,
        kind: body.kind,
    }))
);

act!(
    /// Says which identifiers it is about, and what each had to do with it.
    classify, "classify_report", "/v1/intake/{id}/classify", ClassifyBody,
    |request| request.work(Hand::Own, |body: ClassifyBody, report, _| classification(body, report))
);

fn classification(body: ClassifyBody, report: &Report) -> Result<OfficerAct, Problem> {
    let told = report.told.as_ref().ok_or(RegistryError::NOT_FOUND)?;
    let given = given(body.identifiers)?;
    let told = reclassified(told, &given).map_err(bad_field)?;
    Ok(OfficerAct::Classify {
        told: Box::new(told),
    })
}

act!(
    /// Asks another unit to take it. Its clocks run on.
    transfer, "transfer_report", "/v1/intake/{id}/transfer", UnitBody,
    |request| request.work(Hand::Own, |body: UnitBody, _, _| Ok(OfficerAct::Transfer {
        unit: unit(&body.unit)?,
        reason: reason(&body.reason)?,
    }))
);

act!(
    /// Takes a report that another unit offered.
    accept, "accept_report", "/v1/intake/{id}/accept", NothingBody,
    |request| request.work(Hand::Asked, |_: NothingBody, _, _| Ok(OfficerAct::Accept))
);

act!(
    /// Sends back a report that another unit offered. After the second time the lowest unit above both decides.
    send_back, "return_report", "/v1/intake/{id}/return", WhyBody,
    |request| request.work(Hand::Asked, |body: WhyBody, _, _| Ok(OfficerAct::Return {
        reason: reason(&body.reason)?,
    }))
);

act!(
    /// Tells the unit that may resolve a loss, and asks it to take the report.
    hand_over, "hand_over_report", "/v1/intake/{id}/handover", UnitBody,
    |request| request.work(Hand::Own, |body: UnitBody, _, _| Ok(OfficerAct::HandOver {
        unit: unit(&body.unit)?,
        reason: reason(&body.reason)?,
    }))
);

act!(
    /// Asks the reporter something. Terms of the law run on.
    ask, "ask_reporter", "/v1/intake/{id}/ask", MessageBody,
    |request| request.work(Hand::Own, |body: MessageBody, _, _| Ok(OfficerAct::Ask {
        message: message(&body.message)?,
    }))
);

act!(
    /// Writes to the reporter.
    write, "write_to_reporter", "/v1/intake/{id}/message", MessageBody,
    |request| request.work(Hand::Own, |body: MessageBody, _, _| Ok(OfficerAct::Message {
        message: message(&body.message)?,
    }))
);

act!(
    /// Says that the receiving bank of an urgent report was called, or why not.
    bank_call, "note_bank_call", "/v1/intake/{id}/bank_call", BankCallBody,
    |request| request.work(Hand::Own, |body: BankCallBody, _, state| called(&body, state.now()))
);

fn called(body: &BankCallBody, now: Time) -> Result<OfficerAct, Problem> {
    let at = match body.at.as_deref() {
        None => now,
        Some(text) => moment(text).ok_or(RegistryError::field("/at", "not-a-time"))?,
    };
    if at > now.plus_seconds(TRANSFER_LEEWAY_SECONDS) {
        return Err(RegistryError::field("/at", "in-future").into());
    }
    let note = match body.called {
        true => some_words("/note", &body.note, MAX_REASON)?,
        false => words("/note", &body.note, MAX_REASON)?,
    };
    Ok(OfficerAct::BankCall {
        called: body.called,
        at,
        note,
    })
}

act!(
    /// Links it to the report that tells of the same: its clocks stand still, and nothing is copied.
    link, "link_report", "/v1/intake/{id}/link", LinkBody,
    |request| request.work(Hand::Own, |body: LinkBody, _, state: &State| Ok(OfficerAct::Link {
        to: named(&state.registry, &body.to)?.ok_or(RegistryError::field("/to", "unknown"))?,
        reason: reason(&body.reason)?,
    }))
);

act!(
    /// Undoes a link: its clocks run as if it had never been.
    unlink, "unlink_report", "/v1/intake/{id}/unlink", UnlinkBody,
    |request| request.work(Hand::Own, |body: UnlinkBody, report, state: &State| {
        let to = body.to.as_deref().map(|to| named(&state.registry, to)).transpose()?;
        if to.is_some_and(|to| to.is_none() || to != report.duplicate_of) {
            return Err(RegistryError::field("/to", "unknown").into());
        }
        Ok(OfficerAct::Unlink {
            reason: reason(&body.reason)?,
        })
    })
);

/// One row of a table: short enough not to need a thread of its own.
fn named(registry: &Registry, text: &str) -> Result<Option<uuid::Uuid>, RegistryError> {
    registry.report_named(text.trim())
}
