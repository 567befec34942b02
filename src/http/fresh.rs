//! Several machines, one registry: whoever is signed in, reports, or follows the ledger sees on each of them what any of them
//! acknowledged before.
//!
//! A machine asks the journal where it is and waits until it has applied that; what is asked for with others in between shares
//! one answer. So sessions, receipts and cursors wander between machines, and nothing has to carry a position. Checks and pages
//! for everybody never wait: they are answered from memory, journal or not.

use actix_web::{
    Error, ResponseError,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use tokio::sync::Semaphore;

use super::state::State;

/// The journal position that the machine had when it answered a change.
pub const POSITION: HeaderName = HeaderName::from_static("registry-position");

/// Where pages check: the citizen's and the teller's.
const CHECKS: [&str; 4] = ["/vi", "/en", "/vi/quay", "/en/counter"];
/// What changes with releases, or never.
const FOR_EVERYBODY: [&str; 5] = [
    "/v1/banks",
    "/v1/ledger/tile",
    "/v1/methods",
    "/v1/units",
    "/v1/wallets",
];
/// How many wait at once, of all that ask.
static TURNS: Semaphore = Semaphore::const_new(64);

/// Answers a request on the state that stands everywhere.
///
/// # Errors
/// Those of what answers, passed on. 503 `catching-up` when the machine is too far behind.
pub async fn freshen<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let Some(state) = request.app_data::<Data<State>>().cloned() else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    if wants_fresh(&request) {
        // Whoever waits for a turn holds no thread.
        let turn = TURNS.acquire().await;
        let registry = state.registry.clone();
        let fresh = State::blocking(move || registry.freshen()).await;
        drop(turn);
        if let Err(problem) = fresh {
            let answer = problem.error_response();
            return Ok(request.into_response(answer).map_into_right_body());
        }
    }
    let is_change = !request.method().is_safe();
    let mut response = next.call(request).await?;
    if is_change && response.status().as_u16() < 400 {
        let position = HeaderValue::from(state.registry.applied());
        response.headers_mut().insert(POSITION, position);
    }
    Ok(response.map_into_left_body())
}

/// Whether what is asked for may have been changed just now by who asks. Never for checks, whoever sends them, and what
/// everybody gets.
fn wants_fresh(request: &ServiceRequest) -> bool {
    let path = request.path().trim_end_matches('/');
    let below = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
    if below(&["/v1/check", "/v1/sms"]) || CHECKS.contains(&path) {
        return false;
    }
    match *request.method() {
        Method::GET | Method::HEAD => {
            below(&["/v1/", "/desk", "/settings"]) && !below(&FOR_EVERYBODY)
        }
        _ => below(&["/v1/", "/desk", "/settings", "/vi/", "/en/"]),
    }
}
