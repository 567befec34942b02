//! Many listings at once, for demonstrations and measurements: the same two people, the same checks
//! and the same changes as one by one, only more of them in a record.

use std::sync::Arc;

use super::{Registry, RegistryError, engine::shared::new_id, listing::new_subject};
use crate::{
    access::capability::{FreshSupervisor, Officer},
    domain::{
        identifier::Identifier,
        listing::{Decision, Refusal},
        method::MethodId,
        time::Time,
    },
    state::listing::{self, Decide, Propose},
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
        let many: Vec<Propose> = batch
            .into_iter()
            .map(|(identifier, method)| Propose {
                id: new_id(now),
                subject: new_subject(identifier),
                method,
                unit: officer.unit(),
                evidence: String::new(),
            })
            .collect();
        let ids: Vec<_> = many.iter().map(|request| request.id).collect();
        let free = self.commit(
            officer.acting(),
            now,
            None,
            move |view, now| listing::propose_free(view, &many, now),
            move |view, _| {
                let mut free = Vec::new();
                for id in &ids {
                    free.extend(view.listing(*id)?.map(|listing| listing.id));
                }
                Ok(free)
            },
        )?;
        let count = free.len() as u64;
        let validity = self.settings().validity;
        let confirmed = free.into_iter().map(|id| Decide {
            who: supervisor.clone(),
            id,
            version: 1,
            decision: Decision::Confirm,
            reason: String::new(),
            validity,
            terms: Arc::clone(self.terms()),
        });
        let many: Vec<Decide> = confirmed.collect();
        self.commit(
            supervisor.acting(),
            now,
            None,
            move |view, now| listing::decide_all(view, &many, now),
            |_, _| Ok(()),
        )?;
        Ok(count)
    }
}
