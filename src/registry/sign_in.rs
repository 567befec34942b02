//! Signing in with password and second factor; sessions and their secrets.

use uuid::Uuid;

use super::{Registry, RegistryError, engine::shared::new_id, keys::Issuer, trail::ClientAddress};
use crate::{
    access::{
        capability::{Acting, Denied, SignedIn},
        known_device, password, secret,
        session_secret::{self, Face, SessionSecret},
        slow_down::Try,
        token,
    },
    domain::{
        change::Actor,
        hex::hex,
        session::Session,
        time::Time,
        trail::{AddressToken, Refusal},
        user::{User, UserStatus, Username},
    },
    state::{
        refused::Refused,
        session::{self, Lasts, NewSession, Otp},
        view::View,
    },
    store::schema::{Sessions, Usernames, Users},
};

/// What somebody signs in with, and where.
pub struct SignIn<'a> {
    /// What the session's secret will be for.
    pub face: Face,
    pub username: &'a str,
    pub password: &'a str,
    pub otp: &'a str,
    /// Where from.
    pub from: &'a ClientAddress,
    /// By [`Registry::known_device`].
    pub device: Option<Uuid>,
}

/// A session that was started.
pub struct Started {
    pub session: Session,
    /// Its secret.
    pub secret: String,
    /// Makes the device known next time.
    pub device: String,
}

/// What a program gets at a sign-in or refresh.
pub struct Tokens {
    pub access: String,
    pub refresh: String,
    /// Seconds the access token is good for.
    pub expires_in: i64,
}

impl SignIn<'_> {
    fn what(&self) -> Try<'_> {
        match self.device {
            Some(device) => Try::KnownDevice(device),
            None => Try::Stranger {
                account: self.username,
                address: &self.from.client,
            },
        }
    }
}

impl Registry {
    /// The device that a token names, if the account of this name has signed in there. A name without an account knows none.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn known_device<'a>(
        &self,
        username: &str,
        tokens: impl IntoIterator<Item = &'a str>,
        now: Time,
    ) -> Result<Option<Uuid>, RegistryError> {
        let mut tokens = tokens.into_iter().peekable();
        if tokens.peek().is_none() {
            return Ok(None);
        }
        let Some(user) = self.user_by_name(username)? else {
            return Ok(None);
        };
        Ok(tokens.find_map(|token| known_device::device(&self.master, &user, token, now)))
    }

    /// Signs a person in.
    ///
    /// # Errors
    /// [`Refused::BadCredentials`] whichever of the three was wrong, in the same time;
    /// [`RegistryError::SlowDown`] after repeated failures.
    pub fn sign_in(&self, asked: &SignIn<'_>, now: Time) -> Result<Started, RegistryError> {
        let what = asked.what();
        let user = self.user_by_name(asked.username)?;
        let known = user.as_ref().map(|user| user.id);
        let refused = |why| self.note_attempt(known, why, asked.from.token);
        self.may_try(what, now)
            .inspect_err(|_| refused(Refusal::SlowedDown))?;
        let hash = user
            .as_ref()
            .filter(|user| user.status == UserStatus::Active)
            .and_then(User::password)
            .map(str::to_owned);
        let fits = match &hash {
            Some(hash) => password::verify(asked.password, hash),
            None => password::verify_absent(asked.password),
        };
        let Some(user) = user.filter(|_| fits) else {
            refused(Refusal::SignIn);
            return Err(self.failed(what, now));
        };
        let id = new_id(now);
        let secret = SessionSecret::generate(&self.master, asked.face, id);
        let request = session::Start {
            user: user.id,
            hash: hash.unwrap_or_default(),
            otp: self.otp(&user, asked.otp),
            session: self.new_session(id, &secret),
        };
        let session = self.commit(
            Acting::signing_in(user.id).from_address(asked.from.token),
            now,
            None,
            move |view, now| session::start(view, &request, now),
            |view, id| Ok(session::load(view, id)?),
        );
        match session {
            Ok(session) => {
                self.slow_down.succeeded(what, now);
                let device = asked.device.unwrap_or_else(|| new_id(now));
                Ok(Started {
                    session,
                    secret: secret.text,
                    device: known_device::token(&self.master, &user, device, now),
                })
            }
            Err(error) if error.is_bad_credentials() => {
                refused(Refusal::SignIn);
                Err(self.failed(what, now))
            }
            Err(other) => Err(other),
        }
    }

    /// The tokens of a program's session.
    pub fn tokens(&self, issuer: &Issuer, session: &Session, secret: String, now: Time) -> Tokens {
        Tokens {
            access: self.user_token(issuer, session, now),
            refresh: secret,
            expires_in: token::ACCESS_TOKEN_SECONDS,
        }
    }

    /// Exchanges a refresh token for the next pair. Each is good once: an old one that turns up
    /// again was copied, so the whole session ends. What never was one ends nothing.
    ///
    /// # Errors
    /// [`Refused::BadRefresh`].
    pub fn refresh(
        &self,
        issuer: &Issuer,
        token: &str,
        from: Option<AddressToken>,
        now: Time,
    ) -> Result<Tokens, RegistryError> {
        let shown = session_secret::shown(&self.master, Face::Api, token);
        let (id, shown) = shown.ok_or(Refused::BadRefresh)?;
        let next = SessionSecret::generate(&self.master, Face::Api, id);
        let request = session::Refresh {
            id,
            shown,
            next: next.digest,
            lasts: self.lasts(),
        };
        let session = self.commit(
            Acting::visitor().from_address(from),
            now,
            None,
            move |view, now| session::refresh(view, &request, now),
            move |view, _| Ok(session::load(view, id)?),
        )?;
        Ok(self.tokens(issuer, &session, next.text, now))
    }

    /// Shows the second factor again, for decisions that want it fresh. The session and its new secret: the one before is
    /// worthless, so that whoever copied it gains nothing by the fresh factor. Access tokens of before gain nothing either.
    ///
    /// # Errors
    /// [`Refused::BadCredentials`], [`RegistryError::SlowDown`].
    pub fn step_up(
        &self,
        signed_in: &SignedIn,
        face: Face,
        otp: &str,
        now: Time,
    ) -> Result<(Session, String), RegistryError> {
        let (user, id) = (signed_in.user(), signed_in.session().id);
        let what = Try::StepUp(id);
        let refused = |why| self.note_attempt(Some(user.id), why, signed_in.address());
        self.may_try(what, now)
            .inspect_err(|_| refused(Refusal::SlowedDown))?;
        let next = SessionSecret::generate(&self.master, face, id);
        let request = session::StepUp {
            id,
            user: user.id,
            otp: self.otp(user, otp),
            next: next.digest,
            lasts: self.lasts(),
        };
        let stepped = self.commit(
            signed_in.acting(),
            now,
            None,
            move |view, now| session::step_up(view, &request, now),
            move |view, _| Ok(session::load(view, id)?),
        );
        match stepped {
            Ok(session) => {
                self.slow_down.succeeded(what, now);
                Ok((session, next.text))
            }
            Err(error) if error.is_bad_credentials() => {
                refused(Refusal::SecondFactor);
                Err(self.failed(what, now))
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
        let shown = session_secret::shown(&self.master, Face::Desk, cookie);
        let (id, shown) = shown.ok_or_else(gone)?;
        let store = self.shared.store()?;
        let session = store.get::<Sessions>(&id)?.ok_or_else(gone)?;
        if !secret::same(&session.refresh, &shown) {
            return Err(gone());
        }
        let user = store.get::<Users>(&session.user)?.ok_or_else(gone)?;
        Ok(SignedIn::new(user, session, now)?)
    }

    /// Whether [`Registry::note_use`] has something to write down: asked at each page of the desk.
    pub fn is_use_worth_noting(&self, signed_in: &SignedIn, now: Time) -> bool {
        self.lasts().is_worth_noting(signed_in.session(), now)
    }

    /// Writes down that a session is used, so that it goes on.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; it is tried again at the next page.
    pub fn note_use(&self, signed_in: &SignedIn, now: Time) -> Result<(), RegistryError> {
        let request = session::Use {
            id: signed_in.session().id,
            lasts: self.lasts(),
        };
        self.commit(
            signed_in.acting(),
            now,
            None,
            move |view, now| session::note_use(view, &request, now),
            |_, _| Ok(()),
        )
    }

    /// What the forms of a session carry, so that no other site can send them: nobody else can make it, and it stays when
    /// the session's secret changes, so that a page that is open in another tab can still be sent.
    pub fn form_token(&self, signed_in: &SignedIn) -> String {
        let id = signed_in.session().id;
        let token = self.master.derive("desk-form", &[id.as_bytes()]);
        hex(&token)
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

    /// Whether a try may be made now.
    pub(super) fn may_try(&self, what: Try<'_>, now: Time) -> Result<(), RegistryError> {
        self.slow_down
            .check(what, now)
            .map_err(|wait| RegistryError::SlowDown {
                seconds: u64::from(wait.seconds),
            })
    }

    /// Counts a failure.
    fn failed(&self, what: Try<'_>, now: Time) -> RegistryError {
        self.slow_down.failed(what, now);
        Refused::BadCredentials.into()
    }

    /// Notes a refused attempt in the name of an account, when there is one. That costs no more than when there is none.
    pub(super) fn note_attempt(
        &self,
        account: Option<Uuid>,
        why: Refusal,
        address: Option<AddressToken>,
    ) {
        self.failures.add(why);
        if let Some(id) = account {
            self.note_refusal(Actor::User(id), why, address);
        }
    }

    /// A code of an account, with the secret that it is held against.
    fn otp(&self, user: &User, code: &str) -> Otp {
        Otp {
            secret: self.master.totp_secret(user),
            code: code.to_owned(),
            read: (user.generation, user.enrolment),
        }
    }

    /// A session to be, with a secret that was drawn for it.
    pub(super) fn new_session(&self, id: Uuid, secret: &SessionSecret) -> NewSession {
        NewSession {
            id,
            refresh: secret.digest,
            lasts: self.lasts(),
        }
    }

    fn lasts(&self) -> Lasts {
        Lasts {
            idle: self.settings().idle_seconds,
            whole: self.settings().session_seconds,
        }
    }
}
