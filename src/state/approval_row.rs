//! What other subjects do to a waiting approval.

use uuid::Uuid;

use super::view::View;
use crate::{
    domain::{approval::ApprovalStatus, change::PartRef},
    store::{StoreError, schema::Approvals},
};

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
        view.put::<Approvals>(&approval.id, &approval)?;
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
