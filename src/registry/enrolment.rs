//! From a one-time code to an account that can sign in: password first, then proof that the second
//! factor works.

use super::{Registry, RegistryError};
use crate::{
    access::{capability::Acting, password, totp},
    domain::{
        change::Factor,
        time::Time,
        user::{User, UserStatus},
    },
    state::{account, refused::Refused, session},
};

/// What an authenticator application needs.
pub struct SecondFactor {
    /// Base32 text of the secret.
    pub secret: String,
    /// The same as a link that a QR code can hold.
    pub url: String,
}

impl Registry {
    /// Takes the one-time code and a password; answers with the second factor's secret. Can be
    /// repeated until the second factor is confirmed.
    ///
    /// # Errors
    /// [`Refused::BadEnrolment`], [`RegistryError::WeakPassword`], [`RegistryError::SlowDown`].
    pub fn enrol(
        &self,
        username: &str,
        code: &str,
        password: &str,
        address: &str,
        now: Time,
    ) -> Result<SecondFactor, RegistryError> {
        let user = self.invited(username, code, address, now)?;
        password::check_new(password, &[user.username.as_str(), "canh giac", "canhgiac"])
            .map_err(|problem| RegistryError::WeakPassword(problem.code()))?;
        let hash = password::hash(password);
        let secret = self.master.totp_secret(&user);
        let request = account::ChoosePassword {
            user: user.id,
            generation: user.generation,
            hash,
        };
        self.commit(
            Acting::signing_in(user.id),
            now,
            None,
            move |view, now| account::choose_password(view, &request, now),
            |_, _| Ok(()),
        )?;
        Ok(SecondFactor {
            secret: totp::base32(&secret),
            url: totp::otpauth_url(&secret, username.trim(), "Canh Giac"),
        })
    }

    /// Shows that the second factor works: the account may sign in from now, and the one-time code is
    /// worthless.
    ///
    /// # Errors
    /// [`Refused::BadEnrolment`] for the code, [`Refused::BadCredentials`] for the second
    /// factor.
    pub fn confirm_enrolment(
        &self,
        username: &str,
        code: &str,
        otp: &str,
        address: &str,
        now: Time,
    ) -> Result<User, RegistryError> {
        let user = self.invited(username, code, address, now)?;
        let account = user.username.as_str().to_owned();
        let secret = self.master.totp_secret(&user);
        let Some(step) = totp::accepted_step(&secret, otp, now, user.last_step()) else {
            self.slow_down.failed(&account, address, now);
            return Err(Refused::BadCredentials.into());
        };
        let request = account::Enrol {
            user: user.id,
            generation: user.generation,
            factor: Factor::Totp { step },
        };
        self.commit(
            Acting::signing_in(user.id),
            now,
            None,
            move |view, now| account::enrol(view, &request, now),
            move |view, _| Ok(session::active(view, user.id)?),
        )
    }

    fn invited(
        &self,
        username: &str,
        code: &str,
        address: &str,
        now: Time,
    ) -> Result<User, RegistryError> {
        let account = username.trim().to_ascii_lowercase();
        self.slow_down
            .check(&account, address, now)
            .map_err(|wait| RegistryError::SlowDown {
                seconds: u64::from(wait.seconds),
            })?;
        self.user_by_name(username)?
            .filter(|user| user.status == UserStatus::Invited && user.invited_until > now)
            .filter(|user| self.master.check_enrolment_code(user, code))
            .ok_or_else(|| {
                self.slow_down.failed(&account, address, now);
                Refused::BadEnrolment.into()
            })
    }
}
