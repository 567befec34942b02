//! Signing in with password and second factor; sessions and their tokens.

use uuid::Uuid;

use super::{Plan, Registry, RegistryError, keys::Issuer, new_id};
use crate::{
    access::{
        capability::{Acting, Denied, SignedIn},
        password, secret, token, totp,
    },
    domain::{
        change::Change,
        session::Session,
        time::Time,
        user::{User, UserStatus, Username},
    },
    store::{
        schema::{Sessions, Usernames, Users},
        view::View,
    },
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
    /// [`RegistryError::BadCredentials`] whichever of the three was wrong, in the same time;
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
        let fits = match &user {
            Some(User {
                status: UserStatus::Active,
                password: Some(hash),
                ..
            }) => password::verify(password, hash),
            _ => password::verify_absent(password),
        };
        let Some(user) = user.filter(|_| fits) else {
            return Err(self.failed(&account, address, username, now));
        };
        let (shown, generation) = (user.id, user.generation);
        let (refresh, hash) = new_refresh();
        let secret = self.master.totp_secret(&user);
        let otp = otp.to_owned();
        let expires_at = now.plus_seconds(self.settings().session_seconds);
        let session = self.commit(
            Acting::signing_in(user.id),
            now,
            None,
            move |view| {
                let user = active(view, user.id)?;
                // Invited and enrolled again meanwhile: the password that fitted is an old one.
                if user.generation != generation {
                    return Err(RegistryError::BadCredentials);
                }
                let step = totp::accepted_step(&secret, &otp, now, user.last_step)
                    .ok_or(RegistryError::BadCredentials)?;
                let id = new_id(now);
                Ok(Plan {
                    made: id,
                    ..Plan::one(Change::SessionStarted {
                        id,
                        user: user.id,
                        refresh: hash,
                        step,
                        expires_at,
                    })
                })
            },
            |_, id| Ok(id),
        );
        match session {
            Ok(session) => {
                self.slow_down.succeeded(&account, now);
                Ok(self.tokens(issuer, shown, session, &refresh, now))
            }
            Err(RegistryError::BadCredentials) => {
                Err(self.failed(&account, address, username, now))
            }
            Err(other) => Err(other),
        }
    }

    /// Exchanges a refresh token for the next pair. Each is good once: an old one that turns up
    /// again was copied, so the whole session ends.
    ///
    /// # Errors
    /// [`RegistryError::BadRefresh`].
    pub fn refresh(
        &self,
        issuer: &Issuer,
        token: &str,
        now: Time,
    ) -> Result<Tokens, RegistryError> {
        let (id, secret) = parse_refresh(token).ok_or(RegistryError::BadRefresh)?;
        let shown = digest(&secret);
        let (next, hash) = new_refresh();
        let expires_at = now.plus_seconds(self.settings().session_seconds);
        let user = self.commit(
            Acting::visitor(),
            now,
            None,
            move |view| {
                let session = view
                    .get::<Sessions>(&id)?
                    .filter(|session| session.expires_at > now)
                    .ok_or(RegistryError::BadRefresh)?;
                active(view, session.user).map_err(|_| RegistryError::BadRefresh)?;
                Ok(Plan::one(if secret::same(&session.refresh, &shown) {
                    Change::SessionRefreshed {
                        id,
                        refresh: hash,
                        expires_at,
                    }
                } else {
                    Change::SessionEnded { id }
                }))
            },
            move |view, _| Ok(view.get::<Sessions>(&id)?.map(|session| session.user)),
        )?;
        let user = user.ok_or(RegistryError::BadRefresh)?;
        Ok(self.tokens(issuer, user, id, &next, now))
    }

    /// Shows the second factor again, for decisions that want it fresh.
    ///
    /// # Errors
    /// [`RegistryError::BadCredentials`], [`RegistryError::SlowDown`].
    pub fn step_up(
        &self,
        signed_in: &SignedIn,
        otp: &str,
        address: &str,
        now: Time,
    ) -> Result<(), RegistryError> {
        let user = signed_in.user().clone();
        let session = signed_in.session().id;
        let account = user.username.as_str().to_owned();
        self.slow_down
            .check(&account, address, now)
            .map_err(|wait| RegistryError::SlowDown {
                seconds: u64::from(wait.seconds),
            })?;
        let secret = self.master.totp_secret(&user);
        let otp = otp.to_owned();
        let stepped = self.commit(
            signed_in.acting(),
            now,
            None,
            move |view| {
                let user = active(view, user.id)?;
                let step = totp::accepted_step(&secret, &otp, now, user.last_step)
                    .ok_or(RegistryError::BadCredentials)?;
                Ok(Plan::one(Change::SteppedUp { id: session, step }))
            },
            |_, _| Ok(()),
        );
        match stepped {
            Ok(()) => {
                self.slow_down.succeeded(&account, now);
                Ok(())
            }
            Err(RegistryError::BadCredentials) => {
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
        let change = if everywhere {
            Change::SessionsEnded { user }
        } else {
            Change::SessionEnded {
                id: signed_in.session().id,
            }
        };
        self.commit(
            signed_in.acting(),
            now,
            None,
            move |_| Ok(Plan::one(change)),
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
        Ok(View::new(&store).sessions_of(signed_in.user().id)?)
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
                move |_| Ok(Plan::one(Change::SignInFailed { user: user.id })),
                |_, _| Ok(()),
            );
            if let Err(error) = noted {
                tracing::warn!(%error, "a failed sign-in could not be put on record");
            }
        }
        RegistryError::BadCredentials
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

/// The account, if it may sign in now.
pub(super) fn active(view: &View<'_>, id: Uuid) -> Result<User, RegistryError> {
    view.get::<Users>(&id)?
        .filter(|user| user.status == UserStatus::Active)
        .ok_or(RegistryError::BadCredentials)
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
