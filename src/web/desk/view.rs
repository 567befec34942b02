//! Listings as the desk's tables show them.

use uuid::Uuid;

use crate::{
    domain::{
        listing::{Deed, Listing, Status},
        message, method,
    },
    http::{answer::moment, json, problem::Problem},
    web::{check::kind_word, failure::Failure, forms::Fields, shell::Shell},
};

/// A listing in a table.
pub struct Row {
    pub id: Uuid,
    pub display: String,
    pub kind: &'static str,
    pub method: &'static str,
    pub unit: &'static str,
    pub status: Status,
    pub status_word: &'static str,
    pub proposed_at: String,
    /// A person must look: the reader of an office list was not sure.
    pub doubtful: bool,
}

impl Row {
    /// A listing as one row.
    pub fn of(listing: &Listing, s: &Shell) -> Self {
        Self {
            id: listing.id,
            display: display_of(s, listing),
            kind: kind_word(s, listing.kind),
            method: json::method(listing.method, s.lang).name,
            unit: json::unit(listing.unit, s.lang).name,
            status: listing.status,
            status_word: status_word(s, listing.status),
            proposed_at: moment(listing.proposed_at, s.lang),
            doubtful: listing.import.is_some_and(|line| line.doubtful),
        }
    }
}

/// What a listing is about, as people read it.
pub fn display_of(s: &Shell, listing: &Listing) -> String {
    listing.identifier().map_or_else(
        || s.t("(đã xóa)", "(erased)").to_owned(),
        crate::domain::identifier::Identifier::display,
    )
}

/// What a status is called.
pub fn status_word(s: &Shell, status: Status) -> &'static str {
    match status {
        Status::Proposed => s.t("chờ xác nhận", "proposed"),
        Status::Listed => s.t("đang cảnh báo", "listed"),
        Status::Rejected => s.t("không chấp nhận", "rejected"),
        Status::Expired => s.t("hết hiệu lực", "expired"),
        Status::Delisted => s.t("đã gỡ", "delisted"),
    }
}

/// Where a list goes on.
///
/// # Errors
/// 400 `cursor-invalid`.
pub fn cursor(fields: &Fields) -> Result<Option<Uuid>, Failure> {
    match fields.get("cursor") {
        "" => Ok(None),
        text => Uuid::try_parse(text)
            .map(Some)
            .map_err(|_| Failure::of("cursor-invalid")),
    }
}

/// Slug and name of each method, for a choice.
pub fn methods(s: &Shell) -> Vec<(&'static str, &'static str)> {
    let name = |method: &'static method::Method| s.t(method.name_vi, method.name_en);
    method::all()
        .iter()
        .map(|method| (method.slug, name(method)))
        .collect()
}

/// What a problem's code says, in words.
pub fn words_of(s: &Shell, code: &str) -> String {
    let reason = format!("unreadable.{code}");
    if code != "unknown-unit" {
        return message::text(&reason, s.lang).to_owned();
    }
    Problem::new(code).told(s.lang)
}

/// What was done, in a word.
pub fn deed_word(s: &Shell, deed: Deed) -> &'static str {
    match deed {
        Deed::Proposed => s.t("Đề nghị", "Proposed"),
        Deed::Confirmed => s.t("Xác nhận", "Confirmed"),
        Deed::Rejected => s.t("Không chấp nhận", "Rejected"),
        Deed::Renewed => s.t("Gia hạn", "Renewed"),
        Deed::Delisted => s.t("Gỡ khỏi danh sách", "Delisted"),
        Deed::Expired => s.t("Hết hiệu lực", "Expired"),
        Deed::Erased => s.t("Xóa dữ liệu", "Erased"),
    }
}
