//! One listing on a page of its own, and the decisions on it.

use actix_web::{HttpResponse, web};
use askama::Template;
use uuid::Uuid;

use super::{
    approvals,
    asked::Asked,
    decision,
    detail::Detail,
    queue,
    refusal::Refusal,
    request::{Desk, Form},
};
use crate::{
    access::capability::{Admin, Officer, Supervisor},
    domain::listing::{Decision, Listing},
    http::{extract::Id, headers::see_other},
    present::problem_code::ProblemCode,
    web::{failure::Failure, forms::Fields, page_context::PageContext, render::Answer},
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/listings/{id}", web::get().to(read))
        .route("/listings/{id}/erase", web::post().to(erase_notes))
        .route(
            "/listings/{id}/erase-listing",
            web::post().to(erase_listing),
        )
        .route("/listings/{id}/{decision}", web::post().to(decide));
}

#[derive(Template)]
#[template(path = "desk/listing.html")]
struct ListingPage {
    s: PageContext,
    d: Detail,
}

async fn read(desk: Desk, Id(id): Id, fields: Fields) -> Answer {
    let mut d = Detail::open(&desk, id).await?;
    d.done = fields.get("done") == "1";
    if fields.has("order") {
        d = d.in_queue(&Asked::of(&fields));
    }
    show(&desk, d, None)
}

/// The page, with why a decision was not taken.
fn show(desk: &Desk, d: Detail, refusal: Option<Refusal>) -> Answer {
    let mut s = desk.context_at(format!("/desk/listings/{}", d.l.id));
    let status = Refusal::show(refusal, &mut s)?;
    desk.page(status, &ListingPage { s, d })
}

fn decision_of(word: &str) -> Result<Decision, Failure> {
    Ok(match word {
        "confirm" => Decision::Confirm,
        "reject" => Decision::Reject,
        "renew" => Decision::Renew,
        "delist" => Decision::Delist,
        _ => return Err(Failure::of(ProblemCode::NotFound)),
    })
}

fn done(id: Uuid) -> HttpResponse {
    see_other(&format!("/desk/listings/{id}?done=1"))
}

async fn decide(
    Form { desk, fields }: Form,
    Id(id): Id,
    path: web::Path<(String, String)>,
) -> Answer {
    let (_, word) = path.into_inner();
    if word == "withdraw" {
        let officer = Officer::of(&desk.who)?;
        let work = desk.ask(move |registry, now| registry.withdraw(&officer, id, now));
        return match work.await {
            Ok(_) => Ok(done(id)),
            Err(problem) => refused(&desk, &fields, id, "", problem.into()).await,
        };
    }
    let decision = decision_of(&word)?;
    // Found while this one still waits: its place tells what comes next.
    let asked = match fields.get("queue") {
        "" => None,
        query => Some(Asked::parse(query)),
    };
    let behind = match &asked {
        Some(asked) => queue::behind(&desk, asked, id).await.unwrap_or_default(),
        None => Vec::new(),
    };
    match decided(&desk, &fields, id, decision).await {
        Ok(_) => {
            let Some(asked) = asked else {
                return Ok(done(id));
            };
            // The decision is made: what comes next is no reason to tell of a failure.
            let next = queue::next_of(&desk, &asked, &behind).await;
            let next = next.ok().flatten();
            let open = next.map_or_else(String::new, |next| format!("&open={next}#open"));
            let query = asked.query();
            Ok(see_other(&format!("/desk/queue?done=1&{query}{open}")))
        }
        Err(refusal) => refused(&desk, &fields, id, "", refusal.in_form("")).await,
    }
}

/// The listing as it stands now, with what was typed and why it was not taken.
async fn refused(
    desk: &Desk,
    fields: &Fields,
    id: Uuid,
    form: &'static str,
    refusal: Refusal,
) -> Answer {
    let mut d = Detail::open(desk, id).await?;
    if refusal.is(ProblemCode::StaleVersion) {
        d.read_version = fields.version();
    }
    d.reason = fields.get("reason").to_owned();
    d.refused = form;
    match fields.get("queue") {
        "" => show(desk, d, Some(refusal)),
        query => {
            let asked = Asked::parse(query);
            queue::show_refused(desk, asked, d, refusal).await
        }
    }
}

async fn decided(
    desk: &Desk,
    fields: &Fields,
    id: Uuid,
    decision: Decision,
) -> Result<Listing, Refusal> {
    Supervisor::of(&desk.who)?;
    let (reason, version) = (decision::reason(fields)?, fields.version());
    let who = decision::step_up(desk, fields).await?;
    let supervisor = Supervisor::fresh(&who, desk.state.now())?;
    let work = desk
        .ask(move |registry, now| registry.decide(&supervisor, id, version, decision, reason, now));
    Ok(work.await?)
}

/// Asks for the notes and reasons to be destroyed, for ever.
async fn erase_notes(Form { desk, fields }: Form, Id(id): Id) -> Answer {
    Admin::of(&desk.who)?;
    let asked = async {
        let reason = decision::reason(&fields)?;
        let admin = decision::administer(&desk, &fields).await?;
        let work = desk.ask(move |registry, now| registry.erase_notes(&admin, id, &reason, now));
        Ok::<_, Refusal>(work.await?)
    };
    match asked.await {
        Ok(approval) => Ok(approvals::asked(&approval)),
        Err(refusal) => refused(&desk, &fields, id, "notes", refusal.in_form("notes")).await,
    }
}

/// Asks for everything to be destroyed that says whom the listing is about, for ever.
async fn erase_listing(Form { desk, fields }: Form, Id(id): Id) -> Answer {
    Admin::of(&desk.who)?;
    let asked = async {
        let (reason, version) = (decision::reason(&fields)?, fields.version());
        let admin = decision::administer(&desk, &fields).await?;
        let work = desk
            .ask(move |registry, now| registry.erase_listing(&admin, id, version, &reason, now));
        Ok::<_, Refusal>(work.await?)
    };
    match asked.await {
        Ok(approval) => Ok(approvals::asked(&approval)),
        Err(refusal) => refused(&desk, &fields, id, "number", refusal.in_form("number")).await,
    }
}
