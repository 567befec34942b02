//! Many listings at once, for demonstrations and measurements: the same two people, the same checks
//! and the same changes as one by one, only more of them in a record.

use super::{Plan, Registry, RegistryError, listing, new_id, new_subject};
use crate::{
    access::capability::{FreshSupervisor, Officer},
    domain::{
        change::Change, identifier::Identifier, listing::Refusal, method::MethodId, time::Time,
    },
};

/// Listings in one journal record.
const BATCH: usize = 500;

impl Registry {
    /// Proposes and confirms each identifier that is free. Returns how many were listed.
    ///
    /// # Errors
    /// [`Refusal::FourEyes`] when both are the same person.
    pub fn seed(
        &self,
        officer: &Officer,
        supervisor: &FreshSupervisor,
        items: impl Iterator<Item = (Identifier, MethodId)>,
        clock: fn() -> Time,
        progress: &mut dyn FnMut(u64),
    ) -> Result<u64, RegistryError> {
        if officer.user_id() == supervisor.user_id() || !supervisor.covers(officer.unit()) {
            return Err(Refusal::FourEyes.into());
        }
        let mut listed = 0;
        let mut items = items.peekable();
        while items.peek().is_some() {
            let batch: Vec<_> = items.by_ref().take(BATCH).collect();
            listed += self.seed_batch(officer, supervisor, batch, clock())?;
            progress(listed);
        }
        Ok(listed)
    }

    fn seed_batch(
        &self,
        officer: &Officer,
        supervisor: &FreshSupervisor,
        batch: Vec<(Identifier, MethodId)>,
        now: Time,
    ) -> Result<u64, RegistryError> {
        let unit = officer.unit();
        let ids: Vec<_> = batch.iter().map(|_| new_id(now)).collect();
        let named = ids.clone();
        let validity = self.settings().validity;
        let kinds: Vec<_> = batch
            .iter()
            .map(|(identifier, _)| identifier.kind())
            .collect();
        let free = self.commit(
            officer.acting(),
            now,
            None,
            move |view| {
                let mut plan = Plan::default();
                for ((identifier, method), id) in batch.into_iter().zip(named) {
                    if listing::available(view, &identifier).is_ok() {
                        let kind = identifier.kind();
                        let subject = plan.keep_bytes(new_subject(identifier).encode());
                        plan.changes.push(Change::Proposed {
                            id,
                            kind,
                            subject,
                            method,
                            unit,
                            import: None,
                            evidence: None,
                        });
                    }
                }
                Ok(plan)
            },
            move |view, _| {
                let mut free = Vec::new();
                for (id, kind) in ids.into_iter().zip(kinds) {
                    if listing::load(view, id).is_ok() {
                        free.push((id, kind));
                    }
                }
                Ok(free)
            },
        )?;
        let count = free.len() as u64;
        self.commit_timed(
            supervisor.acting(),
            now,
            None,
            move |_, at| {
                let confirmed = |(id, kind)| Change::Confirmed {
                    id,
                    valid_until: validity.until(kind, at),
                    reason: None,
                };
                Ok(Plan {
                    changes: free.into_iter().map(confirmed).collect(),
                    ..Plan::default()
                })
            },
            |_, _| Ok(()),
        )?;
        Ok(count)
    }
}
