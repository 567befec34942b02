//! What every decision needs: a reason, and the second factor shown lately.

use super::{refusal::Refusal, request::Desk};
use crate::{
    access::{
        capability::{Admin, FreshAdmin, SignedIn},
        session_secret::Face,
    },
    registry::{RegistryError, listing::required_reason},
    state::refused::Refused,
    web::forms::Fields,
};

const fn wrong(pointer: &'static str, code: &'static str) -> RegistryError {
    RegistryError::field(pointer, code)
}

/// The reason that a form gives.
pub(super) fn reason(fields: &Fields) -> Result<String, RegistryError> {
    required_reason(fields.get("reason"))
}

/// The right to administer now: takes the code of the authenticator app where the form has one.
pub(super) async fn administer(desk: &Desk, fields: &Fields) -> Result<FreshAdmin, Refusal> {
    Admin::of(&desk.who)?;
    let who = step_up(desk, fields).await?;
    Ok(Admin::fresh(&who, desk.state.now())?)
}

/// Takes the code of the authenticator app where a form has one. The person as the session stands after that.
pub(super) async fn step_up(desk: &Desk, fields: &Fields) -> Result<SignedIn, Refusal> {
    let otp = fields.get("otp").replace(' ', "");
    if otp.is_empty() {
        return Ok(desk.who.clone());
    }
    let who = desk.who.clone();
    let work = desk.ask(move |registry, now| {
        let shown = registry.step_up(&who, Face::Desk, &otp, now);
        // The page says which code; the sign-in's words would speak of a password.
        let (_, secret) = shown.map_err(|error| {
            if matches!(error, RegistryError::Refused(Refused::BadCredentials)) {
                wrong("/otp", "bad-code")
            } else {
                error
            }
        })?;
        Ok((registry.signed_in_by_cookie(&secret, now)?, secret))
    });
    let (who, secret) = work.await?;
    desk.renew(secret)?;
    Ok(who.from_address(desk.who.address()))
}
