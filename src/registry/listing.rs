//! Proposing, deciding, reading listings.

use uuid::Uuid;

use super::{Plan, ReceiptKey, Registry, RegistryError, error::field, new_id, new_subject};
use crate::{
    access::capability::{FreshSupervisor, Officer, Reader},
    domain::{
        change::{Actor, Change},
        identifier::Identifier,
        key::Key,
        listing::{Decision, Listing, Status},
        method::MethodId,
        official,
        time::Time,
        unit::UnitCode,
    },
    store::{
        schema::{Keys, Listings, Officials, Open},
        view::View,
    },
};

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
}

/// A page of listings, newest first.
pub struct Listed {
    pub items: Vec<Listing>,
    /// Id to go on from.
    pub next: Option<Uuid>,
}

impl Registry {
    /// Proposes a listing. Not public until a second officer confirms it.
    ///
    /// # Errors
    /// [`RegistryError::Official`], [`RegistryError::AlreadyListed`] and
    /// [`RegistryError::AlreadyProposed`] with the id; a unit outside the officer's own.
    pub fn propose(
        &self,
        officer: &Officer,
        proposal: Proposal,
        receipt: Option<ReceiptKey>,
        now: Time,
    ) -> Result<Listing, RegistryError> {
        let unit = proposal.unit.unwrap_or(officer.unit());
        if !officer.covers(unit) {
            return Err(RegistryError::Denied(
                crate::access::capability::Denied::Forbidden,
            ));
        }
        self.commit(
            officer.acting(),
            now,
            receipt,
            move |view| {
                available(view, &proposal.identifier)?;
                let mut plan = Plan {
                    made: new_id(now),
                    ..Plan::default()
                };
                let evidence = plan.keep(&proposal.evidence);
                let kind = proposal.identifier.kind();
                let subject = plan.keep_bytes(new_subject(proposal.identifier).encode());
                plan.changes.push(Change::Proposed {
                    id: plan.made,
                    kind,
                    subject,
                    method: proposal.method,
                    unit,
                    import: None,
                    evidence,
                });
                Ok(plan)
            },
            |view, id| as_proposed(load(view, id)?),
        )
    }

    /// Takes a decision on the exact content that was read.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] outside the supervisor's units, [`RegistryError::Refused`].
    pub fn decide(
        &self,
        supervisor: &FreshSupervisor,
        id: Uuid,
        version: u32,
        decision: Decision,
        reason: String,
        now: Time,
    ) -> Result<Listing, RegistryError> {
        let who = supervisor.clone();
        let validity = self.settings().validity;
        self.commit_timed(
            supervisor.acting(),
            now,
            None,
            move |view, at| {
                let listing = load(view, id)?;
                if !who.covers(listing.unit) {
                    return Err(RegistryError::NotFound);
                }
                listing.permits(decision, version, Actor::User(who.user_id()))?;
                if let (Decision::Confirm, Some(identifier)) = (decision, listing.identifier())
                    && is_official(view, identifier)?
                {
                    return Err(RegistryError::Official);
                }
                let mut plan = Plan::default();
                let reason = plan.keep(&reason);
                let valid_until = validity.until(listing.kind, at);
                plan.changes.push(match decision {
                    Decision::Confirm => Change::Confirmed {
                        id,
                        valid_until,
                        reason,
                    },
                    Decision::Reject => Change::Rejected { id, reason },
                    Decision::Renew => Change::Renewed {
                        id,
                        valid_until,
                        reason,
                    },
                    Decision::Delist => Change::Delisted { id, reason },
                });
                Ok(plan)
            },
            move |view, _| load(view, id),
        )
    }

    /// One listing, with what the reader may see of it: outside the own units only what once was
    /// public, and nothing that was written for officers.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`].
    pub fn listing(&self, reader: &Reader, id: Uuid) -> Result<Listing, RegistryError> {
        let listing = self
            .shared
            .store()?
            .get::<Listings>(&id)?
            .ok_or(RegistryError::NotFound)?;
        visible(reader, listing).ok_or(RegistryError::NotFound)
    }

    /// Listings that match, newest first.
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
                && (reader.sees(listing.unit) || listing.status.was_public())
        };
        if let Some(key) = &filter.key {
            let all = store.get::<Keys>(key)?.unwrap_or_default().all;
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
            let page =
                store.page_back::<Open>(before.as_deref(), limit, SCAN, |_, (_, unit)| {
                    reader.sees(*unit) && filter.unit.is_none_or(|u| u.covers(*unit))
                })?;
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
fn visible(reader: &Reader, mut listing: Listing) -> Option<Listing> {
    if reader.sees(listing.unit) {
        return Some(listing);
    }
    if !listing.status.was_public() {
        return None;
    }
    for event in &mut listing.history {
        event.why = None;
    }
    Some(listing)
}

pub(super) fn load(view: &View<'_>, id: Uuid) -> Result<Listing, RegistryError> {
    view.get::<Listings>(&id)?.ok_or(RegistryError::NotFound)
}

/// The listing as it was answered when it was proposed, for a request sent again.
fn as_proposed(mut listing: Listing) -> Result<Listing, RegistryError> {
    listing.status = Status::Proposed;
    listing.version = 1;
    listing.confirmed_by = None;
    listing.listed_at = None;
    listing.valid_until = None;
    listing.renewed_at = None;
    listing.ledger_index = None;
    listing.history.truncate(1);
    Ok(listing)
}

/// Whether the identifier is protected, added ones included.
pub(super) fn is_official(view: &View<'_>, identifier: &Identifier) -> Result<bool, RegistryError> {
    Ok(official::builtin(identifier).is_some()
        || view.get::<Officials>(&identifier.key())?.is_some())
}

/// Whether a proposal may be made.
pub(super) fn available(view: &View<'_>, identifier: &Identifier) -> Result<(), RegistryError> {
    if is_official(view, identifier)? {
        return Err(RegistryError::Official);
    }
    let row = view.get::<Keys>(&identifier.key())?.unwrap_or_default();
    if let Some(live) = row.live {
        return Err(RegistryError::AlreadyListed(live.listing));
    }
    match row.proposed {
        Some(id) => Err(RegistryError::AlreadyProposed(id)),
        None => Ok(()),
    }
}

/// A text that officers write: bounded, without control characters other than line breaks.
///
/// # Errors
/// [`RegistryError::Field`].
pub fn note(pointer: &'static str, text: &str) -> Result<String, RegistryError> {
    use unicode_normalization::UnicodeNormalization;
    let text: String = text.trim().nfc().collect();
    if text.chars().count() > crate::domain::listing::MAX_NOTE {
        return Err(field(pointer, "too-long"));
    }
    if text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t' || turns_text(c))
    {
        return Err(field(pointer, "control-character"));
    }
    Ok(text)
}

/// Characters that make text read in another order than it is stored (UAX #9, explicit directions).
fn turns_text(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
