//! What happens by itself: listings expire when their time is over, also for what fell due while the
//! program was down; old receipts and sessions are dropped.

use super::{Plan, Registry, RegistryError, receipt::RECEIPT_HOURS};
use crate::{
    access::capability::Acting,
    domain::{change::Change, listing::Status, time::Time},
    store::schema::Listings,
};

/// Expiries in one journal record.
const EXPIRIES: usize = 500;

impl Registry {
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
            let written = self.commit(
                Acting::schedule(),
                now,
                None,
                move |view| {
                    let mut plan = Plan::default();
                    for live in due {
                        // It may have been renewed or delisted since it was found.
                        let still = view.get::<Listings>(&live.listing)?.is_some_and(|l| {
                            l.status == Status::Listed
                                && l.valid_until.is_some_and(|until| until <= now)
                        });
                        if still {
                            plan.changes.push(Change::Expired { id: live.listing });
                        }
                    }
                    Ok(plan)
                },
                |_, _| Ok(()),
            );
            if let Err(error) = written {
                self.index().look_again();
                return Err(error);
            }
        }
    }

    /// Drops receipts, sessions and keys whose time is over, and office lists that were put down but never
    /// proposed: the program was stopped in the middle, or somebody proposed one of the numbers first.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; it is tried again next time.
    pub fn tidy(&self, now: Time) -> Result<(), RegistryError> {
        self.forget_old_keys(now);
        let before = now.plus_seconds(-RECEIPT_HOURS * 3600);
        self.commit(
            Acting::schedule(),
            now,
            None,
            move |view| {
                Ok(if view.has_untidy(before)? {
                    Plan::one(Change::Tidied { before })
                } else {
                    Plan::default()
                })
            },
            |_, _| Ok(()),
        )
    }
}
