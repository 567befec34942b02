//! Addresses that only take forms: whoever reloads one, or opens it again from the browser's history, is led to its page.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::http::headers::see_other;

/// Each leads to the page above it. The first ones look like one thing of their page, so they are asked before those.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/listings/find", web::get().to(above))
        .route("/imports/preview", web::get().to(above))
        .route("/imports/result", web::get().to(above))
        .route("/enrol/confirm", web::get().to(above))
        .route("/keys/retire", web::get().to(above))
        .route("/officials/remove", web::get().to(above))
        .route("/sign-out", web::get().to(above))
        .route("/reports/find", web::get().to(above))
        .route("/listings/{id}/{form}", web::get().to(above))
        .route("/imports/{id}/{form}", web::get().to(above))
        .route("/users/{id}/{form}", web::get().to(above))
        .route("/partners/{id}/{form}", web::get().to(above))
        .route("/approvals/{id}/{form}", web::get().to(above))
        .route("/reports/{id}/{form}", web::get().to(above));
}

/// To the address without its last part.
async fn above(request: HttpRequest) -> HttpResponse {
    let page = request.path().rsplit_once('/');
    see_other(page.map_or("/desk", |(page, _)| page))
}
