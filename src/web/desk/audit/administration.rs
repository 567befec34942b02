//! What changes of partners, official numbers and signing keys say.

use super::names::{Names, Piece, Sentence, say};
use crate::{
    domain::{change::Change, partner::Scope},
    present::words,
};

/// A change of a partner.
pub(super) fn partner(names: &mut Names<'_>, who: Piece, change: &Change) -> Sentence {
    let who = ("who", who);
    match change {
        Change::PartnerAdded { id, scopes, .. } => {
            let values = [who, ("it", names.partner(*id)), may(names, scopes)];
            say(
                names,
                "{who} đã thêm đối tác {it}, được: {may}.",
                "{who} added the partner {it}, which may: {may}.",
                &values,
            )
        }
        Change::PartnerChanged {
            id, scopes, status, ..
        } => {
            let status = words::partner_status(*status, names.lang);
            let values = [
                who,
                ("it", names.partner(*id)),
                ("status", Piece::plain(status)),
                may(names, scopes),
            ];
            say(
                names,
                "{who} đã sửa đối tác {it}, nay {status}, được: {may}.",
                "{who} changed the partner {it}, now {status}, which may: {may}.",
                &values,
            )
        }
        Change::PartnerSecretChanged { id, .. } => {
            let values = [who, ("it", names.partner(*id))];
            say(
                names,
                "{who} đã cấp mã bí mật mới cho đối tác {it}.",
                "{who} gave the partner {it} a new secret.",
                &values,
            )
        }
        _ => Vec::new(),
    }
}

/// A change of a protected number or of the signing keys.
pub(super) fn key_or_official(names: &Names<'_>, who: Piece, change: &Change) -> Sentence {
    let who = ("who", who);
    match change {
        Change::OfficialAdded {
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
        Change::OfficialRemoved { key } => say(
            names,
            "{who} đã bỏ số chính thức {it}.",
            "{who} removed the official number {it}.",
            &[who, ("it", names.official(key))],
        ),
        Change::KeyAdded { kid } => say(
            names,
            "{who} đã thay khóa ký, khóa mới là {kid}.",
            "{who} brought in the signing key {kid}.",
            &[who, ("kid", Piece::plain(kid))],
        ),
        Change::KeyRetired { kid } => say(
            names,
            "{who} đã hủy khóa ký {kid}.",
            "{who} withdrew the signing key {kid}.",
            &[who, ("kid", Piece::plain(kid))],
        ),
        _ => Vec::new(),
    }
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
