//! What people change of their own account: password, telephone, sessions.

use uuid::Uuid;

use super::{
    Registry, RegistryError,
    enrolment::{SecondFactor, check_new, second_factor},
};
use crate::{
    access::{
        capability::{Denied, SignedIn},
        password,
        secret::MasterSecret,
        slow_down::Try,
    },
    domain::{time::Time, trail::Refusal, user::User},
    state::{
        own_account::{self, ReplaceFactor, ReplacePassword},
        session::{self, Otp},
    },
};

/// The account with the second factor that it would have on a new telephone. Nothing of it is kept before it is shown: it
/// follows from the session and the factor that stands, so that each page shows the same one until it is taken.
fn with_next_factor(master: &MasterSecret, signed_in: &SignedIn) -> (User, [u8; 16]) {
    let user = signed_in.user();
    let (id, session) = (user.id.as_bytes(), signed_in.session().id);
    let stands = user.enrolment.unwrap_or_default();
    let derived = master.derive("next-factor", &[id, session.as_bytes(), &stands]);
    let mut nonce = [0; 16];
    nonce.copy_from_slice(&derived[..16]);
    let mut next = user.clone();
    next.enrolment = Some(nonce);
    (next, nonce)
}

fn wants_fresh_factor(signed_in: &SignedIn, now: Time) -> Result<(), RegistryError> {
    match signed_in.second_factor_is_fresh(now) {
        true => Ok(()),
        false => Err(Denied::StepUpRequired.into()),
    }
}

impl Registry {
    /// Puts another password in the place of the present one, and ends every other session of the account.
    ///
    /// # Errors
    /// [`Denied::StepUpRequired`]; [`RegistryError::field`] when the present one is wrong;
    /// [`RegistryError::WeakPassword`], [`RegistryError::SlowDown`].
    pub fn replace_password(
        &self,
        signed_in: &SignedIn,
        present: &str,
        new: &str,
        now: Time,
    ) -> Result<(), RegistryError> {
        wants_fresh_factor(signed_in, now)?;
        let user = signed_in.user();
        let before = self.shown_password(signed_in, present, now)?;
        check_new(user, new)?;
        if new == present {
            return Err(RegistryError::field("/password", "same-password"));
        }
        let request = ReplacePassword {
            user: user.id,
            session: signed_in.session().id,
            before,
            hash: password::hash(new),
        };
        self.commit(
            signed_in.acting(),
            now,
            None,
            move |view, now| own_account::replace_password(view, &request, now),
            |_, _| Ok(()),
        )
    }

    /// What a new telephone of this person needs: shown only to who showed the second factor of the old one lately.
    ///
    /// # Errors
    /// [`Denied::StepUpRequired`].
    pub fn next_factor(
        &self,
        signed_in: &SignedIn,
        now: Time,
    ) -> Result<SecondFactor, RegistryError> {
        wants_fresh_factor(signed_in, now)?;
        let (next, _) = with_next_factor(&self.master, signed_in);
        Ok(second_factor(&self.master, &next))
    }

    /// Takes the code of the new telephone: the old one is worthless from now, and every other session of the account over.
    /// Wants the password too: whoever sits down at a desk that was left must not make it the own one.
    ///
    /// # Errors
    /// [`Denied::StepUpRequired`]; [`RegistryError::field`] when password or code is wrong; [`RegistryError::SlowDown`].
    pub fn replace_factor(
        &self,
        signed_in: &SignedIn,
        present: &str,
        code: &str,
        now: Time,
    ) -> Result<(), RegistryError> {
        wants_fresh_factor(signed_in, now)?;
        self.shown_password(signed_in, present, now)?;
        let what = Try::StepUp(signed_in.session().id);
        self.may_try_own(signed_in, what, now)?;
        let (user, (next, nonce)) = (signed_in.user(), with_next_factor(&self.master, signed_in));
        let request = ReplaceFactor {
            user: user.id,
            session: signed_in.session().id,
            nonce,
            otp: Otp {
                secret: self.master.totp_secret(&next),
                code: code.to_owned(),
                read: (user.generation, user.enrolment),
            },
        };
        let replaced = self.commit(
            signed_in.acting(),
            now,
            None,
            move |view, now| own_account::replace_factor(view, &request, now),
            |_, _| Ok(()),
        );
        match replaced {
            Ok(()) => {
                self.slow_down.succeeded(what, now);
                Ok(())
            }
            Err(error) if error.is_bad_credentials() => {
                self.slow_down.failed(what, now);
                self.note_attempt(Some(user.id), Refusal::SecondFactor, signed_in.address());
                Err(RegistryError::field("/next", "bad-code"))
            }
            Err(other) => Err(other),
        }
    }

    /// Ends one session of the person, this one or another.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] when it is over or somebody else's.
    pub fn end_session(
        &self,
        signed_in: &SignedIn,
        id: Uuid,
        now: Time,
    ) -> Result<(), RegistryError> {
        let request = (signed_in.user().id, id);
        self.commit(
            signed_in.acting(),
            now,
            None,
            move |view, now| session::end_own(view, &request, now),
            |_, _| Ok(()),
        )
    }

    /// The hash of the present password, which was shown.
    fn shown_password(
        &self,
        signed_in: &SignedIn,
        present: &str,
        now: Time,
    ) -> Result<String, RegistryError> {
        let user = signed_in.user();
        let what = Try::Password(signed_in.session().id);
        self.may_try_own(signed_in, what, now)?;
        let hash = user.password().unwrap_or_default();
        if !password::verify(present, hash) {
            self.slow_down.failed(what, now);
            self.note_attempt(Some(user.id), Refusal::SignIn, signed_in.address());
            return Err(RegistryError::field("/present", "bad-password"));
        }
        self.slow_down.succeeded(what, now);
        Ok(hash.to_owned())
    }

    /// Whether password or factor of an open session may be tried.
    fn may_try_own(
        &self,
        signed_in: &SignedIn,
        what: Try<'_>,
        now: Time,
    ) -> Result<(), RegistryError> {
        self.may_try(what, now).inspect_err(|_| {
            self.note_attempt(
                Some(signed_in.user().id),
                Refusal::SlowedDown,
                signed_in.address(),
            );
        })
    }
}
