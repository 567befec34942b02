//! The police desk: everything of the API that people do, as pages.

mod approvals;
mod asked;
mod audit;
mod clock;
mod decision;
mod detail;
mod idempotency;
mod import;
mod import_rows;
mod imports;
mod keys;
mod listing;
mod listing_row;
mod listings;
mod officials;
mod own_account;
mod partner;
mod partner_form;
mod partner_view;
mod partners;
mod preview;
mod propose;
mod queue;
mod refusal;
mod report_files;
mod request;
mod several;
mod sign_in;
mod stale;
mod unit_choice;
mod units;
mod user;
mod user_form;
mod user_view;
mod users;
mod work;

use actix_web::web;

/// Below `/desk`.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    import_rows::routes(config);
    stale::routes(config);
    sign_in::routes(config);
    work::routes(config);
    queue::routes(config);
    several::routes(config);
    listings::routes(config);
    listing::routes(config);
    propose::routes(config);
    imports::routes(config);
    preview::routes(config);
    import::routes(config);
    users::routes(config);
    user::routes(config);
    partners::routes(config);
    partner::routes(config);
    officials::routes(config);
    units::routes(config);
    keys::routes(config);
    clock::routes(config);
    audit::routes(config);
    approvals::routes(config);
    own_account::routes(config);
    report_files::routes(config);
}
