//! The task that watches where the journal is: told by the database, and looking each second, since a word can be lost.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use super::connect::{self, PATIENCE, Session};
use super::fault::Fault;
use super::known::Inner;
use super::rows;

/// How often it looks, told or not, and how long it rests before it connects again.
const EACH: Duration = Duration::from_secs(1);
/// How long a server is believed to be the one that counts without a commit that its copies took.
const CERTAIN: Duration = Duration::from_secs(5);

pub(super) async fn follow(inner: Arc<Inner>) {
    loop {
        let after = inner.known().head;
        match connect::connect(&inner.address, after).await {
            Ok(session) => {
                inner.learn(session.head, session.standing);
                let fault = watch(&inner, session).await;
                inner.lost(&fault);
            }
            Err(fault) => inner.lost(&fault),
        }
        sleep(EACH).await;
    }
}

/// Watches until the session ends, and says why.
async fn watch(inner: &Inner, mut session: Session) -> Fault {
    let listening = session.client.batch_execute(rows::LISTEN);
    if let Err(fault) = session.within(PATIENCE, listening).await {
        return fault;
    }
    let mut waited = Instant::now();
    loop {
        // Either way it looks.
        let _ = timeout(EACH, session.news.notified()).await;
        // Another session could not go on, or nothing happened for a while: this one may speak with a server that was cut off.
        if !inner.known().standing.is_reached() || waited.elapsed() > CERTAIN {
            if let Err(fault) = session.wait_for_copies(&inner.address).await {
                return fault;
            }
            waited = Instant::now();
        }
        // What this node appends meanwhile is newer than what is asked for now.
        let known = inner.known().head;
        let looked = session.within(PATIENCE, rows::news(&session.client)).await;
        let believed = match looked {
            Ok((head, is_copied)) => session
                .believe(head, known, &inner.address)
                .await
                .and_then(|()| Ok((head, session.stand(is_copied, &inner.address)?))),
            Err(fault) => Err(fault),
        };
        match believed {
            Ok((head, standing)) => inner.learn(head, standing),
            Err(fault) => return fault,
        }
    }
}
