//! What changes of partners, official numbers and signing keys say.

use super::names::{Names, Piece, Sentence, say};
use crate::{
    domain::{
        change::{
            ClockChange, KeyChange, LedgerChange, OfficialChange, PartnerChange, RegistryChange,
        },
        client_key::ClientKeys,
        partner::Scope,
    },
    present::words,
    web::desk::partner_view,
};

/// A change of a partner.
pub(super) fn partner(names: &mut Names<'_>, who: Piece, change: &PartnerChange) -> Sentence {
    let who = ("who", who);
    match change {
        PartnerChange::Added { id, scopes, .. } => {
            let values = [who, ("it", names.partner(*id)), may(names, scopes)];
            say(
                names,
                "{who} đã thêm đối tác {it}, được: {may}.",
                "{who} added the partner {it}, which may: {may}.",
                &values,
            )
        }
        PartnerChange::Changed {
            id,
            scopes,
            status,
            keys,
            ..
        } => {
            let status = words::partner_status(*status, names.lang);
            let values = [
                who,
                ("it", names.partner(*id)),
                ("status", Piece::plain(status)),
                may(names, scopes),
                keys_of(names, keys),
            ];
            say(
                names,
                "{who} đã sửa đối tác {it}, nay {status}, được: {may}. {key}",
                "{who} changed the partner {it}, now {status}, which may: {may}. {key}",
                &values,
            )
        }
        PartnerChange::SecretRenewed { id, old_until, .. } => {
            let until = words::moment(*old_until, names.lang);
            let values = [
                who,
                ("it", names.partner(*id)),
                ("until", Piece::plain(until)),
            ];
            say(
                names,
                "{who} đã cấp mã bí mật mới cho đối tác {it}. Mã cũ còn dùng được đến {until}.",
                "{who} gave the partner {it} a new secret. The old one is good until {until}.",
                &values,
            )
        }
        PartnerChange::SecretReplaced { id, .. } => {
            let values = [who, ("it", names.partner(*id))];
            say(
                names,
                "{who} đã cấp mã bí mật mới cho đối tác {it}.",
                "{who} gave the partner {it} a new secret.",
                &values,
            )
        }
    }
}

/// A change of a protected number.
pub(super) fn official(names: &Names<'_>, who: Piece, change: &OfficialChange) -> Sentence {
    let who = ("who", who);
    match change {
        OfficialChange::Added {
            key,
            name_vi,
            name_en,
        }
        | OfficialChange::Protected {
            key,
            name_vi,
            name_en,
        } => say(
            names,
            "{who} đã thêm số chính thức {it} ({name}).",
            "{who} added the official number {it} ({name}).",
            &[
                who,
                ("it", names.official(key)),
                ("name", Piece::plain(names.t(name_vi, name_en))),
            ],
        ),
        OfficialChange::Removed { key } | OfficialChange::Unprotected { key } => say(
            names,
            "{who} đã bỏ số chính thức {it}.",
            "{who} removed the official number {it}.",
            &[who, ("it", names.official(key))],
        ),
        OfficialChange::TableNamed { .. } => say(
            names,
            "Sổ công khai ghi mã băm của bảng số chính thức đi kèm phiên bản này.",
            "The public ledger names the table of official numbers of this version.",
            &[],
        ),
    }
}

/// A change of the keys that sign tokens.
pub(super) fn key(names: &Names<'_>, who: Piece, change: &KeyChange) -> Sentence {
    let who = ("who", who);
    match change {
        KeyChange::Added { kid, .. } => say(
            names,
            "{who} đã thay khóa ký, khóa mới là {kid}.",
            "{who} brought in the signing key {kid}.",
            &[who, ("kid", Piece::plain(kid))],
        ),
        KeyChange::Retired { kid } => say(
            names,
            "{who} đã hủy khóa ký {kid}.",
            "{who} withdrew the signing key {kid}.",
            &[who, ("kid", Piece::plain(kid))],
        ),
    }
}

/// A change of the public ledger itself.
pub(super) fn ledger(names: &Names<'_>, who: Piece, change: &LedgerChange) -> Sentence {
    let who = ("who", who);
    match change {
        LedgerChange::KeyAdded { verifier_key, .. } => say(
            names,
            "{who} đã thêm khóa ký sổ công khai {key}.",
            "{who} brought in the key {key}, which signs the public ledger.",
            &[who, ("key", Piece::plain(verifier_key))],
        ),
        LedgerChange::KeyRetired { verifier_key }
        | LedgerChange::KeyRetiredByLeaf { verifier_key } => say(
            names,
            "{who} đã thôi dùng khóa ký sổ công khai {key}.",
            "{who} took the key {key} out of use, which signed the public ledger.",
            &[who, ("key", Piece::plain(verifier_key))],
        ),
        LedgerChange::HandedOver {
            verifier_key, to, ..
        } => say(
            names,
            "Khóa ký sổ công khai {key} đã bàn giao cho khóa {to}.",
            "The key {key}, which signed the public ledger, led over to the key {to}.",
            &[
                ("key", Piece::plain(verifier_key)),
                ("to", Piece::plain(to)),
            ],
        ),
        LedgerChange::Heartbeat => say(
            names,
            "Sổ công khai ghi dấu là còn hoạt động.",
            "The public ledger gave a sign of life.",
            &[],
        ),
    }
}

/// A change of the registry as a whole.
pub(super) fn registry(names: &Names<'_>, who: Piece, change: &RegistryChange) -> Sentence {
    match change {
        RegistryChange::Founded { .. } => say(
            names,
            "Hệ thống được lập.",
            "The registry was founded.",
            &[],
        ),
        RegistryChange::MasterSecretNamed { .. } => say(
            names,
            "Đã ghi dấu nhận biết của khóa chủ, để tệp khóa khác bị từ chối.",
            "The mark of the master key was noted, so that another file is refused.",
            &[],
        ),
        RegistryChange::Pruned { .. } => say(
            names,
            "{who} đã dọn phiên và biên nhận cũ.",
            "{who} dropped old sessions and receipts.",
            &[("who", who)],
        ),
    }
}

/// What became known of time.
pub(super) fn clock(names: &Names<'_>, who: Piece, change: &ClockChange) -> Sentence {
    match change {
        ClockChange::Confirmed { .. } => say(
            names,
            "{who} đã xác nhận đồng hồ của máy chủ là đúng.",
            "{who} confirmed that the server's clock is right.",
            &[("who", who)],
        ),
        ClockChange::Trusted { .. } => say(
            names,
            "Đã ghi giờ đúng, vì sổ công khai đang mang giờ muộn hơn.",
            "The time that counts was noted, since the public ledger tells a later one.",
            &[],
        ),
    }
}

/// The keys that a partner signs in with from then on.
fn keys_of(names: &Names<'_>, keys: &ClientKeys) -> (&'static str, Piece) {
    let keys = partner_view::keys(keys);
    let text = match keys.is_empty() {
        true => names
            .t("Không có khóa công khai.", "It has no public key.")
            .to_owned(),
        false => {
            let words = names.t("Khóa công khai:", "Its public key:");
            format!("{words} {}", keys.join("; "))
        }
    };
    ("key", Piece::plain(text))
}

fn may(names: &Names<'_>, scopes: &[Scope]) -> (&'static str, Piece) {
    let words: Vec<_> = scopes
        .iter()
        .map(|scope| words::scope(*scope, names.lang))
        .collect();
    let none = names.t("chưa có quyền gì", "nothing yet");
    let text = if words.is_empty() {
        none.to_owned()
    } else {
        words.join(", ")
    };
    ("may", Piece::plain(text))
}
