//! `/desk/queue/several`: one decision on several proposals of a kind, each of which the supervisor opened in this session.

use std::collections::HashSet;

use actix_web::{http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{
    asked::Asked,
    decision,
    listing_row::{Row, display_of},
    refusal::Refusal,
    request::{Desk, Form},
};
use crate::{
    access::capability::{Reader, Supervisor},
    domain::{
        listing::{Decision, Listing, Status},
        message::Lang,
    },
    http::headers::see_other,
    present::{page_problems::Place, problem::Problem, problem_code::ProblemCode, words},
    registry::several::{Decided, MOST_AT_ONCE, Outcome, SameKind, Source},
    web::{failure::Failure, forms::Fields, page_context::PageContext, render::Answer},
};

/// The beginning of a note that is shown beside its proposal, in characters.
const NOTE: usize = 160;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/queue/several", web::get().to(read))
        .route("/queue/several", web::post().to(decide));
}

#[derive(Template)]
#[template(path = "desk/several.html")]
struct SeveralPage {
    s: PageContext,
    groups: Vec<Group>,
    /// What became of each, where some were not decided.
    rows: Vec<Became>,
    decided: usize,
    query: String,
}

/// Proposals of one kind that may be decided together.
struct Group {
    kind: &'static str,
    method: &'static str,
    from: String,
    rows: Vec<Pick>,
    reason: String,
    /// Brought in at the machine: two persons must confirm.
    is_of_machine: bool,
}

/// A proposal that may be ticked.
struct Pick {
    row: Row,
    note: String,
    is_picked: bool,
}

/// What became of one proposal.
struct Became {
    id: Uuid,
    display: String,
    class: &'static str,
    word: &'static str,
    why: String,
    /// It was brought in at the machine and has its first person now: nothing is public yet.
    still_waits: bool,
}

/// Ids of what the reader opened and may decide with others.
pub(super) async fn opened(desk: &Desk) -> Result<HashSet<Uuid>, Problem> {
    let listings = load(desk).await?;
    Ok(listings.into_iter().map(|listing| listing.id).collect())
}

async fn load(desk: &Desk) -> Result<Vec<Listing>, Problem> {
    let (reader, session) = (Reader::of(&desk.who)?, desk.who.session().id);
    desk.ask(move |registry, _| registry.opened(&reader, session))
        .await
}

async fn read(desk: Desk, fields: Fields) -> Answer {
    Supervisor::of(&desk.who)?;
    let asked = Asked::of(&fields);
    show(&desk, &asked, &Fields::default(), Vec::new(), None).await
}

/// The page, with what became of each proposal, or with why none was decided.
async fn show(
    desk: &Desk,
    asked: &Asked,
    fields: &Fields,
    rows: Vec<Became>,
    refusal: Option<Refusal>,
) -> Answer {
    let mut s = desk.context_at("/desk/queue/several");
    let groups = groups(desk, fields, &load(desk).await?)?;
    let is_picked = |group: &Group| group.rows.iter().any(|row| row.is_picked);
    let form = match groups.iter().position(is_picked) {
        Some(place) => (place + 1).to_string(),
        None => fields.get("group").to_owned(),
    };
    let is_there = form
        .parse()
        .is_ok_and(|form: usize| (1..=groups.len()).contains(&form));
    let refusal = refusal.map(|refusal| match is_there {
        true => refusal.in_form(form),
        false => refusal,
    });
    let mut status = Refusal::show(refusal, &mut s)?;
    let decided = rows.iter().filter(|row| row.why.is_empty()).count();
    if decided < rows.len() {
        status = StatusCode::CONFLICT;
        s.error_at = Some("rows".to_owned());
        let words = s.t(
            "Có đề nghị chưa quyết định được. Xem từng dòng bên dưới.",
            "Some proposals were not decided. Look at each below.",
        );
        s.error = Some(words.to_owned());
    }
    let query = asked.query();
    let template = SeveralPage {
        s,
        groups,
        rows,
        decided,
        query,
    };
    desk.page(status, &template)
}

/// What was opened, by kind; what was ticked and typed stays.
fn groups(desk: &Desk, fields: &Fields, listings: &[Listing]) -> Result<Vec<Group>, Failure> {
    let lang = desk.lang();
    let picked: HashSet<&str> = fields.all("pick").collect();
    let mut kinds: Vec<(SameKind, Group)> = Vec::new();
    for listing in listings {
        let kind = SameKind::of(listing);
        let place = kinds.iter().position(|(known, _)| *known == kind);
        let at = match place {
            Some(at) => at,
            None => {
                kinds.push((kind, group(desk, kind)?));
                kinds.len() - 1
            }
        };
        let pick = Pick {
            note: note(listing),
            is_picked: picked.contains(listing.id.to_string().as_str()),
            row: Row::of(listing, lang),
        };
        kinds[at].1.is_of_machine |= listing.wants_adoption();
        kinds[at].1.rows.push(pick);
    }
    for (_, group) in &mut kinds {
        if group.rows.iter().any(|row| row.is_picked) {
            group.reason = fields.get("reason").to_owned();
        }
    }
    Ok(kinds.into_iter().map(|(_, group)| group).collect())
}

fn group(desk: &Desk, kind: SameKind) -> Result<Group, Failure> {
    let lang = desk.lang();
    let from = match kind.from {
        Source::Import(_) => lang.pick("từ một tệp", "from one list").to_owned(),
        Source::Proposer(by) => {
            let by = desk.name_of(by)?;
            match lang {
                Lang::Vi => format!("{by} đề nghị"),
                Lang::En => format!("proposed by {by}"),
            }
        }
    };
    Ok(Group {
        kind: words::kind(kind.kind, lang),
        method: words::method(kind.method, lang),
        from,
        rows: Vec::new(),
        reason: String::new(),
        is_of_machine: false,
    })
}

/// The beginning of what was written with a proposal.
fn note(listing: &Listing) -> String {
    let first = listing.history.first().and_then(|event| event.why.as_ref());
    let text = first.map_or("", String::as_str);
    let mut short: String = text.chars().take(NOTE).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

async fn decide(Form { desk, fields }: Form) -> Answer {
    Supervisor::of(&desk.who)?;
    let asked = Asked::parse(fields.get("queue"));
    let decision = match fields.get("decision") {
        "confirm" => Decision::Confirm,
        "reject" => Decision::Reject,
        _ => return Err(Failure::of(ProblemCode::NotFound)),
    };
    match decided(&desk, &fields, decision).await {
        Ok(all) => {
            let rows: Vec<Became> = all
                .into_iter()
                .map(|one| became(one, desk.lang()))
                .collect();
            if rows.iter().all(|row| row.why.is_empty()) {
                let adopted = rows.iter().filter(|row| row.still_waits).count();
                let (count, query) = (rows.len() - adopted, asked.query());
                return Ok(see_other(&format!(
                    "/desk/queue?decided={count}&adopted={adopted}&{query}"
                )));
            }
            // What was not decided has to be opened again or looked at; nothing of it stays ticked.
            show(&desk, &asked, &Fields::default(), rows, None).await
        }
        Err(refusal) => show(&desk, &asked, &fields, Vec::new(), Some(refusal)).await,
    }
}

async fn decided(
    desk: &Desk,
    fields: &Fields,
    decision: Decision,
) -> Result<Vec<Decided>, Refusal> {
    let reason = decision::reason(fields)?;
    let who = decision::step_up(desk, fields).await?;
    let supervisor = Supervisor::fresh(&who, desk.state.now())?;
    let picked = fields.all("pick").map(Uuid::try_parse);
    let ids: Vec<Uuid> = picked.filter_map(Result::ok).collect();
    let work = desk.ask(move |registry, now| {
        registry.decide_opened(&supervisor, &ids, decision, &reason, now)
    });
    Ok(work.await?)
}

/// What became of one, in words; without a reason it was decided.
fn became(one: Decided, lang: Lang) -> Became {
    let hidden = || lang.pick("(không còn)", "(gone)").to_owned();
    let display = one.listing.as_ref();
    let is_done = matches!(one.outcome, Outcome::Done);
    let still_waits = is_done && display.is_some_and(|it| it.status == Status::Proposed);
    let (class, word, why) = match one.outcome {
        Outcome::Done => {
            let status = one.listing.as_ref().map(|listing| listing.status);
            (
                status.map_or("accepted", |status| status.as_str()),
                status.map_or("", |status| words::listing_status(status, lang)),
                String::new(),
            )
        }
        Outcome::NotOpened => (
            "disputed",
            lang.pick("chưa quyết định", "not decided"),
            lang.pick(
                "Chưa mở trong phiên này, hoặc đã đổi sau khi mở. Hãy mở và đọc lại.",
                "Not opened in this session, or changed since. Open and read it.",
            )
            .to_owned(),
        ),
        Outcome::Refused(error) => (
            "disputed",
            lang.pick("chưa quyết định", "not decided"),
            Problem::from(error).told(Place::Desk, lang),
        ),
    };
    Became {
        id: one.id,
        display: display.map_or_else(hidden, |listing| display_of(listing, lang)),
        class,
        word,
        why,
        still_waits,
    }
}

impl SeveralPage {
    /// As many as are decided together at most.
    fn most(&self) -> usize {
        MOST_AT_ONCE
    }
}
