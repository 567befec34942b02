//! `apply` for erasures. They are written down first and carried out in the journal afterwards: what is
//! still to be destroyed there stands in a table until it is done, over any crash.
//!
//! A replay meets an erased listing without its subject from its first record on, and ends in the same
//! state: what the listing did to the live set cancels out, and its leaves keep their commitments.

use uuid::Uuid;

use super::{
    StoreError,
    publishing::{About, tell},
    schema::{Destroying, Feed, ImportRows, Keys, Listings, Told},
    state::Applied,
    view::View,
};
use crate::{
    domain::{
        change::PartRef,
        listing::{Deed, Listing},
    },
    ledger::leaf::LeafOp,
};

/// Notes that a part of the journal is to be destroyed.
pub(super) fn destroy(view: &mut View<'_>, part: PartRef) -> Result<(), StoreError> {
    view.put::<Destroying>(&part, &part)
}

pub(super) fn destroyed(view: &mut View<'_>, parts: &[PartRef]) {
    for part in parts {
        view.remove::<Destroying>(part);
    }
}

/// Forgets a text wherever it stands: the rows of an office list share one note, and a batch shares
/// one reason.
pub(super) fn erase_text(
    view: &mut View<'_>,
    listing: Uuid,
    part: PartRef,
) -> Result<(), StoreError> {
    destroy(view, part)?;
    let about = view.must::<Listings>(&listing, "no such listing")?;
    let mut sharing = vec![listing];
    if let Some(line) = about.import {
        for mut stored in view.staged_rows(line.import)? {
            sharing.extend(stored.row.proposals.iter().map(|proposal| proposal.id));
            if stored
                .row
                .evidence
                .is_some_and(|own| stored.place(own) == part)
            {
                stored.evidence = None;
                view.put::<ImportRows>(&(line.import, stored.row.line), &stored)?;
            }
        }
    }
    for id in sharing {
        let Some(mut row) = view.get::<Listings>(&id)? else {
            continue;
        };
        if row.history.iter().any(|event| event.part == Some(part)) {
            for event in row.history.iter_mut().filter(|e| e.part == Some(part)) {
                event.why = None;
            }
            // Its content changed: whoever read it before decides on something else.
            row.version += 1;
            view.put::<Listings>(&id, &row)?;
        }
    }
    Ok(())
}

/// Forgets whom a listing is about. Its id, its method, its dates and its leaves stay.
pub(super) fn erase_listing(
    view: &mut View<'_>,
    record: &Applied<'_>,
    id: Uuid,
) -> Result<(), StoreError> {
    let mut listing = view.must::<Listings>(&id, "no such listing")?;
    if !listing.may_be_erased() {
        return Err(StoreError::Misfit("the listing is not over"));
    }
    destroy(view, listing.subject_part)?;
    forget_key(view, &listing)?;
    forget_row(view, &listing)?;
    if let Some(last) = listing.ledger_index {
        forget_told(view, last)?;
        let about = About {
            op: LeafOp::Erase,
            kind: Some(listing.kind),
            about: Some(last),
        };
        listing.ledger_index = Some(tell(view, record, about, Told::Nothing, false)?);
    }
    listing.subject = None;
    listing.version += 1;
    listing.history.push(record.event(Deed::Erased, None));
    view.put::<Listings>(&id, &listing)
}

fn forget_key(view: &mut View<'_>, listing: &Listing) -> Result<(), StoreError> {
    let Some(identifier) = listing.identifier() else {
        return Ok(());
    };
    let key = identifier.key();
    let mut row = view.must::<Keys>(&key, "no such key")?;
    row.all.retain(|other| *other != listing.id);
    if row.all.is_empty() {
        view.remove::<Keys>(&key);
        return Ok(());
    }
    view.put::<Keys>(&key, &row)
}

/// The row of the office list it came from opens it no more.
fn forget_row(view: &mut View<'_>, listing: &Listing) -> Result<(), StoreError> {
    let Some(line) = listing.import else {
        return Ok(());
    };
    erase_row(view, line.import, line.line)?;
    let place = (line.import, line.line);
    let mut stored = view.must::<ImportRows>(&place, "no such row")?;
    let proposals = stored.row.proposals.iter();
    for (proposal, subject) in proposals.zip(&mut stored.subjects) {
        if proposal.id == listing.id {
            *subject = None;
        }
    }
    view.put::<ImportRows>(&place, &stored)
}

/// A row of an office list shows none of its numbers any more: they stand in one part. Its note goes too,
/// wherever it stands: it may name them. What it proposed is forgotten where it became no listing; a listing
/// has its subject itself. A row that is gone has nothing to forget.
pub(super) fn erase_row(view: &mut View<'_>, import: Uuid, line: u32) -> Result<(), StoreError> {
    let place = (import, line);
    let Some(mut stored) = view.get::<ImportRows>(&place)? else {
        return Ok(());
    };
    if let Some(part) = stored.row.identifiers {
        destroy(view, stored.place(part))?;
    }
    stored.identifiers.clear();
    let mut listed = None;
    for nth in 0..stored.row.proposals.len() {
        let proposal = &stored.row.proposals[nth];
        if view.get::<Listings>(&proposal.id)?.is_some() {
            listed = Some(proposal.id);
        } else {
            destroy(view, stored.place(proposal.subject))?;
            stored.subjects[nth] = None;
        }
    }
    let note = stored.row.evidence.map(|part| stored.place(part));
    let had_note = stored.evidence.take().is_some();
    view.put::<ImportRows>(&place, &stored)?;
    match (note.filter(|_| had_note), listed) {
        (Some(note), Some(listing)) => erase_text(view, listing, note),
        (Some(note), None) => destroy(view, note),
        (None, _) => Ok(()),
    }
}

/// Empties the feed's entries of a listing, from its last leaf back to its first.
fn forget_told(view: &mut View<'_>, last: u64) -> Result<(), StoreError> {
    let mut next = Some(last);
    while let Some(index) = next {
        let mut entry = view.must::<Feed>(&index, "no such leaf")?;
        entry.told = Told::Nothing;
        next = entry.leaf.about;
        view.put::<Feed>(&index, &entry)?;
    }
    Ok(())
}
