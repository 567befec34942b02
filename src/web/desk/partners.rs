//! `/desk/partners`: telecom operators, banks and wallets, who of them is behind, and adding one.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{
    idempotency,
    listing_row::cursor,
    partner_form::{FIELDS, PartnerForm, new_partner},
    partner_view::PartnerView,
    refusal::Refusal,
};
use crate::{
    access::capability::{Admin, Auditor},
    domain::partner::Partner,
    http::state::State,
    web::{
        failure::Failure,
        forms::{Desk, Fields},
        page_context::PageContext,
        render::{Page, page},
    },
};

/// Rows of a page.
const ROWS: usize = 50;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/partners", web::get().to(list))
        .route("/partners", web::post().to(add));
}

#[derive(Template)]
#[template(path = "desk/partners.html")]
struct PartnersPage {
    s: PageContext,
    rows: Vec<PartnerView>,
    next: Option<String>,
    form: PartnerForm,
    error: Option<String>,
}

async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let s = desk.context(&request);
    let form = PartnerForm::new(&s);
    show(&request, &state, &desk, &fields, (s, form, None)).await
}

/// The list, with the form below its heading.
async fn show(
    request: &HttpRequest,
    state: &web::Data<State>,
    desk: &Desk,
    fields: &Fields,
    (s, form, refusal): (PageContext, PartnerForm, Option<Refusal>),
) -> Result<HttpResponse, Failure> {
    let reader = Auditor::of(&desk.who)?;
    let after = cursor(fields)?;
    let registry = state.registry.clone();
    let (partners, next) = State::blocking(move || registry.partners(&reader, after, ROWS)).await?;
    let status = refusal.as_ref().map_or(StatusCode::OK, |r| r.status);
    let template = PartnersPage {
        rows: partners
            .iter()
            .map(|partner| PartnerView::of(&s, partner, state))
            .collect(),
        next: next.map(|id| id.to_string()),
        form,
        error: refusal.map(|refusal| refusal.words),
        s,
    };
    page(request, Page::Private(status), &template)
}

async fn add(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    let admin = Admin::of(&desk.who)?;
    let s = desk.context(&request);
    let refusal = match new_partner(&s, &fields) {
        Ok(new) => {
            let receipt = idempotency::receipt(&desk, "POST /desk/partners", &fields, &FIELDS);
            let (registry, now) = (state.registry.clone(), state.now());
            let made =
                State::blocking(move || registry.add_partner(&admin, new, receipt, now)).await;
            match made {
                Ok((partner, secret)) => return told(&request, s, &partner, secret),
                Err(problem) => Refusal::of(&s, problem)?,
            }
        }
        Err(refusal) => refusal,
    };
    let form = PartnerForm::typed(&s, &fields);
    let again = (s, form, Some(refusal));
    show(&request, &state, &desk, &fields, again).await
}

#[derive(Template)]
#[template(path = "desk/partner_secret.html")]
struct SecretPage {
    s: PageContext,
    id: String,
    name: String,
    secret: String,
}

/// Shows the secret of a partner, here and nowhere else.
pub(super) fn told(
    request: &HttpRequest,
    mut s: PageContext,
    partner: &Partner,
    secret: String,
) -> Result<HttpResponse, Failure> {
    // A switch of the language leaves the secret behind: it comes back to the partner.
    s.path = format!("/desk/partners/{}", partner.id);
    let template = SecretPage {
        id: partner.id.to_string(),
        name: partner.name.clone(),
        secret,
        s,
    };
    page(request, Page::Private(StatusCode::OK), &template)
}
