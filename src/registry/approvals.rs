//! Approvals: asking a second person, and answering as one.

use uuid::Uuid;

use super::{
    ReceiptKey, Registry, RegistryError, engine::shared::new_id, listing::required_reason,
};
use crate::{
    access::capability::{Acting, ApprovalReader, FreshAdmin, SecondPerson},
    domain::{
        approval::{Act, Approval, ApprovalStatus},
        change::Actor,
        identifier::Identifier,
        time::Time,
        trail::Sealed,
    },
    state::{
        account::Vouching,
        approval::{self, Ask, Reply},
    },
    store::schema::{Approvals, Listings, PendingApprovals},
};

/// Most rows looked at for one page.
const SCAN: usize = 20_000;

/// A page of approvals, newest first.
pub struct ApprovalPage {
    pub items: Vec<Approval>,
    /// Id to go on from.
    pub next: Option<Uuid>,
}

impl Registry {
    /// Asks for an act that wants a second person. Nothing else happens yet.
    ///
    /// # Errors
    /// [`RegistryError::field`] without a reason; `Refused::AlreadyExists` while the same is asked for; those of the act.
    pub(super) fn ask_for(
        &self,
        admin: &FreshAdmin,
        act: Act,
        reason: &str,
        receipt: Option<ReceiptKey>,
        now: Time,
    ) -> Result<Approval, RegistryError> {
        let request = Ask {
            id: new_id(now),
            by: admin.acting().actor(),
            act,
            reason: required_reason(reason)?,
            until: now.plus_seconds(self.settings().approval_seconds),
        };
        self.commit(
            admin.acting(),
            now,
            receipt,
            move |view, now| approval::ask(view, &request, now),
            |view, id| Ok(approval::load(view, id)?),
        )
    }

    /// How a second person is asked to stand behind an account.
    pub(super) fn vouching(&self, admin: &FreshAdmin, now: Time) -> Vouching {
        Vouching {
            id: new_id(now),
            until: now.plus_seconds(self.settings().approval_seconds),
            at_console: admin.user_id().is_none(),
        }
    }

    /// Agrees to what somebody else asked for, or refuses it. With the last agreement that it wants, it is done.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] outside the own units; [`RegistryError::Refused`] for who asked or gains by it, and when
    /// it waits no more; those of the act; [`RegistryError::Unavailable`] also when an erasure is not complete yet: the
    /// schedule completes it.
    pub fn reply(
        &self,
        who: &SecondPerson,
        id: Uuid,
        agrees: bool,
        reason: &str,
        now: Time,
    ) -> Result<Approval, RegistryError> {
        let reason = required_reason(reason)?;
        let found = self.shared.store()?.get::<Approvals>(&id)?;
        // What could be refused by what stands there costs nothing.
        let act = found
            .filter(|approval| agrees && approval.status == ApprovalStatus::Pending)
            .filter(|approval| who.covers(approval.unit) && !approval.concerns(who.user_id()))
            .map(|approval| approval.act);
        let erased = match act {
            Some(Act::EraseListing { listing, .. }) => self.identifier_of(listing)?,
            Some(
                Act::EraseNotes { .. }
                | Act::Account { .. }
                | Act::AddOfficial { .. }
                | Act::RemoveOfficial { .. },
            )
            | None => None,
        };
        if let Some(Act::EraseNotes { .. } | Act::EraseListing { .. }) = act {
            self.shared.mark_stale()?;
        }
        let rows = match &erased {
            Some(identifier) => self.rows_with(identifier)?,
            None => Vec::new(),
        };
        let request = Reply {
            who: who.clone(),
            id,
            agrees,
            reason,
            rows,
        };
        self.commit(
            who.acting(),
            now,
            None,
            move |view, now| approval::reply(view, &request, now),
            |_, _| Ok(()),
        )?;
        let approval = self.shared.store()?.get::<Approvals>(&id)?;
        let approval = approval.ok_or(RegistryError::NOT_FOUND)?;
        if approval.status == ApprovalStatus::Agreed {
            self.finish_agreed(&approval, erased.as_ref(), who.acting(), now)?;
        }
        Ok(approval)
    }

    /// What an agreed erasure still wants: rows that came in meanwhile, and the parts destroyed.
    fn finish_agreed(
        &self,
        approval: &Approval,
        erased: Option<&Identifier>,
        by: Acting,
        now: Time,
    ) -> Result<(), RegistryError> {
        match approval.act {
            Act::EraseNotes { .. } | Act::EraseListing { .. } => {
                if let Some(identifier) = erased {
                    self.erase_late_rows(identifier, by, now)?;
                }
                self.finish_erasures(now).map(drop)
            }
            Act::Account { .. } | Act::AddOfficial { .. } | Act::RemoveOfficial { .. } => Ok(()),
        }
    }

    fn identifier_of(&self, listing: Uuid) -> Result<Option<Identifier>, RegistryError> {
        let found = self.shared.store()?.get::<Listings>(&listing)?;
        Ok(found.and_then(|listing| listing.identifier().cloned()))
    }

    /// Approvals, newest first; all of them, or those that wait. Who shows their reasons says so by
    /// [`Registry::note_reasons_read`].
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`].
    pub fn approvals(
        &self,
        reader: &ApprovalReader,
        pending: bool,
        before: Option<Uuid>,
        limit: usize,
    ) -> Result<ApprovalPage, RegistryError> {
        let before = before.map(|id| id.as_bytes().to_vec());
        let store = self.shared.store()?;
        let before = before.as_deref();
        let (items, next) = if pending {
            let page =
                store.page_back::<PendingApprovals>(before, limit, SCAN, |_, (_, unit)| {
                    reader.sees(*unit)
                })?;
            let mut items = Vec::new();
            for (id, _) in page.rows {
                // It may have been answered since.
                let found = store.get::<Approvals>(&id)?;
                items.extend(found.filter(|one| one.status == ApprovalStatus::Pending));
            }
            (items, page.next)
        } else {
            let page = store.page_back::<Approvals>(before, limit, SCAN, |_, approval| {
                reader.sees(approval.unit)
            })?;
            (page.rows, page.next)
        };
        let next = next.and_then(|key| Uuid::from_slice(&key).ok());
        Ok(ApprovalPage { items, next })
    }

    /// How many wait for a second person in a reader's reach. From memory.
    pub fn count_approvals(&self, reader: &ApprovalReader) -> usize {
        let waiting = &self.shared.index.approvals;
        waiting.count(|unit| reader.sees(unit))
    }

    /// One of them.
    ///
    /// # Errors
    /// [`RegistryError::NOT_FOUND`] also for another unit's.
    pub fn approval(&self, reader: &ApprovalReader, id: Uuid) -> Result<Approval, RegistryError> {
        self.shared
            .store()?
            .get::<Approvals>(&id)?
            .filter(|approval| reader.sees(approval.unit))
            .inspect(|approval| self.note_reasons_read(reader, [approval]))
            .ok_or(RegistryError::NOT_FOUND)
    }

    /// Notes for the audit trail that approvals were shown with the reasons that others gave.
    pub fn note_reasons_read<'a>(
        &self,
        reader: &ApprovalReader,
        approvals: impl IntoIterator<Item = &'a Approval>,
    ) {
        let own = Actor::User(reader.user_id());
        for approval in approvals {
            let answers = approval.answers.iter().map(|answer| answer.by);
            if answers.chain([approval.asked_by]).any(|by| by != own) {
                self.note_read(Some(reader.user_id()), Sealed::Approval(approval.id));
            }
        }
    }

    /// Notes which approvals nobody agreed to in time.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`]; it is tried again next time.
    pub fn lapse_approvals(&self, now: Time) -> Result<(), RegistryError> {
        self.commit(
            Acting::schedule(),
            now,
            None,
            approval::lapse,
            |_, _| Ok(()),
        )
    }
}
