//! What is known of the journal, shared by the callers and the task that follows.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::address::Address;
use super::connect::{self, Session};
use super::fault::Fault;
use crate::journal::Standing;
use crate::journal::record::Head;

/// What the task that follows shares with the callers.
pub(super) struct Inner {
    pub(super) address: Address,
    pub(super) known: Mutex<Known>,
    pub(super) grown: Condvar,
    /// The session that appends and erases, one after another.
    pub(super) appending: Mutex<Option<Session>>,
    pub(super) reading: Mutex<Option<Session>>,
    /// The session for sealed files: large ones hold nobody else up.
    pub(super) filing: Mutex<Option<Session>>,
    pub(super) asking: Mutex<Asking>,
}

/// Asking where the journal is now: whoever comes while one asks shares the next answer.
#[derive(Default)]
pub(super) struct Asking {
    pub(super) session: Option<Session>,
    pub(super) last: Option<Instant>,
}

/// What is known of the journal.
pub(super) struct Known {
    pub(super) head: Head,
    pub(super) standing: Standing,
}

impl Inner {
    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of how it stands, as a session found that waited for copies, and of where the journal is.
    pub(super) fn learn(&self, head: Head, standing: Standing) {
        let mut known = self.known();
        if known.standing != standing {
            tracing::info!(standing = standing.as_str(), "the journal's standing");
        }
        known.standing = standing;
        drop(known);
        self.grow(head);
    }

    /// Takes note of where the journal is. The head never goes back.
    pub(super) fn grow(&self, head: Head) {
        let mut known = self.known();
        if head.seq > known.head.seq {
            known.head = head;
            drop(known);
            self.grown.notify_all();
        }
    }

    /// Takes note of why the journal can't be used.
    pub(super) fn lost(&self, fault: &Fault) {
        let standing = fault.standing();
        let mut known = self.known();
        if known.standing != standing {
            tracing::error!(error = %fault, standing = standing.as_str(), "the journal can't be used");
        }
        known.standing = standing;
    }

    /// The session, made anew if it is gone. What is known is held against it.
    pub(super) async fn session<'a>(
        &self,
        held: &'a mut Option<Session>,
    ) -> Result<&'a Session, Fault> {
        if held.as_ref().is_none_or(Session::is_closed) {
            *held = None;
            let after = self.known().head;
            let session = connect::connect(&self.address, after).await;
            let session = session.inspect_err(|fault| self.lost(fault))?;
            self.learn(session.head, session.standing);
            *held = Some(session);
        }
        held.as_ref().ok_or(Fault::Closed)
    }
}
