//! Listings whose time is over.

use uuid::Uuid;

use super::{
    plan::{Now, Plan},
    refused::Refused,
    view::View,
};
use crate::{
    domain::{change::ListingChange, listing::Status, time::Time},
    store::schema::Listings,
};

/// Listings whose time seems to be over.
pub struct Expire {
    pub due: Vec<Uuid>,
    /// The time by which it is over.
    pub at: Time,
}

/// Writes down which of them expired: one may have been renewed or delisted since it was found.
///
/// # Errors
/// [`Refused::Store`].
pub fn expire(view: &View<'_>, request: &Expire, _now: Now) -> Result<Plan, Refused> {
    let mut plan = Plan::default();
    for id in &request.due {
        let over = view.get::<Listings>(id)?.is_some_and(|listing| {
            let until = listing.valid_until;
            listing.status == Status::Listed && until.is_some_and(|until| until <= request.at)
        });
        if over {
            plan.push(ListingChange::Expired { id: *id });
        }
    }
    Ok(plan)
}
