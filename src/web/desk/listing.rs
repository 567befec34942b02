//! One listing: its content, its history, and the decisions on exactly that content.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{
    approvals, decision,
    listing_row::display_of,
    queue::{self, Asked},
    refusal::Refusal,
    request::{Desk, Form},
};
use crate::{
    access::capability::{Admin, Officer, Reader, Supervisor},
    domain::{
        change::Actor,
        listing::{Decision, Listing, Status},
        time::Time,
    },
    http::{extract::Id, headers::see_other},
    present::{problem::Problem, problem_code::ProblemCode, words},
    registry::import::reason_text,
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

/// How the button of a decision is drawn that changes little.
const SECONDARY: &str = " govuk-button--secondary";

#[derive(Template)]
#[template(path = "desk/listing.html")]
struct ListingPage {
    s: PageContext,
    l: Content,
    /// Decisions open to the reader: word for the address, label, how its button is drawn. What can't be taken back stands
    /// second.
    decisions: Vec<(&'static str, &'static str, &'static str)>,
    /// The reader proposed it, and so can't be the second officer.
    own: bool,
    /// The reader proposed it, and nobody has decided on it.
    withdraws: bool,
    reason: String,
    /// The content that was read when a decision came too late; what came after it is marked.
    read_version: u32,
    done: bool,
    /// The queue that the reader goes through, as its address says it; empty for none.
    query: String,
}

/// What stands in a listing, as the page shows it.
struct Content {
    id: Uuid,
    version: u32,
    display: String,
    key: String,
    kind: &'static str,
    method: &'static str,
    method_slug: &'static str,
    unit: &'static str,
    unit_code: &'static str,
    status: Status,
    status_word: &'static str,
    listed_at: String,
    valid_until: String,
    ledger: String,
    /// Nobody waits for a decision on it, and it is not public.
    is_over: bool,
    /// It says whom it is about, and is over.
    is_erasable: bool,
    /// It waits, and nobody in particular proposed it.
    is_of_machine: bool,
    import: Option<(Uuid, u32, bool)>,
    /// Why the reader of its list was not sure.
    doubt: String,
    history: Vec<Line>,
}

/// One line of the history.
struct Line {
    at: String,
    who: String,
    deed: &'static str,
    why: Option<String>,
    /// The content's version that this deed made.
    version: u32,
}

async fn load(desk: &Desk, id: Uuid) -> Result<Listing, Problem> {
    let reader = Reader::of(&desk.who)?;
    desk.ask(move |registry, _| registry.listing(&reader, id))
        .await
}

async fn read(desk: Desk, Id(id): Id, fields: Fields) -> Answer {
    let listing = load(&desk, id).await?;
    let mut template = present(&desk, &listing)?;
    template.done = fields.get("done") == "1";
    if fields.has("order") {
        template.query = Asked::of(&fields).query();
    }
    template.l.doubt = doubt(&desk, &listing).await?;
    desk.page(StatusCode::OK, &template)
}

/// Why the reader of an office list was not sure of the row that a proposal came from.
async fn doubt(desk: &Desk, listing: &Listing) -> Result<String, Problem> {
    let Some(line) = listing.import.filter(|line| line.doubtful) else {
        return Ok(String::new());
    };
    let reader = Reader::of(&desk.who)?;
    let row = desk.ask(move |registry, _| registry.import_row(&reader, line));
    let code = row.await?.and_then(|row| row.reason);
    let reason = code.as_deref().and_then(reason_text);
    let told = reason.map(|reason| desk.lang().pick(reason.detail_vi, reason.detail_en));
    Ok(told.unwrap_or_default().to_owned())
}

fn present(desk: &Desk, listing: &Listing) -> Result<ListingPage, Failure> {
    let s = desk.context_at(format!("/desk/listings/{}", listing.id));
    let me = Actor::User(desk.who.user().id);
    let supervises = Supervisor::of(&desk.who).is_ok_and(|who| who.covers(listing.unit));
    let own = listing.proposed_by == me && listing.status == Status::Proposed;
    let decisions = match listing.status {
        Status::Proposed if supervises => vec![
            ("reject", s.t("Không chấp nhận", "Reject"), SECONDARY),
            (
                "confirm",
                s.t("Xác nhận: cảnh báo công khai", "Confirm: warn the public"),
                "",
            ),
        ],
        Status::Listed if supervises => vec![
            (
                "renew",
                s.t("Gia hạn theo chứng cứ mới", "Renew on new evidence"),
                SECONDARY,
            ),
            (
                "delist",
                s.t("Gỡ khỏi danh sách", "Delist"),
                " govuk-button--warning",
            ),
        ],
        Status::Proposed
        | Status::Listed
        | Status::Rejected
        | Status::Expired
        | Status::Delisted => Vec::new(),
    };
    Ok(ListingPage {
        l: content(desk, listing)?,
        decisions: decisions
            .into_iter()
            .filter(|(word, ..)| !(own && *word == "confirm"))
            .collect(),
        withdraws: own,
        own: own && supervises,
        reason: String::new(),
        read_version: listing.version,
        done: false,
        query: String::new(),
        s,
    })
}

fn content(desk: &Desk, listing: &Listing) -> Result<Content, Failure> {
    let lang = desk.lang();
    let date = |at: Option<Time>| at.map(|at| words::day(at, lang)).unwrap_or_default();
    // Each deed makes the next version, and so does erasing words: the last lines are the newest versions.
    let events = u32::try_from(listing.history.len()).unwrap_or(u32::MAX);
    let before = listing.version.saturating_sub(events);
    let history = listing
        .history
        .iter()
        .zip(1..)
        .map(|(event, nth): (_, u32)| {
            Ok(Line {
                at: words::moment(event.at, lang),
                who: desk.name_of(event.by)?,
                deed: words::deed(event.deed, lang),
                why: event.why.clone(),
                version: before + nth,
            })
        })
        .collect::<Result<_, Failure>>()?;
    Ok(Content {
        id: listing.id,
        version: listing.version,
        display: display_of(listing, lang),
        key: listing
            .identifier()
            .map(|identifier| identifier.key().as_str().to_owned())
            .unwrap_or_default(),
        kind: words::kind(listing.kind, lang),
        method: words::method(listing.method, lang),
        method_slug: listing.method.slug(),
        unit: words::unit(listing.unit, lang),
        unit_code: listing.unit.as_str(),
        status: listing.status,
        status_word: words::listing_status(listing.status, lang),
        listed_at: date(listing.listed_at),
        valid_until: date(listing.valid_until),
        ledger: listing
            .ledger_index
            .map(|index| index.to_string())
            .unwrap_or_default(),
        is_over: listing.may_be_erased(),
        is_erasable: listing.may_be_erased() && listing.subject.is_some(),
        is_of_machine: listing.status == Status::Proposed && listing.wants_adoption(),
        import: listing
            .import
            .map(|line| (line.import, line.line, line.doubtful)),
        doubt: String::new(),
        history,
    })
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
            Err(problem) => refused(&desk, &fields, id, problem.into()).await,
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
            let place = next.map(|next| format!("/desk/listings/{next}"));
            let place = place.as_deref().unwrap_or("/desk");
            Ok(see_other(&format!("{place}?done=1&{}", asked.query())))
        }
        Err(refusal) => refused(&desk, &fields, id, refusal.in_form("")).await,
    }
}

/// The listing as it stands now, with what was typed and why it was not taken.
async fn refused(desk: &Desk, fields: &Fields, id: Uuid, refusal: Refusal) -> Answer {
    let listing = load(desk, id).await?;
    let mut template = present(desk, &listing)?;
    template.l.doubt = doubt(desk, &listing).await?;
    if refusal.is(ProblemCode::StaleVersion) {
        template.read_version = fields.version();
    }
    template.reason = fields.get("reason").to_owned();
    if !fields.get("queue").is_empty() {
        template.query = Asked::parse(fields.get("queue")).query();
    }
    let status = Refusal::show(Some(refusal), &mut template.s)?;
    desk.page(status, &template)
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
        Err(refusal) => refused(&desk, &fields, id, refusal.in_form("notes")).await,
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
        Err(refusal) => refused(&desk, &fields, id, refusal.in_form("number")).await,
    }
}
