//! What waits for a decision in the reader's unit and below: sorted, filtered, and gone through one after the other.

use actix_web::{http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{
    asked::Asked,
    detail::Detail,
    listing_row::Row,
    refusal::Refusal,
    request::Desk,
    several,
    shortcuts::{Key, OF_A_LIST},
};
use crate::{
    access::capability::Reader,
    domain::{change::Actor, identifier::Kind, listing::Listing},
    present::{problem::Problem, words},
    registry::queue::{MOST_SORTED, Queue},
    web::{failure::Failure, forms::Fields, methods, page_context::PageContext, render::Answer},
};

/// Rows of a page.
const ROWS: usize = 50;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/queue", web::get().to(read));
}

#[derive(Template)]
#[template(path = "desk/queue.html")]
struct QueuePage {
    s: PageContext,
    rows: Vec<Waiting>,
    total: usize,
    is_cut: bool,
    asked: Asked,
    /// How the page was asked for, to be handed on to each listing.
    query: String,
    /// Addresses of the pages before and after.
    back: Option<String>,
    next: Option<String>,
    methods: Vec<(&'static str, &'static str)>,
    kinds: Vec<(&'static str, &'static str)>,
    done: bool,
    /// Proposals that were just decided together.
    decided: usize,
    /// Proposals that were just taken over together, and want a second person.
    adopted: usize,
    /// Proposals that were opened here and may be decided together.
    opened: usize,
    /// The proposal that is shown beside the list.
    open: Option<Detail>,
}

/// A proposal that waits.
struct Waiting {
    row: Row,
    by: String,
    age: String,
    /// It was opened in this session, as it stands.
    is_opened: bool,
    /// It is shown beside the list.
    is_shown: bool,
}

/// What waits.
async fn load(desk: &Desk, asked: &Asked) -> Result<Queue, Problem> {
    let (reader, wanted) = (Reader::of(&desk.who)?, asked.wanted());
    desk.ask(move |registry, _| registry.queue(&reader, &wanted))
        .await
}

/// What stands behind a proposal in its queue, in order.
pub(super) async fn behind(desk: &Desk, asked: &Asked, id: Uuid) -> Result<Vec<Uuid>, Problem> {
    let queue = load(desk, asked).await?;
    let ids = queue.items.into_iter().map(|listing| listing.id);
    Ok(ids.skip_while(|one| *one != id).skip(1).collect())
}

/// The first of these that still waits for somebody else than its proposer, else the first of the queue that does.
pub(super) async fn next_of(
    desk: &Desk,
    asked: &Asked,
    behind: &[Uuid],
) -> Result<Option<Uuid>, Problem> {
    let me = Actor::User(desk.who.user().id);
    let waiting = load(desk, asked).await?.items.into_iter();
    let others: Vec<Uuid> = waiting
        .filter(|listing| listing.proposed_by != me)
        .map(|listing| listing.id)
        .collect();
    let next = behind.iter().find(|id| others.contains(id));
    Ok(next.or(others.first()).copied())
}

/// The queue, with one proposal of it beside.
pub(super) async fn read(desk: Desk, fields: Fields) -> Answer {
    let asked = Asked::of(&fields);
    let open = match Uuid::try_parse(fields.get("open")) {
        Ok(id) => Some(Detail::open(&desk, id).await?.in_queue(&asked)),
        Err(_) => None,
    };
    let s = desk.context_at("/desk/queue");
    show(&desk, s, &fields, asked, open, StatusCode::OK).await
}

/// The queue beside a proposal that a decision was not taken on, and why.
pub(super) async fn show_refused(
    desk: &Desk,
    asked: Asked,
    open: Detail,
    refusal: Refusal,
) -> Answer {
    let mut s = desk.context_at("/desk/queue");
    let status = Refusal::show(Some(refusal), &mut s)?;
    let open = Some(open.in_queue(&asked));
    show(desk, s, &Fields::default(), asked, open, status).await
}

async fn show(
    desk: &Desk,
    s: PageContext,
    fields: &Fields,
    asked: Asked,
    mut open: Option<Detail>,
    status: StatusCode,
) -> Answer {
    let found = load(desk, &asked).await?;
    let opened = several::opened(desk).await?;
    let (query, total) = (asked.query(), found.items.len());
    let shown = open.as_ref().map(|detail| detail.l.id);
    let place = found.items.iter().position(|one| Some(one.id) == shown);
    // Past the end is the last page; what is shown beside the list stands in it.
    let from = fields.get("from").parse().ok().or(place).unwrap_or(0);
    let from = from.min(total.saturating_sub(1)) / ROWS * ROWS;
    let page = found.items.iter().skip(from).take(ROWS);
    let to = |from: usize| format!("/desk/queue?{query}&from={from}");
    let done = fields.get("done") == "1";
    if let Some(detail) = &mut open {
        detail.done = done;
    }
    let waiting = |listing: &Listing| {
        Ok::<_, Failure>(Waiting {
            by: desk.name_of(listing.proposed_by)?,
            age: words::age(listing.proposed_at, desk.state.now(), s.lang),
            is_opened: opened.contains(&listing.id),
            is_shown: Some(listing.id) == shown,
            row: Row::of(listing, s.lang),
        })
    };
    let template = QueuePage {
        rows: page.map(waiting).collect::<Result<_, _>>()?,
        total,
        is_cut: found.is_cut,
        back: (from > 0).then(|| to(from.saturating_sub(ROWS))),
        next: (from + ROWS < total).then(|| to(from + ROWS)),
        methods: methods::choices(s.lang),
        kinds: Kind::ALL
            .into_iter()
            .map(|kind| (kind.as_str(), words::kind(kind, s.lang)))
            .collect(),
        done: done && open.is_none(),
        decided: fields.get("decided").parse().unwrap_or(0),
        adopted: fields.get("adopted").parse().unwrap_or(0),
        opened: opened.len(),
        open,
        asked,
        query,
        s,
    };
    desk.page(status, &template)
}

impl QueuePage {
    fn keys(&self) -> &'static [Key] {
        &OF_A_LIST
    }

    fn chosen(&self, a: &str, b: &str) -> bool {
        a == b
    }

    /// As many as are sorted at most.
    fn most(&self) -> usize {
        MOST_SORTED
    }
}
