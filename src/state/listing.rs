//! Listings: proposed by one officer, decided by another.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    plan::{Now, Plan},
    publication,
    record::Applied,
    refused::Refused,
    report,
    view::View,
};
use crate::{
    access::capability::FreshSupervisor,
    domain::{
        change::{Actor, Holder, ListingChange, PartRef},
        identifier::{Identifier, Kind},
        intake::terms::Terms,
        listing::{Decision, Event, EventKind, ImportLine, Listing, Status, Subject, Validity},
        method::MethodId,
        official,
        time::Time,
        unit::UnitCode,
    },
    store::{
        StoreError,
        schema::{Identifiers, Imports, Listings, Officials, PendingProposals},
    },
};

/// An officer proposes a listing.
pub struct Propose {
    /// Id of the listing to be.
    pub id: Uuid,
    pub subject: Subject,
    pub method: MethodId,
    pub unit: UnitCode,
    pub evidence: String,
}

/// A supervisor decides on the exact content that was read.
pub struct Decide {
    pub who: FreshSupervisor,
    pub id: Uuid,
    pub version: u32,
    pub decision: Decision,
    pub reason: String,
    pub validity: Validity,
    /// For the reports that it was proposed from.
    pub terms: Arc<Terms>,
}

/// Proposes a listing. Not public until a second officer confirms it.
///
/// # Errors
/// [`Refused::Official`], [`Refused::AlreadyListed`], [`Refused::AlreadyProposed`].
pub fn propose(view: &View<'_>, request: &Propose, _now: Now) -> Result<Plan, Refused> {
    let mut plan = Plan {
        created: request.id,
        ..Plan::default()
    };
    add_proposal(&mut plan, view, request)?;
    Ok(plan)
}

/// Proposes those of many that are free.
///
/// # Errors
/// [`Refused::Store`].
pub fn propose_free(view: &View<'_>, many: &[Propose], _now: Now) -> Result<Plan, Refused> {
    let mut plan = Plan::default();
    for request in many {
        if let Err(error @ Refused::Store(_)) = add_proposal(&mut plan, view, request) {
            return Err(error);
        }
    }
    Ok(plan)
}

fn add_proposal(plan: &mut Plan, view: &View<'_>, request: &Propose) -> Result<(), Refused> {
    available(view, &request.subject.identifier)?;
    let holder = Holder::Listing(request.id);
    let evidence = plan.keep(holder, &request.evidence);
    let subject = plan.keep_bytes(holder, request.subject.encode());
    plan.push(ListingChange::Proposed {
        id: request.id,
        kind: request.subject.identifier.kind(),
        subject,
        method: request.method,
        unit: request.unit,
        import: None,
        evidence,
    });
    Ok(())
}

/// Confirms, rejects, renews or delists. What was proposed at the machine itself, by nobody in particular, is taken over by
/// the first who confirms it, and public with the second.
///
/// # Errors
/// [`Refused::NotFound`] outside the supervisor's units; [`Refused::Listing`]; [`Refused::Official`].
pub fn decide(view: &View<'_>, request: &Decide, now: Now) -> Result<Plan, Refused> {
    let mut plan = Plan::default();
    add_decision(&mut plan, view, request, now)?;
    Ok(plan)
}

/// Takes many decisions, each by the rules of one.
///
/// # Errors
/// As [`decide`].
pub fn decide_all(view: &View<'_>, many: &[Decide], now: Now) -> Result<Plan, Refused> {
    let mut plan = Plan::default();
    for request in many {
        add_decision(&mut plan, view, request, now)?;
    }
    Ok(plan)
}

fn add_decision(
    plan: &mut Plan,
    view: &View<'_>,
    request: &Decide,
    now: Now,
) -> Result<(), Refused> {
    let id = request.id;
    let listing = load(view, id)?;
    if !request.who.covers(listing.unit) {
        return Err(Refused::NotFound);
    }
    let who = Actor::User(request.who.user_id());
    listing.permits(request.decision, request.version, who)?;
    let reason = plan.keep(Holder::Listing(id), &request.reason);
    let valid_until = request.validity.until(listing.kind, now.ledger);
    let decided = match request.decision {
        Decision::Confirm => {
            if let Some(identifier) = listing.identifier()
                && is_official(view, identifier)?
            {
                return Err(Refused::Official);
            }
            if listing.wants_adoption() {
                ListingChange::Adopted { id, reason }
            } else {
                ListingChange::Confirmed {
                    id,
                    valid_until,
                    reason,
                }
            }
        }
        Decision::Reject => ListingChange::Rejected { id, reason },
        Decision::Renew => ListingChange::Renewed {
            id,
            valid_until,
            reason,
        },
        Decision::Delist => ListingChange::Delisted { id, reason },
    };
    let is_public = matches!(decided, ListingChange::Confirmed { .. });
    plan.push(decided);
    if is_public {
        let followed = report::confirmed(view, id, &request.terms, now)?;
        plan.changes.extend(followed);
    }
    Ok(())
}

/// One listing.
///
/// # Errors
/// [`Refused::NotFound`].
pub fn load(view: &View<'_>, id: Uuid) -> Result<Listing, Refused> {
    view.listing(id)?.ok_or(Refused::NotFound)
}

/// Whether the identifier is protected, added ones included.
///
/// # Errors
/// [`Refused::Store`].
pub fn is_official(view: &View<'_>, identifier: &Identifier) -> Result<bool, Refused> {
    Ok(official::builtin(identifier).is_some()
        || view.get::<Officials>(&identifier.key())?.is_some())
}

/// Whether a proposal may be made.
///
/// # Errors
/// [`Refused::Official`], [`Refused::AlreadyListed`], [`Refused::AlreadyProposed`].
pub fn available(view: &View<'_>, identifier: &Identifier) -> Result<(), Refused> {
    if is_official(view, identifier)? {
        return Err(Refused::Official);
    }
    is_free(view, identifier)
}

/// Whether no listing of it stands or waits.
pub(super) fn is_free(view: &View<'_>, identifier: &Identifier) -> Result<(), Refused> {
    let row = view
        .get::<Identifiers>(&identifier.key())?
        .unwrap_or_default();
    match (row.live, row.proposed) {
        (Some(live), _) => Err(Refused::AlreadyListed(live.listing)),
        (None, Some(id)) => Err(Refused::AlreadyProposed(id)),
        (None, None) => Ok(()),
    }
}

pub(super) fn apply(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &ListingChange,
) -> Result<(), StoreError> {
    match change {
        ListingChange::Proposed {
            id,
            kind,
            subject,
            method,
            unit,
            import,
            evidence,
        } => {
            let proposal = Proposal {
                id: *id,
                kind: *kind,
                subject: record.subject(*subject)?,
                subject_part: record.place(*subject),
                method: *method,
                unit: *unit,
                import: *import,
                by: record.source_actor(),
                event: record.event(EventKind::Proposed, *evidence),
            };
            proposed(view, proposal)
        }
        ListingChange::Confirmed {
            id,
            valid_until,
            reason,
        } => {
            let event = record.event(EventKind::Confirmed, *reason);
            confirmed(view, record, *id, *valid_until, event)
        }
        ListingChange::Rejected { id, reason } => {
            rejected(view, *id, record.event(EventKind::Rejected, *reason))
        }
        ListingChange::Renewed {
            id,
            valid_until,
            reason,
        } => {
            let event = record.event(EventKind::Renewed, *reason);
            publication::renewed(view, record, *id, *valid_until, event)
        }
        ListingChange::Delisted { id, reason } => {
            let event = record.event(EventKind::Delisted, *reason);
            publication::ended(view, record, *id, Status::Delisted, event)
        }
        ListingChange::Expired { id } => {
            let event = record.event(EventKind::Expired, None);
            publication::ended(view, record, *id, Status::Expired, event)
        }
        ListingChange::Adopted { id, reason } => {
            adopted(view, *id, record.event(EventKind::Adopted, *reason))
        }
    }
}

/// What a proposal is made of.
pub(super) struct Proposal {
    pub(super) id: Uuid,
    pub(super) kind: Kind,
    pub(super) subject: Option<Subject>,
    pub(super) subject_part: PartRef,
    pub(super) method: MethodId,
    pub(super) unit: UnitCode,
    pub(super) import: Option<ImportLine>,
    /// Whose proposal it is: the machine's own, where it was made there.
    pub(super) by: Actor,
    pub(super) event: Event,
}

pub(super) fn proposed(view: &mut View<'_>, proposal: Proposal) -> Result<(), StoreError> {
    if let Some(subject) = &proposal.subject {
        let key = subject.identifier.key();
        let mut row = view.get::<Identifiers>(&key)?.unwrap_or_default();
        if row.taken() {
            return Err(StoreError::Misfit("the key is taken"));
        }
        row.proposed = Some(proposal.id);
        row.all.push(proposal.id);
        view.put::<Identifiers>(&key, &row)?;
    }
    view.put::<PendingProposals>(&proposal.id, &(proposal.id, proposal.unit))?;
    view.position.open += 1;
    let listing = Listing {
        id: proposal.id,
        kind: proposal.kind,
        subject: proposal.subject,
        subject_part: proposal.subject_part,
        method: proposal.method,
        unit: proposal.unit,
        status: Status::Proposed,
        version: 1,
        proposed_by: proposal.by,
        proposed_at: proposal.event.at,
        confirmed_by: None,
        listed_at: None,
        valid_until: None,
        renewed_at: None,
        disputed: false,
        import: proposal.import,
        ledger_index: None,
        history: vec![proposal.event],
    };
    view.put::<Listings>(&listing.id, &listing)
}

/// Makes a proposal public. Whatever decided it, nobody is the second person to the own proposal.
pub(super) fn confirmed(
    view: &mut View<'_>,
    record: &Applied<'_>,
    id: Uuid,
    valid_until: Time,
    event: Event,
) -> Result<(), StoreError> {
    let mut listing = proposal(view, id)?;
    if listing.proposed_by == event.by {
        return Err(StoreError::Misfit("one person alone lists nothing"));
    }
    listing.status = Status::Listed;
    listing.confirmed_by = Some(event.by);
    listing.listed_at = Some(event.at);
    listing.valid_until = Some(valid_until);
    close(view, &mut listing, event)?;
    publication::put_live(view, record, &mut listing)
}

pub(super) fn rejected(view: &mut View<'_>, id: Uuid, event: Event) -> Result<(), StoreError> {
    let mut listing = proposal(view, id)?;
    listing.status = Status::Rejected;
    close(view, &mut listing, event)?;
    if let Some(identifier) = listing.identifier() {
        let key = identifier.key();
        let mut row = view.must::<Identifiers>(&key, "no such key")?;
        row.proposed = None;
        view.put::<Identifiers>(&key, &row)?;
    }
    view.put::<Listings>(&id, &listing)
}

/// Makes a proposal of the machine a person's own. Its content is the same, but whose it is was read with it.
pub(super) fn adopted(view: &mut View<'_>, id: Uuid, event: Event) -> Result<(), StoreError> {
    let mut listing = proposal(view, id)?;
    listing.proposed_by = event.by;
    listing.version += 1;
    listing.history.push(event);
    view.put::<Listings>(&id, &listing)
}

/// A listing that waits for a decision.
fn proposal(view: &View<'_>, id: Uuid) -> Result<Listing, StoreError> {
    let listing = view.must::<Listings>(&id, "no such listing")?;
    if listing.status != Status::Proposed {
        return Err(StoreError::Misfit("the listing is not proposed"));
    }
    Ok(listing)
}

/// What confirming and rejecting share: the proposal no longer waits.
fn close(view: &mut View<'_>, listing: &mut Listing, event: Event) -> Result<(), StoreError> {
    listing.version += 1;
    listing.history.push(event);
    view.remove::<PendingProposals>(&listing.id);
    view.position.open -= 1;
    if let Some(line) = listing.import {
        let mut import = view.must::<Imports>(&line.import, "no such import")?;
        import.open -= 1;
        import.version += 1;
        view.put::<Imports>(&line.import, &import)?;
    }
    Ok(())
}
