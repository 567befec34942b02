//! Handing a request to the writer.

use std::sync::mpsc::{SyncSender, sync_channel};

use uuid::Uuid;

use super::{
    Registry,
    receipt::{ReceiptKey, earlier},
    writer::{Batch, Work},
};
use crate::{
    access::capability::Acting,
    domain::time::Time,
    registry::error::RegistryError,
    state::{
        plan::{Now, Plan},
        refused::Refused,
        view::View,
    },
};

impl Registry {
    /// What an earlier request with this key created, for work that should not be done twice.
    pub(in crate::registry) fn created_before(
        &self,
        receipt: Option<&ReceiptKey>,
        now: Time,
    ) -> Result<Option<Uuid>, RegistryError> {
        let Some(asked) = receipt else {
            return Ok(None);
        };
        let store = self.shared.store()?;
        Ok(earlier(&View::new(&*store), asked, now)?)
    }

    /// Decides and commits. `decide` sees the state as it is when its turn comes; `present` sees it
    /// as it is with the change, and its answer is given only once the change is durable. Both may be called again: when
    /// another machine was first, the request is decided anew on what stands then.
    ///
    /// What the caller's right rests on, account, role, unit, session and second factor, is read again on that state: who
    /// was suspended while the request came in is refused.
    ///
    /// With a receipt key that was used before for the same request, nothing is decided again and
    /// `present` is asked about what was created then.
    pub(in crate::registry) fn commit<T: Send + 'static>(
        &self,
        by: Acting,
        now: Time,
        receipt: Option<ReceiptKey>,
        decide: impl Fn(&View<'_>, Now) -> Result<Plan, Refused> + Send + 'static,
        present: impl Fn(&View<'_>, Uuid) -> Result<T, RegistryError> + Send + 'static,
    ) -> Result<T, RegistryError> {
        let (answer, wait) = sync_channel(1);
        self.writer.take(Box::new(Request {
            by,
            now,
            receipt,
            decide,
            present,
            result: Err(RegistryError::Unavailable),
            answer,
        }))?;
        wait.recv().map_err(|_| RegistryError::Unavailable)?
    }
}

/// One caller's request, until it is answered.
struct Request<D, P, T> {
    by: Acting,
    now: Time,
    receipt: Option<ReceiptKey>,
    decide: D,
    present: P,
    /// What the last decision came to.
    result: Result<T, RegistryError>,
    answer: SyncSender<Result<T, RegistryError>>,
}

impl<D, P, T> Work for Request<D, P, T>
where
    D: Fn(&View<'_>, Now) -> Result<Plan, Refused> + Send,
    P: Fn(&View<'_>, Uuid) -> Result<T, RegistryError> + Send,
    T: Send,
{
    fn decide(&mut self, batch: &mut Batch<'_>) {
        let created = batch.decide(self.by, self.now, self.receipt.as_ref(), &self.decide);
        self.result = created.and_then(|created| (self.present)(batch.view(), created));
    }

    fn answer(self: Box<Self>, durable: Result<(), RegistryError>) {
        // Nobody listens any more: the caller is gone, the change stands.
        let _ = self.answer.send(durable.and(self.result));
    }
}
