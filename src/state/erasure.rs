//! Erasures, by whose the erased is. They are written down first and carried out in the journal afterwards: what is still
//! to be destroyed there stands in a table until it is done, over any crash. What is kept until a time is erased the same
//! way when that is over.
//!
//! A replay meets what was erased without its parts from the first record on, and ends in the same state: what an erased
//! listing did to the live set cancels out, and its leaves keep their commitments.

use std::collections::HashSet;

use uuid::Uuid;

use super::{
    approval_row, lapsing,
    listing::load,
    plan::{Now, Plan},
    publication::{LeafHeader, append_leaf},
    record::Applied,
    refused::Refused,
    report,
    view::View,
};
use crate::{
    domain::{
        change::{Change, ErasureChange, Holder, PartRef},
        listing::{EventKind, Listing, Refusal},
    },
    ledger::leaf::LeafOp,
    store::{
        StoreError,
        schema::{
            Destroyed, Destroying, Feed, Identifiers, ImportRows, Imports, Listings, Opening,
        },
    },
};

/// The words about a listing are to be erased.
pub struct EraseNotes {
    pub listing: Uuid,
}

/// Everything that says whom a listing is about is to be erased, and the words about it.
pub struct EraseListing {
    pub listing: Uuid,
    pub version: u32,
    /// Rows of office lists that hold its identifier.
    pub rows: Vec<(Uuid, u32)>,
}

/// Erases every note and reason of a listing. Those of one that is proposed or public are the evidence for it.
///
/// # Errors
/// [`Refused::NotFound`]; [`Refused::Listing`] while it is proposed or public, or another one of its list with which it
/// shares a text.
pub fn erase_notes(view: &View<'_>, request: &EraseNotes, _now: Now) -> Result<Plan, Refused> {
    let listing = load(view, request.listing)?;
    let evidence = evidence_beside(view, &listing)?;
    let shared = texts_of(&listing).any(|part| evidence.contains(&part));
    if !listing.may_be_erased() || shared {
        return Err(Refusal::NotOpen.into());
    }
    Ok(Plan {
        changes: texts(&listing, &evidence).collect(),
        ..Plan::default()
    })
}

/// Erases a listing, all others there were of the same identifier, and what office lists say of it.
///
/// # Errors
/// [`Refused::NotFound`]; [`Refused::Listing`] while the identifier is proposed or public, or when the version is not what
/// stands.
pub fn erase_listing(view: &View<'_>, request: &EraseListing, now: Now) -> Result<Plan, Refused> {
    let listing = load(view, request.listing)?;
    if listing.version != request.version {
        return Err(Refusal::Stale.into());
    }
    let identifier = listing.identifier().ok_or(Refusal::NotOpen)?;
    let row = view
        .get::<Identifiers>(&identifier.key())?
        .unwrap_or_default();
    if row.taken() {
        return Err(Refusal::NotOpen.into());
    }
    let mut plan = Plan::default();
    for id in row.all {
        let old = load(view, id)?;
        let evidence = evidence_beside(view, &old)?;
        plan.changes.extend(texts(&old, &evidence));
        plan.push(ErasureChange::Everything {
            holder: Holder::Listing(id),
        });
    }
    plan.changes
        .append(&mut erase_rows(view, &request.rows, now)?.changes);
    Ok(plan)
}

/// Erases what rows of office lists say.
///
/// # Errors
/// None.
pub fn erase_rows(_view: &View<'_>, rows: &[(Uuid, u32)], _now: Now) -> Result<Plan, Refused> {
    let erased = |(import, line): &(Uuid, u32)| {
        Change::Erasure(ErasureChange::Everything {
            holder: Holder::ImportRow {
                import: *import,
                line: *line,
            },
        })
    };
    Ok(Plan {
        changes: rows.iter().map(erased).collect(),
        ..Plan::default()
    })
}

/// Notes that parts of the journal are destroyed.
///
/// # Errors
/// [`Refused::Store`].
pub fn note_destroyed(view: &View<'_>, parts: &[PartRef], _now: Now) -> Result<Plan, Refused> {
    let mut left = Vec::with_capacity(parts.len());
    for part in parts {
        // Another machine may have noted it.
        if view.get::<Destroying>(part)?.is_some() {
            left.push(*part);
        }
    }
    Ok(match left.is_empty() {
        true => Plan::default(),
        false => Plan::one(ErasureChange::Destroyed { parts: left }),
    })
}

/// The erasure of every note and reason of a listing that is still there, but for what is evidence beside it.
fn texts(listing: &Listing, evidence: &HashSet<PartRef>) -> impl Iterator<Item = Change> + use<> {
    let holder = Holder::Listing(listing.id);
    let mut parts: Vec<_> = texts_of(listing).collect();
    parts.retain(|part| !evidence.contains(part));
    parts
        .into_iter()
        .map(move |part| Change::Erasure(ErasureChange::Part { holder, part }))
}

/// Where the texts are that a listing still has.
fn texts_of(listing: &Listing) -> impl Iterator<Item = PartRef> {
    let history = listing.history.iter();
    history.filter_map(|event| event.why.as_ref().and(event.part))
}

/// The texts that other listings of its list rest on which are proposed or public: the rows of a list share a note, and
/// what was decided together shares a reason.
fn evidence_beside(view: &View<'_>, listing: &Listing) -> Result<HashSet<PartRef>, StoreError> {
    match listing.import {
        Some(line) => evidence_in(view, line.import),
        None => Ok(HashSet::new()),
    }
}

fn evidence_in(view: &View<'_>, import: Uuid) -> Result<HashSet<PartRef>, StoreError> {
    let mut found = HashSet::new();
    for stored in view.staged_rows(import)? {
        for proposal in &stored.row.proposals {
            let listing = view.get::<Listings>(&proposal.id)?;
            let standing = listing.filter(|listing| !listing.may_be_erased());
            found.extend(standing.iter().flat_map(texts_of));
        }
    }
    Ok(found)
}

pub(super) fn apply(
    view: &mut View<'_>,
    record: &Applied<'_>,
    change: &ErasureChange,
) -> Result<(), StoreError> {
    match change {
        ErasureChange::Part { holder, part } => forget_part(view, *holder, *part),
        ErasureChange::Everything { holder } => match *holder {
            Holder::Listing(id) => forget_listing(view, record, id),
            Holder::ImportRow { import, line } => forget_row(view, import, line),
            Holder::Report(id) => report::forget(view, id, record.entry.at),
            Holder::Import(_) | Holder::Account(_) | Holder::Registry | Holder::Approval(_) => {
                Err(StoreError::Misfit("not erased as a whole"))
            }
        },
        ErasureChange::Destroyed { parts } => {
            for part in parts {
                view.remove::<Destroying>(part);
                view.put::<Destroyed>(part, &())?;
            }
            Ok(())
        }
    }
}

/// Notes that a part of the journal is to be destroyed.
pub(super) fn destroy(view: &mut View<'_>, part: PartRef) -> Result<(), StoreError> {
    view.put::<Destroying>(&part, &part)
}

/// Forgets a part wherever it stands.
fn forget_part(view: &mut View<'_>, holder: Holder, part: PartRef) -> Result<(), StoreError> {
    destroy(view, part)?;
    lapsing::no_longer(view, part)?;
    match holder {
        Holder::Listing(id) => {
            let about = view.must::<Listings>(&id, "no such listing")?;
            match about.import {
                Some(line) => forget_in_list(view, line.import, part),
                None => forget_why(view, id, part),
            }
        }
        Holder::ImportRow { import, .. } => forget_in_list(view, import, part),
        Holder::Import(import) => {
            if let Some(mut row) = view.get::<Imports>(&import)? {
                row.file = row.file.filter(|text| text.place != part);
                row.document = row.document.filter(|text| text.place != part);
                view.put::<Imports>(&import, &row)?;
            }
            forget_in_list(view, import, part)
        }
        Holder::Approval(id) => approval_row::forget_text(view, id, part),
        Holder::Report(id) => report::forget_part(view, id, part),
        // Hashes and wrapped keys that are replaced stand nowhere else.
        Holder::Account(_) | Holder::Registry => Ok(()),
    }
}

/// Forgets a text in a listing's history. Its content changed then: whoever read it before decides on something else. A
/// replay finds the text gone already, and counts all the same.
fn forget_why(view: &mut View<'_>, id: Uuid, part: PartRef) -> Result<(), StoreError> {
    let Some(mut row) = view.get::<Listings>(&id)? else {
        return Ok(());
    };
    let told = row.history.iter_mut();
    let told = told.filter(|event| event.part == Some(part));
    if told.map(|event| event.why = None).count() == 0 {
        return Ok(());
    }
    row.version += 1;
    view.put::<Listings>(&id, &row)
}

/// Forgets a text in an office list and what came of it: its rows share one note with their listings, and a batch shares
/// one reason.
fn forget_in_list(view: &mut View<'_>, import: Uuid, part: PartRef) -> Result<(), StoreError> {
    for mut stored in view.staged_rows(import)? {
        for proposal in &stored.row.proposals {
            forget_why(view, proposal.id, part)?;
        }
        let own = stored.row.evidence.map(|own| stored.place(own));
        if own == Some(part) && stored.evidence.take().is_some() {
            view.put::<ImportRows>(&(import, stored.row.line), &stored)?;
        }
    }
    Ok(())
}

/// Forgets whom a listing is about. Its id, its method, its dates and its leaves stay.
fn forget_listing(view: &mut View<'_>, record: &Applied<'_>, id: Uuid) -> Result<(), StoreError> {
    let mut listing = view.must::<Listings>(&id, "no such listing")?;
    if !listing.may_be_erased() {
        return Err(StoreError::Misfit("the listing is not over"));
    }
    destroy(view, listing.subject_part)?;
    forget_key(view, &listing)?;
    forget_row_subject(view, &listing)?;
    if let Some(last) = listing.ledger_index {
        forget_told(view, last)?;
        let header = LeafHeader {
            op: LeafOp::Erase,
            kind: Some(listing.kind),
            about: Some(last),
        };
        listing.ledger_index = Some(append_leaf(view, record, header, Opening::Nothing, false)?);
    }
    listing.subject = None;
    listing.version += 1;
    listing.history.push(record.event(EventKind::Erased, None));
    view.put::<Listings>(&id, &listing)
}

fn forget_key(view: &mut View<'_>, listing: &Listing) -> Result<(), StoreError> {
    let Some(identifier) = listing.identifier() else {
        return Ok(());
    };
    let key = identifier.key();
    let mut row = view.must::<Identifiers>(&key, "no such key")?;
    row.all.retain(|other| *other != listing.id);
    if row.all.is_empty() {
        view.remove::<Identifiers>(&key);
        return Ok(());
    }
    view.put::<Identifiers>(&key, &row)
}

/// The row of the office list it came from opens it no more.
fn forget_row_subject(view: &mut View<'_>, listing: &Listing) -> Result<(), StoreError> {
    let Some(line) = listing.import else {
        return Ok(());
    };
    forget_row(view, line.import, line.line)?;
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
fn forget_row(view: &mut View<'_>, import: Uuid, line: u32) -> Result<(), StoreError> {
    let place = (import, line);
    let Some(mut stored) = view.get::<ImportRows>(&place)? else {
        return Ok(());
    };
    if let Some(part) = stored.row.identifiers {
        destroy(view, stored.place(part))?;
    }
    (stored.identifiers, stored.written) = (Vec::new(), None);
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
    let evidence = evidence_in(view, import)?;
    let note = stored.row.evidence.map(|part| stored.place(part));
    // What another listing rests on goes with that one.
    if note.is_some_and(|note| evidence.contains(&note)) {
        return view.put::<ImportRows>(&place, &stored);
    }
    let had_note = stored.evidence.take().is_some();
    view.put::<ImportRows>(&place, &stored)?;
    // A replay finds the note gone, and has to name it all the same.
    match (note, listed) {
        (Some(note), Some(listing)) if had_note => {
            forget_part(view, Holder::Listing(listing), note)
        }
        (Some(note), Some(_) | None) => destroy(view, note),
        (None, _) => Ok(()),
    }
}

/// Empties the feed's entries of a listing, from its last leaf back to its first.
fn forget_told(view: &mut View<'_>, last: u64) -> Result<(), StoreError> {
    let mut next = Some(last);
    while let Some(index) = next {
        let mut entry = view.must::<Feed>(&index, "no such leaf")?;
        entry.opening = Opening::Nothing;
        next = entry.leaf.about;
        view.put::<Feed>(&index, &entry)?;
    }
    Ok(())
}
