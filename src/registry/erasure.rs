//! Erasing: the words about a listing, or whom it is about. Written down first, then destroyed in the
//! journal; what a crash leaves undone is done by the schedule.

use uuid::Uuid;

use super::{Registry, RegistryError};
use crate::{
    access::capability::{Acting, FreshAdmin},
    domain::{
        approval::{Act, Approval},
        change::MAX_CHANGES,
        identifier::Identifier,
        time::Time,
    },
    state::{erasure, lapsing, view::View},
    store::{schema::ImportRows, table::Table},
};

/// Parts whose time is over that are erased in one record.
const LAPSES: usize = 500;

impl Registry {
    /// Asks for the notes and reasons of a listing to be destroyed, in the journal and in the store. The history stays,
    /// without its words, and the journal's chain stays verifiable. A second person must agree.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`]; [`RegistryError::Refused`] while the listing is proposed or public.
    pub fn erase_notes(
        &self,
        admin: &FreshAdmin,
        id: Uuid,
        reason: &str,
        now: Time,
    ) -> Result<Approval, RegistryError> {
        self.ask_for(admin, Act::EraseNotes { listing: id }, reason, None, now)
    }

    /// Asks for everything to be destroyed that says whom a listing is about, and its words: for a person who was
    /// listed wrongly, or on a lawful demand. All listings there were of the same identifier go with it,
    /// and what office lists said of it; all of them must be over: delist first. Their ledger leaves
    /// stay, and nothing opens them any more. A second person must agree.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`]; [`RegistryError::Refused`] while the identifier is proposed or public,
    /// or when `version` is not what stands.
    pub fn erase_listing(
        &self,
        admin: &FreshAdmin,
        id: Uuid,
        version: u32,
        reason: &str,
        now: Time,
    ) -> Result<Approval, RegistryError> {
        let act = Act::EraseListing {
            listing: id,
            version,
        };
        self.ask_for(admin, act, reason, None, now)
    }

    /// Erases rows of office lists that came in while the others were looked for.
    pub(super) fn erase_late_rows(
        &self,
        identifier: &Identifier,
        by: Acting,
        now: Time,
    ) -> Result<(), RegistryError> {
        let late = self.rows_with(identifier)?;
        if late.is_empty() {
            return Ok(());
        }
        self.commit(
            by,
            now,
            None,
            move |view, now| erasure::erase_rows(view, &late, now),
            |_, _| Ok(()),
        )
    }

    /// Erases what was kept until a time that is over; the parts are destroyed by [`Registry::finish_erasures`].
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; it is tried again next time.
    pub fn erase_lapsed(&self, now: Time) -> Result<(), RegistryError> {
        self.commit(
            Acting::schedule(),
            now,
            None,
            |view, now| lapsing::lapse(view, LAPSES, now),
            |_, _| Ok(()),
        )
    }

    /// Rows of office lists that hold an identifier, whatever became of them.
    pub(super) fn rows_with(
        &self,
        identifier: &Identifier,
    ) -> Result<Vec<(Uuid, u32)>, RegistryError> {
        let store = self.shared.store()?;
        let mut rows = Vec::new();
        for row in store.scan(ImportRows::ID) {
            let (place, bytes) = row?;
            let stored = store.decoded::<ImportRows>(&bytes)?;
            if stored.identifiers.contains(identifier) {
                // A row's key begins with the id of its import.
                let import = Uuid::from_slice(&place[..16])
                    .map_err(|_| RegistryError::Internal("a row without an import".into()))?;
                rows.push((import, stored.row.line));
            }
        }
        Ok(rows)
    }

    /// Destroys in the journal what was erased and is still there. Returns how many parts that were.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; it is tried again next time.
    pub fn finish_erasures(&self, now: Time) -> Result<usize, RegistryError> {
        let parts = View::new(&*self.shared.store()?).to_destroy()?;
        if !parts.is_empty() {
            // The tables' file keeps old bytes until it is written anew. Marked before the first part is gone, so that a
            // crash forgets nothing, and again behind the last: what was built in between had a journal that still has it.
            self.shared.mark_stale()?;
        }
        for part in &parts {
            self.shared
                .journal
                .erase(part.seq, part.part)
                .map_err(|error| {
                    tracing::error!(%error, "a part of the journal could not be erased");
                    RegistryError::Unavailable
                })?;
        }
        if !parts.is_empty() {
            self.shared.mark_stale()?;
        }
        for parts in parts.chunks(MAX_CHANGES) {
            let parts = parts.to_vec();
            self.commit(
                Acting::schedule(),
                now,
                None,
                move |view, now| erasure::note_destroyed(view, &parts, now),
                |_, _| Ok(()),
            )?;
        }
        Ok(parts.len())
    }
}
