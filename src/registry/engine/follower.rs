//! Following a journal that other machines write into: their records are applied as they come, whether this one writes or not.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use super::{shared::Shared, writer::catch_up};
use crate::registry::error::RegistryError;

/// How long a word of the journal is waited for before it looks again.
const PATIENCE: Duration = Duration::from_secs(1);
/// The thread that follows. Dropping it ends it.
pub(super) struct Follower {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Follower {
    pub(super) fn start(shared: Arc<Shared>) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("follower".into())
            .spawn(move || {
                let followed = catch_unwind(AssertUnwindSafe(|| {
                    while !stopped.load(Ordering::Acquire) {
                        follow(&shared);
                    }
                }));
                if followed.is_err() {
                    // As in the writer: memory may no longer say what the journal says.
                    tracing::error!(
                        "the follower panicked; stopping at once, nothing acknowledged is lost"
                    );
                    std::process::abort();
                }
            })?;
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            // A panic there was reported when it happened.
            let _ = thread.join();
        }
    }
}

/// Applies what there is; waits for more when there is nothing.
fn follow(shared: &Shared) {
    let applied = shared.following.seq();
    let head = shared.journal.wait(applied, PATIENCE);
    if head <= applied {
        shared.following.is_far(head);
        return;
    }
    let turn = shared.turn.lock().unwrap_or_else(PoisonError::into_inner);
    let caught_up = match shared.store() {
        // It is built anew from the journal, and is at its head then.
        Ok(store) if store.doubt().is_some() => Err(RegistryError::Unavailable),
        Ok(store) => catch_up(shared, &store, shared.journal.head()),
        Err(error) => Err(error),
    };
    drop(turn);
    if let Err(error) = caught_up {
        if let RegistryError::Internal(why) = &error
            && shared.following.stick(why)
        {
            tracing::error!(%error, "records of other machines are not applied any more; checks go on with what was");
        }
        // Nothing tells when it is worth trying again.
        std::thread::sleep(PATIENCE);
    }
    shared.following.is_far(shared.journal.head().seq);
}
