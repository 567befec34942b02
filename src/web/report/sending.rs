//! A report is sent; sent again, it is the same one.

use actix_web::{HttpRequest, ResponseError, http::StatusCode, web};
use sha2::{Digest, Sha256};

use super::typed::Typed;
use crate::{
    domain::{evidence::FileRefused, report::words::Channel, time::Time},
    http::state::State,
    present::problem::Problem,
    registry::{
        ReceiptKey, Registry, RegistryError,
        report::receive::{Bringer, GivenReceipt, Reported, Reporting},
    },
    state::refused::Refused,
    web::{failure::Failure, forms::File, sealing::seal},
};

/// What is sent.
pub struct Sending<'a> {
    /// The receipt that was shown.
    pub given: GivenReceipt,
    pub typed: &'a Typed,
    /// All that was typed.
    pub body: Vec<u8>,
    pub files: &'a [File],
}

/// A report that was taken, now or before.
pub struct Taken {
    pub reported: Reported,
    /// It was sent before, with other content, which stands.
    pub is_other: bool,
}

/// Why a report was not taken.
pub enum NotSent {
    File(FileRefused),
    /// It is worth to try again.
    NotNow,
    Failed(Failure),
}

/// Takes a report. The same content with the same receipt is the same report.
///
/// # Errors
/// See [`NotSent`].
pub async fn send(
    request: &HttpRequest,
    state: &web::Data<State>,
    sending: Sending<'_>,
) -> Result<Taken, NotSent> {
    admit(request, state).map_err(NotSent::Failed)?;
    let files = seal(state, sending.files).await.map_err(NotSent::File)?;
    let key = key(&sending);
    let report = &sending.typed.report;
    let reporting = Reporting {
        kind: report.kind,
        channel: Channel::Web,
        unit: report.unit,
        method: report.method,
        told: report.told.clone(),
        contact: report.contact.clone(),
        sender: None,
        source: None,
        keep_original: report.keep_original,
        files,
    };
    let (registry, given, now) = (state.registry.clone(), sending.given, state.now());
    let work = move || {
        let id = Some(given.id);
        match registry.report(&Bringer::Reporter, id, reporting, Some(key), now) {
            Ok(reported) => Ok(Taken {
                reported,
                is_other: false,
            }),
            Err(error) => sent_before(&registry, given, error, now),
        }
    };
    let taken = State::blocking(work).await;
    taken.map_err(|problem: Problem| match problem.status_code() {
        StatusCode::SERVICE_UNAVAILABLE => NotSent::NotNow,
        _ => NotSent::Failed(problem.into()),
    })
}

/// The report that was sent with a receipt of which the time is over by now: whoever comes back to the page later must not
/// send it a second time.
pub async fn sent_long_ago(state: &State, token: &str) -> Option<Taken> {
    // Of a token that is ours, the time is all that can be wrong.
    let given = state.registry.given_receipt(token, Time::default()).ok()?;
    let (registry, now) = (state.registry.clone(), state.now());
    let work = move || -> Result<Taken, RegistryError> {
        Ok(Taken {
            reported: Reported {
                report: registry.follow(&given.code, now)?.report,
                code: given.code,
            },
            is_other: true,
        })
    };
    State::blocking(work).await.ok()
}

/// The report that was sent with the same receipt before: whoever has its token was shown the receipt.
fn sent_before(
    registry: &Registry,
    given: GivenReceipt,
    error: RegistryError,
    now: Time,
) -> Result<Taken, RegistryError> {
    match error {
        RegistryError::Refused(Refused::KeyReused | Refused::AlreadyExists) => Ok(Taken {
            reported: Reported {
                report: registry.follow(&given.code, now)?.report,
                code: given.code,
            },
            is_other: true,
        }),
        error => Err(error),
    }
}

/// What makes a report sent twice one report.
fn key(sending: &Sending<'_>) -> ReceiptKey {
    let mut body = sending.body.clone();
    for file in sending.files {
        body.extend(Sha256::digest(&file.bytes));
    }
    ReceiptKey::new("report", "web", &sending.given.id.to_string(), &body)
}

/// LIMITS: counts a report against who sends it.
fn admit(_request: &HttpRequest, _state: &State) -> Result<(), Failure> {
    Ok(())
}
