//! A report is sent; sent again, it is the same one.

use actix_web::{HttpRequest, ResponseError, http::StatusCode, web};
use uuid::Uuid;

use super::typed::Typed;
use crate::{
    domain::{report::words::Channel, time::Time},
    http::{limits::anonymous_key, state::State},
    present::problem::Problem,
    registry::{
        ReceiptKey, Registry, RegistryError,
        report::receive::{Bringer, GivenReceipt, Reported, Reporting},
    },
    state::refused::Refused,
    web::{
        failure::Failure,
        forms::File,
        sealing::{NotSealed, seal},
    },
};

/// What is sent.
pub struct Sending {
    /// The receipt that was shown.
    pub given: GivenReceipt,
    pub typed: Typed,
    /// All that was typed.
    pub body: Vec<u8>,
    pub files: Vec<File>,
}

/// A report that was taken, now or before.
pub struct Taken {
    pub reported: Reported,
    /// It was sent before, with other content, which stands.
    pub is_other: bool,
}

/// Why a report was not taken.
pub enum NotSent {
    File(NotSealed),
    /// It is worth to try again.
    NotNow,
    /// Many reports came from this network.
    TooMany,
    Failed(Failure),
}

impl From<Problem> for NotSent {
    fn from(problem: Problem) -> Self {
        match problem.status_code() {
            StatusCode::SERVICE_UNAVAILABLE => Self::NotNow,
            StatusCode::TOO_MANY_REQUESTS => Self::TooMany,
            _ => Self::Failed(problem.into()),
        }
    }
}

/// Takes a report. The same content with the same receipt is the same report.
///
/// # Errors
/// See [`NotSent`].
pub async fn send(
    request: &HttpRequest,
    state: &web::Data<State>,
    sending: Sending,
) -> Result<Taken, NotSent> {
    let address = state.address(request);
    state.limits.report(address)?;
    let now = state.now();
    let source = state.registry.report_source(anonymous_key(address), now);
    let registry = state.registry.clone();
    let taken = State::blocking(move || Ok::<_, Problem>(take(&registry, sending, source, now)));
    let taken = match taken.await {
        Ok(taken) => taken,
        Err(problem) => Err(problem.into()),
    };
    if taken.is_err() {
        // Who chose a picture that is too large may choose another; what was not kept fills no queue.
        state.limits.give_back_report(address);
    }
    taken
}

fn take(
    registry: &Registry,
    sending: Sending,
    source: Option<[u8; 32]>,
    now: Time,
) -> Result<Taken, NotSent> {
    let key = key(&sending);
    let Sending {
        given,
        typed,
        files,
        ..
    } = sending;
    let files = seal(registry, files, now).map_err(NotSent::File)?;
    let sealed: Vec<Uuid> = files.iter().map(|file| file.stored).collect();
    let report = typed.report;
    let reporting = Reporting {
        kind: report.kind,
        channel: Channel::Web,
        unit: report.unit,
        method: report.method,
        told: report.told,
        contact: report.contact,
        sender: None,
        source,
        keep_original: report.keep_original,
        files,
    };
    let id = Some(given.id);
    let taken = match registry.report(&Bringer::Reporter, id, reporting, Some(key), now) {
        // Sent again, it has the files that came first.
        Ok(reported) => Ok(Taken {
            is_other: reported.report.files.len() < sealed.len(),
            reported,
        }),
        Err(error) => sent_before(registry, given, error, now),
    };
    let taken = registry.without_refused(taken, sealed.clone());
    let taken = taken.map_err(Problem::from)?;
    registry.remove_copies(&taken.reported.report, &sealed);
    Ok(taken)
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
    let is_there = matches!(
        error,
        RegistryError::Refused(Refused::KeyReused | Refused::AlreadyExists)
    );
    if !is_there {
        return Err(error);
    }
    Ok(Taken {
        reported: Reported {
            report: registry.follow(&given.code, now)?.report,
            code: given.code,
        },
        is_other: true,
    })
}

/// What makes a report sent twice one report. Files are no part of it: browsers send them again, forget them, or make them
/// smaller in another way.
fn key(sending: &Sending) -> ReceiptKey {
    ReceiptKey::new(
        "report",
        "web",
        &sending.given.id.to_string(),
        &sending.body,
    )
}
