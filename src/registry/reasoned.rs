//! Why somebody who administers does something: written down with it, where the act has no place for a reason of its own.

use uuid::Uuid;

use super::{ReceiptKey, Registry, RegistryError, listing::required_reason};
use crate::{
    access::capability::FreshAdmin,
    domain::{change::Holder, time::Time},
    state::{
        plan::{Now, Plan},
        refused::Refused,
        trail::because,
        view::View,
    },
};

/// A reason, and whose it is.
pub(super) struct Reasoned {
    holder: Holder,
    reason: String,
}

impl Reasoned {
    /// A reason about a person's account.
    ///
    /// # Errors
    /// [`RegistryError::field`] when there is none, or it is too long.
    pub(super) fn of_account(user: Uuid, reason: &str) -> Result<Self, RegistryError> {
        Self::of(Holder::Account(user), reason)
    }

    /// A reason about what is nobody's in particular.
    ///
    /// # Errors
    /// As [`Reasoned::of_account`].
    pub(super) fn of_registry(reason: &str) -> Result<Self, RegistryError> {
        Self::of(Holder::Registry, reason)
    }

    fn of(holder: Holder, reason: &str) -> Result<Self, RegistryError> {
        let reason = required_reason(reason)?;
        Ok(Self { holder, reason })
    }
}

impl Registry {
    /// As [`Registry::commit`], for what an administrator does: nothing is written without the reason.
    pub(super) fn commit_because<T: Send + 'static>(
        &self,
        admin: &FreshAdmin,
        Reasoned { holder, reason }: Reasoned,
        now: Time,
        receipt: Option<ReceiptKey>,
        decide: impl Fn(&View<'_>, Now) -> Result<Plan, Refused> + Send + 'static,
        present: impl Fn(&View<'_>, Uuid) -> Result<T, RegistryError> + Send + 'static,
    ) -> Result<T, RegistryError> {
        self.commit(
            admin.acting(),
            now,
            receipt,
            move |view, now| Ok(because(decide(view, now)?, holder, &reason)),
            present,
        )
    }
}
