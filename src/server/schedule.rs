//! What happens by itself while the service runs.

use std::{sync::Arc, time::Duration};

use actix_web::web;
use tokio::sync::watch;

use super::clock::now;
use crate::{http::state::State, registry::Registry};

/// What happens by itself, every few seconds and at once after start-up: something may have fallen
/// due while the program was down.
pub(super) async fn run(
    state: web::Data<State>,
    every: Duration,
    mut stopping: watch::Receiver<bool>,
) {
    const TIDY_EVERY: u32 = 360;
    let registry = state.registry.clone();
    let (looked_at, stopped) = (registry.clone(), stopping.clone());
    tokio::task::spawn_blocking(move || looked_at.check_leaves(&|| *stopped.borrow()));
    for round in 0u32.. {
        let (registry, stopped) = (registry.clone(), stopping.clone());
        let work = tokio::task::spawn_blocking(move || {
            work_of_time(&registry, round % TIDY_EVERY == 0, &|| *stopped.borrow());
        });
        if work.await.is_ok() {
            state.metrics.standing.round_ended();
        }
        keep_contacts(&state).await;
        let stop = stopping.wait_for(|stop| *stop);
        if tokio::time::timeout(every, stop).await.is_ok() {
            keep_contacts(&state).await;
            return;
        }
    }
}

/// Looks at every row of the store from time to time.
pub(super) async fn watch_store(
    registry: Arc<Registry>,
    first: Duration,
    every: Duration,
    mut stopping: watch::Receiver<bool>,
) {
    let mut patience = first;
    while tokio::time::timeout(patience, stopping.wait_for(|stop| *stop))
        .await
        .is_err()
    {
        let (registry, stopped) = (registry.clone(), stopping.clone());
        let look = move || match registry.check_store(&|| *stopped.borrow()) {
            Ok(()) => tracing::info!("every row of the store was looked at"),
            Err(error) => tracing::error!(%error, "the store is damaged"),
        };
        let _ = tokio::task::spawn_blocking(look).await;
        patience = every;
    }
}

/// Keeps the public counts fresh, from the start on. Beside the other work of time: that must not wait for it.
pub(super) async fn keep_counts(
    registry: Arc<Registry>,
    every: Duration,
    mut stopping: watch::Receiver<bool>,
) {
    loop {
        let (registry, stopped) = (registry.clone(), stopping.clone());
        let count = move || match registry.count_anew(now(), &|| *stopped.borrow()) {
            Ok(true) => tracing::debug!("the listings were counted"),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the listings could not be counted yet"),
        };
        let _ = tokio::task::spawn_blocking(count).await;
        let stop = stopping.wait_for(|stop| *stop);
        if tokio::time::timeout(every, stop).await.is_ok() {
            return;
        }
    }
}

/// Counts reports for the operator's figures, each minute: clocks run late without anything being written.
pub(super) async fn count_reports(registry: Arc<Registry>, mut stopping: watch::Receiver<bool>) {
    const EVERY: Duration = Duration::from_secs(60);
    loop {
        let registry = registry.clone();
        let count = move || match registry.count_reports(now()) {
            Ok(()) => {}
            Err(error) => tracing::warn!(%error, "reports could not be counted yet"),
        };
        let _ = tokio::task::spawn_blocking(count).await;
        let stop = stopping.wait_for(|stop| *stop);
        if tokio::time::timeout(EVERY, stop).await.is_ok() {
            return;
        }
    }
}

/// Writes down what partners said of their copies, when there is something new.
async fn keep_contacts(state: &web::Data<State>) {
    let state = state.clone();
    let kept = tokio::task::spawn_blocking(move || {
        state.partners_seen.keep(&state.registry.contacts_path())
    });
    if let Ok(Err(error)) = kept.await {
        tracing::warn!(%error, "what partners said of their copies could not be written down yet");
    }
}

/// What is done last, once nothing is asked any more. The store is brought up to the journal: when it is ahead of a journal
/// that was cut afterwards, the next start knows that records are missing.
pub(super) fn end(registry: &Registry) {
    write_trail(registry, true);
    if let Err(error) = registry.flush() {
        tracing::warn!(%error, "the store could not be flushed; the next start brings it up to the journal");
    }
}

/// Writes down what the audit trail gathered: what is due, or all of it.
fn write_trail(registry: &Registry, all: bool) {
    if registry.waits_for_operator() {
        return;
    }
    if let Err(error) = registry.write_trail(now(), all) {
        tracing::warn!(%error, "what the audit trail gathered could not be written yet");
    }
}

/// One round of what happens by itself. What only time decides waits while the clock is held.
fn work_of_time(registry: &Registry, is_tidying: bool, stop: &dyn Fn() -> bool) {
    let now = now();
    let is_held = registry.look_at_clock(now);
    if registry.waits_for_operator() {
        return;
    }
    if !is_held {
        match registry.expire_due(now, stop) {
            Ok(0) => {}
            Ok(expired) => tracing::info!(expired, "listings expired"),
            Err(error) => tracing::warn!(%error, "expiries could not be written yet"),
        }
    }
    if !is_held && let Err(error) = registry.erase_lapsed(now) {
        tracing::warn!(%error, "what was kept until now could not be erased yet");
    }
    if !is_held && let Err(error) = registry.pass_time_on_reports(now, stop) {
        tracing::warn!(%error, "what fell due of reports could not be written yet");
    }
    write_trail(registry, false);
    let alive = registry.beat_if_quiet(now);
    let erased = registry.finish_erasures(now);
    if let Err(error) = alive.and(erased) {
        tracing::warn!(%error, "a sign of life or an erasure could not be written yet");
    }
    if is_tidying
        && !is_held
        && let Err(error) = registry.tidy(now)
    {
        tracing::warn!(%error, "old receipts and sessions could not be dropped yet");
    }
    if is_tidying
        && !is_held
        && let Err(error) = registry.lapse_approvals(now)
    {
        tracing::warn!(%error, "approvals whose time is over could not be closed yet");
    }
    if is_tidying
        && !is_held
        && let Err(error) = registry.sweep_files(now)
    {
        tracing::warn!(%error, "files that nothing names could not be removed yet");
    }
}
