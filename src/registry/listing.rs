//! Proposing, deciding, reading listings.

use std::sync::Arc;

use uuid::Uuid;

use super::{ReceiptKey, Registry, RegistryError, engine::shared::new_id};
use crate::{
    access::{
        capability::{Denied, FreshSupervisor, Officer, Reader},
        secret,
    },
    domain::{
        change::Actor,
        identifier::Identifier,
        key::Key,
        listing::{Decision, Event, Listing, MAX_NOTE, Status, Subject},
        method::MethodId,
        time::Time,
        trail::Sealed,
        unit::UnitCode,
        written::{WrittenError, written},
    },
    state::{
        listing::{self, Decide, Propose, load},
        refused::Refused,
        view::View,
        withdrawal,
    },
    store::schema::{Identifiers, Listings, PendingProposals},
};

/// Longest name of a partner or an institution, in characters.
const MAX_NAME: usize = 120;

/// Most rows looked at for one page of a filtered list: bounds the work of one request.
const SCAN: usize = 20_000;

/// A proposal as it arrives, already parsed.
pub struct Proposal {
    pub identifier: Identifier,
    pub method: MethodId,
    /// The officer's own unit when not given.
    pub unit: Option<UnitCode>,
    pub evidence: String,
}

/// Which listings to show.
#[derive(Clone, Default)]
pub struct Filter {
    pub status: Option<Status>,
    pub unit: Option<UnitCode>,
    pub key: Option<Key>,
    pub method: Option<MethodId>,
    /// Who proposed them.
    pub by: Option<Actor>,
}

/// A page of listings, newest first.
pub struct Listed {
    pub items: Vec<Listing>,
    /// Id to go on from.
    pub next: Option<Uuid>,
}

/// A refusal as an officer of this unit may be told it: which proposal of a unit that is not seen stands in the way is not
/// theirs to know.
pub(super) fn unless_seen(view: &View<'_>, own: UnitCode, refused: Refused) -> Refused {
    let Refused::AlreadyProposed(id) = refused else {
        return refused;
    };
    match load(view, id) {
        Ok(listing) if own.covers(listing.unit) => Refused::AlreadyProposed(id),
        Ok(_) | Err(_) => Refused::ProposedElsewhere,
    }
}

impl Registry {
    /// Proposes a listing. Not public until a second officer confirms it.
    ///
    /// # Errors
    /// `Refused::Official`, `Refused::AlreadyListed` and
    /// `Refused::AlreadyProposed` with the id; `Refused::ProposedElsewhere` where the officer doesn't see the proposal; a
    /// unit outside the officer's own.
    pub fn propose(
        &self,
        officer: &Officer,
        proposal: Proposal,
        receipt: Option<ReceiptKey>,
        now: Time,
    ) -> Result<Listing, RegistryError> {
        let unit = proposal.unit.unwrap_or(officer.unit());
        if !officer.covers(unit) {
            return Err(Denied::Forbidden.into());
        }
        let request = Propose {
            id: new_id(now),
            subject: new_subject(proposal.identifier),
            method: proposal.method,
            unit,
            evidence: proposal.evidence,
        };
        let officer_unit = officer.unit();
        self.commit(
            officer.acting(),
            now,
            receipt,
            move |view, now| {
                let proposed = listing::propose(view, &request, now);
                proposed.map_err(|refused| unless_seen(view, officer_unit, refused))
            },
            |view, id| Ok(as_proposed(load(view, id)?)),
        )
    }

    /// Takes a decision on the exact content that was read.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] outside the supervisor's units, [`RegistryError::Refused`].
    pub fn decide(
        &self,
        supervisor: &FreshSupervisor,
        id: Uuid,
        version: u32,
        decision: Decision,
        reason: String,
        now: Time,
    ) -> Result<Listing, RegistryError> {
        let request = Decide {
            who: supervisor.clone(),
            id,
            version,
            decision,
            reason,
            validity: self.settings().validity,
            terms: Arc::clone(&self.settings().terms),
        };
        self.commit(
            supervisor.acting(),
            now,
            None,
            move |view, now| listing::decide(view, &request, now),
            move |view, _| Ok(load(view, id)?),
        )
    }

    /// Takes back the officer's own proposal, while nobody has decided on it.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] for somebody else's; [`RegistryError::Refused`] once it was decided.
    pub fn withdraw(
        &self,
        officer: &Officer,
        id: Uuid,
        now: Time,
    ) -> Result<Listing, RegistryError> {
        let who = officer.clone();
        self.commit(
            officer.acting(),
            now,
            None,
            move |view, now| withdrawal::listing(view, &who, id, now),
            move |view, _| Ok(load(view, id)?),
        )
    }

    /// One listing, with what the reader may see of it: outside the own units only what once was
    /// public, and nothing that was written for officers.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`].
    pub fn listing(&self, reader: &Reader, id: Uuid) -> Result<Listing, RegistryError> {
        let listing = self
            .shared
            .store()?
            .get::<Listings>(&id)?
            .ok_or(RegistryError::NOT_FOUND)?;
        let listing = visible(reader, listing).ok_or(RegistryError::NOT_FOUND)?;
        self.note_opened(reader, [&listing]);
        Ok(listing)
    }

    /// One listing without the texts, to be named elsewhere: nothing was opened.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`].
    pub fn listing_without_texts(
        &self,
        reader: &Reader,
        id: Uuid,
    ) -> Result<Listing, RegistryError> {
        let listing = self.shared.store()?.get::<Listings>(&id)?;
        let listing = listing.and_then(|listing| visible(reader, listing));
        listing.map(without_texts).ok_or(RegistryError::NOT_FOUND)
    }

    /// Notes for the audit trail that listings were shown with what others wrote in them.
    pub fn note_opened<'a>(
        &self,
        reader: &Reader,
        listings: impl IntoIterator<Item = &'a Listing>,
    ) {
        let own = reader.user_id().map(Actor::User);
        let by_others = |event: &Event| event.why.is_some() && Some(event.by) != own;
        for listing in listings {
            if listing.history.iter().any(by_others) {
                self.note_read(reader.user_id(), Sealed::Listing(listing.id));
            }
        }
    }

    /// Listings that match, newest first. Who shows what stands in them says so by [`Registry::note_opened`].
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn listings(
        &self,
        reader: &Reader,
        filter: &Filter,
        before: Option<Uuid>,
        limit: usize,
    ) -> Result<Listed, RegistryError> {
        let store = self.shared.store()?;
        let matches = |listing: &Listing| {
            filter.status.is_none_or(|s| listing.status == s)
                && filter.unit.is_none_or(|u| u.covers(listing.unit))
                && filter.method.is_none_or(|m| listing.method == m)
                && filter.by.is_none_or(|by| listing.proposed_by == by)
                && (reader.sees(listing.unit) || listing.status.was_public())
        };
        if let Some(key) = &filter.key {
            let all = store.get::<Identifiers>(key)?.unwrap_or_default().all;
            let mut items = Vec::new();
            for id in all
                .iter()
                .rev()
                .filter(|id| before.is_none_or(|b| **id < b))
            {
                if items.len() == limit {
                    let next = items.last().map(|l: &Listing| l.id);
                    return Ok(Listed { items, next });
                }
                let listing = store.get::<Listings>(id)?.filter(|l| matches(l));
                items.extend(listing.and_then(|l| visible(reader, l)));
            }
            return Ok(Listed { items, next: None });
        }
        let before = before.map(|id| id.as_bytes().to_vec());
        if filter.status == Some(Status::Proposed) {
            let page = store.page_back::<PendingProposals>(
                before.as_deref(),
                limit,
                SCAN,
                |_, (_, unit)| reader.sees(*unit) && filter.unit.is_none_or(|u| u.covers(*unit)),
            )?;
            let mut items = Vec::new();
            for (id, _) in page.rows {
                items.extend(store.get::<Listings>(&id)?.filter(|l| matches(l)));
            }
            return Ok(Listed {
                items,
                next: next_id(page.next),
            });
        }
        let page =
            store.page_back::<Listings>(before.as_deref(), limit, SCAN, |_, l| matches(l))?;
        Ok(Listed {
            items: page
                .rows
                .into_iter()
                .filter_map(|l| visible(reader, l))
                .collect(),
            next: next_id(page.next),
        })
    }
}

fn next_id(raw: Option<Vec<u8>>) -> Option<Uuid> {
    raw.and_then(|key| Uuid::from_slice(&key).ok())
}

/// What `reader` may see of a listing.
fn visible(reader: &Reader, listing: Listing) -> Option<Listing> {
    if reader.sees(listing.unit) {
        return Some(listing);
    }
    if !listing.status.was_public() {
        return None;
    }
    Some(without_texts(listing))
}

fn without_texts(mut listing: Listing) -> Listing {
    for event in &mut listing.history {
        event.why = None;
    }
    listing
}

/// The listing as it was answered when it was proposed, for a request sent again.
fn as_proposed(mut listing: Listing) -> Listing {
    listing.status = Status::Proposed;
    listing.version = 1;
    listing.confirmed_by = None;
    listing.listed_at = None;
    listing.valid_until = None;
    listing.renewed_at = None;
    listing.ledger_index = None;
    listing.history.truncate(1);
    listing
}

/// A text that officers write: bounded, without control characters other than line breaks.
///
/// # Errors
/// [`RegistryError::field`].
pub fn note(pointer: &'static str, text: &str) -> Result<String, RegistryError> {
    written(text, MAX_NOTE).map_err(|error| {
        let code = match error {
            WrittenError::TooLong => "too-long",
            WrittenError::Control => "control-character",
        };
        RegistryError::field(pointer, code)
    })
}

/// The reason of a decision, which has to be given.
///
/// # Errors
/// As [`note`]; `required` when it is empty.
pub fn required_reason(text: &str) -> Result<String, RegistryError> {
    let reason = note("/reason", text)?;
    // Marks and invisible characters alone say nothing.
    match reason.chars().any(char::is_alphanumeric) {
        true => Ok(reason),
        false => Err(RegistryError::field("/reason", "required")),
    }
}

/// The name of a partner or an institution: one line, not empty.
///
/// # Errors
/// [`RegistryError`] with the field.
pub(super) fn name(pointer: &'static str, text: &str) -> Result<String, RegistryError> {
    let text = note(pointer, text)?;
    if text.is_empty() {
        return Err(RegistryError::field(pointer, "required"));
    }
    if text.chars().count() > MAX_NAME || text.contains('\n') {
        return Err(RegistryError::field(pointer, "too-long"));
    }
    Ok(text)
}

/// Whom a listing is to be about, with a fresh secret for the salts of its leaves.
pub(super) fn new_subject(identifier: Identifier) -> Subject {
    Subject {
        identifier,
        secret: secret::random(),
    }
}
