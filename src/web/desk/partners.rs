//! `/desk/partners`: telecom operators, banks and wallets, who of them is behind, and adding one.

use actix_web::{http::StatusCode, web};
use askama::Template;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    decision, idempotency,
    partner_form::{FIELDS, PartnerForm, new_partner},
    partner_view::PartnerView,
    refusal::Refusal,
    request::{Desk, Form},
};
use crate::{
    access::capability::{Admin, Auditor},
    domain::partner::Partner,
    web::{forms::Fields, page_context::PageContext, render::Answer},
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
    next: Option<Uuid>,
    form: PartnerForm,
}

async fn list(desk: Desk, fields: Fields) -> Answer {
    let form = PartnerForm::new(desk.lang());
    show(&desk, &fields, form, None).await
}

/// The list, with the form below its heading.
async fn show(desk: &Desk, fields: &Fields, form: PartnerForm, refusal: Option<Refusal>) -> Answer {
    let mut s = desk.context();
    let status = Refusal::show(refusal, &mut s)?;
    let (reader, after) = (Auditor::of(&desk.who)?, fields.cursor()?);
    let found = desk.ask(move |registry, _| registry.partners(&reader, after, ROWS));
    let (partners, next) = found.await?;
    let rows = partners.iter();
    let rows = rows.map(|partner| PartnerView::of(partner, &desk.state, s.lang));
    let template = PartnersPage {
        rows: rows.collect(),
        next,
        form,
        s,
    };
    desk.page(status, &template)
}

async fn add(Form { desk, fields }: Form) -> Answer {
    match added(&desk, &fields).await {
        Ok((partner, secret)) => secret_page(&desk, &partner, &secret),
        Err(refusal) => {
            let form = PartnerForm::typed(&fields, desk.lang());
            show(&desk, &fields, form, Some(refusal.in_form("add"))).await
        }
    }
}

async fn added(desk: &Desk, fields: &Fields) -> Result<(Partner, Zeroizing<String>), Refusal> {
    Admin::of(&desk.who)?;
    let new = new_partner(fields, desk.lang())?;
    let reason = decision::reason(fields)?;
    let admin = decision::administer(desk, fields).await?;
    let receipt = idempotency::receipt(desk, "POST /desk/partners", fields, &FIELDS);
    let work =
        desk.ask(move |registry, now| registry.add_partner(&admin, new, &reason, receipt, now));
    Ok(work.await?)
}

#[derive(Template)]
#[template(path = "desk/partner_secret.html")]
struct SecretPage {
    s: PageContext,
    id: Uuid,
    name: String,
    secret: String,
}

/// Shows the secret of a partner, here and nowhere else.
pub(super) fn secret_page(desk: &Desk, partner: &Partner, secret: &str) -> Answer {
    let template = SecretPage {
        id: partner.id,
        name: partner.name.clone(),
        secret: secret.to_owned(),
        // A switch of the language leaves the secret behind: it comes back to the partner.
        s: desk.context_at(format!("/desk/partners/{}", partner.id)),
    };
    desk.page(StatusCode::OK, &template)
}
