//! Deciding several proposals in one act: of one kind, each opened before in the same session, and each a change of its own.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Registry, RegistryError, listing::required_reason};
use crate::{
    access::capability::{FreshSupervisor, Reader},
    domain::{
        change::Actor,
        identifier::Kind,
        listing::{Decision, EventKind, Listing, Status},
        method::MethodId,
        time::Time,
    },
    store::schema::Listings,
};

/// Proposals that are decided in one act at most: each is a record of its own, and a person has opened each.
pub const MOST_AT_ONCE: usize = 50;

/// What makes proposals alike enough for one reason: the same sort of identifier, the same method, and the same list or,
/// outside of lists, the same proposer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SameKind {
    pub kind: Kind,
    pub method: MethodId,
    pub from: Source,
}

/// Where a proposal came from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Source {
    /// An office list.
    Import(Uuid),
    /// Somebody, one by one.
    Proposer(Actor),
}

impl SameKind {
    /// The kind of a proposal.
    pub fn of(listing: &Listing) -> Self {
        let proposer = Source::Proposer(listing.proposed_by);
        Self {
            kind: listing.kind,
            method: listing.method,
            from: listing
                .import
                .map_or(proposer, |line| Source::Import(line.import)),
        }
    }
}

/// What became of one proposal of several.
pub struct Decided {
    pub id: Uuid,
    /// As it stands now, where it is seen.
    pub listing: Option<Listing>,
    pub outcome: Outcome,
}

/// Whether one proposal of several was decided.
pub enum Outcome {
    /// It was, now or by the same request before.
    Done,
    /// It was not opened in this session, or not in the version that stands.
    NotOpened,
    /// It was refused for itself, or could not be written.
    Refused(RegistryError),
}

impl Registry {
    /// One listing, shown to somebody in a session: what waits may then be decided together with others.
    ///
    /// # Errors
    /// As [`Registry::listing`].
    pub fn open_listing(
        &self,
        reader: &Reader,
        session: Uuid,
        id: Uuid,
    ) -> Result<Listing, RegistryError> {
        let listing = self.listing(reader, id)?;
        if listing.status == Status::Proposed {
            self.opened.note(session, id, listing.version);
        }
        Ok(listing)
    }

    /// Proposals that a session opened and that still wait as they were shown, without the reader's own, in the order in
    /// which they were opened.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn opened(&self, reader: &Reader, session: Uuid) -> Result<Vec<Listing>, RegistryError> {
        let store = self.shared.store()?;
        let own = reader.user_id().map(Actor::User);
        let mut waiting = Vec::new();
        for (id, version) in self.opened.of(session) {
            waiting.extend(store.get::<Listings>(&id)?.filter(|listing| {
                listing.status == Status::Proposed
                    && listing.version == version
                    && reader.sees(listing.unit)
                    && Some(listing.proposed_by) != own
            }));
        }
        Ok(waiting)
    }

    /// Takes one decision on several proposals that were opened in the session, each as a change of its own: one that is
    /// refused keeps no other from being decided.
    ///
    /// # Errors
    /// [`RegistryError::field`] for none, for more than [`MOST_AT_ONCE`], and for proposals of different kinds;
    /// [`RegistryError::NOT_FOUND`] when none of them is the supervisor's to see. Nothing was decided then.
    pub fn decide_opened(
        &self,
        supervisor: &FreshSupervisor,
        ids: &[Uuid],
        decision: Decision,
        reason: &str,
        now: Time,
    ) -> Result<Vec<Decided>, RegistryError> {
        let reason = required_reason(reason)?;
        let ids = without_repeats(ids);
        if ids.is_empty() {
            return Err(RegistryError::field("/pick", "nothing-ticked"));
        }
        if ids.len() > MOST_AT_ONCE {
            return Err(RegistryError::field("/pick", "too-many-at-once"));
        }
        let mut before = HashMap::new();
        for id in &ids {
            before.extend(self.seen_by(supervisor, *id)?.map(|listing| (*id, listing)));
        }
        let mut kinds = before.values().map(SameKind::of);
        let first = kinds.next().ok_or(RegistryError::NOT_FOUND)?;
        if kinds.any(|kind| kind != first) {
            return Err(RegistryError::field("/pick", "not-same-kind"));
        }
        let session = supervisor
            .acting()
            .grounds()
            .and_then(|(_, session)| session);
        let opened = session.map_or_else(Vec::new, |session| self.opened.of(session));
        let opened: HashMap<Uuid, u32> = opened.into_iter().collect();
        let decide = |id: Uuid| {
            let outcome = match (before.contains_key(&id), opened.get(&id)) {
                (false, _) => Outcome::Refused(RegistryError::NOT_FOUND),
                (true, None) => Outcome::NotOpened,
                (true, Some(version)) => {
                    self.decide_one(supervisor, id, *version, decision, &reason, now)
                }
            };
            Decided {
                id,
                listing: self.seen_by(supervisor, id).ok().flatten(),
                outcome,
            }
        };
        Ok(ids.into_iter().map(decide).collect())
    }

    fn decide_one(
        &self,
        supervisor: &FreshSupervisor,
        id: Uuid,
        version: u32,
        decision: Decision,
        reason: &str,
        now: Time,
    ) -> Outcome {
        let reason = reason.to_owned();
        let Err(error) = self.decide(supervisor, id, version, decision, reason, now) else {
            return Outcome::Done;
        };
        // Sent twice, or written although the writing seemed to fail: what was done is never told as a failure.
        let now_stands = self.seen_by(supervisor, id).ok().flatten();
        match now_stands {
            Some(listing) if is_done(&listing, supervisor, version, decision) => Outcome::Done,
            Some(listing) if listing.status == Status::Proposed && listing.version != version => {
                Outcome::NotOpened
            }
            Some(_) | None => Outcome::Refused(error),
        }
    }

    fn seen_by(
        &self,
        supervisor: &FreshSupervisor,
        id: Uuid,
    ) -> Result<Option<Listing>, RegistryError> {
        let found = self.shared.store()?.get::<Listings>(&id)?;
        Ok(found.filter(|listing| supervisor.covers(listing.unit)))
    }
}

/// Whether this decision on that version is what happened to a listing last, by the same person.
fn is_done(
    listing: &Listing,
    supervisor: &FreshSupervisor,
    version: u32,
    decision: Decision,
) -> bool {
    let by = Actor::User(supervisor.user_id());
    let last = listing.history.last();
    listing.version == version + 1
        && last.is_some_and(|event| {
            let deed = match decision {
                Decision::Confirm => {
                    matches!(event.deed, EventKind::Confirmed | EventKind::Adopted)
                }
                Decision::Reject => event.deed == EventKind::Rejected,
                Decision::Renew => event.deed == EventKind::Renewed,
                Decision::Delist => event.deed == EventKind::Delisted,
            };
            deed && event.by == by
        })
}

fn without_repeats(ids: &[Uuid]) -> Vec<Uuid> {
    let mut kept = Vec::new();
    for id in ids {
        if !kept.contains(id) {
            kept.push(*id);
        }
    }
    kept
}
