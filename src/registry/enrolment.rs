//! From a one-time code to an account that can sign in: password first, then proof that the second
//! factor works.

use super::{Registry, RegistryError, engine::shared::new_id, trail::ClientAddress};
use crate::{
    access::{
        capability::Acting,
        known_device, password,
        secret::{MasterSecret, random},
        session_secret::{Face, SessionSecret},
        slow_down::Try,
        totp,
    },
    domain::{
        change::Factor,
        time::Time,
        trail::Refusal,
        user::{User, UserStatus},
    },
    state::{own_account, refused::Refused, session},
};

/// What an authenticator application needs.
pub struct SecondFactor {
    /// Base32 text of the secret.
    pub secret: String,
    /// The same as a link that a QR code can hold.
    pub url: String,
    /// The secret itself.
    pub bytes: Vec<u8>,
}

/// An account that may sign in from now.
pub struct Enrolled {
    pub user: User,
    /// The secret of the session that it was signed in with, where that was asked for.
    pub secret: Option<String>,
    /// Of the device on which the code was shown: nobody who fails in this name elsewhere keeps it waiting.
    pub device: String,
}

/// What a new password may not be made of, beside the user's own name.
const OURS: [&str; 2] = ["canh giac", "canhgiac"];

/// Whether a password can be chosen by this account.
pub(super) fn check_new(user: &User, password: &str) -> Result<(), RegistryError> {
    let [one, other] = OURS;
    password::check_new(password, &[user.username.as_str(), one, other])
        .map_err(|problem| RegistryError::WeakPassword(problem.code()))
}

/// What an authenticator application needs for this account.
pub(super) fn second_factor(master: &MasterSecret, user: &User) -> SecondFactor {
    let secret = master.totp_secret(user);
    SecondFactor {
        secret: totp::base32(&secret),
        url: totp::otpauth_url(&secret, user.username.as_str(), "Canh Giac"),
        bytes: secret,
    }
}

impl Registry {
    /// Takes the one-time code and a password; answers with the second factor's secret. Can be
    /// repeated until the second factor is confirmed: each time the secret is another one, and the one before worthless, so
    /// that of two people with the code one alone gets in, and the other notices.
    ///
    /// # Errors
    /// [`Refused::BadEnrolment`], [`RegistryError::WeakPassword`], [`RegistryError::SlowDown`].
    pub fn enrol(
        &self,
        username: &str,
        code: &str,
        password: &str,
        from: &ClientAddress,
        now: Time,
    ) -> Result<SecondFactor, RegistryError> {
        let (mut user, _) = self.invited(username, code, from, now)?;
        check_new(&user, password)?;
        let hash = password::hash(password);
        let nonce = random();
        user.enrolment = Some(nonce);
        let factor = second_factor(&self.master, &user);
        let request = own_account::ChoosePassword {
            user: user.id,
            generation: user.generation,
            hash,
            nonce,
        };
        self.commit(
            Acting::signing_in(user.id).from_address(from.token),
            now,
            None,
            move |view, now| own_account::choose_password(view, &request, now),
            |_, _| Ok(()),
        )?;
        Ok(factor)
    }

    /// Shows that the second factor works: the account may sign in from now, and the one-time code is
    /// worthless. With a face, the person is signed in there at once.
    ///
    /// # Errors
    /// [`Refused::BadEnrolment`] for the code, [`Refused::BadCredentials`] for the second
    /// factor.
    pub fn confirm_enrolment(
        &self,
        username: &str,
        code: &str,
        otp: &str,
        signs_in: Option<Face>,
        from: &ClientAddress,
        now: Time,
    ) -> Result<Enrolled, RegistryError> {
        let (user, what) = self.invited(username, code, from, now)?;
        let secret = self.master.totp_secret(&user);
        let Some(step) = totp::accepted_step(&secret, otp, now, user.last_step()) else {
            self.slow_down.failed(what, now);
            self.note_attempt(Some(user.id), Refusal::Enrolment, from.token);
            return Err(Refused::BadCredentials.into());
        };
        let session = signs_in.map(|face| {
            let id = new_id(now);
            (id, SessionSecret::generate(&self.master, face, id))
        });
        let request = own_account::Enrol {
            user: user.id,
            generation: user.generation,
            nonce: user.enrolment,
            factor: Factor::Totp { step },
            signs_in: session
                .as_ref()
                .map(|(id, secret)| self.new_session(*id, secret)),
        };
        let id = user.id;
        let user = self.commit(
            Acting::signing_in(id).from_address(from.token),
            now,
            None,
            move |view, now| own_account::enrol(view, &request, now),
            move |view, _| Ok(session::active(view, id)?),
        )?;
        let device = known_device::token(&self.master, &user, new_id(now), now);
        Ok(Enrolled {
            user,
            secret: session.map(|(_, secret)| secret.text),
            device,
        })
    }

    fn invited<'a>(
        &self,
        username: &'a str,
        code: &str,
        from: &'a ClientAddress,
        now: Time,
    ) -> Result<(User, Try<'a>), RegistryError> {
        let what = Try::Enrolment {
            account: username,
            address: &from.client,
        };
        let user = self.user_by_name(username)?;
        let known = user.as_ref().map(|user| user.id);
        let refused = |why| self.note_attempt(known, why, from.token);
        self.may_try(what, now)
            .inspect_err(|_| refused(Refusal::SlowedDown))?;
        user.filter(|user| user.status == UserStatus::Invited && user.invited_until > now)
            .filter(|user| self.master.check_enrolment_code(user, code))
            .map(|user| (user, what))
            .ok_or_else(|| {
                self.slow_down.failed(what, now);
                refused(Refusal::Enrolment);
                Refused::BadEnrolment.into()
            })
    }
}
