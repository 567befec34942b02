//! Addresses that only take forms: whoever reloads one, or opens it again from the browser's history, is led to its page.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::http::headers::see_other;

/// Pages with forms of their own below each of their things: `/users/{id}/invite` belongs to `/users/{id}`.
const OF_ONE: [&str; 5] = ["listings", "imports", "users", "partners", "approvals"];

/// Others. They look like one thing of their page, so they are asked before those.
const OTHERS: [&str; 7] = [
    "/listings/find",
    "/imports/preview",
    "/imports/result",
    "/enrol/confirm",
    "/keys/retire",
    "/officials/remove",
    "/sign-out",
];

/// Each leads to the page above it.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    for place in OTHERS {
        config.route(place, web::get().to(above));
    }
    for things in OF_ONE {
        config.route(&format!("/{things}/{{id}}/{{form}}"), web::get().to(above));
    }
}

/// To the address without its last part.
async fn above(request: HttpRequest) -> HttpResponse {
    let page = request.path().rsplit_once('/');
    see_other(page.map_or("/desk", |(page, _)| page))
}
