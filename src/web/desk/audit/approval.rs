//! What changes of approvals say.

use super::names::{Names, Piece, Sentence, say};
use crate::domain::{approval::Act, change::ApprovalChange};

/// A change of an act that wants a second person.
pub(super) fn approval(names: &mut Names<'_>, who: Piece, change: &ApprovalChange) -> Sentence {
    let who = ("who", who);
    match change {
        ApprovalChange::Asked { act, .. } => asked(names, who, act),
        ApprovalChange::Agreed { id, .. } => say(
            names,
            "{who} đã đồng ý với {it}.",
            "{who} agreed to {it}.",
            &[who, ("it", names.approval(*id))],
        ),
        ApprovalChange::Refused { id, .. } => say(
            names,
            "{who} đã từ chối {it}.",
            "{who} refused {it}.",
            &[who, ("it", names.approval(*id))],
        ),
        ApprovalChange::Lapsed { id } => say(
            names,
            "Hết hạn chờ người thứ hai cho {it}.",
            "Nobody agreed in time to {it}.",
            &[("it", names.approval(*id))],
        ),
    }
}

fn asked(names: &mut Names<'_>, who: (&'static str, Piece), act: &Act) -> Sentence {
    let (vi, en, it) = match act {
        Act::Account { user, .. } => (
            "{who} đã xin người thứ hai đồng ý cho tài khoản {it} quyền quyết định.",
            "{who} asked a second person to agree that the account {it} may decide.",
            names.user(*user),
        ),
        Act::AddOfficial { key, .. } => (
            "{who} đã xin bảo vệ số chính thức {it}.",
            "{who} asked for the official number {it} to be protected.",
            names.official(key),
        ),
        Act::RemoveOfficial { key } => (
            "{who} đã xin bỏ bảo vệ số chính thức {it}.",
            "{who} asked for the protection of the official number {it} to be taken off.",
            names.official(key),
        ),
        Act::EraseNotes { listing } => (
            "{who} đã xin xóa ghi chú của cảnh báo {it}.",
            "{who} asked for the notes of the warning {it} to be erased.",
            names.listing(*listing),
        ),
        Act::EraseListing { listing, .. } => (
            "{who} đã xin xóa vĩnh viễn số của cảnh báo {it}.",
            "{who} asked for the number of the warning {it} to be erased for ever.",
            names.listing(*listing),
        ),
    };
    say(names, vi, en, &[who, ("it", it)])
}
