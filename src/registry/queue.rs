//! What waits for a second officer, as a working list: the oldest first, or sorted and filtered as the reader wants.

use uuid::Uuid;

use super::{Registry, RegistryError};
use crate::{
    access::capability::Reader,
    domain::{identifier::Kind, listing::Listing, method::MethodId, unit::UnitCode},
    store::{
        Store,
        schema::{Listings, PendingProposals},
        table::Table,
    },
};

/// Proposals that are sorted and filtered: the oldest of all that wait.
pub const MOST_SORTED: usize = 2_000;

/// Rows that are looked at for them, and for counting: other units' stand between.
const SCAN: usize = 20_000;

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
        let mut ids = waiting(&store, reader, MOST_SORTED + 1)?;
        let is_cut = ids.len() > MOST_SORTED;
        ids.truncate(MOST_SORTED);
        let mut items = Vec::new();
        for id in ids {
            items.extend(store.get::<Listings>(&id)?.filter(|listing| {
                wanted.method.is_none_or(|method| listing.method == method)
                    && wanted.kind.is_none_or(|kind| listing.kind == kind)
                    && wanted
                        .doubtful
                        .is_none_or(|doubtful| is_doubtful(listing) == doubtful)
            }));
        }
        match wanted.order {
            Order::Oldest => {}
            Order::Newest => items.reverse(),
            Order::Method => items.sort_by_key(|listing| listing.method),
            Order::Unit => items.sort_by_key(|listing| listing.unit),
        }
        Ok(Queue { items, is_cut })
    }

    /// How many wait, counted up to a number.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn count_waiting(&self, reader: &Reader, most: usize) -> Result<usize, RegistryError> {
        Ok(waiting(&*self.shared.store()?, reader, most)?.len())
    }
}

/// Ids of what waits in a reader's reach, the oldest first.
fn waiting(store: &Store, reader: &Reader, most: usize) -> Result<Vec<Uuid>, RegistryError> {
    let mut ids = Vec::new();
    for row in store.scan(PendingProposals::ID).take(SCAN) {
        let (_, value) = row?;
        let (id, unit): (Uuid, UnitCode) = store.decoded::<PendingProposals>(&value)?;
        if reader.sees(unit) {
            ids.push(id);
        }
        if ids.len() == most {
            break;
        }
    }
    Ok(ids)
}

fn is_doubtful(listing: &Listing) -> bool {
    listing.import.is_some_and(|line| line.doubtful)
}
