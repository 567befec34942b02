//! `apply`: what each change does to the tables. The same code answers a request, replays the
//! journal at start-up, rebuilds the store and serves `verify`.

use uuid::Uuid;

use super::{
    StoreError, imports,
    index::Publication,
    schema::{
        Feed, FeedEntry, FeedOp, Imports, KeyRow, Keys, Listings, Live, OfficialRow, Officials,
        Open, ReceiptRow, Receipts,
    },
    view::View,
};
use crate::domain::{
    change::{Change, Entry, Part, PartRef},
    identifier::Identifier,
    listing::{Deed, Event, ImportLine, Listing, Status},
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
}

impl Applied<'_> {
    pub(super) fn text(&self, part: Option<Part>) -> Option<String> {
        let bytes = self.private.get(usize::from(part?))?.as_ref()?;
        String::from_utf8(bytes.clone()).ok()
    }

    pub(super) fn place(&self, part: Option<Part>) -> Option<PartRef> {
        part.map(|part| PartRef {
            seq: self.seq,
            part,
        })
    }

    fn event(&self, deed: Deed, part: Option<Part>) -> Event {
        Event {
            at: self.entry.at,
            by: self.entry.by,
            deed,
            why: self.text(part),
            part: self.place(part),
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
            identifier,
            method,
            unit,
            import,
            evidence,
        } => {
            let proposal = Proposal {
                id: *id,
                identifier: identifier.clone(),
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
            confirm(view, *id, *valid_until, event)
        }
        Change::Rejected { id, reason } => reject(view, *id, record.event(Deed::Rejected, *reason)),
        Change::Renewed {
            id,
            valid_until,
            reason,
        } => renew(
            view,
            *id,
            *valid_until,
            record.event(Deed::Renewed, *reason),
        ),
        Change::Delisted { id, reason } => end(
            view,
            *id,
            Status::Delisted,
            record.event(Deed::Delisted, *reason),
        ),
        Change::Expired { id } => end(
            view,
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
                let kind = view
                    .must::<Listings>(id, "no such listing")?
                    .identifier
                    .kind();
                let until = validity.until(kind, record.entry.at);
                confirm(view, *id, until, record.event(Deed::Confirmed, *reason))?;
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
        Change::Erased { part, listing } => imports::erase(view, *listing, *part),
        other => super::accounts::apply(view, record, other),
    }
}

/// What a proposal is made of.
pub(super) struct Proposal {
    pub(super) id: Uuid,
    pub(super) identifier: Identifier,
    pub(super) method: MethodId,
    pub(super) unit: UnitCode,
    pub(super) import: Option<ImportLine>,
    pub(super) event: Event,
}

pub(super) fn propose(view: &mut View<'_>, proposal: Proposal) -> Result<(), StoreError> {
    let key = proposal.identifier.key();
    let mut row = view.get::<Keys>(&key)?.unwrap_or_default();
    if row.live.is_some() || row.proposed.is_some() {
        return Err(StoreError::Misfit("the key is taken"));
    }
    row.proposed = Some(proposal.id);
    row.all.push(proposal.id);
    view.put::<Keys>(&key, &row)?;
    view.put::<Open>(&proposal.id, &(proposal.id, proposal.unit))?;
    view.position.open += 1;
    let listing = Listing {
        id: proposal.id,
        identifier: proposal.identifier,
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
    put_live(view, &mut listing)
}

fn reject(view: &mut View<'_>, id: Uuid, event: Event) -> Result<(), StoreError> {
    let mut listing = proposal(view, id)?;
    listing.status = Status::Rejected;
    close(view, &mut listing, event)?;
    let key = listing.identifier.key();
    let mut row = view.must::<Keys>(&key, "no such key")?;
    row.proposed = None;
    view.put::<Keys>(&key, &row)?;
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

fn renew(view: &mut View<'_>, id: Uuid, valid_until: Time, event: Event) -> Result<(), StoreError> {
    let mut listing = in_force(view, id)?;
    listing.valid_until = Some(valid_until);
    listing.renewed_at = Some(event.at);
    listing.version += 1;
    listing.history.push(event);
    put_live(view, &mut listing)
}

fn end(view: &mut View<'_>, id: Uuid, status: Status, event: Event) -> Result<(), StoreError> {
    let mut listing = in_force(view, id)?;
    let key = listing.identifier.key();
    let mut row = view.must::<Keys>(&key, "no such key")?;
    let before = row
        .live
        .take()
        .ok_or(StoreError::Misfit("the key is not live"))?;
    view.put::<Keys>(&key, &row)?;
    view.position
        .digest
        .remove(key.as_str(), before.ledger_index);
    view.position.live -= 1;
    let op = FeedOp::Del {
        listing: id,
        expired: status == Status::Expired,
    };
    let index = tell(view, &key, op)?;
    view.published.push(Publication {
        key,
        before: Some(before),
        after: None,
    });
    listing.status = status;
    listing.ledger_index = Some(index);
    listing.version += 1;
    listing.history.push(event);
    view.put::<Listings>(&id, &listing)
}

fn in_force(view: &View<'_>, id: Uuid) -> Result<Listing, StoreError> {
    let listing = view.must::<Listings>(&id, "no such listing")?;
    if listing.status != Status::Listed {
        return Err(StoreError::Misfit("the listing is not in force"));
    }
    Ok(listing)
}

/// Makes a listing (again) what the public is told, and writes it.
fn put_live(view: &mut View<'_>, listing: &mut Listing) -> Result<(), StoreError> {
    let key = listing.identifier.key();
    let mut row = view.must::<Keys>(&key, "no such key")?;
    let before = row.live.take();
    match &before {
        Some(old) => view.position.digest.remove(key.as_str(), old.ledger_index),
        None => view.position.live += 1,
    }
    let index = view.position.ledger_size + 1;
    let live = Live {
        listing: listing.id,
        method: listing.method,
        unit: listing.unit,
        listed_at: listing.listed_at.unwrap_or_default(),
        valid_until: listing.valid_until.unwrap_or_default(),
        renewed_at: listing.renewed_at,
        disputed: listing.disputed,
        ledger_index: index,
    };
    tell(view, &key, FeedOp::Put(live.clone()))?;
    view.position.digest.add(key.as_str(), index);
    row.proposed = None;
    row.live = Some(live.clone());
    view.put::<Keys>(&key, &row)?;
    view.published.push(Publication {
        key,
        before,
        after: Some(live),
    });
    listing.ledger_index = Some(index);
    view.put::<Listings>(&listing.id, listing)
}

/// Appends to the feed. The signed ledger will take its leaf here.
fn tell(view: &mut View<'_>, key: &crate::domain::key::Key, op: FeedOp) -> Result<u64, StoreError> {
    view.position.ledger_size += 1;
    let index = view.position.ledger_size;
    let entry = FeedEntry {
        index,
        key: key.clone(),
        op,
    };
    view.put::<Feed>(&index, &entry)?;
    Ok(index)
}

impl KeyRow {
    /// Whether a new proposal would collide.
    pub fn taken(&self) -> bool {
        self.live.is_some() || self.proposed.is_some()
    }
}
