//! What somebody at the machine may do.

use super::{
    Acting, Auditor, Denied, FreshAdmin, FreshOfficer, FreshSupervisor, Holder, Officer, Reader,
    SecondPerson, proposes,
};
use crate::domain::{
    role::Role,
    user::{User, UserStatus},
};

/// Somebody at the machine itself, working on the data folder from the command line.
///
/// Whoever can read the folder's `master.key` could compute every code and write every record, so
/// asking for a password here would protect nothing. Nothing but `cli` may call these; what is done
/// by [`Console::admin`] is written down as the console's, never as a person's.
pub struct Console;

impl Console {
    /// The right to administer.
    pub const fn admin() -> FreshAdmin {
        FreshAdmin { holder: None }
    }

    /// The right to read the audit trail.
    pub const fn auditor() -> Auditor {
        Auditor { holder: None }
    }

    /// The right to read everything.
    pub const fn reader() -> Reader {
        Reader {
            user: None,
            reach: None,
        }
    }

    /// The right to propose in the name of a user, for `import`. It is written down as the console's for that user, and
    /// counts as nobody's proposal: two persons must confirm it.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] when the user's role couldn't, [`Denied::Unauthenticated`] when the
    /// account isn't active.
    pub fn officer(user: &User) -> Result<Officer, Denied> {
        let mut holder = Sample::holder(user, proposes)?;
        holder.acting = Acting::through_console(user);
        Ok(Officer { holder })
    }
}

/// The made-up people of a demonstration, who act as if they were signed in. Nothing but `demo`, whose whole folder is
/// made up, and tests may call these.
pub struct Sample;

impl Sample {
    /// The right to propose.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] when the user's role couldn't, [`Denied::Unauthenticated`] when the account isn't active.
    pub fn officer(user: &User) -> Result<Officer, Denied> {
        let holder = Self::holder(user, proposes)?;
        Ok(Officer { holder })
    }

    /// The right to handle reports.
    ///
    /// # Errors
    /// As [`Sample::officer`].
    pub fn fresh_officer(user: &User) -> Result<FreshOfficer, Denied> {
        Ok(FreshOfficer {
            holder: Self::holder(user, proposes)?,
            is_supervisor: user.role == Role::Supervisor,
        })
    }

    /// The right to decide.
    ///
    /// # Errors
    /// As [`Sample::officer`].
    pub fn supervisor(user: &User) -> Result<FreshSupervisor, Denied> {
        let holder = Self::holder(user, |role| role == Role::Supervisor)?;
        Ok(FreshSupervisor { holder })
    }

    /// The right to administer.
    ///
    /// # Errors
    /// As [`Sample::officer`].
    pub fn admin(user: &User) -> Result<FreshAdmin, Denied> {
        let holder = Self::holder(user, |role| role == Role::Admin)?;
        Ok(FreshAdmin {
            holder: Some(holder),
        })
    }

    /// The right to be the second person.
    ///
    /// # Errors
    /// As [`Sample::officer`].
    pub fn second_person(user: &User) -> Result<SecondPerson, Denied> {
        Ok(SecondPerson {
            holder: Self::holder(user, Role::decides)?,
            role: user.role,
        })
    }

    fn holder(user: &User, fits: impl FnOnce(Role) -> bool) -> Result<Holder, Denied> {
        if user.status != UserStatus::Active {
            return Err(Denied::Unauthenticated);
        }
        let holder = Holder::if_role(user, None, fits)?;
        let acting = Acting::of(user, None, user.role.decides());
        Ok(Holder { acting, ..holder })
    }
}
