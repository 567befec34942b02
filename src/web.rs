//! Pages: the citizen's check and what belongs to it (`/vi`, `/en`), and the police desk (`/desk`). Everything works
//! without JavaScript, loads nothing from elsewhere, and keeps no number in an address.

mod about;
mod answer;
mod assets;
mod check;
pub mod cookies;
mod counter;
mod desk;
mod developers;
mod discovery;
mod failure;
mod failure_page;
mod first_call;
mod follow;
mod forms;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod icons;
mod menu_counts;
mod methods;
mod officials;
mod page_context;
mod paid;
mod posters;
mod problems;
mod public_listing;
mod qr;
mod reference;
mod render;
mod report;
mod sealing;
mod sent;
mod settings;
mod slip;
mod statistics;
#[cfg(test)]
mod texts;
mod transparency;

use actix_web::{middleware::from_fn, web};

pub use page_context::{Nav, PageContext};
pub use render::{Page, page};

pub use failure_page::{no_such_page, wants_page};

/// Adds the routes of a place.
type Routes = fn(&mut web::ServiceConfig);

/// Pages that errors and programs point to, outside the languages' addresses.
const OUTSIDE: [(&str, Routes); 2] = [
    ("/docs", reference::routes),
    ("/problems", problems::routes),
];

/// Every page and asset.
pub fn routes(config: &mut web::ServiceConfig) {
    assets::routes(config);
    discovery::routes(config);
    config
        .service(
            web::scope("/desk")
                .configure(desk::routes)
                .default_service(web::to(failure::not_found))
                .wrap(from_fn(failure_page::as_page)),
        )
        .service(
            web::scope("/settings")
                .configure(settings::routes)
                .wrap(from_fn(failure_page::as_page)),
        );
    for (place, below) in OUTSIDE {
        config.service(
            web::scope(place)
                .configure(below)
                .default_service(web::to(failure::not_found))
                .wrap(from_fn(failure_page::as_page)),
        );
    }
    for lang in ["/vi", "/en"] {
        config.service(
            web::scope(lang)
                .configure(check::routes)
                .configure(counter::routes)
                .configure(paid::routes)
                .configure(report::routes)
                .configure(follow::routes)
                .configure(methods::routes)
                .configure(posters::routes)
                .configure(officials::routes)
                .configure(statistics::routes)
                .configure(about::routes)
                .configure(transparency::routes)
                .configure(public_listing::routes)
                .configure(developers::routes)
                .default_service(web::to(failure::not_found))
                .wrap(from_fn(failure_page::as_page)),
        );
    }
    config.route("/", web::get().to(settings::home));
}
