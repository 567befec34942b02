//! User accounts, as administrators keep them, and what their changes do.

use uuid::Uuid;

use super::{
    approval_row::supersede,
    plan::{Now, Plan},
    record::Applied,
    refused::Refused,
    session::{end_other_sessions, end_sessions},
    view::View,
};
use crate::{
    domain::{
        approval::{Act, Cause},
        change::{AccountChange, ApprovalChange},
        credential::Credential,
        listing::Refusal,
        role::Role,
        time::Time,
        unit::UnitCode,
        user::{User, UserStatus, Username},
    },
    store::{
        StoreError,
        schema::{Usernames, Users},
    },
};

/// An administrator makes an account.
pub struct Invite {
    pub id: Uuid,
    pub username: Username,
    pub role: Role,
    pub unit: UnitCode,
    /// Until when the one-time code is good.
    pub until: Time,
    pub vouching: Vouching,
}

/// An administrator invites an account again.
pub struct InviteAgain {
    pub id: Uuid,
    /// Until when the one-time code is good.
    pub until: Time,
    pub vouching: Vouching,
}

/// How a second person is asked to stand behind an account that may decide.
#[derive(Clone, Copy)]
pub struct Vouching {
    /// Id of the approval to be.
    pub id: Uuid,
    /// When it lapses.
    pub until: Time,
    /// It is done at the machine itself, which founds administrators.
    pub at_console: bool,
}

/// An administrator changes an account; `None` leaves it.
pub struct Edit {
    pub id: Uuid,
    /// What was read.
    pub version: Option<u32>,
    pub role: Option<Role>,
    pub unit: Option<UnitCode>,
    /// Suspend or take back.
    pub suspended: Option<bool>,
    pub vouching: Vouching,
}

/// Makes an account.
///
/// # Errors
/// [`Refused::AlreadyExists`]: a user name belongs to one person for ever.
pub fn invite(view: &View<'_>, request: &Invite, _now: Now) -> Result<Plan, Refused> {
    if view.get::<Usernames>(&request.username)?.is_some() {
        return Err(Refused::AlreadyExists);
    }
    let invited = AccountChange::Invited {
        id: request.id,
        username: request.username.clone(),
        role: request.role,
        unit: request.unit,
        generation: 1,
        until: request.until,
    };
    let mut plan = Plan::creating(request.id, invited);
    let asked = (request.id, request.role, request.unit);
    add_vouching(view, &mut plan, request.vouching, asked, Cause::Made)?;
    Ok(plan)
}

/// Asks for a second person where an account may decide, unless administrators are being founded: as long as fewer than two
/// can act, nobody could agree.
fn add_vouching(
    view: &View<'_>,
    plan: &mut Plan,
    vouching: Vouching,
    (user, role, own): (Uuid, Role, UnitCode),
    cause: Cause,
) -> Result<(), Refused> {
    let founds = vouching.at_console && role == Role::Admin && working_admins(view)? < 2;
    if role.decides() && !founds {
        // An administrator's rights end at no unit.
        let unit = match role {
            Role::Admin => UnitCode::national(),
            Role::Officer | Role::Supervisor | Role::Auditor | Role::Procurator => own,
        };
        plan.push(ApprovalChange::Asked {
            id: vouching.id,
            act: Act::Account {
                user,
                role,
                unit: own,
                cause,
            },
            unit,
            until: vouching.until,
            reason: None,
        });
    }
    Ok(())
}

/// Invites an account again: new one-time code, old password and second factor worthless, every session over.
///
/// # Errors
/// [`Refused::NotFound`]; [`Refused::Listing`] while the account is suspended, since an invitation must not lift that;
/// [`Refused::LastAdmin`], but at the machine itself: an administrator who is alone and lost the telephone is founded anew
/// there.
pub fn invite_again(view: &View<'_>, request: &InviteAgain, _now: Now) -> Result<Plan, Refused> {
    let user = load(view, request.id)?;
    if user.status == UserStatus::Suspended {
        return Err(Refusal::NotOpen.into());
    }
    if is_last_admin(view, &user)? && !request.vouching.at_console {
        return Err(Refused::LastAdmin);
    }
    let (id, role, unit) = (user.id, user.role, user.unit);
    let mut plan = Plan::one(AccountChange::Invited {
        id,
        username: user.username,
        role,
        unit,
        generation: user.generation + 1,
        until: request.until,
    });
    let asked = (id, role, unit);
    add_vouching(
        view,
        &mut plan,
        request.vouching,
        asked,
        Cause::InvitedAgain,
    )?;
    Ok(plan)
}

/// Changes role, unit or standing.
///
/// # Errors
/// [`Refused::NotFound`]; [`Refused::Listing`] as stale when the version is not what stands; [`Refused::LastAdmin`].
pub fn edit(view: &View<'_>, request: &Edit, _now: Now) -> Result<Plan, Refused> {
    let user = load(view, request.id)?;
    if request.version.is_some_and(|read| read != user.version) {
        return Err(Refusal::Stale.into());
    }
    let stays =
        request.suspended != Some(true) && request.role.is_none_or(|role| role == Role::Admin);
    if !stays && is_last_admin(view, &user)? {
        return Err(Refused::LastAdmin);
    }
    let status = match request.suspended {
        Some(true) => UserStatus::Suspended,
        // An account that never showed its second factor goes back to its invitation.
        Some(false) if !user.is_enrolled() => UserStatus::Invited,
        Some(false) => UserStatus::Active,
        None => user.status,
    };
    let role = request.role.unwrap_or(user.role);
    let unit = request.unit.unwrap_or(user.unit);
    let mut plan = Plan::one(AccountChange::Changed {
        id: user.id,
        role,
        unit,
        status,
    });
    let is_back = user.status == UserStatus::Suspended && status != UserStatus::Suspended;
    let gains = is_back || role != user.role || unit != user.unit || user.approval.is_some();
    if gains {
        let cause = if is_back {
            Cause::TakenBack
        } else {
            Cause::Changed
        };
        add_vouching(
            view,
            &mut plan,
            request.vouching,
            (user.id, role, unit),
            cause,
        )?;
    }
    Ok(plan)
}

/// One account.
///
/// # Errors
/// [`Refused::NotFound`].
pub fn load(view: &View<'_>, id: Uuid) -> Result<User, Refused> {
    view.get::<Users>(&id)?.ok_or(Refused::NotFound)
}

fn is_working_admin(user: &User) -> bool {
    user.role == Role::Admin && user.status == UserStatus::Active && user.approval.is_none()
}

/// How many administrators can act.
fn working_admins(view: &View<'_>) -> Result<usize, Refused> {
    Ok(view
        .users()?
        .iter()
        .filter(|user| is_working_admin(user))
        .count())
}

fn is_last_admin(view: &View<'_>, user: &User) -> Result<bool, Refused> {
    Ok(is_working_admin(user) && working_admins(view)? == 1)
}

pub(super) fn apply(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &AccountChange,
) -> Result<(), StoreError> {
    match change {
        AccountChange::Invited {
            id,
            username,
            role,
            unit,
            generation,
            until,
        } => {
            let old = view.get::<Users>(id)?;
            let user = User {
                id: *id,
                username: username.clone(),
                role: *role,
                unit: *unit,
                status: UserStatus::Invited,
                credentials: Vec::new(),
                generation: *generation,
                enrolment: None,
                invited_until: *until,
                created_at: old.as_ref().map_or(record.entry.at, |u| u.created_at),
                version: old.as_ref().map_or(1, |u| u.version + 1),
                approval: None,
            };
            supersede(view, old.and_then(|u| u.approval))?;
            end_sessions(view, *id)?;
            view.put::<Usernames>(username, id)?;
            view.put::<Users>(id, &user)
        }
        AccountChange::PasswordChosen { user, password } => {
            let hash = record.text(Some(*password));
            update(view, *user, |user| begin(user, hash, None))
        }
        AccountChange::EnrolmentBegun {
            user,
            password,
            nonce,
        } => {
            let hash = record.text(Some(*password));
            update(view, *user, |user| begin(user, hash, Some(*nonce)))
        }
        AccountChange::PasswordReplaced {
            user,
            password,
            session,
        } => {
            let hash = record.text(Some(*password));
            end_other_sessions(view, *user, *session)?;
            update(view, *user, |user| {
                let nonce = user.enrolment;
                begin(user, hash, nonce);
            })
        }
        AccountChange::FactorReplaced {
            user,
            nonce,
            factor,
            session,
        } => {
            end_other_sessions(view, *user, *session)?;
            update(view, *user, |user| {
                user.enrolment = Some(*nonce);
                user.show(factor);
            })
        }
        AccountChange::Enrolled { user, factor } => update(view, *user, |user| {
            user.status = UserStatus::Active;
            user.show(factor);
        }),
        AccountChange::Changed {
            id,
            role,
            unit,
            status,
        } => {
            if *status != UserStatus::Active {
                end_sessions(view, *id)?;
            }
            let before = view.must::<Users>(id, "no such user")?;
            supersede(view, before.approval)?;
            update(view, *id, |user| {
                user.approval = None;
                user.role = *role;
                user.unit = *unit;
                user.status = *status;
            })
        }
    }
}

/// Puts a password in the place of the one before.
fn begin(user: &mut User, hash: Option<String>, nonce: Option<[u8; 16]>) {
    let is_password = |c: &Credential| matches!(c, Credential::Password { .. });
    user.credentials
        .retain(|credential| !is_password(credential));
    user.credentials
        .extend(hash.map(|hash| Credential::Password { hash }));
    user.enrolment = nonce;
}

fn update(view: &mut View<'_>, id: Uuid, edit: impl FnOnce(&mut User)) -> Result<(), StoreError> {
    let mut user = view.must::<Users>(&id, "no such user")?;
    edit(&mut user);
    user.version += 1;
    view.put::<Users>(&id, &user)
}
