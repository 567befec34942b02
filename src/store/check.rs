//! The walk over every table: damage to what nobody reads for weeks is found before it is needed.

use super::{
    Store, StoreError,
    digest::Tallies,
    schema::{
        self, Approvals, Destroyed, Destroying, DueReports, Feed, IdempotencyKeys, Identifiers,
        ImportRows, Imports, Lapsing, LedgerKeys, ListingReports, Listings, META_POSITION, Meta,
        OfficialLeaves, Officials, OpenReports, Partners, PendingApprovals, PendingCopies,
        PendingProposals, Position, ReportFiles, ReportKeys, ReportReceipts, ReportReferences,
        ReportSenders, ReportSources, Reports, Sessions, SigningKeys, Staging, Subtrees, Usernames,
        Users,
    },
    table::{Table, decode},
};
use crate::domain::identifier::Kind;

/// Rows looked at between two looks whether to stop: some milliseconds.
const ROWS_BETWEEN_LOOKS: usize = 1_024;

/// Reads a row of a table, by the table's number: key and value.
type Reader = fn(&[u8], &[u8]) -> Result<(), StoreError>;

const READERS: [Reader; schema::NAMES.len()] = [
    meta,
    row::<Listings>,
    row::<Identifiers>,
    row::<PendingProposals>,
    row::<Feed>,
    row::<Imports>,
    row::<ImportRows>,
    row::<Users>,
    row::<Usernames>,
    row::<Sessions>,
    row::<Partners>,
    row::<Officials>,
    row::<IdempotencyKeys>,
    row::<Staging>,
    row::<Subtrees>,
    row::<LedgerKeys>,
    row::<Destroying>,
    row::<SigningKeys>,
    row::<Lapsing>,
    row::<Approvals>,
    row::<Destroyed>,
    row::<PendingApprovals>,
    row::<OfficialLeaves>,
    row::<Reports>,
    row::<OpenReports>,
    row::<DueReports>,
    row::<ReportReceipts>,
    row::<ReportReferences>,
    row::<ReportKeys>,
    row::<ReportSenders>,
    row::<ReportFiles>,
    row::<PendingCopies>,
    row::<ListingReports>,
    row::<ReportSources>,
];

fn row<T: Table>(_key: &[u8], bytes: &[u8]) -> Result<(), StoreError> {
    decode::<T>(bytes).map(drop)
}

/// The position has a form of its own, readable whatever follows its version.
fn meta(key: &[u8], bytes: &[u8]) -> Result<(), StoreError> {
    match key {
        META_POSITION => Position::decode(bytes).map(drop),
        _ => row::<Meta>(key, bytes),
    }
}

impl Store {
    /// Reads and decodes every row of every table, and holds the live set and the number of proposals against what is
    /// kept of them. Ends early, finding nothing, when `stop` says so.
    ///
    /// # Errors
    /// [`StoreError`] for the first that is wrong; the store is not believed any more then.
    pub fn check_rows(&self, stop: &dyn Fn() -> bool) -> Result<(), StoreError> {
        self.noted(self.look_at_rows(stop))
    }

    fn look_at_rows(&self, stop: &dyn Fn() -> bool) -> Result<(), StoreError> {
        let before = self.position();
        let (mut seen, mut open) = (Tallies::default(), 0);
        for (table, read) in READERS.iter().enumerate() {
            for (nth, row) in self.scan(table).enumerate() {
                if nth.is_multiple_of(ROWS_BETWEEN_LOOKS) && stop() {
                    return Ok(());
                }
                let (key, bytes) = row?;
                read(&key, &bytes)?;
                if table == PendingProposals::ID {
                    open += 1;
                }
                if table == Identifiers::ID
                    && let Some(live) = decode::<Identifiers>(&bytes)?.live
                {
                    let key =
                        std::str::from_utf8(&key).map_err(|_| StoreError::Damaged("a key"))?;
                    let kind = Kind::of_key(key).ok_or(StoreError::Damaged("a key"))?;
                    seen.add(kind, key, live.ledger_index);
                }
            }
        }
        // What was written meanwhile was seen in part.
        if self.position() != before {
            return Ok(());
        }
        if seen != before.tallies {
            return Err(StoreError::Damaged(
                "the live set disagrees with its digest",
            ));
        }
        if open != before.open {
            return Err(StoreError::Damaged("proposals are missing, or too many"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tree::Tree, *};

    #[test]
    fn a_row_that_does_not_decode_is_found_in_every_table_and_doubted_once() {
        for (table, name) in schema::NAMES
            .iter()
            .enumerate()
            .filter(|(table, _)| *table != Destroyed::ID)
        {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(folder.path(), 8 << 20).unwrap();
            assert!(store.check_rows(&|| false).is_ok());
            assert_eq!(store.doubt(), None);
            let Tree::Disk(tree) = &store.trees[table] else {
                unreachable!()
            };
            tree.insert(b"key", &b"\xff\xff"[..]).unwrap();
            assert!(store.check_rows(&|| true).is_ok(), "{name}");
            let (sender, woken) = std::sync::mpsc::channel();
            store.wake(sender);
            assert!(store.check_rows(&|| false).is_err(), "{name}");
            assert!(store.check_rows(&|| false).is_err(), "{name}");
            assert!(store.doubt().is_some(), "{name}");
            assert_eq!(woken.try_iter().count(), 1, "{name}");
        }
    }
}
