//! `GET /v1/feed/events`.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    web::{self, Bytes},
};
use tokio::sync::mpsc;

use super::{Chunk, Chunks, caller};
use crate::{
    http::{finish::asked_for_head, state::State},
    present::{
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
};

/// Between signs of life, so that proxies keep the line open.
const ALIVE_EVERY: Duration = Duration::from_secs(15);
/// Longest stream: a token is good for ten minutes, and so is what it opened.
const LONGEST: Duration = Duration::from_secs(600);

/// Says only that the feed is at a size: `event: head`, `data: {"size":N}`, now and whenever it grows
/// (server-sent events). What happened is in the changes.
#[utoipa::path(
    operation_id = "get_feed_events",
    tag = "feed",
    responses(
        (status = 200, body = String, content_type = "text/event-stream"),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("partner" = ["feed:read"]), ("partner_secret" = [])),
)]
#[get("/v1/feed/events")]
pub async fn get_events(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let caller = caller(&request, &state)?;
    if asked_for_head(&request) {
        // There is no end of the body to wait for.
        return Ok(HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .content_type("text/event-stream")
            .finish());
    }
    let permit = state
        .event_streams
        .take(caller.partner_id())
        .ok_or_else(|| Problem::new(ProblemCode::Busy).header("Retry-After", "30"))?;
    let (sender, receiver) = mpsc::channel(1);
    let mut head = state.registry.index().watch();
    let mut stopping = state.stopping.clone();
    actix_web::rt::spawn(async move {
        let _permit = permit;
        let told = tell(&mut head, &sender);
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

/// Tells each size until the listener is gone.
async fn tell(head: &mut tokio::sync::watch::Receiver<u64>, sender: &mpsc::Sender<Chunk>) {
    loop {
        let size = *head.borrow_and_update();
        let event = format!("event: head\ndata: {{\"size\":{size}}}\n\n");
        if sender.send(Chunk::Bytes(event.into())).await.is_err() {
            return;
        }
        loop {
            match tokio::time::timeout(ALIVE_EVERY, head.changed()).await {
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
    }
}
