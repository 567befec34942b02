//! `/desk/partners/{id}`: one partner, what it may do, its key and its secret.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{
    partner_form::{PartnerForm, partner_edit},
    partner_view::PartnerView,
    partners::told,
    refusal::Refusal,
};
use crate::{
    access::capability::{Admin, Auditor},
    domain::partner::Partner,
    http::{extract::Id, headers::see_other, state::State},
    web::{
        failure::Failure,
        forms::{Desk, Fields},
        page_context::PageContext,
        render::{Page, page},
    },
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/partners/{id}", web::get().to(read))
        .route("/partners/{id}", web::post().to(edit))
        .route("/partners/{id}/secret", web::post().to(new_secret));
}

#[derive(Template)]
#[template(path = "desk/partner.html")]
struct PartnerPage {
    s: PageContext,
    partner: PartnerView,
    form: PartnerForm,
    error: Option<String>,
    saved: bool,
}

async fn load(state: &web::Data<State>, desk: &Desk, id: Uuid) -> Result<Partner, Failure> {
    let reader = Auditor::of(&desk.who)?;
    let registry = state.registry.clone();
    Ok(State::blocking(move || registry.partner(&reader, id)).await?)
}

async fn read(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    id: Id,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let partner = load(&state, &desk, id.0).await?;
    let s = desk.context(&request);
    let template = PartnerPage {
        partner: PartnerView::of(&s, &partner, &state),
        form: PartnerForm::of(&s, &partner),
        error: None,
        saved: fields.get("done") == "saved",
        s,
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}

async fn edit(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    id: Id,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    let admin = Admin::of(&desk.who)?;
    let s = desk.context(&request);
    let partner = id.0;
    let refusal = match partner_edit(&s, &fields) {
        Ok(change) => {
            // Without the version that was read there is nothing to compare with: never the newest.
            let version = Some(fields.get("version").parse().unwrap_or(0));
            let (registry, now) = (state.registry.clone(), state.now());
            let edited = State::blocking(move || {
                registry.edit_partner(&admin, partner, change, version, now)
            })
            .await;
            match edited {
                Ok(_) => return Ok(see_other(&format!("/desk/partners/{partner}?done=saved"))),
                Err(problem) => Refusal::of(&s, problem)?,
            }
        }
        Err(refusal) => refusal,
    };
    // The partner as it stands now, the form as it was filled in.
    let partner = load(&state, &desk, partner).await?;
    let template = PartnerPage {
        partner: PartnerView::of(&s, &partner, &state),
        form: PartnerForm::typed(&s, &fields),
        error: Some(refusal.words),
        saved: false,
        s,
    };
    page(&request, Page::Private(refusal.status), &template)
}

async fn new_secret(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    id: Id,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    let admin = Admin::of(&desk.who)?;
    let s = desk.context(&request);
    let (registry, now) = (state.registry.clone(), state.now());
    let (partner, secret) = State::blocking(move || registry.new_secret(&admin, id.0, now)).await?;
    told(&request, s, &partner, secret)
}
