//! What waits for a second officer, as a working list: the oldest first, or sorted and filtered as the reader wants.

use super::{Registry, RegistryError};
use crate::{
    access::capability::Reader,
    domain::{
        change::Actor,
        identifier::Kind,
        listing::{Listing, Status},
        method::MethodId,
    },
    store::schema::Listings,
};

/// Proposals that are sorted and filtered: of others, and as many of the reader's own.
pub const MOST_SORTED: usize = 2_000;

/// Proposals that are looked at for those, the oldest of all that wait.
const MOST_READ: usize = 40_000;

/// How a queue is sorted; proposals that are equal in that stand with the oldest first.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Order {
    #[default]
    Oldest,
    Newest,
    Method,
    Unit,
}

/// Which proposals to show.
#[derive(Clone, Default)]
pub struct Wanted {
    pub method: Option<MethodId>,
    pub kind: Option<Kind>,
    /// Of an office list: only those that a person must look at, or only the others.
    pub doubtful: Option<bool>,
    pub order: Order,
}

/// The proposals that wait in a reader's unit and below.
pub struct Queue {
    pub items: Vec<Listing>,
    /// More wait than were looked at.
    pub is_cut: bool,
}

impl Registry {
    /// The proposals that wait, at most [`MOST_SORTED`] of them.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn queue(&self, reader: &Reader, wanted: &Wanted) -> Result<Queue, RegistryError> {
        let store = self.shared.store()?;
        let waiting = &self.shared.index.proposals;
        let mut ids = waiting.oldest(|unit| reader.sees(unit), MOST_READ + 1);
        let mut is_cut = ids.len() > MOST_READ;
        ids.truncate(MOST_READ);
        if wanted.order == Order::Newest {
            ids.reverse();
        }
        let me = reader.user_id().map(Actor::User);
        // One's own long list leaves its room to what others propose.
        let [mut own, mut others] = [0, 0];
        let mut items = Vec::new();
        for id in ids {
            let listing = store.get::<Listings>(&id)?.filter(|listing| {
                // It may have been decided since.
                listing.status == Status::Proposed
                    && wanted.method.is_none_or(|method| listing.method == method)
                    && wanted.kind.is_none_or(|kind| listing.kind == kind)
                    && wanted
                        .doubtful
                        .is_none_or(|doubtful| is_doubtful(listing) == doubtful)
            });
            let Some(listing) = listing else {
                continue;
            };
            let count = match Some(listing.proposed_by) == me {
                true => &mut own,
                false => &mut others,
            };
            *count += 1;
            if *count <= MOST_SORTED {
                items.push(listing);
                continue;
            }
            is_cut = true;
            if others > MOST_SORTED {
                break;
            }
        }
        match wanted.order {
            Order::Oldest | Order::Newest => {}
            Order::Method => items.sort_by_key(|listing| listing.method),
            Order::Unit => items.sort_by_key(|listing| listing.unit),
        }
        Ok(Queue { items, is_cut })
    }

    /// How many proposals wait in a reader's reach. From memory.
    pub fn count_waiting(&self, reader: &Reader) -> usize {
        let waiting = &self.shared.index.proposals;
        waiting.count(|unit| reader.sees(unit))
    }
}

fn is_doubtful(listing: &Listing) -> bool {
    listing.import.is_some_and(|line| line.doubtful)
}
