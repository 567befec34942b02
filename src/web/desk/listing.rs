//! One listing: its content, its history, and the decisions on exactly that content.

use actix_web::{HttpRequest, HttpResponse, ResponseError, http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{decision, listing_row};
use crate::{
    access::capability::{Admin, Reader, Supervisor},
    domain::{
        change::Actor,
        listing::{Decision, Listing, Refusal, Status},
        user::Username,
    },
    http::{headers::see_other, state::State},
    present::{problem::Problem, words},
    registry::RegistryError,
    state::refused::Refused,
    web::{
        failure::Failure,
        forms::{Desk, Fields},
        page_context::PageContext,
        render::{Page, page},
    },
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/listings/{id}", web::get().to(show))
        .route("/listings/{id}/{decision}", web::post().to(decide));
}

#[derive(Template)]
#[template(path = "desk/listing.html")]
struct ListingPage {
    s: PageContext,
    l: Content,
    /// Decisions open to the reader: word for the address, label, whether it warns the public.
    decisions: Vec<(&'static str, &'static str, bool)>,
    /// The reader proposed it, and so can't be the second officer.
    own: bool,
    /// The second factor must be shown with the decision.
    wants_code: bool,
    error: Option<String>,
    reason: String,
    /// The content that was read when a decision came too late; what came after it is marked.
    read_version: u32,
    done: bool,
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
    /// It says whom it is about, and is over.
    is_erasable: bool,
    import: Option<(Uuid, u32, bool)>,
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

fn id_of(path: &str) -> Result<Uuid, Failure> {
    Uuid::try_parse(path).map_err(|_| Failure::of("not-found"))
}

async fn show(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    path: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let listing = load(&state, &desk, id_of(&path)?).await?;
    let mut template = present(&request, &state, &desk, &listing)?;
    template.done = fields.get("done") == "1";
    page(&request, Page::Private(StatusCode::OK), &template)
}

async fn load(state: &web::Data<State>, desk: &Desk, id: Uuid) -> Result<Listing, Failure> {
    let reader = Reader::of(&desk.who)?;
    let inner = state.clone();
    Ok(State::blocking(move || inner.registry.listing(&reader, id)).await?)
}

fn present(
    request: &HttpRequest,
    state: &State,
    desk: &Desk,
    listing: &Listing,
) -> Result<ListingPage, Failure> {
    let s = desk.context(request);
    let me = Actor::User(desk.who.user().id);
    let supervises = Supervisor::of(&desk.who).is_ok_and(|who| who.covers(listing.unit));
    let own = listing.proposed_by == me && listing.status == Status::Proposed;
    let decisions = match listing.status {
        Status::Proposed if supervises => vec![
            (
                "confirm",
                s.t("Xác nhận: cảnh báo công khai", "Confirm: warn the public"),
                true,
            ),
            ("reject", s.t("Không chấp nhận", "Reject"), false),
        ],
        Status::Listed if supervises => vec![
            (
                "renew",
                s.t("Gia hạn theo chứng cứ mới", "Renew on new evidence"),
                false,
            ),
            ("delist", s.t("Gỡ khỏi danh sách", "Delist"), true),
        ],
        _ => Vec::new(),
    };
    Ok(ListingPage {
        l: content(&s, state, listing)?,
        decisions: decisions
            .into_iter()
            .filter(|(word, ..)| !(own && *word == "confirm"))
            .collect(),
        own: own && supervises,
        wants_code: Supervisor::fresh(&desk.who, state.now()).is_err(),
        error: None,
        reason: String::new(),
        read_version: listing.version,
        done: false,
        s,
    })
}

fn content(s: &PageContext, state: &State, listing: &Listing) -> Result<Content, Failure> {
    // Each deed makes the next version, and so does erasing words: the last lines are the newest versions.
    let events = u32::try_from(listing.history.len()).unwrap_or(u32::MAX);
    let before = listing.version.saturating_sub(events);
    let history = listing
        .history
        .iter()
        .zip(1..)
        .map(|(event, nth): (_, u32)| {
            Ok(Line {
                at: words::moment(event.at, s.lang),
                who: name_of(s, state, event.by)?,
                deed: words::deed(event.deed, s.lang),
                why: event.why.clone(),
                version: before + nth,
            })
        })
        .collect::<Result<_, Failure>>()?;
    Ok(Content {
        id: listing.id,
        version: listing.version,
        display: listing_row::display_of(s, listing),
        key: listing
            .identifier()
            .map(|identifier| identifier.key().as_str().to_owned())
            .unwrap_or_default(),
        kind: words::kind(listing.kind, s.lang),
        method: words::method(listing.method, s.lang),
        method_slug: listing.method.slug(),
        unit: words::unit(listing.unit, s.lang),
        unit_code: listing.unit.as_str(),
        status: listing.status,
        status_word: words::listing_status(listing.status, s.lang),
        listed_at: listing
            .listed_at
            .map(|at| words::day(at, s.lang))
            .unwrap_or_default(),
        valid_until: listing
            .valid_until
            .map(|at| words::day(at, s.lang))
            .unwrap_or_default(),
        ledger: listing
            .ledger_index
            .map(|index| index.to_string())
            .unwrap_or_default(),
        is_erasable: listing.may_be_erased() && listing.subject.is_some(),
        import: listing
            .import
            .map(|line| (line.import, line.line, line.doubtful)),
        history,
    })
}

/// Who did something, as colleagues know them.
pub(super) fn name_of(s: &PageContext, state: &State, who: Actor) -> Result<String, Failure> {
    Ok(match who {
        Actor::User(id) => state
            .registry
            .username(id)?
            .as_ref()
            .map_or_else(|| id.to_string(), Username::to_string),
        Actor::Partner(_) => s.t("đối tác", "a partner").to_owned(),
        Actor::Console => s.t("quản trị tại máy chủ", "the console").to_owned(),
        Actor::Schedule => s.t("tự động", "the schedule").to_owned(),
        Actor::Visitor => s.t("người chưa đăng nhập", "a visitor").to_owned(),
    })
}

fn decision_of(word: &str) -> Result<Decision, Failure> {
    Ok(match word {
        "confirm" => Decision::Confirm,
        "reject" => Decision::Reject,
        "renew" => Decision::Renew,
        "delist" => Decision::Delist,
        _ => return Err(Failure::of("not-found")),
    })
}

async fn decide(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    path: web::Path<(String, String)>,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    desk.check_csrf(&fields)?;
    let id = id_of(&path.0)?;
    let version = fields.get("version").parse().unwrap_or(0);
    match path.1.as_str() {
        "erase" => return erase_notes(&state, &desk, id).await,
        "erase-listing" => return erase_listing(&state, &desk, id, version).await,
        _ => {}
    }
    let decision = decision_of(&path.1)?;
    let reason = fields.get("reason").to_owned();
    let tried = decision::decide(
        &request,
        &state,
        &desk,
        &fields,
        move |registry, who, reason, now| {
            let decided = registry.decide(who, id, version, decision, reason, now);
            decided.map(drop)
        },
    )
    .await?;
    let Err(error) = tried else {
        return Ok(see_other(&format!("/desk/listings/{id}?done=1")));
    };
    let stale = matches!(
        error,
        RegistryError::Refused(Refused::Listing(Refusal::Stale))
    );
    let listing = load(&state, &desk, id).await?;
    let mut template = present(&request, &state, &desk, &listing)?;
    let problem = Problem::from(error);
    let status = problem.status_code();
    template.error = Some(problem.told(template.s.lang));
    template.reason = reason;
    if stale {
        template.read_version = version;
    }
    page(&request, Page::Private(status), &template)
}

/// Destroys the notes and reasons, for ever.
async fn erase_notes(
    state: &web::Data<State>,
    desk: &Desk,
    id: Uuid,
) -> Result<HttpResponse, Failure> {
    let admin = Admin::of(&desk.who)?;
    let (inner, now) = (state.clone(), state.now());
    State::blocking(move || inner.registry.erase_notes(&admin, id, now)).await?;
    Ok(see_other(&format!("/desk/listings/{id}?done=1")))
}

/// Destroys everything that says whom the listing is about, for ever.
async fn erase_listing(
    state: &web::Data<State>,
    desk: &Desk,
    id: Uuid,
    version: u32,
) -> Result<HttpResponse, Failure> {
    let admin = Admin::of(&desk.who)?;
    let (inner, now) = (state.clone(), state.now());
    State::blocking(move || inner.registry.erase_listing(&admin, id, version, now)).await?;
    Ok(see_other(&format!("/desk/listings/{id}?done=1")))
}
