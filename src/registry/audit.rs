//! The audit trail: the journal itself. Of its private parts only the reasons of those who administer are in it.

use super::{Registry, RegistryError, engine::entry_bytes};
use crate::{
    access::capability::Auditor,
    domain::{
        change::{Actor, Change, Entry, Part, TrailChange},
        trail::{AddressToken, Sealed},
    },
    journal::Record,
};

/// Journal bytes read at once.
pub const READ_BYTES: usize = 1 << 20;

/// What a record tells of itself as a whole.
enum Told {
    Address(AddressToken),
    Reason(Part),
}

impl Told {
    fn of(change: &Change) -> Option<Self> {
        let Change::Trail(change) = change else {
            return None;
        };
        match change {
            TrailChange::CameFrom { address } => Some(Self::Address(*address)),
            TrailChange::Reasoned { reason } => Some(Self::Reason(*reason)),
            TrailChange::Refused { .. }
            | TrailChange::Read { .. }
            | TrailChange::Pulled { .. }
            | TrailChange::Untold { .. }
            | TrailChange::OpenedMuch { .. } => None,
        }
    }
}

fn told(entry: &Entry) -> impl Iterator<Item = Told> {
    entry.changes.iter().filter_map(Told::of)
}

/// One journal record.
pub struct AuditEntry {
    pub seq: u64,
    /// Hash over the record and everything before it.
    pub chain: [u8; 32],
    /// The chain of the record before.
    pub previous: [u8; 32],
    pub entry: Entry,
    /// Why somebody who administers did it, unless that was erased.
    pub reason: Option<String>,
}

impl AuditEntry {
    fn of(record: Record, previous: [u8; 32]) -> Result<Self, RegistryError> {
        let entry = entry_bytes::decode(record.seq, &record.public)?;
        let reason = told(&entry).find_map(|told| match told {
            Told::Reason(part) => Some(part),
            Told::Address(_) => None,
        });
        let text = reason.and_then(|part| record.private.get(usize::from(part))?.clone());
        Ok(Self {
            seq: record.seq,
            chain: record.chain,
            previous,
            entry,
            reason: text.and_then(|bytes| String::from_utf8(bytes).ok()),
        })
    }

    /// Where the one came from who made it, where that is known.
    pub fn address(&self) -> Option<AddressToken> {
        told(&self.entry).find_map(|told| match told {
            Told::Address(token) => Some(token),
            Told::Reason(_) => None,
        })
    }

    /// What happened, without what is told of the record as a whole.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        let changes = self.entry.changes.iter();
        changes.filter(|change| Told::of(change).is_none())
    }
}

impl Registry {
    /// Entries before position `before` (or from the end), newest first.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn audit(
        &self,
        auditor: &Auditor,
        before: Option<u64>,
        limit: usize,
    ) -> Result<(Vec<AuditEntry>, Option<u64>), RegistryError> {
        let head = self.shared.journal.head().seq;
        let end = before.map_or(head, |b| b.saturating_sub(1).min(head));
        let start = end.saturating_sub(limit as u64);
        let mut entries: Vec<AuditEntry> = Vec::new();
        let mut at = start;
        while at < end {
            let found = self.audit_after(auditor, at, end)?;
            let Some(last) = found.last() else {
                break;
            };
            at = last.seq;
            entries.extend(found);
        }
        let own = auditor.user_id().map(Actor::User);
        let by_others = |entry: &AuditEntry| entry.reason.is_some() && Some(entry.entry.by) != own;
        if entries.iter().any(by_others) {
            self.note_read(auditor.user_id(), Sealed::Trail);
        }
        entries.reverse();
        Ok((entries, (start > 0).then_some(start + 1)))
    }

    /// Some entries after position `after` and up to `until`, oldest first: what one reading of the journal gives.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn audit_after(
        &self,
        _auditor: &Auditor,
        after: u64,
        until: u64,
    ) -> Result<Vec<AuditEntry>, RegistryError> {
        let journal = &self.shared.journal;
        let mut previous = match after {
            0 => [0; 32],
            _ => {
                let before = journal.read(after - 1, 1)?;
                before.first().ok_or(RegistryError::Unavailable)?.chain
            }
        };
        let records = journal.read(after, READ_BYTES)?.into_iter();
        records
            .take_while(|record| record.seq <= until)
            .map(|record| {
                let chain = record.chain;
                AuditEntry::of(record, std::mem::replace(&mut previous, chain))
            })
            .collect()
    }
}
