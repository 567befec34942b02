//! JSON handlers, one file per subject of the contract. Each is thin: extract, call one function of
//! the registry, present.

pub mod approvals;
pub mod audit;
mod audit_change;
pub mod audit_export;
pub mod boards;
pub mod catalogue;
pub mod check;
pub mod check_image;
mod check_words;
pub mod clock;
pub mod document;
pub mod enrolment;
pub mod erasures;
pub mod feed;
pub mod followup;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub mod imports;
pub mod intake;
pub mod intake_acts;
pub mod intake_bodies;
pub mod intake_counter;
pub mod intake_decisions;
pub mod intake_files;
mod intake_request;
pub mod intake_sealed;
pub mod keys;
pub mod ledger;
pub mod listings;
pub mod local_check;
pub mod oauth;
pub mod officials;
pub mod partner_keys;
pub mod partners;
pub mod register;
mod report_body;
pub mod reports;
pub mod session;
pub mod sms;
pub mod sms_inbound;
mod sms_shapes;
pub mod statistics;
pub mod users;
mod view;
pub mod well_known;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

/// Every route of the public listener.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(check::check)
        .service(check::check_one)
        .service(check_image::check_image)
        .service(sms::sms)
        .service(sms::sms_of_gateway)
        .service(sms_inbound::sms_inbound)
        .service(reports::give_receipt)
        .service(reports::send_report)
        .service(followup::follow_report)
        .service(followup::message)
        .service(followup::withdraw)
        .service(followup::reopen)
        .service(followup::ask_review)
        .service(statistics::statistics)
        .service(intake_files::safe_copy)
        .service(intake_files::original)
        .service(catalogue::methods)
        .service(catalogue::one_method)
        .service(catalogue::banks)
        .service(catalogue::wallets)
        .service(catalogue::units)
        .service(catalogue::one_unit)
        .service(oauth::grant_token)
        .service(oauth::me)
        .service(session::sign_in)
        .service(session::refresh)
        .service(session::step_up)
        .service(session::sign_out)
        .service(session::sessions)
        .service(session::end_sessions)
        .service(session::end_one_session)
        .service(enrolment::enrol)
        .service(enrolment::confirm_enrolment)
        .service(listings::propose)
        .service(listings::list)
        .service(listings::get)
        .service(listings::confirm)
        .service(listings::reject)
        .service(listings::withdraw)
        .service(listings::renew)
        .service(listings::delist)
        .service(erasures::notes)
        .service(erasures::listing)
        .service(intake::list)
        .service(intake_counter::enter)
        .route(
            "/v1/intake/reports",
            web::route().to(intake_counter::not_allowed),
        )
        .service(intake::get)
        .service(intake::related)
        .service(intake_acts::acknowledge)
        .service(intake_acts::classify)
        .service(intake_acts::transfer)
        .service(intake_acts::accept)
        .service(intake_acts::send_back)
        .service(intake_acts::hand_over)
        .service(intake_acts::ask)
        .service(intake_acts::write)
        .service(intake_acts::bank_call)
        .service(intake_acts::link)
        .service(intake_acts::unlink)
        .service(intake_decisions::assign)
        .service(intake_decisions::suspend)
        .service(intake_decisions::resume)
        .service(intake_decisions::extend)
        .service(intake_decisions::resolve)
        .service(intake_decisions::reopen)
        .service(intake_decisions::hold)
        .service(intake_decisions::unhold)
        .service(intake_sealed::open)
        .service(intake_sealed::propose)
        .service(intake_sealed::reissue)
        .service(register::get)
        .service(boards::get)
        .service(imports::upload)
        .service(imports::list)
        .service(imports::get)
        .service(imports::confirm)
        .service(imports::reject)
        .service(imports::withdraw)
        .service(users::add)
        .service(users::list)
        .service(users::get)
        .service(users::edit)
        .service(users::invite)
        .service(users::end_sessions)
        .service(partners::add)
        .service(partners::list)
        .service(partners::get)
        .service(partners::edit)
        .service(partners::new_secret)
        .service(officials::list)
        .service(officials::add)
        .service(officials::remove)
        .service(approvals::list)
        .service(approvals::get)
        .service(approvals::agree)
        .service(approvals::refuse)
        .service(keys::list)
        .service(keys::rotate)
        .service(keys::retire)
        .service(clock::confirm)
        .service(audit::list)
        .service(audit_export::export)
        .service(feed::snapshot::get_snapshot)
        .service(feed::changes::get_changes)
        .service(feed::officials::get_officials)
        .service(feed::acks::acknowledge)
        .service(feed::events::get_events)
        .service(ledger::checkpoint)
        .service(ledger::tile)
        .service(ledger::proof)
        .service(ledger::consistency)
        .service(ledger::key)
        .service(ledger::add_key)
        .service(ledger::retire_key)
        .service(well_known::jwks)
        .service(well_known::authorization_server)
        .service(well_known::healthz)
        .service(well_known::readyz);
}

/// What stands beside the API: its document. Readable forms of it are pages.
pub fn pages(config: &mut web::ServiceConfig) {
    config.route("/openapi.json", web::get().to(well_known::openapi));
}
