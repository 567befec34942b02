//! What changes of listings and office lists say.

use super::names::{Names, Piece, Sentence, say};
use crate::{domain::change::Change, present::words};

/// A change of one listing.
pub(super) fn listing(names: &Names<'_>, who: Piece, change: &Change) -> Sentence {
    let until = |time| ("until", Piece::plain(words::day(time, names.lang)));
    let (vi, en, id, value) = match change {
        Change::Proposed {
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
        Change::Confirmed {
            id, valid_until, ..
        } => (
            "{who} đã xác nhận cảnh báo {it}, có hiệu lực đến {until}.",
            "{who} confirmed the warning {it}, valid until {until}.",
            id,
            Some(until(*valid_until)),
        ),
        Change::Renewed {
            id, valid_until, ..
        } => (
            "{who} đã gia hạn cảnh báo {it} đến {until}.",
            "{who} renewed the warning {it} until {until}.",
            id,
            Some(until(*valid_until)),
        ),
        Change::Rejected { id, .. } => (
            "{who} không chấp nhận đề nghị {it}.",
            "{who} rejected the proposal {it}.",
            id,
            None,
        ),
        Change::Delisted { id, .. } => (
            "{who} đã gỡ cảnh báo {it}.",
            "{who} took the warning {it} off.",
            id,
            None,
        ),
        Change::ListingErased { id } => (
            "{who} đã xóa vĩnh viễn số của cảnh báo {it}.",
            "{who} erased for ever the number of the warning {it}.",
            id,
            None,
        ),
        Change::Expired { id } => (
            "Cảnh báo {it} đã hết hiệu lực.",
            "The warning {it} expired.",
            id,
            None,
        ),
        Change::Erased { listing, .. } => (
            "{who} đã xóa ghi chú của cảnh báo {it}.",
            "{who} erased a note of the warning {it}.",
            listing,
            None,
        ),
        _ => return Vec::new(),
    };
    let mut values = vec![("who", who), ("it", names.listing(*id))];
    values.extend(value);
    say(names, vi, en, &values)
}

/// A change of an office list.
pub(super) fn import(names: &Names<'_>, who: Piece, change: &Change) -> Sentence {
    let (vi, en, import, count) = match change {
        Change::ImportStaged { import, rows } => (
            "{who} đã gửi {count} dòng của {list}.",
            "{who} sent {count} rows of an {list}.",
            import,
            rows.len(),
        ),
        Change::ImportProposed { import, unit, rows } => {
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
        Change::ImportConfirmed {
            import, listings, ..
        } => (
            "{who} đã xác nhận {count} cảnh báo của {list}.",
            "{who} confirmed {count} warnings of an {list}.",
            import,
            listings.len(),
        ),
        Change::ImportRejected {
            import, listings, ..
        } => (
            "{who} không chấp nhận {count} đề nghị của {list}.",
            "{who} rejected {count} proposals of an {list}.",
            import,
            listings.len(),
        ),
        Change::RowErased { import, line } => {
            let values = [
                ("who", who),
                ("list", names.import(*import)),
                ("line", Piece::plain(line.to_string())),
            ];
            return say(
                names,
                "{who} đã xóa số ở dòng {line} của {list}.",
                "{who} erased the numbers in row {line} of an {list}.",
                &values,
            );
        }
        _ => return Vec::new(),
    };
    let values = [
        ("who", who),
        ("list", names.import(*import)),
        ("count", Piece::plain(count.to_string())),
    ];
    say(names, vi, en, &values)
}
