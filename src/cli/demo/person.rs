//! The people of the demo.

use crate::{cli::ending::CliError, domain::user::User};

/// Somebody of the demo, and what they sign in with.
pub(super) struct Person {
    pub(super) user: User,
    pub(super) password: String,
    pub(super) totp_secret: String,
}

/// A capability was not given to one of them.
pub(super) fn denied(_: crate::access::capability::Denied) -> CliError {
    CliError::Usage("a sample account could not be used".into())
}
