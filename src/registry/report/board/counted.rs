//! What a board tells.

use uuid::Uuid;

use crate::domain::{
    intake::month::Month,
    report::words::{Channel, Outcome, ReportKind},
    time::Time,
    unit::UnitCode,
};

/// Months of a board: the one that is asked for, and the six before it.
pub const BOARD_MONTHS: usize = 7;
/// Days ahead of which erasures are told of.
pub const ERASURE_DAYS: u32 = 14;
/// Most erasures that are named.
pub const MAX_ERASURES: usize = 200;
/// How many reports without an outcome there are, by how many days ago they came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct OpenReports {
    /// 0 to 3, 4 to 20, 21 to 60 and more than 60 whole days.
    pub ages: [u64; 4],
    pub late: u64,
    /// Those that are or were late.
    pub ever_late: u64,
    /// A term of the law is missed, or twice that.
    pub escalated: u64,
    pub to_decide: u64,
}

/// The reports that came in a month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BoardMonth {
    pub month: Month,
    pub received: u64,
    pub kinds: Vec<(ReportKind, u64)>,
    pub channels: Vec<(Channel, u64)>,
    /// What became of them so far; only what did.
    pub outcomes: Vec<(Outcome, u64)>,
    pub open: u64,
    /// Those of which something was late once.
    pub ever_late: u64,
    /// Time to the outcome in which half of them, and nine of ten, are over, in milliseconds; `None` while too many run.
    pub median: Option<u64>,
    pub p90: Option<u64>,
    /// Outcomes that were to be told by now, and those that were told in time.
    pub to_tell: u64,
    pub told_in_time: u64,
    /// Those that were taken up again.
    pub reopened: u64,
    /// Transfers that a unit sent back.
    pub returned: u64,
    /// Listings that were confirmed from them.
    pub listings: u64,
    pub urgent: u64,
    /// Time to the officer's act on urgent ones, in milliseconds.
    pub urgent_median: Option<u64>,
}

/// Something of a report that is erased soon.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ErasureAhead {
    pub at: Time,
    pub report: Uuid,
    /// Everything that was said; else the contact alone.
    pub words: bool,
}

/// How a unit and those below it deal with reports.
pub struct Board {
    pub unit: UnitCode,
    pub at: Time,
    pub open: OpenReports,
    /// The oldest first; the last is the one that was asked for.
    pub months: Vec<BoardMonth>,
    /// The next first, at most [`MAX_ERASURES`].
    pub erasures: Vec<(ErasureAhead, String)>,
    /// A year without a calendar that runs, or begins soon: dates in it are not certain.
    pub missing_calendar: Option<i16>,
    /// There are more reports than were looked at: the oldest are left out.
    pub is_cut: bool,
}
