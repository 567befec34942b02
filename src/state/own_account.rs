//! What people do to their own account: enrolling, another password, another second factor.
//!
//! A change of either ends every other session of the account: who took a password or a telephone is out at once.

use uuid::Uuid;

use super::{
    plan::{Now, Plan},
    refused::Refused,
    session::{self, NewSession, Otp},
    view::View,
};
use crate::{
    access::totp,
    domain::{
        change::{AccountChange, Factor, Holder},
        user::{User, UserStatus},
    },
    store::schema::{Sessions, Users},
};

/// Somebody with a one-time code chooses a password.
pub struct ChoosePassword {
    pub user: Uuid,
    /// Of the invitation whose code was shown.
    pub generation: u32,
    /// Argon2id hash in PHC form.
    pub hash: String,
    /// Drawn for this beginning.
    pub nonce: [u8; 16],
}

/// Somebody with a one-time code showed that the second factor works.
pub struct Enrol {
    pub user: Uuid,
    /// Of the invitation whose code was shown.
    pub generation: u32,
    /// Of the beginning whose second factor was shown.
    pub nonce: Option<[u8; 16]>,
    pub factor: Factor,
    /// The session that it begins, where somebody is to be signed in at once.
    pub signs_in: Option<NewSession>,
}

/// Somebody who showed the password, and the second factor lately, chooses another password.
pub struct ReplacePassword {
    pub user: Uuid,
    /// The session that it is done in, which goes on.
    pub session: Uuid,
    /// The hash that the shown password fitted.
    pub before: String,
    /// Argon2id hash of the new one in PHC form.
    pub hash: String,
}

/// Somebody whose second factor was shown lately shows another one, on a new telephone.
pub struct ReplaceFactor {
    pub user: Uuid,
    /// The session that it is done in, which goes on.
    pub session: Uuid,
    /// What the new factor follows from.
    pub nonce: [u8; 16],
    /// A code of the new factor.
    pub otp: Otp,
}

/// Takes a password for an account that is invited.
///
/// # Errors
/// [`Refused::BadEnrolment`].
pub fn choose_password(
    view: &View<'_>,
    request: &ChoosePassword,
    _now: Now,
) -> Result<Plan, Refused> {
    still_invited(view, request.user, request.generation)?;
    let mut plan = Plan::default();
    let kept = plan.keep(Holder::Account(request.user), &request.hash);
    plan.push(AccountChange::EnrolmentBegun {
        user: request.user,
        password: kept.ok_or(Refused::BadEnrolment)?,
        nonce: request.nonce,
    });
    Ok(plan)
}

/// Lets an account sign in from now.
///
/// # Errors
/// [`Refused::BadEnrolment`].
pub fn enrol(view: &View<'_>, request: &Enrol, now: Now) -> Result<Plan, Refused> {
    let user = still_invited(view, request.user, request.generation)?;
    // Somebody else with the code began anew meanwhile.
    if user.password().is_none() || user.enrolment != request.nonce {
        return Err(Refused::BadEnrolment);
    }
    let mut plan = Plan::one(AccountChange::Enrolled {
        user: request.user,
        factor: request.factor.clone(),
    });
    if let Some(session) = &request.signs_in {
        plan.push(session.started(request.user, request.factor.clone(), now));
    }
    Ok(plan)
}

/// Puts another password in the place of the one that was shown.
///
/// # Errors
/// [`Refused::BadCredentials`], also when it was changed meanwhile.
pub fn replace_password(
    view: &View<'_>,
    request: &ReplacePassword,
    _now: Now,
) -> Result<Plan, Refused> {
    let user = in_session(view, request.user, request.session)?;
    if user.password() != Some(request.before.as_str()) {
        return Err(Refused::BadCredentials);
    }
    let mut plan = Plan::default();
    let kept = plan.keep(Holder::Account(request.user), &request.hash);
    plan.push(AccountChange::PasswordReplaced {
        user: request.user,
        password: kept.ok_or(Refused::BadCredentials)?,
        session: request.session,
    });
    Ok(plan)
}

/// Puts another second factor in the place of the one before.
///
/// # Errors
/// [`Refused::BadCredentials`] when the code is not of the new factor, or the factor was changed meanwhile.
pub fn replace_factor(view: &View<'_>, request: &ReplaceFactor, now: Now) -> Result<Plan, Refused> {
    let user = in_session(view, request.user, request.session)?;
    if !request.otp.is_of(&user) {
        return Err(Refused::BadCredentials);
    }
    // The steps that the telephone before has shown are not the new one's.
    let step = totp::accepted_step(&request.otp.secret, &request.otp.code, now.wall, 0);
    Ok(Plan::one(AccountChange::FactorReplaced {
        user: request.user,
        nonce: request.nonce,
        factor: step
            .map(|step| Factor::Totp { step })
            .ok_or(Refused::BadCredentials)?,
        session: request.session,
    }))
}

fn in_session(view: &View<'_>, user: Uuid, session: Uuid) -> Result<User, Refused> {
    let stands = view.get::<Sessions>(&session)?;
    stands
        .filter(|stands| stands.user == user)
        .ok_or(Refused::BadCredentials)?;
    session::active(view, user)
}

fn still_invited(view: &View<'_>, id: Uuid, generation: u32) -> Result<User, Refused> {
    view.get::<Users>(&id)?
        .filter(|user| user.status == UserStatus::Invited && user.generation == generation)
        .ok_or(Refused::BadEnrolment)
}
