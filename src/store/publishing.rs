//! `apply` for what the public is told: each change of the live set makes one leaf of the ledger and
//! one entry of the feed.

use uuid::Uuid;

use super::{
    StoreError,
    index::Publication,
    schema::{Feed, FeedEntry, KeyRow, Keys, Listings, Live, Subtrees, Told},
    state::Applied,
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
};

/// Binary levels of a tile: 256 leaves or subtrees.
const TILE_HEIGHT: u32 = 8;

pub(super) fn renew(
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

pub(super) fn end(
    view: &mut View<'_>,
    record: &Applied<'_>,
    id: Uuid,
    status: Status,
    event: Event,
) -> Result<(), StoreError> {
    let mut listing = in_force(view, id)?;
    let expired = status == Status::Expired;
    let told = match &listing.subject {
        Some(subject) => {
            let key = subject.identifier.key();
            let mut row = view.must::<Keys>(&key, "no such key")?;
            let before = row
                .live
                .take()
                .ok_or(StoreError::Misfit("the key is not live"))?;
            row.salt = [0; 32];
            view.put::<Keys>(&key, &row)?;
            let tallies = &mut view.position.tallies;
            tallies.remove(listing.kind, key.as_str(), before.ledger_index);
            view.published.push(Publication {
                key: key.clone(),
                before: Some(before),
                after: None,
            });
            Told::Del {
                key,
                listing: id,
                expired,
                salt: subject.salt(view.position.ledger_size()),
            }
        }
        None => Told::Nothing,
    };
    let about = About {
        op: if expired {
            LeafOp::Expire
        } else {
            LeafOp::Delist
        },
        kind: Some(listing.kind),
        about: listing.ledger_index,
    };
    let erased = listing.subject.is_none();
    listing.ledger_index = Some(tell(view, record, about, told, erased)?);
    listing.status = status;
    listing.version += 1;
    listing.history.push(event);
    view.put::<Listings>(&id, &listing)
}

/// Level and number among [`Subtrees`] of a subtree of 2^height leaves that ends with the last of
/// `size` leaves; `None` when no tile holds its root.
pub(super) fn subtree(height: u32, size: u64) -> Option<(u8, u64)> {
    let level = u8::try_from(height / TILE_HEIGHT).ok()?;
    (level > 0 && height.is_multiple_of(TILE_HEIGHT)).then(|| (level, (size >> height) - 1))
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
    let about = About {
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
    };
    let told = match &listing.subject {
        Some(subject) => {
            let key = subject.identifier.key();
            let salt = subject.salt(index);
            show(view, listing.kind, &key, &live, salt)?;
            Told::Put { key, live, salt }
        }
        None => Told::Nothing,
    };
    tell(view, record, about, told, listing.subject.is_none())?;
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
    let row = view.must::<Keys>(key, "no such key")?;
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
    let row = KeyRow {
        live: Some(live.clone()),
        salt,
        proposed: None,
        all: row.all,
    };
    view.put::<Keys>(key, &row)
}

/// What a leaf says in the open.
pub(super) struct About {
    pub(super) op: LeafOp,
    pub(super) kind: Option<Kind>,
    pub(super) about: Option<u64>,
}

/// Appends a leaf and what is told with it. A replayed leaf keeps the commitment it was made with; as
/// long as its content is known, the two must agree.
pub(super) fn tell(
    view: &mut View<'_>,
    record: &Applied<'_>,
    about: About,
    told: Told,
    erased: bool,
) -> Result<u64, StoreError> {
    let known = (!erased).then(|| commit(&told.salt(), told.payload().as_bytes()));
    let recorded = record
        .entry
        .commitments
        .get(view.commitments.len())
        .copied();
    let commitment = match (record.fresh, recorded, known) {
        (true, _, Some(made)) => made,
        (false, Some(recorded), known) if known.is_none_or(|made| made == recorded) => recorded,
        _ => return Err(StoreError::Misfit("a leaf does not commit to what is told")),
    };
    view.commitments.push(commitment);
    let leaf = Leaf {
        op: about.op,
        kind: about.kind,
        minute: u64::try_from(record.entry.at.seconds() / 60).unwrap_or(0),
        about: about.about,
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
    super::trusted::leaf(view, record.entry.at, leaf.minute)?;
    view.put::<Feed>(&index, &FeedEntry { index, leaf, told })?;
    Ok(index)
}
