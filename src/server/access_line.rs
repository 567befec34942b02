//! One flat line a request, for whoever keeps such a log: what was asked for by its template, and how it was answered. Never
//! a path, a query, an address, a name or a number.

use std::time::Instant;

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};

use crate::{
    http::{
        author::Author,
        finish::REQUEST_ID,
        metrics::{UNMATCHED, method_label},
    },
    telemetry::ACCESS,
};

/// Answers a request and writes its line. The time is that until the answer begins: a long one goes on being sent.
///
/// # Errors
/// Those of what answers, passed on.
pub async fn note_request<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let begun = Instant::now();
    // Before it is answered: asking for the head is answered as asking for all.
    let method = method_label(request.method().as_str());
    let response = next.call(request).await?;
    let asked = response.request();
    let id = response.headers().get(REQUEST_ID);
    tracing::info!(
        target: ACCESS,
        parent: None,
        route = asked.match_pattern().as_deref().unwrap_or(UNMATCHED),
        method,
        status = response.status().as_u16(),
        ms = begun.elapsed().as_micros() as f64 / 1000.0,
        request_id = id.and_then(|id| id.to_str().ok()).unwrap_or_default(),
        caller = Author::kind(asked),
        "request"
    );
    Ok(response)
}
