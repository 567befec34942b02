//! User accounts, as administrators keep them.

use uuid::Uuid;

use super::{ReceiptKey, Registry, RegistryError, engine::shared::new_id, reasoned::Reasoned};
use crate::{
    access::capability::{Auditor, FreshAdmin},
    domain::{
        role::Role,
        time::Time,
        unit::UnitCode,
        user::{User, UserStatus, Username},
    },
    state::{self, account, refused::Refused},
    store::schema::Users,
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
    /// Makes an account and its one-time enrolment code. One that may decide does so once a second person agreed.
    ///
    /// # Errors
    /// `Refused::AlreadyExists`: a user name belongs to one person for ever.
    pub fn add_user(
        &self,
        admin: &FreshAdmin,
        new: NewUser,
        reason: &str,
        receipt: Option<ReceiptKey>,
        now: Time,
    ) -> Result<(User, String), RegistryError> {
        let request = account::Invite {
            id: new_id(now),
            username: new.username,
            role: new.role,
            unit: new.unit,
            until: now.plus_seconds(self.settings().invitation_seconds),
            vouching: self.vouching(admin, now),
        };
        let why = Reasoned::of_account(request.id, reason)?;
        let user = self.commit_because(
            admin,
            why,
            now,
            receipt,
            move |view, now| account::invite(view, &request, now),
            |view, id| {
                let user = account::load(view, id)?;
                // Sent again, the request shows the code that it made, and never one that somebody made since.
                let is_fresh = user.status == UserStatus::Invited && user.generation == 1;
                match is_fresh {
                    true => Ok(user),
                    false => Err(Refused::AlreadyExists.into()),
                }
            },
        )?;
        let code = self.master.enrolment_code(&user);
        Ok((user, code))
    }

    /// Invites an account again: new one-time code, old password and second factor worthless, every
    /// session over. For a lost telephone.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`]; [`RegistryError::Refused`] while the account is suspended, since an
    /// invitation must not lift that.
    pub fn invite_again(
        &self,
        admin: &FreshAdmin,
        id: Uuid,
        reason: &str,
        now: Time,
    ) -> Result<(User, String), RegistryError> {
        let until = now.plus_seconds(self.settings().invitation_seconds);
        let vouching = self.vouching(admin, now);
        let request = account::InviteAgain {
            id,
            until,
            vouching,
        };
        let user = self.commit_because(
            admin,
            Reasoned::of_account(id, reason)?,
            now,
            None,
            move |view, now| account::invite_again(view, &request, now),
            move |view, _| Ok(account::load(view, id)?),
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

    /// Changes role, unit or standing. Works at once: each request reads the account. What it gained of decisions waits for
    /// a second person.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`]; [`RegistryError::Refused`] as stale when `version` is not what
    /// stands.
    pub fn edit_user(
        &self,
        admin: &FreshAdmin,
        id: Uuid,
        edit: UserEdit,
        version: Option<u32>,
        reason: &str,
        now: Time,
    ) -> Result<User, RegistryError> {
        let request = account::Edit {
            id,
            version,
            role: edit.role,
            unit: edit.unit,
            suspended: edit.suspended,
            vouching: self.vouching(admin, now),
        };
        self.commit_because(
            admin,
            Reasoned::of_account(id, reason)?,
            now,
            None,
            move |view, now| account::edit(view, &request, now),
            move |view, _| Ok(account::load(view, id)?),
        )
    }

    /// Ends every session of an account.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`].
    pub fn end_sessions(
        &self,
        admin: &FreshAdmin,
        id: Uuid,
        reason: &str,
        now: Time,
    ) -> Result<(), RegistryError> {
        self.commit_because(
            admin,
            Reasoned::of_account(id, reason)?,
            now,
            None,
            move |view, now| state::session::end_all(view, &id, now),
            |_, _| Ok(()),
        )
    }

    /// One account.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`].
    pub fn user(&self, _reader: &Auditor, id: Uuid) -> Result<User, RegistryError> {
        self.shared
            .store()?
            .get::<Users>(&id)?
            .ok_or(RegistryError::NOT_FOUND)
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
