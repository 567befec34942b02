//! Acts that want a second person: asked for, agreed to, refused, lapsed.

use uuid::Uuid;

use super::{
    approval_row,
    erasure::{self, EraseListing, EraseNotes},
    official,
    plan::{Now, Plan},
    record::Applied,
    refused::{Refused, field},
    view::View,
};
use crate::{
    access::capability::SecondPerson,
    domain::{
        approval::{Act, Answer, Approval, ApprovalStatus},
        change::{Actor, ApprovalChange, Holder, Part},
        identifier::Identifier,
        listing::Refusal,
        time::Time,
        unit::UnitCode,
    },
    store::{
        StoreError,
        schema::{Approvals, PendingApprovals, Users},
    },
};

/// Most acts that are held for a second person at the wish of one. Accounts that wait do not count: they are bounded by
/// who has one.
pub const MAX_WAITING_OF_ONE: usize = 200;

/// An administrator asks for an act that wants a second person.
pub struct Ask {
    /// Id of the approval to be.
    pub id: Uuid,
    /// Who asks.
    pub by: Actor,
    pub act: Act,
    /// Why.
    pub reason: String,
    /// When it lapses.
    pub until: Time,
}

/// A second person answers.
pub struct Reply {
    pub who: SecondPerson,
    pub id: Uuid,
    pub agrees: bool,
    /// Why.
    pub reason: String,
    /// Rows of office lists that hold what is to be erased.
    pub rows: Vec<(Uuid, u32)>,
}

/// Asks for an act, if it could be done now.
///
/// # Errors
/// Those of the act; [`Refused::AlreadyExists`] while the same is asked for already; [`Refused::Field`] while
/// [`MAX_WAITING_OF_ONE`] of who asks wait.
pub fn ask(view: &View<'_>, request: &Ask, now: Now) -> Result<Plan, Refused> {
    let waiting = pending(view)?;
    if waiting.iter().any(|other| other.act == request.act) {
        return Err(Refused::AlreadyExists);
    }
    let held = |other: &&Approval| !matches!(other.act, Act::Account { .. });
    let own = waiting.iter().filter(held);
    let own = own.filter(|other| other.asked_by == request.by);
    if own.count() >= MAX_WAITING_OF_ONE {
        return Err(field("", "too-many-waiting"));
    }
    carried_out(view, &request.act, &[], now)?;
    let unit = unit_of(view, &request.act)?;
    let mut plan = Plan {
        created: request.id,
        ..Plan::default()
    };
    let reason = plan.keep(Holder::Approval(request.id), &request.reason);
    plan.push(ApprovalChange::Asked {
        id: request.id,
        act: request.act.clone(),
        unit,
        until: request.until,
        reason,
    });
    Ok(plan)
}

/// Agrees or refuses. The act is decided again on what stands now, and done with the last agreement that it wants.
///
/// # Errors
/// [`Refused::NotFound`] outside the own units; [`Refused::Listing`] when it waits no more, and for who asked, gains by it
/// or agreed already; those of the act.
pub fn reply(view: &View<'_>, request: &Reply, now: Now) -> Result<Plan, Refused> {
    let approval = load(view, request.id)?;
    if !request.who.covers(approval.unit) {
        return Err(Refused::NotFound);
    }
    if approval.status != ApprovalStatus::Pending || approval.until <= now.wall {
        return Err(Refusal::NotOpen.into());
    }
    if request.agrees && approval.concerns(request.who.user_id()) {
        return Err(Refusal::FourEyes.into());
    }
    let mut plan = Plan::default();
    let id = request.id;
    let reason = plan.keep(Holder::Approval(id), &request.reason);
    if !request.agrees {
        plan.push(ApprovalChange::Refused { id, reason });
        return Ok(plan);
    }
    plan.push(ApprovalChange::Agreed { id, reason });
    if approval.agreed() + 1 >= approval.wants() {
        let mut done = carried_out(view, &approval.act, &request.rows, now)?;
        plan.changes.append(&mut done.changes);
    }
    Ok(plan)
}

/// Notes which of them nobody agreed to in time.
///
/// # Errors
/// [`Refused::Store`].
pub fn lapse(view: &View<'_>, now: Now) -> Result<Plan, Refused> {
    let mut plan = Plan::default();
    for approval in pending(view)? {
        if approval.until <= now.wall {
            plan.push(ApprovalChange::Lapsed { id: approval.id });
        }
    }
    Ok(plan)
}

/// One of them.
///
/// # Errors
/// [`Refused::NotFound`].
pub fn load(view: &View<'_>, id: Uuid) -> Result<Approval, Refused> {
    view.get::<Approvals>(&id)?.ok_or(Refused::NotFound)
}

/// What an act changes now. It names no private part.
fn carried_out(
    view: &View<'_>,
    act: &Act,
    rows: &[(Uuid, u32)],
    now: Now,
) -> Result<Plan, Refused> {
    match act {
        // The account itself was changed already; only what it may decide waited.
        Act::Account { .. } => Ok(Plan::default()),
        Act::AddOfficial {
            key,
            name_vi,
            name_en,
        } => {
            let identifier = Identifier::from_key(key.as_str()).map_err(|_| Refused::NotFound)?;
            let request = official::Add {
                identifier,
                name_vi: name_vi.clone(),
                name_en: name_en.clone(),
            };
            official::add(view, &request, now)
        }
        Act::RemoveOfficial { key } => official::remove(view, key, now),
        Act::EraseNotes { listing } => {
            let request = EraseNotes { listing: *listing };
            erasure::erase_notes(view, &request, now)
        }
        Act::EraseListing { listing, version } => {
            let request = EraseListing {
                listing: *listing,
                version: *version,
                rows: rows.to_vec(),
            };
            erasure::erase_listing(view, &request, now)
        }
    }
}

/// The unit that an act concerns: the listing's or the account's.
fn unit_of(view: &View<'_>, act: &Act) -> Result<UnitCode, Refused> {
    match act {
        Act::Account { unit, .. } => Ok(*unit),
        Act::EraseNotes { listing } | Act::EraseListing { listing, .. } => {
            Ok(super::listing::load(view, *listing)?.unit)
        }
        // It is protected, or not, for the whole country.
        Act::AddOfficial { .. } | Act::RemoveOfficial { .. } => Ok(UnitCode::national()),
    }
}

fn pending(view: &View<'_>) -> Result<Vec<Approval>, Refused> {
    let waiting = view.all::<PendingApprovals>()?;
    let rows = waiting
        .iter()
        .map(|(id, _)| Ok(view.must::<Approvals>(id, "a waiting approval is missing")?));
    rows.collect()
}

pub(super) fn apply(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &ApprovalChange,
) -> Result<(), StoreError> {
    match change {
        ApprovalChange::Asked {
            id,
            act,
            unit,
            until,
            reason,
        } => {
            let approval = Approval {
                id: *id,
                act: act.clone(),
                unit: *unit,
                asked_by: record.source_actor(),
                asked_at: record.entry.at,
                until: *until,
                reason: record.kept_text(*reason),
                status: ApprovalStatus::Pending,
                answers: Vec::new(),
            };
            if let Act::Account { user, .. } = approval.act {
                set_account(view, user, Some(*id))?;
            }
            approval_row::put(view, &approval)
        }
        ApprovalChange::Agreed { id, reason } => {
            let mut approval = answered(view, record, *id, *reason, true)?;
            if approval.agreed() >= approval.wants() {
                approval.status = ApprovalStatus::Agreed;
                if let Act::Account { user, .. } = approval.act {
                    set_account(view, user, None)?;
                }
            }
            approval_row::put(view, &approval)
        }
        ApprovalChange::Refused { id, reason } => {
            let mut approval = answered(view, record, *id, *reason, false)?;
            approval.status = ApprovalStatus::Refused;
            approval_row::put(view, &approval)
        }
        ApprovalChange::Lapsed { id } => {
            let mut approval = waiting(view, *id)?;
            approval.status = ApprovalStatus::Lapsed;
            approval_row::put(view, &approval)
        }
    }
}

/// The approval with one answer more.
fn answered(
    view: &View<'_>,
    record: &Applied<'_>,
    id: Uuid,
    reason: Option<Part>,
    agrees: bool,
) -> Result<Approval, StoreError> {
    let mut approval = waiting(view, id)?;
    if let Actor::User(person) = record.entry.by
        && agrees
        && approval.concerns(person)
    {
        return Err(StoreError::Misfit("one person alone agrees to nothing"));
    }
    approval.answers.push(Answer {
        by: record.entry.by,
        at: record.entry.at,
        agrees,
        reason: record.kept_text(reason),
    });
    Ok(approval)
}

fn waiting(view: &View<'_>, id: Uuid) -> Result<Approval, StoreError> {
    let approval = view.must::<Approvals>(&id, "no such approval")?;
    match approval.status {
        ApprovalStatus::Pending => Ok(approval),
        ApprovalStatus::Agreed
        | ApprovalStatus::Refused
        | ApprovalStatus::Lapsed
        | ApprovalStatus::Superseded => Err(StoreError::Misfit("the approval waits no more")),
    }
}

fn set_account(view: &mut View<'_>, id: Uuid, approval: Option<Uuid>) -> Result<(), StoreError> {
    let mut user = view.must::<Users>(&id, "no such user")?;
    user.approval = approval;
    user.version += 1;
    view.put::<Users>(&id, &user)
}
