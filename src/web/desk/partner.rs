//! `/desk/partners/{id}`: one partner, what it may do, its key and its secret.

use actix_web::web;
use askama::Template;
use uuid::Uuid;

use super::{
    decision,
    partner_form::{PartnerForm, partner_edit},
    partner_view::PartnerView,
    partners::secret_page,
    refusal::Refusal,
    request::{Desk, Form},
};
use crate::{
    access::capability::{Admin, Auditor},
    domain::partner::Partner,
    http::{extract::Id, headers::see_other},
    present::problem::Problem,
    web::{forms::Fields, page_context::PageContext, render::Answer},
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
}

async fn load(desk: &Desk, id: Uuid) -> Result<Partner, Problem> {
    let reader = Auditor::of(&desk.who)?;
    desk.ask(move |registry, _| registry.partner(&reader, id))
        .await
}

async fn read(desk: Desk, Id(id): Id, fields: Fields) -> Answer {
    let partner = load(&desk, id).await?;
    let mut s = desk.context();
    s.done = (fields.get("done") == "saved").then_some(s.lang.pick(
        "Đã lưu. Thay đổi có hiệu lực ngay.",
        "Saved. The change works at once.",
    ));
    let form = PartnerForm::of(&partner, s.lang);
    show(&desk, s, &partner, form, None)
}

fn show(
    desk: &Desk,
    mut s: PageContext,
    partner: &Partner,
    form: PartnerForm,
    refusal: Option<Refusal>,
) -> Answer {
    let status = Refusal::show(refusal, &mut s)?;
    let partner = PartnerView::of(partner, &desk.state, s.lang);
    desk.page(status, &PartnerPage { s, partner, form })
}

async fn edit(Form { desk, fields }: Form, Id(id): Id) -> Answer {
    let Err(refusal) = edited(&desk, &fields, id).await else {
        return Ok(see_other(&format!("/desk/partners/{id}?done=saved")));
    };
    // The partner as it stands now, the form as it was filled in.
    let partner = load(&desk, id).await?;
    let s = desk.context();
    let form = PartnerForm::typed(&fields, s.lang);
    let refusal = refusal.of_edit(s.lang).in_form("edit");
    show(&desk, s, &partner, form, Some(refusal))
}

async fn edited(desk: &Desk, fields: &Fields, id: Uuid) -> Result<Partner, Refusal> {
    Admin::of(&desk.who)?;
    let change = partner_edit(fields, desk.lang())?;
    let reason = decision::reason(fields)?;
    let admin = decision::administer(desk, fields).await?;
    let version = Some(fields.version());
    let work = desk
        .ask(move |registry, now| registry.edit_partner(&admin, id, change, version, &reason, now));
    Ok(work.await?)
}

async fn new_secret(Form { desk, fields }: Form, Id(id): Id) -> Answer {
    let made = async {
        Admin::of(&desk.who)?;
        let reason = decision::reason(&fields)?;
        let hours = fields.get("old_secret_hours").parse().unwrap_or_default();
        let admin = decision::administer(&desk, &fields).await?;
        let work =
            desk.ask(move |registry, now| registry.new_secret(&admin, id, hours, &reason, now));
        Ok::<_, Refusal>(work.await?)
    };
    match made.await {
        Ok((partner, secret)) => secret_page(&desk, &partner, &secret),
        Err(refusal) => {
            let partner = load(&desk, id).await?;
            let s = desk.context_at(format!("/desk/partners/{id}"));
            let form = PartnerForm::of(&partner, s.lang);
            show(&desk, s, &partner, form, Some(refusal.in_form("secret")))
        }
    }
}
