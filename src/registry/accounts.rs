//! User accounts, as administrators keep them.

use uuid::Uuid;

use super::{Plan, ReceiptKey, Registry, RegistryError, new_id};
use crate::{
    access::capability::{Admin, Auditor},
    domain::{
        change::Change,
        listing::Refusal,
        role::Role,
        time::Time,
        unit::UnitCode,
        user::{User, UserStatus, Username},
    },
    store::{
        schema::{Usernames, Users},
        view::View,
    },
};

/// A new account.
pub struct NewUser {
    pub username: Username,
    pub role: Role,
    pub unit: UnitCode,
}

/// What to change about an account; `None` leaves it.
#[derive(Default)]
pub struct UserEdit {
    pub role: Option<Role>,
    pub unit: Option<UnitCode>,
    /// Suspend or take back.
    pub suspended: Option<bool>,
}

impl Registry {
    /// Makes an account and its one-time enrolment code.
    ///
    /// # Errors
    /// [`RegistryError::AlreadyExists`]: a user name belongs to one person for ever.
    pub fn add_user(
        &self,
        admin: &Admin,
        new: NewUser,
        receipt: Option<ReceiptKey>,
        now: Time,
    ) -> Result<(User, String), RegistryError> {
        let until = now.plus_seconds(self.settings().invitation_seconds);
        let user = self.commit(
            admin.acting(),
            now,
            receipt,
            move |view| {
                if view.get::<Usernames>(&new.username)?.is_some() {
                    return Err(RegistryError::AlreadyExists);
                }
                let id = new_id(now);
                Ok(Plan {
                    made: id,
                    ..Plan::one(Change::UserInvited {
                        id,
                        username: new.username,
                        role: new.role,
                        unit: new.unit,
                        generation: 1,
                        until,
                    })
                })
            },
            load,
        )?;
        let code = self.master.enrolment_code(&user);
        Ok((user, code))
    }

    /// Invites an account again: new one-time code, old password and second factor worthless, every
    /// session over. For a lost telephone.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`]; [`RegistryError::Refused`] while the account is suspended, since an
    /// invitation must not lift that.
    pub fn invite_again(
        &self,
        admin: &Admin,
        id: Uuid,
        now: Time,
    ) -> Result<(User, String), RegistryError> {
        let until = now.plus_seconds(self.settings().invitation_seconds);
        let user = self.commit(
            admin.acting(),
            now,
            None,
            move |view| {
                let user = load(view, id)?;
                if user.status == UserStatus::Suspended {
                    return Err(Refusal::NotOpen.into());
                }
                Ok(Plan::one(Change::UserInvited {
                    id,
                    username: user.username,
                    role: user.role,
                    unit: user.unit,
                    generation: user.generation + 1,
                    until,
                }))
            },
            move |view, _| load(view, id),
        )?;
        let code = self.master.enrolment_code(&user);
        Ok((user, code))
    }

    /// The sign-in name behind an id, as colleagues know each other.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn username(&self, id: Uuid) -> Result<Option<Username>, RegistryError> {
        let user = self.shared.store()?.get::<Users>(&id)?;
        Ok(user.map(|user| user.username))
    }

    /// Changes role, unit or standing. Works at once: each request reads the account.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`]; [`RegistryError::Refused`] as stale when `version` is not what
    /// stands.
    pub fn edit_user(
        &self,
        admin: &Admin,
        id: Uuid,
        edit: UserEdit,
        version: Option<u32>,
        now: Time,
    ) -> Result<User, RegistryError> {
        self.commit(
            admin.acting(),
            now,
            None,
            move |view| {
                let user = load(view, id)?;
                if version.is_some_and(|read| read != user.version) {
                    return Err(crate::domain::listing::Refusal::Stale.into());
                }
                let stays = edit.suspended != Some(true)
                    && edit.role.is_none_or(|role| role == Role::Admin);
                if is_working_admin(&user) && !stays && !has_other_admin(view, id)? {
                    return Err(RegistryError::LastAdmin);
                }
                let status = match edit.suspended {
                    Some(true) => UserStatus::Suspended,
                    // An account that never showed its second factor goes back to its invitation.
                    Some(false) if user.last_step == 0 => UserStatus::Invited,
                    Some(false) => UserStatus::Active,
                    None => user.status,
                };
                Ok(Plan::one(Change::UserChanged {
                    id,
                    role: edit.role.unwrap_or(user.role),
                    unit: edit.unit.unwrap_or(user.unit),
                    status,
                }))
            },
            move |view, _| load(view, id),
        )
    }

    /// Ends every session of an account.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`].
    pub fn end_sessions(&self, admin: &Admin, id: Uuid, now: Time) -> Result<(), RegistryError> {
        self.commit(
            admin.acting(),
            now,
            None,
            move |view| {
                load(view, id)?;
                Ok(Plan::one(Change::SessionsEnded { user: id }))
            },
            |_, _| Ok(()),
        )
    }

    /// One account.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`].
    pub fn user(&self, _reader: &Auditor, id: Uuid) -> Result<User, RegistryError> {
        self.shared
            .store()?
            .get::<Users>(&id)?
            .ok_or(RegistryError::NotFound)
    }

    /// The account of a sign-in name.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn find_user(
        &self,
        _reader: &Auditor,
        name: &Username,
    ) -> Result<Option<User>, RegistryError> {
        self.user_by_name(name.as_str())
    }

    /// The second factor of an account, for whoever can read the master secret anyway.
    pub fn totp_secret_at_console(&self, _admin: &Admin, user: &User) -> Vec<u8> {
        self.master.totp_secret(user)
    }

    /// Accounts in order of making.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn users(
        &self,
        _reader: &Auditor,
        after: Option<Uuid>,
        limit: usize,
    ) -> Result<(Vec<User>, Option<Uuid>), RegistryError> {
        let after = after.map(|id| id.as_bytes().to_vec());
        let page = self.shared.store()?.page::<Users>(
            &[],
            after.as_deref(),
            limit,
            usize::MAX,
            |_, _| true,
        )?;
        let next = page.next.and_then(|key| Uuid::from_slice(&key).ok());
        Ok((page.rows, next))
    }
}

fn is_working_admin(user: &User) -> bool {
    user.role == Role::Admin && user.status == UserStatus::Active
}

fn has_other_admin(view: &View<'_>, id: Uuid) -> Result<bool, RegistryError> {
    let users = view.users()?;
    Ok(users.iter().any(|u| u.id != id && is_working_admin(u)))
}

fn load(view: &View<'_>, id: Uuid) -> Result<User, RegistryError> {
    view.get::<Users>(&id)?.ok_or(RegistryError::NotFound)
}
