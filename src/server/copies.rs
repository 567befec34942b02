//! Safe copies of reports' files are made while the service runs, by the bounded worker.

use std::time::Duration;

use actix_web::web;
use tokio::sync::watch;

use super::clock::now;
use crate::{http::state::State, registry::report::files::PendingCopy};

/// How long is waited after a fault, or for what was not told.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes safe copies of what waits for one, from the start on and whenever a report came or changed.
pub(super) async fn run(state: web::Data<State>, mut stopping: watch::Receiver<bool>) {
    let mut written = state.registry.watch_reports();
    loop {
        written.mark_unchanged();
        let more = round(&state, &stopping).await;
        let stop = stopping.wait_for(|stop| *stop);
        if more {
            if tokio::time::timeout(Duration::ZERO, stop).await.is_ok() {
                return;
            }
            continue;
        }
        tokio::select! {
            _ = stop => return,
            _ = tokio::time::timeout(PATIENCE, written.changed()) => {}
        }
    }
}

/// Copies what waits now. Returns whether there may be more at once.
async fn round(state: &web::Data<State>, stopping: &watch::Receiver<bool>) -> bool {
    let registry = state.registry.clone();
    let waiting = tokio::task::spawn_blocking(move || registry.pending_copies()).await;
    let Ok(Ok(waiting)) = waiting else {
        return false;
    };
    let mut done = false;
    for file in waiting {
        if *stopping.borrow() {
            return false;
        }
        done |= copy(state, file).await;
    }
    done
}

/// Copies one file. Returns whether that is over with, by a copy or because there can't be one.
async fn copy(state: &web::Data<State>, file: PendingCopy) -> bool {
    let answer = state.readers.safe_copy(&file.bytes).await;
    let copy = match answer {
        Ok(Ok(copy)) => Some((copy.kind, copy.bytes)),
        Ok(Err(_)) => None,
        // The file did that to whoever read it: nobody tries again.
        Err(end) if end.is_of_file() => None,
        Err(_) => return false,
    };
    let registry = state.registry.clone();
    let noted = tokio::task::spawn_blocking(move || {
        registry.note_copy(file.report, file.file, copy, now())
    });
    match noted.await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::warn!(%error, "a safe copy could not be kept yet");
            false
        }
        Err(_) => false,
    }
}
