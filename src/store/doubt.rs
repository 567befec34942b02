//! Whether a store is still believed. The first failed read or write ends that; it is told once, and who keeps the
//! store is woken to build it anew.

use std::sync::{Mutex, OnceLock, PoisonError, mpsc::Sender};

use super::error::StoreError;

/// Shared by a store and everything that reads it.
#[derive(Default)]
pub(super) struct Doubt {
    why: OnceLock<String>,
    wake: Mutex<Option<Sender<()>>>,
}

impl Doubt {
    /// Looks at a fault. What a program of another version wrote, or a change that does not fit, is none of the store's.
    pub(super) fn note(&self, error: &StoreError) {
        match error {
            StoreError::Engine(_) | StoreError::Damaged(_) | StoreError::Disk(_) => {}
            StoreError::Newer { .. } | StoreError::Misfit(_) => return,
        }
        if self.why.set(error.to_string()).is_err() {
            return;
        }
        tracing::error!(
            %error,
            "the store is not to be trusted any more: it is built anew from the journal, checks go on from memory"
        );
        self.tell();
    }

    /// Why the store is not believed any more.
    pub(super) fn why(&self) -> Option<&str> {
        self.why.get().map(String::as_str)
    }

    /// Names who is woken, at once if there is reason already.
    pub(super) fn wake(&self, sender: Sender<()>) {
        *self.wake.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        if self.why().is_some() {
            self.tell();
        }
    }

    /// Wakes who was named.
    pub(super) fn tell(&self) {
        let wake = self.wake.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wake) = wake.as_ref() {
            // Nobody is there to build it anew: the program ends.
            let _ = wake.send(());
        }
    }
}
