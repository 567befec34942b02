//! `apply`: what each change does to the tables. The same code answers a request, replays the
//! journal at start-up, rebuilds the store and serves `verify`.

use uuid::Uuid;

use super::{
    StoreError, erasing, imports, ledger_keys, publishing,
    schema::{Imports, KeyRow, Keys, Listings, OfficialRow, Officials, Open, ReceiptRow, Receipts},
    view::View,
};
use crate::domain::{
    change::{Change, Entry, Part, PartRef},
    identifier::Kind,
    listing::{Deed, Event, ImportLine, Listing, Status, Subject},
    method::MethodId,
    time::Time,
    unit::UnitCode,
};

/// One journal record, decoded.
pub struct Applied<'a> {
    /// Journal position.
    pub seq: u64,
    /// Chain value at that position.
    pub chain: [u8; 32],
    pub entry: &'a Entry,
    /// Private parts, `None` where erased.
    pub private: &'a [Option<Vec<u8>>],
    /// It is being decided now: its commitments are to be made. Otherwise the entry has them.
    pub fresh: bool,
}

impl Applied<'_> {
    /// A private part, unless it was erased.
    pub(super) fn bytes(&self, part: Part) -> Option<&[u8]> {
        self.private.get(usize::from(part))?.as_deref()
    }

    pub(super) fn text(&self, part: Option<Part>) -> Option<String> {
        String::from_utf8(self.bytes(part?)?.to_vec()).ok()
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

    pub(super) fn event(&self, deed: Deed, part: Option<Part>) -> Event {
        Event {
            at: self.entry.at,
            by: self.entry.by,
            deed,
            why: self.text(part),
            part: part.map(|part| self.place(part)),
        }
    }
}

/// Applies one record to a view.
///
/// # Errors
/// [`StoreError::Misfit`] when a change contradicts the state: the journal and this program
/// disagree, and going on would be guessing. Others when the store fails.
pub(super) fn apply(view: &mut View<'_>, record: &Applied<'_>) -> Result<(), StoreError> {
    for change in &record.entry.changes {
        apply_change(view, record, change)?;
    }
    if !record.fresh && view.commitments.len() != record.entry.commitments.len() {
        return Err(StoreError::Misfit("a record has more leaves than changes"));
    }
    if let Some(receipt) = &record.entry.receipt {
        let row = ReceiptRow {
            receipt: receipt.clone(),
            at: record.entry.at,
            by: record.entry.by,
        };
        view.put::<Receipts>(&receipt.key, &row)?;
    }
    view.position.seq = record.seq;
    view.position.chain = record.chain;
    Ok(())
}

fn apply_change(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &Change,
) -> Result<(), StoreError> {
    match change {
        Change::Proposed {
            id,
            kind,
            subject,
            method,
            unit,
            import,
            evidence,
        } => {
            let proposal = Proposal {
                id: *id,
                kind: *kind,
                subject: record.subject(*subject)?,
                subject_part: record.place(*subject),
                method: *method,
                unit: *unit,
                import: *import,
                event: record.event(Deed::Proposed, *evidence),
            };
            propose(view, proposal)
        }
        Change::Confirmed {
            id,
            valid_until,
            reason,
        } => {
            let event = record.event(Deed::Confirmed, *reason);
            confirm(view, record, *id, *valid_until, event)
        }
        Change::Rejected { id, reason } => reject(view, *id, record.event(Deed::Rejected, *reason)),
        Change::Renewed {
            id,
            valid_until,
            reason,
        } => publishing::renew(
            view,
            record,
            *id,
            *valid_until,
            record.event(Deed::Renewed, *reason),
        ),
        Change::Delisted { id, reason } => publishing::end(
            view,
            record,
            *id,
            Status::Delisted,
            record.event(Deed::Delisted, *reason),
        ),
        Change::Expired { id } => publishing::end(
            view,
            record,
            *id,
            Status::Expired,
            record.event(Deed::Expired, None),
        ),
        Change::ImportStaged { import, rows } => rows
            .iter()
            .try_for_each(|row| imports::stage_row(view, record, *import, row)),
        Change::ImportProposed { import, unit, rows } => {
            imports::propose_import(view, record, *import, *unit, *rows)
        }
        Change::ImportConfirmed {
            import,
            listings,
            validity,
            reason,
        } => {
            for id in listings {
                let kind = view.must::<Listings>(id, "no such listing")?.kind;
                let until = validity.until(kind, record.entry.at);
                let event = record.event(Deed::Confirmed, *reason);
                confirm(view, record, *id, until, event)?;
            }
            imports::note_confirmer(view, *import, record.entry.by)
        }
        Change::ImportRejected {
            listings, reason, ..
        } => listings
            .iter()
            .try_for_each(|id| reject(view, *id, record.event(Deed::Rejected, *reason))),
        Change::OfficialAdded {
            key,
            name_vi,
            name_en,
        } => {
            let row = OfficialRow {
                key: key.clone(),
                name_vi: name_vi.clone(),
                name_en: name_en.clone(),
                added_at: record.entry.at,
            };
            view.put::<Officials>(key, &row)
        }
        Change::OfficialRemoved { key } => {
            view.remove::<Officials>(key);
            Ok(())
        }
        Change::Erased { part, listing } => erasing::erase_text(view, *listing, *part),
        Change::ListingErased { id } => erasing::erase_listing(view, record, *id),
        Change::RowErased { import, line } => erasing::erase_row(view, *import, *line),
        Change::Destroyed { parts } => {
            erasing::destroyed(view, parts);
            Ok(())
        }
        Change::LedgerKeyAdded { .. } | Change::LedgerKeyRetired { .. } | Change::Beat => {
            ledger_keys::apply(view, record, change)
        }
        other => super::accounts::apply(view, record, other),
    }
}

/// What a proposal is made of.
pub(super) struct Proposal {
    pub(super) id: Uuid,
    pub(super) kind: Kind,
    pub(super) subject: Option<Subject>,
    pub(super) subject_part: PartRef,
    pub(super) method: MethodId,
    pub(super) unit: UnitCode,
    pub(super) import: Option<ImportLine>,
    pub(super) event: Event,
}

pub(super) fn propose(view: &mut View<'_>, proposal: Proposal) -> Result<(), StoreError> {
    if let Some(subject) = &proposal.subject {
        let key = subject.identifier.key();
        let mut row = view.get::<Keys>(&key)?.unwrap_or_default();
        if row.taken() {
            return Err(StoreError::Misfit("the key is taken"));
        }
        row.proposed = Some(proposal.id);
        row.all.push(proposal.id);
        view.put::<Keys>(&key, &row)?;
    }
    view.put::<Open>(&proposal.id, &(proposal.id, proposal.unit))?;
    view.position.open += 1;
    let listing = Listing {
        id: proposal.id,
        kind: proposal.kind,
        subject: proposal.subject,
        subject_part: proposal.subject_part,
        method: proposal.method,
        unit: proposal.unit,
        status: Status::Proposed,
        version: 1,
        proposed_by: proposal.event.by,
        proposed_at: proposal.event.at,
        confirmed_by: None,
        listed_at: None,
        valid_until: None,
        renewed_at: None,
        disputed: false,
        import: proposal.import,
        ledger_index: None,
        history: vec![proposal.event],
    };
    view.put::<Listings>(&listing.id, &listing)
}

fn confirm(
    view: &mut View<'_>,
    record: &Applied<'_>,
    id: Uuid,
    valid_until: Time,
    event: Event,
) -> Result<(), StoreError> {
    let mut listing = proposal(view, id)?;
    listing.status = Status::Listed;
    listing.confirmed_by = Some(event.by);
    listing.listed_at = Some(event.at);
    listing.valid_until = Some(valid_until);
    close(view, &mut listing, event)?;
    publishing::put_live(view, record, &mut listing)
}

fn reject(view: &mut View<'_>, id: Uuid, event: Event) -> Result<(), StoreError> {
    let mut listing = proposal(view, id)?;
    listing.status = Status::Rejected;
    close(view, &mut listing, event)?;
    if let Some(identifier) = listing.identifier() {
        let key = identifier.key();
        let mut row = view.must::<Keys>(&key, "no such key")?;
        row.proposed = None;
        view.put::<Keys>(&key, &row)?;
    }
    view.put::<Listings>(&id, &listing)
}

/// A listing that waits for a decision.
fn proposal(view: &View<'_>, id: Uuid) -> Result<Listing, StoreError> {
    let listing = view.must::<Listings>(&id, "no such listing")?;
    if listing.status != Status::Proposed {
        return Err(StoreError::Misfit("the listing is not proposed"));
    }
    Ok(listing)
}

/// What confirming and rejecting share: the proposal no longer waits.
fn close(view: &mut View<'_>, listing: &mut Listing, event: Event) -> Result<(), StoreError> {
    listing.version += 1;
    listing.history.push(event);
    view.remove::<Open>(&listing.id);
    view.position.open -= 1;
    if let Some(line) = listing.import {
        let mut import = view.must::<Imports>(&line.import, "no such import")?;
        import.open -= 1;
        import.version += 1;
        view.put::<Imports>(&line.import, &import)?;
    }
    Ok(())
}

impl KeyRow {
    /// Whether a new proposal would collide.
    pub fn taken(&self) -> bool {
        self.live.is_some() || self.proposed.is_some()
    }
}
