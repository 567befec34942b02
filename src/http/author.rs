//! Whose request it is, and whether it was refused: attempts of somebody who is known go into the audit trail.

use actix_web::{HttpMessage, HttpRequest, dev::ServiceResponse, http::Method};

use super::state::State;
use crate::{
    domain::{
        change::Actor,
        trail::{AddressToken, Refusal},
    },
    present::{problem::Problem, problem_code::ProblemCode},
};

/// What counts as a refused attempt.
const REFUSALS: [(ProblemCode, Refusal); 7] = [
    (ProblemCode::Forbidden, Refusal::NotAllowed),
    (ProblemCode::InsufficientScope, Refusal::NotAllowed),
    (ProblemCode::NotFound, Refusal::NotSeen),
    (ProblemCode::StepUpRequired, Refusal::StaleFactor),
    (ProblemCode::AwaitsApproval, Refusal::SecondPerson),
    (ProblemCode::FourEyes, Refusal::SecondPerson),
    (ProblemCode::FormExpired, Refusal::ForgedForm),
];

/// Whose request it is, once that is known.
#[derive(Clone, Copy)]
pub struct Author {
    who: Actor,
    address: Option<AddressToken>,
}

impl Author {
    /// What kind of caller sent a request, for figures and the log: `anonymous` when nobody proved who it is.
    pub fn kind(request: &HttpRequest) -> &'static str {
        match request.extensions().get::<Self>().map(|author| author.who) {
            None => "anonymous",
            Some(Actor::User(_)) => "person",
            Some(Actor::Partner(_)) => "partner",
            // Neither sends requests.
            Some(Actor::Console | Actor::Schedule | Actor::Visitor) => "anonymous",
        }
    }

    /// Notes whose request it is.
    pub fn set(request: &HttpRequest, who: Actor, address: Option<AddressToken>) {
        request.extensions_mut().insert(Self { who, address });
    }
}

/// What a page told instead of what was asked for.
struct Told(ProblemCode);

/// Notes what a page tells instead of what was asked for.
pub fn told(request: &HttpRequest, code: ProblemCode) {
    request.extensions_mut().insert(Told(code));
}

/// Notes for the audit trail when an attempt of somebody who is known was refused.
pub fn note_refusal<B>(state: &State, request: &HttpRequest, response: &ServiceResponse<B>) {
    let extensions = request.extensions();
    let Some(Author { who, address }) = extensions.get::<Author>().copied() else {
        return;
    };
    let code = match response.response().extensions().get::<Problem>() {
        Some(problem) => Some(problem.code()),
        None => extensions.get::<Told>().map(|told| told.0),
    };
    let why = REFUSALS.iter().find(|(known, _)| Some(*known) == code);
    // Looking for what is not there is no attempt.
    let looks = request.method() == Method::GET;
    if let Some((_, why)) = why.filter(|(_, why)| !(looks && *why == Refusal::NotSeen)) {
        state.registry.note_refusal(who, *why, address);
    }
}
