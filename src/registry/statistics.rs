//! What was done, in numbers: how much was ever listed, what of it is in force, by kind, method, month and place, and how
//! soon the second person confirms. Everything is counted over listings that are or once were public.
//!
//! What ended is told by kind, method and month alone. By place only what is in force is: the difference of two figures of
//! a ward would tell of those who were taken off. Who keeps two pages and compares them learns more than one page tells; what
//! is in force is public in any case, number by number.

mod count;
pub(super) mod counted;
mod months;
mod places;
mod waits;

pub use counted::{Deeds, Fates, Statistics};
pub use months::Month;
pub use places::{LEAST, Named, Places};
pub use waits::Wait;

use std::sync::Arc;

use super::{Registry, RegistryError};
use crate::{
    domain::time::Time,
    store::{schema::Listings, table::Table},
};
use count::Count;

/// How old counts become before they are made again when something changed, and when nothing did, in seconds: a million
/// listings take some seconds of one thread, and time alone ends listings and months.
const KEPT_SECONDS: i64 = 10 * 60;
const QUIET_SECONDS: i64 = 60 * 60;
/// Rows that are read between two looks whether to stop.
const ROWS_BETWEEN_LOOKS: usize = 4_096;

impl Registry {
    /// The counts made last, without a disk or a wait; none until the first are made, soon after the start.
    pub fn statistics(&self) -> Option<Arc<Statistics>> {
        self.counted.last()
    }

    /// Makes the counts anew when it is time to. Reads every listing, a chunk at a time, while the writer goes on; gives up
    /// when `stop` says so. Returns whether it counted.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; the counts made last are kept, and it is tried again next time.
    pub fn count_anew(&self, now: Time, stop: &dyn Fn() -> bool) -> Result<bool, RegistryError> {
        let now = self.showing(now);
        // Read before the rows: what comes meanwhile is counted again.
        let ledger_size = self.index().ledger_size();
        let kept = self.counted.last();
        let kept = kept.map(|counts| (counts.at, counts.ledger_size));
        if !is_due(kept, now, ledger_size) {
            return Ok(false);
        }
        let store = self.shared.store()?;
        let mut count = Count::begin(now);
        for (nth, row) in store.scan(Listings::ID).enumerate() {
            if nth.is_multiple_of(ROWS_BETWEEN_LOOKS) && stop() {
                return Ok(false);
            }
            let (_, bytes) = row?;
            count.add(&store.decoded::<Listings>(&bytes)?);
        }
        self.counted.keep(count.end(ledger_size));
        Ok(true)
    }
}

/// Whether counts of some time and ledger size are to be made again. Pure.
fn is_due(kept: Option<(Time, u64)>, now: Time, ledger_size: u64) -> bool {
    kept.is_none_or(|(at, size)| {
        let patience = match size == ledger_size {
            true => QUIET_SECONDS,
            false => KEPT_SECONDS,
        };
        // A clock that was set back makes them anew at once.
        !(0..patience).contains(&(now.seconds() - at.seconds()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_made_again_ten_minutes_after_a_change_and_each_hour() {
        let made = Time::from_millis(1_700_000_000_000);
        let due = |seconds, size| is_due(Some((made, 7)), made.plus_seconds(seconds), size);
        assert!(is_due(None, made, 0));
        assert!(!due(0, 7) && !due(0, 8) && !due(599, 8) && !due(3_599, 7));
        assert!(due(600, 8) && due(3_600, 7) && due(-1, 7));
    }
}
