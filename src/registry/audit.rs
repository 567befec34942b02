//! The audit trail: the journal itself, read from the end. Private parts are not in it.

use super::{Registry, RegistryError, engine::entry_bytes};
use crate::{access::capability::Auditor, domain::change::Entry};

/// Journal bytes read at once.
const READ_BYTES: usize = 1 << 20;

/// One journal record without its private side.
pub struct AuditEntry {
    pub seq: u64,
    pub entry: Entry,
}

impl Registry {
    /// Entries before position `before` (or from the end), newest first.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn audit(
        &self,
        _auditor: &Auditor,
        before: Option<u64>,
        limit: usize,
    ) -> Result<(Vec<AuditEntry>, Option<u64>), RegistryError> {
        let journal = &self.shared.journal;
        let head = journal.head().seq;
        let end = before.map_or(head, |b| b.saturating_sub(1).min(head));
        let start = end.saturating_sub(limit as u64);
        let mut entries = Vec::new();
        let mut at = start;
        while at < end {
            let records = journal.read(at, READ_BYTES)?;
            if records.is_empty() {
                break;
            }
            for record in records {
                at = record.seq;
                if record.seq <= end {
                    entries.push(AuditEntry {
                        seq: record.seq,
                        entry: entry_bytes::decode(record.seq, &record.public)?,
                    });
                }
            }
        }
        entries.reverse();
        Ok((entries, (start > 0).then_some(start + 1)))
    }
}
