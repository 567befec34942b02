//! The forms in which listings leave the program and come back into a copy of it: one row, one file a form. Beside them the
//! messages in which telephone exchanges ask (`sip`).

pub mod csv;
pub mod freeswitch;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub mod list;
mod members;
pub mod ndjson;
pub mod official;
pub mod row;
pub mod sip;
pub mod spamblocker;

use std::io::{self, Write};

use serde::Deserialize;
use utoipa::ToSchema;

use ndjson::Opens;
use row::FeedRow;

/// Format of a snapshot.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FeedFormat {
    /// One JSON object a line.
    #[default]
    Ndjson,
    /// A table with a heading.
    Csv,
    /// Phone numbers (E.164) alone, one a line, in the order of their text.
    List,
}

impl FeedFormat {
    /// The word in queries and tags.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::List => "list",
        }
    }

    /// The media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
            Self::List => "text/plain; charset=utf-8",
        }
    }

    /// The name under which a browser saves it (`Content-Disposition`, RFC 6266).
    pub const fn disposition(self) -> &'static str {
        match self {
            Self::Ndjson => "attachment; filename=\"canhgiac-listings.ndjson\"",
            Self::Csv => "attachment; filename=\"canhgiac-listings.csv\"",
            Self::List => "attachment; filename=\"canhgiac-phones.txt\"",
        }
    }

    /// What stands before the first listing.
    pub const fn head(self) -> &'static str {
        match self {
            Self::Csv => csv::HEAD,
            Self::Ndjson | Self::List => "",
        }
    }

    /// Writes one listing in force; `salt` opens its ledger leaf.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(self, out: &mut impl Write, row: &FeedRow, opens: &Opens) -> io::Result<()> {
        match self {
            Self::Ndjson => ndjson::write_listing(out, row, opens),
            Self::Csv => csv::write(out, row),
            Self::List => row.phone().map_or(Ok(()), |phone| list::write(out, &phone)),
        }
    }

    /// The line without which a copy is not whole. Tables and lists have none: there, `Feed-Count` tells.
    pub fn end(self, count: u64, size: u64) -> String {
        match self {
            Self::Ndjson => ndjson::end_line(count, size),
            Self::Csv | Self::List => String::new(),
        }
    }
}
