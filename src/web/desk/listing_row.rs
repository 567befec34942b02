//! Listings as the desk's tables show them.

use uuid::Uuid;

use crate::{
    domain::{
        identifier::Identifier,
        listing::{Listing, Status},
        message::Lang,
    },
    present::words,
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
    /// Listings as rows.
    pub fn all(listings: &[Listing], lang: Lang) -> Vec<Self> {
        let rows = listings.iter();
        rows.map(|listing| Self::of(listing, lang)).collect()
    }

    /// A listing as a row.
    pub fn of(listing: &Listing, lang: Lang) -> Self {
        Self {
            id: listing.id,
            display: display_of(listing, lang),
            kind: words::kind(listing.kind, lang),
            method: words::method(listing.method, lang),
            unit: words::unit(listing.unit, lang),
            status: listing.status,
            status_word: words::listing_status(listing.status, lang),
            proposed_at: words::moment(listing.proposed_at, lang),
            doubtful: listing.import.is_some_and(|line| line.doubtful),
        }
    }
}

/// What a listing is about, as people read it.
pub fn display_of(listing: &Listing, lang: Lang) -> String {
    let erased = || lang.pick("(đã xóa)", "(erased)").to_owned();
    let identifier = listing.identifier();
    identifier.map_or_else(erased, Identifier::display)
}
