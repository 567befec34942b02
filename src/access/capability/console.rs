//! What somebody at the machine may do.

use super::{Admin, Auditor, Denied, FreshSupervisor, Holder, Officer, Reader, proposes};
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
    pub const fn admin() -> Admin {
        Admin { holder: None }
    }

    /// The right to read the audit trail.
    pub const fn auditor() -> Auditor {
        Auditor { holder: None }
    }

    /// The right to read everything.
    pub const fn reader() -> Reader {
        Reader { reach: None }
    }

    /// The right to propose in the name of a user, for `import` and `demo`.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] when the user's role couldn't, [`Denied::Unauthenticated`] when the
    /// account isn't active.
    pub fn officer(user: &User) -> Result<Officer, Denied> {
        let holder = Self::holder(user, proposes)?;
        Ok(Officer { holder })
    }

    /// The right to decide in the name of a user, for `demo`. It stays another person than the one
    /// who proposed.
    ///
    /// # Errors
    /// As [`Console::officer`].
    pub fn supervisor(user: &User) -> Result<FreshSupervisor, Denied> {
        let holder = Self::holder(user, |role| role == Role::Supervisor)?;
        Ok(FreshSupervisor { holder })
    }

    fn holder(user: &User, fits: impl FnOnce(Role) -> bool) -> Result<Holder, Denied> {
        if user.status != UserStatus::Active {
            return Err(Denied::Unauthenticated);
        }
        Holder::if_role(user, None, fits)
    }
}
