//! Boards: how a unit and those below it deal with reports, month by month. No unit is ranked: each stands beside its own
//! last months only.
//!
//! A month is told of the reports that *came* in it, whatever is done to them later: nothing is gained by closing old ones
//! quickly or leaving hard ones open, and what still runs counts as running.

mod count;
mod counted;

use crate::{
    access::capability::IntakeReader,
    domain::{
        intake::{calendar::missing_year_ahead, month::Month},
        time::Time,
        unit::UnitCode,
    },
    registry::{Registry, RegistryError},
    store::schema::Reports,
};
use count::Count;
pub use counted::{
    BOARD_MONTHS, Board, BoardMonth, ERASURE_DAYS, ErasureAhead, MAX_ERASURES, OpenReports,
};

/// Reports that are looked at, the newest first: a hundred thousand take about a second of one thread.
const MOST_REPORTS: usize = 200_000;
/// Reports that are read at a time.
const CHUNK: usize = 4_096;

impl Registry {
    /// The board of a unit for a month.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] for a unit that the reader does not see; [`RegistryError::Unavailable`].
    pub fn board(
        &self,
        reader: &IntakeReader,
        unit: UnitCode,
        month: Month,
        now: Time,
    ) -> Result<Board, RegistryError> {
        if !reader.sees(unit) {
            return Err(RegistryError::NOT_FOUND);
        }
        let store = self.shared.store()?;
        let mut count = Count::begin(unit, month, now);
        let mut before: Option<Vec<u8>> = None;
        for _ in 0..MOST_REPORTS.div_ceil(CHUNK) {
            // Each is counted where it is read: none is kept.
            let page =
                store.page_back::<Reports>(before.as_deref(), CHUNK, CHUNK, |_, report| {
                    count.add(report);
                    false
                })?;
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        Ok(count.end(missing_year_ahead(now), before.is_some()))
    }
}
