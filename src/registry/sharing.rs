//! One registry on several machines: how this one stands to what the others wrote.

use super::{Registry, RegistryError};
use crate::journal::Standing;

impl Registry {
    /// Brings this machine up to what any machine acknowledged before this call. While the journal can't be reached that can't
    /// be told, and what is known here stands. May block.
    ///
    /// # Errors
    /// [`RegistryError::CatchingUp`] when it takes too long.
    pub fn freshen(&self) -> Result<(), RegistryError> {
        let shared = &self.shared;
        if !shared.journal.is_shared() || !shared.journal.refresh() {
            return Ok(());
        }
        match shared.following.wait_for(shared.journal.head().seq) {
            true => Ok(()),
            false => Err(RegistryError::CatchingUp),
        }
    }

    /// Whether other machines write into the journal, too.
    pub fn is_shared(&self) -> bool {
        self.shared.journal.is_shared()
    }

    /// The last record that is applied and shown here.
    pub fn applied(&self) -> u64 {
        self.shared.following.seq()
    }

    /// How it stands with the journal's storage.
    pub fn journal_standing(&self) -> Standing {
        self.shared.journal.standing()
    }

    /// Whether records of other machines are applied: none of them can't be, and the journal is the one that was followed.
    pub fn follows(&self) -> bool {
        self.shared.following.stuck().is_none() && self.journal_standing() != Standing::Contradicts
    }

    /// Whether requests are better sent to another machine: this one is far behind, because it is slow or follows no more.
    pub fn lags(&self) -> bool {
        self.shared.following.is_far(self.journal_position())
    }
}
