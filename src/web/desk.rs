//! The police desk: everything of the API that people do, as pages.

mod import;
mod imports;
mod listing;
mod listings;
mod propose;
mod queue;
mod sign_in;
mod view;

use actix_web::web;

/// Below `/desk`.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    sign_in::routes(config);
    queue::routes(config);
    listings::routes(config);
    listing::routes(config);
    propose::routes(config);
    imports::routes(config);
    import::routes(config);
}
