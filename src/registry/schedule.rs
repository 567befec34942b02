//! What happens by itself: listings expire when their time is over, also for what fell due while the
//! program was down; old receipts and sessions are dropped.

use super::{Registry, RegistryError, engine::receipt::RECEIPT_HOURS};
use crate::{
    access::capability::Acting,
    domain::time::Time,
    state::{self, expiry::Expire},
};

/// Expiries in one journal record.
const EXPIRIES: usize = 500;

impl Registry {
    /// Pushes what the store holds to the disk.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn flush(&self) -> Result<(), RegistryError> {
        Ok(self.shared.store()?.flush()?)
    }

    /// Writes down what fell due, until `stop` says to leave the rest for the next start. Returns how many listings
    /// expired.
    ///
    /// Checks do not wait for it: a listing whose time is over is not shown as listed.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; it is tried again next time.
    pub fn expire_due(&self, now: Time, stop: &dyn Fn() -> bool) -> Result<usize, RegistryError> {
        let mut expired = 0;
        loop {
            if stop() {
                return Ok(expired);
            }
            let due = self.index().due(now, EXPIRIES);
            if due.is_empty() {
                return Ok(expired);
            }
            expired += due.len();
            let request = Expire {
                due: due.iter().map(|live| live.listing).collect(),
                at: now,
            };
            let written = self.commit(
                Acting::schedule(),
                now,
                None,
                move |view, now| state::expiry::expire(view, &request, now),
                |_, _| Ok(()),
            );
            if let Err(error) = written {
                self.index().look_again();
                return Err(error);
            }
        }
    }

    /// Drops receipts, sessions and keys whose time is over, and office lists that were put down but never
    /// proposed: the program was stopped in the middle, or somebody proposed one of the numbers first. Tells what the
    /// ledger owes of official numbers.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; it is tried again next time.
    pub fn tidy(&self, now: Time) -> Result<(), RegistryError> {
        self.forget_old_keys(now);
        self.throw_away_address_keys(now);
        let before = now.plus_seconds(-RECEIPT_HOURS * 3600);
        self.commit(
            Acting::schedule(),
            now,
            None,
            move |view, now| state::registry::prune(view, before, now),
            |_, _| Ok(()),
        )?;
        self.commit(
            Acting::schedule(),
            now,
            None,
            state::official::tell_outstanding,
            |_, _| Ok(()),
        )
    }
}
