//! Rows of approvals, and what other subjects do to them.

use uuid::Uuid;

use super::view::View;
use crate::{
    domain::{
        approval::{Approval, ApprovalStatus},
        change::PartRef,
    },
    store::{
        StoreError,
        schema::{Approvals, PendingApprovals},
    },
};

/// Puts an approval down, and whether it waits.
pub(super) fn put(view: &mut View<'_>, approval: &Approval) -> Result<(), StoreError> {
    let id = approval.id;
    match approval.status {
        ApprovalStatus::Pending => view.put::<PendingApprovals>(&id, &(id, approval.unit))?,
        ApprovalStatus::Agreed
        | ApprovalStatus::Refused
        | ApprovalStatus::Lapsed
        | ApprovalStatus::Superseded => view.remove::<PendingApprovals>(&id),
    }
    view.put::<Approvals>(&id, approval)
}

/// An account changes: what was asked for it before is no longer what would be agreed to.
pub(super) fn supersede(view: &mut View<'_>, id: Option<Uuid>) -> Result<(), StoreError> {
    let Some(mut approval) = id
        .map(|id| view.get::<Approvals>(&id))
        .transpose()?
        .flatten()
    else {
        return Ok(());
    };
    if approval.status == ApprovalStatus::Pending {
        approval.status = ApprovalStatus::Superseded;
        put(view, &approval)?;
    }
    Ok(())
}

/// Forgets a text of an approval.
pub(super) fn forget_text(view: &mut View<'_>, id: Uuid, part: PartRef) -> Result<(), StoreError> {
    let Some(mut approval) = view.get::<Approvals>(&id)? else {
        return Ok(());
    };
    approval.reason = approval.reason.filter(|text| text.place != part);
    for answer in &mut approval.answers {
        answer.reason = answer.reason.take().filter(|text| text.place != part);
    }
    view.put::<Approvals>(&id, &approval)
}
