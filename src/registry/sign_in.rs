//! Signing in with password and second factor; sessions and their tokens.

use uuid::Uuid;

use super::{Registry, RegistryError, engine::shared::new_id, keys::Issuer};
use crate::{
    access::{
        capability::{Acting, Denied, SignedIn},
        password, secret, token,
    },
    domain::{
        session::Session,
        time::Time,
        user::{User, UserStatus, Username},
    },
    state::{
        refused::Refused,
        session::{self, Otp},
        view::View,
    },
    store::schema::{Sessions, Usernames, Users},
};

/// What a sign-in or refresh gives.
pub struct Tokens {
    pub access: String,
    pub refresh: String,
    /// Seconds the access token is good for.
    pub expires_in: i64,
}

impl Registry {
    /// Signs a person in.
    ///
    /// # Errors
    /// [`Refused::BadCredentials`] whichever of the three was wrong, in the same time;
    /// [`RegistryError::SlowDown`] after repeated failures of the account or the address.
    pub fn sign_in(
        &self,
        issuer: &Issuer,
        username: &str,
        password: &str,
        otp: &str,
        address: &str,
        now: Time,
    ) -> Result<Tokens, RegistryError> {
        let account = username.trim().to_ascii_lowercase();
        self.slow_down
            .check(&account, address, now)
            .map_err(|wait| RegistryError::SlowDown {
                seconds: u64::from(wait.seconds),
            })?;
        let user = self.user_by_name(username)?;
        let hash = user
            .as_ref()
            .filter(|user| user.status == UserStatus::Active)
            .and_then(User::password);
        let fits = match hash {
            Some(hash) => password::verify(password, hash),
            None => password::verify_absent(password),
        };
        let Some(user) = user.filter(|_| fits) else {
            return Err(self.failed(&account, address, username, now));
        };
        let (refresh, hash) = new_refresh();
        let request = session::Start {
            id: new_id(now),
            user: user.id,
            generation: user.generation,
            otp: self.otp(&user, otp),
            refresh: hash,
            expires_at: now.plus_seconds(self.settings().session_seconds),
        };
        let session = self.commit(
            Acting::signing_in(user.id),
            now,
            None,
            move |view, now| session::start(view, &request, now),
            |_, id| Ok(id),
        );
        match session {
            Ok(session) => {
                self.slow_down.succeeded(&account, now);
                Ok(self.tokens(issuer, user.id, session, &refresh, now))
            }
            Err(error) if error.is_bad_credentials() => {
                Err(self.failed(&account, address, username, now))
            }
            Err(other) => Err(other),
        }
    }

    /// Exchanges a refresh token for the next pair. Each is good once: an old one that turns up
    /// again was copied, so the whole session ends.
    ///
    /// # Errors
    /// [`Refused::BadRefresh`].
    pub fn refresh(
        &self,
        issuer: &Issuer,
        token: &str,
        now: Time,
    ) -> Result<Tokens, RegistryError> {
        let (id, secret) = parse_refresh(token).ok_or(Refused::BadRefresh)?;
        let (next, hash) = new_refresh();
        let request = session::Refresh {
            id,
            shown: digest(&secret),
            next: hash,
            expires_at: now.plus_seconds(self.settings().session_seconds),
        };
        let user = self.commit(
            Acting::visitor(),
            now,
            None,
            move |view, now| session::refresh(view, &request, now),
            move |view, _| Ok(view.get::<Sessions>(&id)?.map(|session| session.user)),
        )?;
        let user = user.ok_or(Refused::BadRefresh)?;
        Ok(self.tokens(issuer, user, id, &next, now))
    }

    /// Shows the second factor again, for decisions that want it fresh.
    ///
    /// # Errors
    /// [`Refused::BadCredentials`], [`RegistryError::SlowDown`].
    pub fn step_up(
        &self,
        signed_in: &SignedIn,
        otp: &str,
        address: &str,
        now: Time,
    ) -> Result<(), RegistryError> {
        let user = signed_in.user();
        let account = user.username.as_str().to_owned();
        self.slow_down
            .check(&account, address, now)
            .map_err(|wait| RegistryError::SlowDown {
                seconds: u64::from(wait.seconds),
            })?;
        let request = session::StepUp {
            id: signed_in.session().id,
            user: user.id,
            otp: self.otp(user, otp),
        };
        let stepped = self.commit(
            signed_in.acting(),
            now,
            None,
            move |view, now| session::step_up(view, &request, now),
            |_, _| Ok(()),
        );
        match stepped {
            Ok(()) => {
                self.slow_down.succeeded(&account, now);
                Ok(())
            }
            Err(error) if error.is_bad_credentials() => {
                Err(self.failed(&account, address, &account, now))
            }
            Err(other) => Err(other),
        }
    }

    /// Ends the session, or all sessions of the user.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn sign_out(
        &self,
        signed_in: &SignedIn,
        everywhere: bool,
        now: Time,
    ) -> Result<(), RegistryError> {
        let user = signed_in.user().id;
        let id = signed_in.session().id;
        self.commit(
            signed_in.acting(),
            now,
            None,
            move |view, now| match everywhere {
                true => session::end_all(view, &user, now),
                false => session::end(view, &id, now),
            },
            |_, _| Ok(()),
        )
    }

    /// The person behind the cookie of a browser: the session's own secret, never exchanged for another one.
    ///
    /// # Errors
    /// [`Denied::Unauthenticated`] for anything that is not good now.
    pub fn signed_in_by_cookie(&self, cookie: &str, now: Time) -> Result<SignedIn, RegistryError> {
        let gone = || RegistryError::Denied(Denied::Unauthenticated);
        let (id, secret) = parse_refresh(cookie).ok_or_else(gone)?;
        let store = self.shared.store()?;
        let session = store.get::<Sessions>(&id)?.ok_or_else(gone)?;
        if !secret::same(&session.refresh, &digest(&secret)) {
            return Err(gone());
        }
        let user = store.get::<Users>(&session.user)?.ok_or_else(gone)?;
        Ok(SignedIn::new(user, session, now)?)
    }

    /// Sessions of a user that still last.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn sessions(&self, signed_in: &SignedIn) -> Result<Vec<Session>, RegistryError> {
        let store = self.shared.store()?;
        Ok(View::new(&*store).sessions_of(signed_in.user().id)?)
    }

    pub(super) fn user_by_name(&self, username: &str) -> Result<Option<User>, RegistryError> {
        let Ok(name) = Username::parse(username) else {
            return Ok(None);
        };
        let store = self.shared.store()?;
        match store.get::<Usernames>(&name)? {
            Some(id) => Ok(store.get::<Users>(&id)?),
            None => Ok(None),
        }
    }

    /// Counts a failure, and puts it into the audit trail when there is such an account.
    fn failed(&self, account: &str, address: &str, username: &str, now: Time) -> RegistryError {
        self.slow_down.failed(account, address, now);
        if let Ok(Some(user)) = self.user_by_name(username) {
            let noted = self.commit(
                Acting::visitor(),
                now,
                None,
                move |view, now| session::note_failure(view, &user.id, now),
                |_, _| Ok(()),
            );
            if let Err(error) = noted {
                tracing::warn!(%error, "a failed sign-in could not be put on record");
            }
        }
        Refused::BadCredentials.into()
    }

    /// A code of an account, with the secret that it is held against.
    fn otp(&self, user: &User, code: &str) -> Otp {
        Otp {
            secret: self.master.totp_secret(user),
            code: code.to_owned(),
        }
    }

    fn tokens(
        &self,
        issuer: &Issuer,
        user: Uuid,
        session: Uuid,
        refresh: &[u8; 32],
        now: Time,
    ) -> Tokens {
        let access = self.user_token(issuer, user, session, now);
        Tokens {
            access,
            refresh: write_refresh(session, refresh),
            expires_in: token::ACCESS_TOKEN_SECONDS,
        }
    }
}

fn digest(secret: &[u8]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(secret).into()
}

fn new_refresh() -> ([u8; 32], [u8; 32]) {
    let secret = secret::random::<32>();
    (secret, digest(&secret))
}

fn write_refresh(session: Uuid, secret: &[u8; 32]) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    format!(
        "cgr_{}_{}",
        session.simple(),
        URL_SAFE_NO_PAD.encode(secret)
    )
}

fn parse_refresh(token: &str) -> Option<(Uuid, Vec<u8>)> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let rest = token.strip_prefix("cgr_")?;
    let (session, secret) = rest.split_once('_')?;
    let secret = URL_SAFE_NO_PAD.decode(secret).ok()?;
    Some((Uuid::try_parse(session).ok()?, secret))
}
