//! Whether the caller's right still stands on the state that is decided on.

use super::{plan::Now, refused::Refused, view::View};
use crate::{
    access::capability::Acting,
    store::schema::{Sessions, Users},
};

/// Reads account, role, unit, session and second factor again: who was suspended, moved or signed out while the request
/// came in is refused.
///
/// # Errors
/// [`Refused::Denied`].
pub fn still_stands(view: &View<'_>, by: Acting, now: Now) -> Result<(), Refused> {
    let Some((user, session)) = by.grounds() else {
        return Ok(());
    };
    let user = view.get::<Users>(&user)?;
    let session = match session {
        Some(id) => view.get::<Sessions>(&id)?,
        None => None,
    };
    Ok(by.still_stands(user, session, now.wall)?)
}
