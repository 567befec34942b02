//! One change of the journal as one plain sentence: who did what. Texts about persons are not in the public side of a
//! record, and what anybody looked up is not in the journal at all.

use super::{
    account::{account, session},
    administration::{key_or_official, partner},
    listing::{import, listing},
    names::{Names, Sentence, say},
};
use crate::domain::change::{Actor, Change};

/// What a change says.
pub fn sentence(names: &mut Names<'_>, by: Actor, change: &Change) -> Sentence {
    let who = names.actor(by);
    match change {
        Change::Founded { .. } => say(
            names,
            "Hệ thống được lập.",
            "The registry was founded.",
            &[],
        ),
        Change::Beat => say(
            names,
            "Sổ công khai ghi dấu còn hoạt động.",
            "The public ledger gave a sign of life.",
            &[],
        ),
        Change::Destroyed { .. } => say(
            names,
            "Dữ liệu đã xóa được hủy khỏi nhật ký.",
            "What was erased was destroyed in the journal.",
            &[],
        ),
        Change::MasterSecretNamed { .. } => say(
            names,
            "Đã ghi dấu nhận biết của khóa chủ, để tệp khóa khác bị từ chối.",
            "The mark of the master key was noted, so that another file is refused.",
            &[],
        ),
        Change::ClockConfirmed { .. } => say(
            names,
            "{who} đã xác nhận đồng hồ của máy chủ là đúng.",
            "{who} confirmed that the server's clock is right.",
            &[("who", who)],
        ),
        Change::TimeTrusted { .. } => say(
            names,
            "Đã ghi giờ đúng, vì sổ công khai đang mang giờ muộn hơn.",
            "The time that counts was noted, since the public ledger tells a later one.",
            &[],
        ),
        Change::Tidied { .. } => say(
            names,
            "{who} đã dọn phiên và biên nhận cũ.",
            "{who} dropped old sessions and receipts.",
            &[("who", who)],
        ),
        Change::Proposed { .. }
        | Change::Confirmed { .. }
        | Change::Rejected { .. }
        | Change::Renewed { .. }
        | Change::Delisted { .. }
        | Change::Expired { .. }
        | Change::Erased { .. }
        | Change::ListingErased { .. } => listing(names, who, change),
        Change::ImportStaged { .. }
        | Change::ImportProposed { .. }
        | Change::ImportConfirmed { .. }
        | Change::RowErased { .. }
        | Change::ImportRejected { .. } => import(names, who, change),
        Change::UserInvited { .. }
        | Change::EnrolmentBegun { .. }
        | Change::Enrolled { .. }
        | Change::UserChanged { .. } => account(names, who, change),
        Change::SessionStarted { .. }
        | Change::SessionRefreshed { .. }
        | Change::SteppedUp { .. }
        | Change::SessionEnded { .. }
        | Change::SessionsEnded { .. }
        | Change::SignInFailed { .. } => session(names, by, change),
        Change::PartnerAdded { .. }
        | Change::PartnerChanged { .. }
        | Change::PartnerSecretChanged { .. } => partner(names, who, change),
        Change::OfficialAdded { .. }
        | Change::OfficialRemoved { .. }
        | Change::KeyAdded { .. }
        | Change::KeyRetired { .. }
        | Change::LedgerKeyAdded { .. }
        | Change::LedgerKeyRetired { .. } => key_or_official(names, who, change),
    }
}
