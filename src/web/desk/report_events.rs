//! `/desk/reports/events`: how many reports are open and how many can't wait, told whenever that changes (server-sent events).

use std::time::Duration;

use actix_web::{
    HttpResponse,
    http::header,
    web::{self, Bytes},
};
use tokio::sync::{mpsc, watch};

use super::request::Desk;
use crate::{
    access::capability::IntakeReader,
    http::{
        chunks::{Chunk, Chunks},
        state::State,
    },
    present::{problem::Problem, problem_code::ProblemCode},
    web::render::Answer,
};

/// Between signs of life, so that proxies keep the line open.
const ALIVE_EVERY: Duration = Duration::from_secs(15);
/// Longest stream: the browser asks anew, and the session is looked at again.
const LONGEST: Duration = Duration::from_secs(600);
/// Least time between two events: a burst of reports is told once.
const LEAST_BETWEEN: Duration = Duration::from_millis(500);
/// As many urgent ones as are counted.
const MOST_COUNTED: usize = 1_000;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/reports/events", web::get().to(read));
}

/// Nothing of a report is in it: only counts, in the reader's reach.
async fn read(desk: Desk) -> Answer {
    let reader = IntakeReader::of(&desk.who)?;
    let permit = desk.state.event_streams.take(desk.who.user().id);
    let permit =
        permit.ok_or_else(|| Problem::new(ProblemCode::Busy).header("Retry-After", "30"))?;
    let (sender, receiver) = mpsc::channel(1);
    let (state, mut stopping) = (desk.state.clone(), desk.state.stopping.clone());
    let mut written = state.registry.watch_reports();
    actix_web::rt::spawn(async move {
        let _permit = permit;
        let told = tell(&state, &reader, &mut written, &sender);
        tokio::select! {
            () = told => {}
            // The listener is gone: his place is another's at once, and not only when the next line can't be sent.
            () = sender.closed() => {}
            _ = stopping.wait_for(|stop| *stop) => {}
            () = tokio::time::sleep(LONGEST) => {}
        }
        let _ = sender.try_send(Chunk::End);
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .content_type("text/event-stream")
        .streaming(Chunks(receiver)))
}

/// Tells the counts until the listener is gone.
async fn tell(
    state: &State,
    reader: &IntakeReader,
    written: &mut watch::Receiver<u64>,
    sender: &mpsc::Sender<Chunk>,
) {
    let mut told = None;
    loop {
        written.mark_unchanged();
        let open = state.registry.open_report_count(reader);
        let urgent = state.registry.urgent_report_count(reader, MOST_COUNTED);
        if told != Some((open, urgent)) {
            told = Some((open, urgent));
            let event = format!("data: {{\"open\":{open},\"urgent\":{urgent}}}\n\n");
            if sender.send(Chunk::Bytes(event.into())).await.is_err() {
                return;
            }
        }
        loop {
            match tokio::time::timeout(ALIVE_EVERY, written.changed()).await {
                Ok(Ok(())) => break,
                Ok(Err(_)) => return,
                Err(_) => {
                    let alive = Chunk::Bytes(Bytes::from_static(b":\n\n"));
                    if sender.send(alive).await.is_err() {
                        return;
                    }
                }
            }
        }
        tokio::time::sleep(LEAST_BETWEEN).await;
    }
}
