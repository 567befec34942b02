//! Taking back what one has proposed, while nobody has decided on it.

use uuid::Uuid;

use super::{
    plan::{Now, Plan},
    refused::Refused,
    view::View,
};
use crate::{
    access::capability::Officer,
    domain::{
        change::{Actor, Holder, ImportChange, ListingChange},
        listing::{Refusal, Status},
    },
    store::schema::{Imports, Listings},
};

/// What is kept as the reason: only officers read it.
const REASON: &str = "Người đề nghị rút lại.";

/// An officer takes back the own proposal.
///
/// # Errors
/// [`Refused::NotFound`] for somebody else's; [`Refused::Listing`] once it was decided.
pub fn listing(view: &View<'_>, who: &Officer, id: Uuid, _now: Now) -> Result<Plan, Refused> {
    let listing = super::listing::load(view, id)?;
    if listing.proposed_by != Actor::User(who.user_id()) {
        return Err(Refused::NotFound);
    }
    if listing.status != Status::Proposed {
        return Err(Refusal::NotOpen.into());
    }
    let mut plan = Plan::default();
    let reason = plan.keep(Holder::Listing(id), REASON);
    plan.push(ListingChange::Rejected { id, reason });
    Ok(plan)
}

/// An officer takes back what still waits of the own list.
///
/// # Errors
/// [`Refused::NotFound`] for somebody else's; [`Refused::Listing`] once nothing waits any more.
pub fn import(view: &View<'_>, who: &Officer, id: Uuid, _now: Now) -> Result<Plan, Refused> {
    let import = view.get::<Imports>(&id)?.ok_or(Refused::NotFound)?;
    let me = Actor::User(who.user_id());
    if import.by != me {
        return Err(Refused::NotFound);
    }
    let mut listings = Vec::new();
    for row in view.staged_rows(id)? {
        for proposal in &row.row.proposals {
            let open = view.get::<Listings>(&proposal.id)?;
            if open.is_some_and(|open| open.status == Status::Proposed && open.proposed_by == me) {
                listings.push(proposal.id);
            }
        }
    }
    if listings.is_empty() {
        return Err(Refusal::NotOpen.into());
    }
    listings.truncate(super::import::MAX_DECIDED);
    let mut plan = Plan::default();
    let reason = plan.keep(Holder::Import(id), REASON);
    plan.push(ImportChange::Rejected {
        import: id,
        listings,
        reason,
    });
    Ok(plan)
}
