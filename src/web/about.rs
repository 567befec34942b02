//! What this is, and what becomes of data.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{
    failure::Failure,
    page_context::{Nav, PageContext},
    render::{Page, page},
};
use crate::{
    domain::{
        identifier::Kind,
        intake::{length::Length, terms::Retention},
        listing::Validity,
    },
    http::state::State,
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    for slug in Nav::About.both() {
        config.route(&format!("/{slug}"), web::get().to(about));
    }
    for slug in Nav::Privacy.both() {
        config.route(&format!("/{slug}"), web::get().to(privacy));
    }
}

#[derive(Template)]
#[template(path = "about.html")]
struct AboutPage {
    s: PageContext,
    validity: Validity,
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct PrivacyPage {
    s: PageContext,
    kept: Retention,
}

async fn about(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Failure> {
    let template = AboutPage {
        s: PageContext::public(&request, Nav::About, ""),
        validity: state.registry.settings().validity,
    };
    page(&request, Page::Public, &template)
}

async fn privacy(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Failure> {
    let template = PrivacyPage {
        s: PageContext::public(&request, Nav::Privacy, ""),
        kept: state.registry.terms().retention.clone(),
    };
    page(&request, Page::Public, &template)
}

impl PrivacyPage {
    /// How long something is kept: `180 ngày`.
    fn long(&self, length: &Length) -> String {
        let (count, vi, en) = match length {
            Length::Seconds(count) => (count, "giây", "seconds"),
            Length::Minutes(count) => (count, "phút", "minutes"),
            Length::Hours(count) => (count, "giờ", "hours"),
            Length::Days(count) => (count, "ngày", "days"),
            Length::WorkingDays(count) => (count, "ngày làm việc", "working days"),
            Length::Months(count) => (count, "tháng", "months"),
        };
        format!("{count} {}", self.s.lang.pick(vi, en))
    }
}
