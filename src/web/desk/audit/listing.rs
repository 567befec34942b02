//! What changes of listings and office lists say.

use super::names::{Names, Piece, Sentence, say};
use crate::{
    domain::change::{ErasureChange, Holder, ImportChange, ListingChange},
    present::words,
};

/// A change of one listing.
pub(super) fn listing(names: &Names<'_>, who: Piece, change: &ListingChange) -> Sentence {
    let until = |time| ("until", Piece::plain(words::day(time, names.lang)));
    let (vi, en, id, value) = match change {
        ListingChange::Proposed {
            id, method, unit, ..
        } => {
            let values = [
                ("who", who),
                ("it", names.listing(*id)),
                ("method", names.method(*method)),
                ("unit", names.unit(*unit)),
            ];
            return say(
                names,
                "{who} đã đề nghị cảnh báo {it} ({method}) tại {unit}.",
                "{who} proposed the warning {it} ({method}) at {unit}.",
                &values,
            );
        }
        ListingChange::Confirmed {
            id, valid_until, ..
        } => (
            "{who} đã xác nhận cảnh báo {it}, có hiệu lực đến {until}.",
            "{who} confirmed the warning {it}, valid until {until}.",
            id,
            Some(until(*valid_until)),
        ),
        ListingChange::Renewed {
            id, valid_until, ..
        } => (
            "{who} đã gia hạn cảnh báo {it} đến {until}.",
            "{who} renewed the warning {it} until {until}.",
            id,
            Some(until(*valid_until)),
        ),
        ListingChange::Rejected { id, .. } => (
            "{who} không chấp nhận đề nghị {it}.",
            "{who} rejected the proposal {it}.",
            id,
            None,
        ),
        ListingChange::Delisted { id, .. } => (
            "{who} đã gỡ cảnh báo {it}.",
            "{who} took the warning {it} off.",
            id,
            None,
        ),
        ListingChange::Adopted { id, .. } => (
            "{who} đã nhận đề nghị {it}, do người ở máy chủ đưa vào, làm của mình.",
            "{who} took over the proposal {it}, which was brought in at the machine.",
            id,
            None,
        ),
        ListingChange::Expired { id } => (
            "Cảnh báo {it} đã hết hiệu lực.",
            "The warning {it} expired.",
            id,
            None,
        ),
    };
    let mut values = vec![("who", who), ("it", names.listing(*id))];
    values.extend(value);
    say(names, vi, en, &values)
}

/// A change of an office list.
pub(super) fn import(names: &Names<'_>, who: Piece, change: &ImportChange) -> Sentence {
    let (vi, en, import, count) = match change {
        ImportChange::Staged { import, rows } => (
            "{who} đã gửi {count} dòng của {list}.",
            "{who} sent {count} rows of an {list}.",
            import,
            rows.len(),
        ),
        ImportChange::Proposed {
            import, unit, rows, ..
        } => {
            let values = [
                ("who", who),
                ("list", names.import(*import)),
                ("count", Piece::plain(rows.to_string())),
                ("unit", names.unit(*unit)),
            ];
            return say(
                names,
                "{who} đã đề nghị cả {list} gồm {count} dòng tại {unit}.",
                "{who} proposed a whole {list} of {count} rows at {unit}.",
                &values,
            );
        }
        ImportChange::Confirmed {
            import, listings, ..
        } => (
            "{who} đã xác nhận {count} cảnh báo của {list}.",
            "{who} confirmed {count} warnings of an {list}.",
            import,
            listings.len(),
        ),
        ImportChange::Rejected {
            import, listings, ..
        } => (
            "{who} không chấp nhận {count} đề nghị của {list}.",
            "{who} rejected {count} proposals of an {list}.",
            import,
            listings.len(),
        ),
        ImportChange::Adopted {
            import, listings, ..
        } => (
            "{who} đã nhận {count} đề nghị của {list}, do người ở máy chủ đưa vào, làm của mình.",
            "{who} took over {count} proposals of an {list} that was brought in at the machine.",
            import,
            listings.len(),
        ),
    };
    let values = [
        ("who", who),
        ("list", names.import(*import)),
        ("count", Piece::plain(count.to_string())),
    ];
    say(names, vi, en, &values)
}

/// An erasure, by whose the erased was.
pub(super) fn erasure(names: &Names<'_>, who: Piece, change: &ErasureChange) -> Sentence {
    let who = ("who", who);
    match change {
        ErasureChange::Destroyed { .. } => say(
            names,
            "Dữ liệu đã xóa được hủy khỏi nhật ký.",
            "What was erased was destroyed in the journal.",
            &[],
        ),
        ErasureChange::Part { holder, .. } => match holder {
            Holder::Listing(id) => say(
                names,
                "{who} đã xóa ghi chú của cảnh báo {it}.",
                "{who} erased a note of the warning {it}.",
                &[who, ("it", names.listing(*id))],
            ),
            Holder::ImportRow { import, .. } | Holder::Import(import) => say(
                names,
                "{who} đã xóa ghi chú của {list}.",
                "{who} erased a note of an {list}.",
                &[who, ("list", names.import(*import))],
            ),
            Holder::Report(id) => say(
                names,
                "{who} đã xóa một phần kín của báo cáo {it}.",
                "{who} erased a sealed part of the report {it}.",
                &[who, ("it", names.report(*id))],
            ),
            Holder::Account(_) | Holder::Registry | Holder::Approval(_) => say(
                names,
                "{who} đã xóa một ghi chú.",
                "{who} erased a note.",
                &[who],
            ),
        },
        ErasureChange::Everything { holder } => match holder {
            Holder::Listing(id) => say(
                names,
                "{who} đã xóa vĩnh viễn số của cảnh báo {it}.",
                "{who} erased for ever the number of the warning {it}.",
                &[who, ("it", names.listing(*id))],
            ),
            Holder::ImportRow { import, line } => say(
                names,
                "{who} đã xóa số ở dòng {line} của {list}.",
                "{who} erased the numbers in row {line} of an {list}.",
                &[
                    who,
                    ("list", names.import(*import)),
                    ("line", Piece::plain(line.to_string())),
                ],
            ),
            Holder::Report(id) => say(
                names,
                "{who} đã xóa vĩnh viễn nội dung của báo cáo {it}.",
                "{who} erased for ever what was said in the report {it}.",
                &[who, ("it", names.report(*id))],
            ),
            Holder::Import(_) | Holder::Account(_) | Holder::Registry | Holder::Approval(_) => say(
                names,
                "{who} đã xóa vĩnh viễn một mục.",
                "{who} erased an item for ever.",
                &[who],
            ),
        },
    }
}
