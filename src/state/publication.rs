//! What is published: each change of the live set makes one leaf of the ledger and one entry of the feed.

use uuid::Uuid;

use super::{
    clock,
    record::{Applied, Source},
    view::View,
};
use crate::{
    domain::{
        identifier::Kind,
        key::Key,
        listing::{Event, Listing, Status},
        time::Time,
    },
    ledger::leaf::{Leaf, LeafOp, commit},
    store::{
        StoreError,
        index::Publication,
        ledger_rows::subtree,
        schema::{Feed, FeedEntry, IdentifierRow, Identifiers, Listings, Live, Opening, Subtrees},
    },
};

pub(super) fn renewed(
    view: &mut View<'_>,
    record: &Applied<'_>,
    id: Uuid,
    valid_until: Time,
    event: Event,
) -> Result<(), StoreError> {
    let mut listing = in_force(view, id)?;
    listing.valid_until = Some(valid_until);
    listing.renewed_at = Some(event.at);
    listing.version += 1;
    listing.history.push(event);
    put_live(view, record, &mut listing)
}

pub(super) fn ended(
    view: &mut View<'_>,
    record: &Applied<'_>,
    id: Uuid,
    status: Status,
    event: Event,
) -> Result<(), StoreError> {
    let mut listing = in_force(view, id)?;
    let expired = status == Status::Expired;
    let opening = match &listing.subject {
        Some(subject) => {
            let key = subject.identifier.key();
            let mut row = view.must::<Identifiers>(&key, "no such key")?;
            let before = row
                .live
                .take()
                .ok_or(StoreError::Misfit("the key is not live"))?;
            row.salt = [0; 32];
            view.put::<Identifiers>(&key, &row)?;
            let tallies = &mut view.position.tallies;
            tallies.remove(listing.kind, key.as_str(), before.ledger_index);
            view.published.push(Publication {
                key: key.clone(),
                before: Some(before),
                after: None,
            });
            Opening::Del {
                key,
                listing: id,
                expired,
                salt: subject.salt(view.position.ledger_size()),
            }
        }
        None => Opening::Nothing,
    };
    let header = LeafHeader {
        op: if expired {
            LeafOp::Expire
        } else {
            LeafOp::Delist
        },
        kind: Some(listing.kind),
        about: listing.ledger_index,
    };
    let erased = listing.subject.is_none();
    listing.ledger_index = Some(append_leaf(view, record, header, opening, erased)?);
    listing.status = status;
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
pub(super) fn put_live(
    view: &mut View<'_>,
    record: &Applied<'_>,
    listing: &mut Listing,
) -> Result<(), StoreError> {
    let index = view.position.ledger_size();
    let header = LeafHeader {
        op: if listing.ledger_index.is_some() {
            LeafOp::Renew
        } else {
            LeafOp::List
        },
        kind: Some(listing.kind),
        about: listing.ledger_index,
    };
    let live = Live {
        listing: listing.id,
        method: listing.method,
        unit: listing.unit,
        listed_at: listing.listed_at.unwrap_or_default(),
        valid_until: listing.valid_until.unwrap_or_default(),
        renewed_at: listing.renewed_at,
        disputed: listing.disputed,
        ledger_index: index,
        payload: record.entry.payload,
    };
    let opening = match &listing.subject {
        Some(subject) => {
            let key = subject.identifier.key();
            let salt = subject.salt(index);
            show(view, listing.kind, &key, &live, salt)?;
            Opening::Put { key, live, salt }
        }
        None => Opening::Nothing,
    };
    append_leaf(view, record, header, opening, listing.subject.is_none())?;
    listing.ledger_index = Some(index);
    view.put::<Listings>(&listing.id, listing)
}

/// Puts a listing into the live set.
fn show(
    view: &mut View<'_>,
    kind: Kind,
    key: &Key,
    live: &Live,
    salt: [u8; 32],
) -> Result<(), StoreError> {
    let row = view.must::<Identifiers>(key, "no such key")?;
    let tallies = &mut view.position.tallies;
    if let Some(old) = &row.live {
        tallies.remove(kind, key.as_str(), old.ledger_index);
    }
    tallies.add(kind, key.as_str(), live.ledger_index);
    view.published.push(Publication {
        key: key.clone(),
        before: row.live,
        after: Some(live.clone()),
    });
    let row = IdentifierRow {
        live: Some(live.clone()),
        salt,
        proposed: None,
        all: row.all,
    };
    view.put::<Identifiers>(key, &row)
}

/// What a leaf says in the open.
pub(super) struct LeafHeader {
    pub(super) op: LeafOp,
    pub(super) kind: Option<Kind>,
    pub(super) about: Option<u64>,
}

/// Appends a leaf and what is told with it. A replayed leaf keeps the commitment it was made with; as
/// long as its content is known, the two must agree.
pub(super) fn append_leaf(
    view: &mut View<'_>,
    record: &Applied<'_>,
    header: LeafHeader,
    opening: Opening,
    erased: bool,
) -> Result<u64, StoreError> {
    let payload = record.entry.payload;
    let known = match erased {
        true => None,
        false => Some(commit(
            &opening.salt(),
            opening.payload(payload)?.as_bytes(),
        )),
    };
    let recorded = record
        .entry
        .commitments
        .get(view.commitments.len())
        .copied();
    let commitment = match (record.source, recorded, known) {
        (Source::Deciding, _, Some(made)) => made,
        (Source::Replaying, Some(recorded), known) if known.is_none_or(|made| made == recorded) => {
            recorded
        }
        _ => return Err(StoreError::Misfit("a leaf does not commit to what is told")),
    };
    view.commitments.push(commitment);
    let leaf = Leaf {
        op: header.op,
        kind: header.kind,
        minute: u64::try_from(record.entry.at.seconds() / 60).unwrap_or(0),
        about: header.about,
        commitment,
    };
    let index = view.position.ledger_size();
    let size = index + 1;
    let mut formed = Vec::new();
    view.position.tree.push_noting(leaf.hash(), |height, root| {
        formed.extend(subtree(height, size).map(|at| (at, root)));
    });
    for (at, root) in formed {
        view.put::<Subtrees>(&at, &root)?;
    }
    clock::leaf_appended(view, record.entry.at, leaf.minute)?;
    view.put::<Feed>(
        &index,
        &FeedEntry {
            index,
            leaf,
            payload,
            opening,
        },
    )?;
    Ok(index)
}
