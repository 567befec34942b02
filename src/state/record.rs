//! One journal record as it is applied.

use crate::{
    domain::{
        change::{Actor, Entry, Part, PartRef},
        listing::{Event, EventKind, Subject},
        part::KeptText,
    },
    store::StoreError,
};

/// Where a record comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// It is being decided now: its commitments are to be made.
    Deciding,
    /// The journal has it, with its commitments.
    Replaying,
}

/// One journal record, decoded.
pub struct Applied<'a> {
    /// Journal position.
    pub seq: u64,
    /// Chain value at that position.
    pub chain: [u8; 32],
    pub entry: &'a Entry,
    /// Private parts, `None` where erased.
    pub private: &'a [Option<Vec<u8>>],
    pub source: Source,
}

impl Applied<'_> {
    /// A private part, unless it was erased.
    pub(super) fn bytes(&self, part: Part) -> Option<&[u8]> {
        self.private.get(usize::from(part))?.as_deref()
    }

    pub(super) fn text(&self, part: Option<Part>) -> Option<String> {
        String::from_utf8(self.bytes(part?)?.to_vec()).ok()
    }

    /// A text and its place, unless it was erased.
    pub(super) fn kept_text(&self, part: Option<Part>) -> Option<KeptText> {
        Some(KeptText {
            text: self.text(part)?,
            place: self.place(part?),
        })
    }

    pub(super) fn place(&self, part: Part) -> PartRef {
        PartRef {
            seq: self.seq,
            part,
        }
    }

    /// Whom a listing is about; `None` when that was erased.
    pub(super) fn subject(&self, part: Part) -> Result<Option<Subject>, StoreError> {
        self.bytes(part)
            .map(|bytes| {
                Subject::decode(bytes).ok_or(StoreError::Misfit("a subject is unreadable"))
            })
            .transpose()
    }

    /// Whose act it is: the machine's own where a person's name was only lent to it.
    pub(super) fn source_actor(&self) -> Actor {
        self.entry.through.unwrap_or(self.entry.by)
    }

    pub(super) fn event(&self, deed: EventKind, part: Option<Part>) -> Event {
        Event {
            at: self.entry.at,
            by: self.entry.by,
            deed,
            why: self.text(part),
            part: part.map(|part| self.place(part)),
        }
    }
}
