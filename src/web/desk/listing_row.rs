//! Listings as the desk's tables show them.

use uuid::Uuid;

use crate::{
    domain::{
        listing::{Listing, Status},
        message, method,
    },
    present::{problem::Problem, words},
    web::{failure::Failure, forms::Fields, page_context::PageContext},
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
    pub fn of(listing: &Listing, s: &PageContext) -> Self {
        Self {
            id: listing.id,
            display: display_of(s, listing),
            kind: words::kind(listing.kind, s.lang),
            method: words::method(listing.method, s.lang),
            unit: words::unit(listing.unit, s.lang),
            status: listing.status,
            status_word: words::listing_status(listing.status, s.lang),
            proposed_at: words::moment(listing.proposed_at, s.lang),
            doubtful: listing.import.is_some_and(|line| line.doubtful),
        }
    }
}

/// What a listing is about, as people read it.
pub fn display_of(s: &PageContext, listing: &Listing) -> String {
    listing.identifier().map_or_else(
        || s.t("(đã xóa)", "(erased)").to_owned(),
        crate::domain::identifier::Identifier::display,
    )
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
pub fn methods(s: &PageContext) -> Vec<(&'static str, &'static str)> {
    let name = |method: &'static method::Method| s.t(method.name_vi, method.name_en);
    method::all()
        .iter()
        .map(|method| (method.slug, name(method)))
        .collect()
}

/// What a problem's code says, in words.
pub fn words_of(s: &PageContext, code: &str) -> String {
    let reason = format!("unreadable.{code}");
    if code != "unknown-unit" {
        return message::text(&reason, s.lang).to_owned();
    }
    Problem::new(code).told(s.lang)
}
