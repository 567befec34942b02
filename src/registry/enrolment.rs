//! From a one-time code to an account that can sign in: password first, then proof that the second
//! factor works.

use super::{Plan, Registry, RegistryError, sign_in};
use crate::{
    access::{capability::Acting, password, totp},
    domain::{
        change::Change,
        time::Time,
        user::{User, UserStatus},
    },
    store::schema::Users,
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
    /// [`RegistryError::BadEnrolment`], [`RegistryError::WeakPassword`], [`RegistryError::SlowDown`].
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
        let generation = user.generation;
        self.commit(
            Acting::signing_in(user.id),
            now,
            None,
            move |view| {
                still_invited(view.get::<Users>(&user.id)?, generation)?;
                let mut plan = Plan::default();
                let password = plan.keep(&hash).ok_or(RegistryError::BadEnrolment)?;
                plan.changes.push(Change::EnrolmentBegun {
                    user: user.id,
                    password,
                });
                Ok(plan)
            },
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
    /// [`RegistryError::BadEnrolment`] for the code, [`RegistryError::BadCredentials`] for the second
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
        let Some(step) = totp::accepted_step(&secret, otp, now, user.last_step) else {
            self.slow_down.failed(&account, address, now);
            return Err(RegistryError::BadCredentials);
        };
        let generation = user.generation;
        self.commit(
            Acting::signing_in(user.id),
            now,
            None,
            move |view| {
                let row = still_invited(view.get::<Users>(&user.id)?, generation)?;
                if row.password.is_none() {
                    return Err(RegistryError::BadEnrolment);
                }
                Ok(Plan::one(Change::Enrolled {
                    user: user.id,
                    step,
                }))
            },
            move |view, _| sign_in::active(view, user.id),
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
                RegistryError::BadEnrolment
            })
    }
}

fn still_invited(user: Option<User>, generation: u32) -> Result<User, RegistryError> {
    user.filter(|u| u.status == UserStatus::Invited && u.generation == generation)
        .ok_or(RegistryError::BadEnrolment)
}
