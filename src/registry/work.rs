//! What waits for one person at the desk, counted.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    Registry, RegistryError,
    queue::{Queue, Wanted},
};
use crate::{
    access::capability::{ApprovalReader, Reader},
    domain::{
        change::Actor,
        listing::{EventKind, Listing},
        time::Time,
    },
    store::schema::Listings,
};

/// For how long a proposal that was not accepted is told of, in seconds: two weeks.
const CAME_BACK_SECONDS: i64 = 14 * 24 * 3600;

/// Listings that are looked at for those, the newest first.
const SCAN: usize = 20_000;

/// The most that are counted of those, and of approvals.
const MOST_COUNTED: usize = 100;

/// What waits for one person, and what of the own waits for others.
#[derive(Default)]
pub struct Work {
    /// Proposals of others.
    pub proposals: usize,
    /// More wait than were looked at.
    pub is_cut: bool,
    /// Own proposals that nobody has decided on.
    pub own: usize,
    /// Own lists with rows that a person must look at, and how many of them wait.
    pub doubtful: BTreeMap<Uuid, usize>,
    /// Own proposals, outside of lists, that others did not accept in the last two weeks, among the newest listings.
    pub came_back: usize,
}

/// Approvals of one person's concern.
#[derive(Default)]
pub struct Approvals {
    /// Those that the person may agree to.
    pub to_answer: usize,
    /// Those that the person asked for and others have to answer.
    pub asked: usize,
    /// Those by which the person's own account gains.
    pub of_own_account: Option<Uuid>,
}

impl Registry {
    /// What waits in a reader's reach, as far as it is that person's.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn work(&self, reader: &Reader, now: Time) -> Result<Work, RegistryError> {
        let Some(me) = reader.user_id().map(Actor::User) else {
            return Ok(Work::default());
        };
        let Queue { items, is_cut } = self.queue(reader, &Wanted::default())?;
        let mut work = Work {
            is_cut,
            ..Work::default()
        };
        for listing in items {
            if listing.proposed_by != me {
                work.proposals += 1;
                continue;
            }
            work.own += 1;
            if let Some(line) = listing.import.filter(|line| line.doubtful) {
                *work.doubtful.entry(line.import).or_default() += 1;
            }
        }
        let since = now.plus_seconds(-CAME_BACK_SECONDS);
        let store = self.shared.store()?;
        let back = store.page_back::<Listings>(None, MOST_COUNTED, SCAN, |_, listing| {
            came_back(listing, me, since)
        })?;
        work.came_back = back.rows.len();
        Ok(work)
    }

    /// Approvals that wait in a reader's reach, as far as they concern that person.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn approvals_for(&self, reader: &ApprovalReader) -> Result<Approvals, RegistryError> {
        let me = reader.user_id();
        let mut found = Approvals::default();
        for approval in self.approvals(reader, true, None, MOST_COUNTED)?.items {
            if approval.act.is_about(me) {
                found.of_own_account = Some(approval.id);
            } else if approval.asked_by == Actor::User(me) {
                found.asked += 1;
            } else if !approval.concerns(me) {
                found.to_answer += 1;
            }
        }
        Ok(found)
    }
}

/// Whether others did not accept a proposal of this person, since a time.
fn came_back(listing: &Listing, me: Actor, since: Time) -> bool {
    let last = listing.history.last();
    listing.proposed_by == me
        && listing.import.is_none()
        && last.is_some_and(|event| {
            event.deed == EventKind::Rejected && event.by != me && event.at >= since
        })
}
