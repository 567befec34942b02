//! What every decision of a supervisor needs: a reason, and the second factor shown lately.

use actix_web::{HttpRequest, web};

use crate::{
    access::capability::{Denied, FreshSupervisor, Supervisor},
    domain::time::Time,
    http::state::State,
    present::problem::Problem,
    registry::{Registry, RegistryError, listing::note},
    state::refused::Refused,
    web::{
        failure::Failure,
        forms::{Desk, Fields},
    },
};

/// What a decision came to: the inner error is told on the page that asked.
pub(super) type Decided = Result<Result<(), RegistryError>, Failure>;

/// Takes the reason and, where there is one, the code of the authenticator app from a form; then `work` decides, with
/// the session as it stands after that.
pub(super) async fn decide(
    request: &HttpRequest,
    state: &web::Data<State>,
    desk: &Desk,
    fields: &Fields,
    work: impl FnOnce(&Registry, &FreshSupervisor, String, Time) -> Result<(), RegistryError>
    + Send
    + 'static,
) -> Decided {
    let reason = match note("/reason", fields.get("reason")) {
        Ok(reason) if reason.is_empty() => {
            return Ok(Err(RegistryError::field("/reason", "required")));
        }
        Ok(reason) => reason,
        Err(error) => return Ok(Err(error)),
    };
    Supervisor::of(&desk.who)?;
    if let Err(error) = shown_again(request, state, desk, fields.get("otp")).await? {
        return Ok(Err(error));
    }
    let (inner, cookie, now) = (state.clone(), desk.session().to_owned(), state.now());
    let decided = move || -> Result<Result<(), RegistryError>, Problem> {
        let who = inner.registry.signed_in_by_cookie(&cookie, now)?;
        let supervisor = match Supervisor::fresh(&who, now) {
            Err(Denied::StepUpRequired) => return Ok(Err(Denied::StepUpRequired.into())),
            other => other?,
        };
        Ok(work(&inner.registry, &supervisor, reason, now))
    };
    Ok(State::blocking(decided).await?)
}

/// Takes a code from the authenticator app, where one was given.
pub(super) async fn shown_again(
    request: &HttpRequest,
    state: &web::Data<State>,
    desk: &Desk,
    otp: &str,
) -> Decided {
    if otp.is_empty() {
        return Ok(Ok(()));
    }
    let (inner, now) = (state.clone(), state.now());
    let (who, otp) = (desk.who.clone(), otp.replace(' ', ""));
    let address = state.address(request).to_string();
    let tried = web::block(move || inner.registry.step_up(&who, &otp, &address, now)).await;
    match tried.map_err(|_| Failure::of("shutting-down"))? {
        // The page says which code; the sign-in's words would speak of a password.
        Err(RegistryError::Refused(Refused::BadCredentials)) => {
            Ok(Err(RegistryError::field("/otp", "bad-code")))
        }
        other => Ok(other),
    }
}
