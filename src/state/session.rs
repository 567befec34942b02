//! Sessions: signing in with password and second factor, refreshing, stepping up, signing out.

use uuid::Uuid;

use super::{
    plan::{Now, Plan},
    record::Applied,
    refused::Refused,
    view::View,
};
use crate::{
    access::{secret, totp},
    domain::{
        change::{Factor, SessionChange},
        session::Session,
        time::Time,
        user::{User, UserStatus},
    },
    store::{
        StoreError,
        schema::{Sessions, Users},
    },
};

/// A code of an authenticator application, with the secret that it is held against.
pub struct Otp {
    pub secret: Vec<u8>,
    pub code: String,
    /// Of the account, when the secret was read: [`User::generation`] and [`User::enrolment`].
    pub read: (u32, Option<[u8; 16]>),
}

impl Otp {
    /// Whether the account has the second factor still that it had when the secret was read.
    pub fn is_of(&self, user: &User) -> bool {
        self.read == (user.generation, user.enrolment)
    }
}

/// A session to be.
pub struct NewSession {
    pub id: Uuid,
    /// SHA-256 of the session's secret.
    pub refresh: [u8; 32],
    pub lasts: Lasts,
}

impl NewSession {
    /// It begins, by this second factor.
    pub(super) fn started(&self, user: Uuid, factor: Factor, now: Now) -> SessionChange {
        SessionChange::Started {
            id: self.id,
            user,
            refresh: self.refresh,
            factor,
            expires_at: self.lasts.until(now.wall, now.wall),
        }
    }
}

/// Somebody whose password fitted signs in.
pub struct Start {
    pub user: Uuid,
    /// The hash that the password fitted.
    pub hash: String,
    pub otp: Otp,
    pub session: NewSession,
}

/// A refresh token is exchanged for the next.
pub struct Refresh {
    pub id: Uuid,
    /// SHA-256 of what was shown.
    pub shown: [u8; 32],
    /// SHA-256 of the next one.
    pub next: [u8; 32],
    pub lasts: Lasts,
}

/// How long a session goes on from now.
#[derive(Clone, Copy, Debug)]
pub struct Lasts {
    /// Seconds without use.
    pub idle: i64,
    /// Seconds from its beginning, however it is used.
    pub whole: i64,
}

impl Lasts {
    /// When a session ends that began then and is used now.
    pub fn until(self, started: Time, now: Time) -> Time {
        now.plus_seconds(self.idle)
            .min(started.plus_seconds(self.whole))
    }

    /// Whether a use now is worth being written down: a quarter of the idle time has passed since the last that was.
    pub fn is_worth_noting(self, session: &Session, now: Time) -> bool {
        let is_a_quarter_gone = session.expires_at <= now.plus_seconds(self.idle * 3 / 4);
        is_a_quarter_gone && session.expires_at < self.until(session.started_at, now)
    }
}

/// A browser shows the session's cookie.
pub struct Use {
    pub id: Uuid,
    pub lasts: Lasts,
}

/// The second factor is shown again.
pub struct StepUp {
    pub id: Uuid,
    pub user: Uuid,
    pub otp: Otp,
    /// SHA-256 of the session's secret from now on: who copied the one before is not raised with it.
    pub next: [u8; 32],
    pub lasts: Lasts,
}

/// Signs a person in.
///
/// # Errors
/// [`Refused::BadCredentials`], also when password or second factor were changed meanwhile: those that fitted are old ones
/// then.
pub fn start(view: &View<'_>, request: &Start, now: Now) -> Result<Plan, Refused> {
    let user = active(view, request.user)?;
    if user.password() != Some(request.hash.as_str()) {
        return Err(Refused::BadCredentials);
    }
    let factor = shown(&user, &request.otp, now)?;
    let started = request.session.started(user.id, factor, now);
    Ok(Plan::creating(request.session.id, started))
}

/// Exchanges a refresh token. Each is good once: an old one that turns up again was copied, so the whole session ends.
///
/// # Errors
/// [`Refused::BadRefresh`].
pub fn refresh(view: &View<'_>, request: &Refresh, now: Now) -> Result<Plan, Refused> {
    let id = request.id;
    let session = view
        .get::<Sessions>(&id)?
        .filter(|session| session.expires_at > now.wall)
        .ok_or(Refused::BadRefresh)?;
    active(view, session.user).map_err(|_| Refused::BadRefresh)?;
    let fits = secret::same(&session.refresh, &request.shown);
    Ok(Plan::one(match fits {
        true => SessionChange::Refreshed {
            id,
            refresh: request.next,
            expires_at: request.lasts.until(session.started_at, now.wall),
        },
        false => SessionChange::Ended { id },
    }))
}

/// One session. A refresh token that turned up twice has ended it.
///
/// # Errors
/// [`Refused::BadRefresh`] when it has ended.
pub fn load(view: &View<'_>, id: Uuid) -> Result<Session, Refused> {
    view.get::<Sessions>(&id)?.ok_or(Refused::BadRefresh)
}

/// Notes that the second factor was shown again, and gives the session another secret.
///
/// # Errors
/// [`Refused::BadCredentials`].
pub fn step_up(view: &View<'_>, request: &StepUp, now: Now) -> Result<Plan, Refused> {
    let user = active(view, request.user)?;
    let id = request.id;
    let session = view.get::<Sessions>(&id)?.ok_or(Refused::BadCredentials)?;
    let factor = shown(&user, &request.otp, now)?;
    let mut plan = Plan::one(SessionChange::SteppedUp { id, factor });
    plan.push(SessionChange::Refreshed {
        id,
        refresh: request.next,
        expires_at: request.lasts.until(session.started_at, now.wall),
    });
    Ok(plan)
}

/// Notes that a session is used, when that is worth it.
///
/// # Errors
/// [`Refused::NotFound`] when it ended meanwhile.
pub fn note_use(view: &View<'_>, request: &Use, now: Now) -> Result<Plan, Refused> {
    let id = request.id;
    let session = view.get::<Sessions>(&id)?.ok_or(Refused::NotFound)?;
    if !request.lasts.is_worth_noting(&session, now.wall) {
        return Ok(Plan::default());
    }
    Ok(Plan::one(SessionChange::Refreshed {
        id,
        refresh: session.refresh,
        expires_at: request.lasts.until(session.started_at, now.wall),
    }))
}

/// Ends a session.
///
/// # Errors
/// None.
pub fn end(_view: &View<'_>, id: &Uuid, _now: Now) -> Result<Plan, Refused> {
    Ok(Plan::one(SessionChange::Ended { id: *id }))
}

/// Ends a session of somebody, by its owner.
///
/// # Errors
/// [`Refused::NotFound`] when the account has no such session.
pub fn end_own(view: &View<'_>, (user, id): &(Uuid, Uuid), _now: Now) -> Result<Plan, Refused> {
    let session = view.get::<Sessions>(id)?;
    session
        .filter(|session| session.user == *user)
        .ok_or(Refused::NotFound)?;
    Ok(Plan::one(SessionChange::Ended { id: *id }))
}

/// Ends every session of an account.
///
/// # Errors
/// [`Refused::NotFound`].
pub fn end_all(view: &View<'_>, user: &Uuid, _now: Now) -> Result<Plan, Refused> {
    view.get::<Users>(user)?.ok_or(Refused::NotFound)?;
    Ok(Plan::one(SessionChange::AllEnded { user: *user }))
}

/// The account, if it may sign in now.
///
/// # Errors
/// [`Refused::BadCredentials`].
pub fn active(view: &View<'_>, id: Uuid) -> Result<User, Refused> {
    view.get::<Users>(&id)?
        .filter(|user| user.status == UserStatus::Active)
        .ok_or(Refused::BadCredentials)
}

fn shown(user: &User, otp: &Otp, now: Now) -> Result<Factor, Refused> {
    if !otp.is_of(user) {
        return Err(Refused::BadCredentials);
    }
    totp::accepted_step(&otp.secret, &otp.code, now.wall, user.last_step())
        .map(|step| Factor::Totp { step })
        .ok_or(Refused::BadCredentials)
}

pub(super) fn apply(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &SessionChange,
) -> Result<(), StoreError> {
    match change {
        SessionChange::Started {
            id,
            user,
            refresh,
            factor,
            expires_at,
        } => {
            use_factor(view, *user, factor)?;
            let session = Session {
                id: *id,
                user: *user,
                refresh: *refresh,
                second_factor_at: record.entry.at,
                started_at: record.entry.at,
                expires_at: *expires_at,
            };
            view.put::<Sessions>(id, &session)
        }
        SessionChange::Refreshed {
            id,
            refresh,
            expires_at,
        } => {
            let mut session = view.must::<Sessions>(id, "no such session")?;
            session.refresh = *refresh;
            session.expires_at = *expires_at;
            view.put::<Sessions>(id, &session)
        }
        SessionChange::SteppedUp { id, factor } => {
            let mut session = view.must::<Sessions>(id, "no such session")?;
            session.second_factor_at = record.entry.at;
            use_factor(view, session.user, factor)?;
            view.put::<Sessions>(id, &session)
        }
        SessionChange::Ended { id } => {
            view.remove::<Sessions>(id);
            Ok(())
        }
        SessionChange::AllEnded { user } => end_sessions(view, *user),
        // Of programs that wrote each failure down; nothing follows from it.
        SessionChange::SignInFailed { user: _ } => Ok(()),
    }
}

/// A time step is accepted once (RFC 6238 §5.2). Not a change of the account that `ETag` tells.
fn use_factor(view: &mut View<'_>, user: Uuid, factor: &Factor) -> Result<(), StoreError> {
    let mut row = view.must::<Users>(&user, "no such user")?;
    row.show(factor);
    view.put::<Users>(&user, &row)
}

pub(super) fn end_sessions(view: &mut View<'_>, user: Uuid) -> Result<(), StoreError> {
    end_other_sessions(view, user, Uuid::nil())
}

/// Ends every session of an account but one.
pub(super) fn end_other_sessions(
    view: &mut View<'_>,
    user: Uuid,
    kept: Uuid,
) -> Result<(), StoreError> {
    for session in view.sessions_of(user)? {
        if session.id != kept {
            view.remove::<Sessions>(&session.id);
        }
    }
    Ok(())
}
