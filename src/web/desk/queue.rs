//! What waits for a decision in the reader's unit and below: sorted, filtered, and gone through one after the other.

use actix_web::{http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{listing_row::Row, request::Desk};
use crate::{
    access::capability::Reader,
    domain::{change::Actor, identifier::Kind, listing::Listing, method::MethodId},
    present::{problem::Problem, words},
    registry::queue::{MOST_SORTED, Order, Queue, Wanted},
    web::{forms::Fields, methods, page_context::PageContext, render::Answer},
};

/// Rows of a page.
const ROWS: usize = 50;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("", web::get().to(queue))
        .route("/", web::get().to(queue));
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
}

/// A proposal that waits.
struct Waiting {
    row: Row,
    by: String,
    age: String,
}

/// How the queue is sorted and filtered, as addresses say it: nothing of that tells whom a proposal is about.
#[derive(Clone, Default)]
pub(super) struct Asked {
    order: &'static str,
    method: &'static str,
    kind: &'static str,
    only: &'static str,
}

const ORDERS: [(&str, Order); 4] = [
    ("oldest", Order::Oldest),
    ("newest", Order::Newest),
    ("method", Order::Method),
    ("unit", Order::Unit),
];

impl Asked {
    /// Of an address or a form; what is not known counts as not said.
    pub(super) fn of(fields: &Fields) -> Self {
        let order = ORDERS
            .into_iter()
            .find(|(word, _)| *word == fields.get("order"));
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == fields.get("kind"));
        let method = MethodId::parse(fields.get("method"));
        let only = ["doubtful", "plain"]
            .into_iter()
            .find(|word| *word == fields.get("only"));
        Self {
            order: order.map_or(ORDERS[0].0, |(word, _)| word),
            method: method.map_or("", MethodId::slug),
            kind: kind.map_or("", Kind::as_str),
            only: only.unwrap_or_default(),
        }
    }

    /// The same as an address has it.
    pub(super) fn query(&self) -> String {
        let Self {
            order,
            method,
            kind,
            only,
        } = self;
        format!("order={order}&method={method}&kind={kind}&only={only}")
    }

    /// Of what [`Asked::query`] gave.
    pub(super) fn parse(query: &str) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        Self::of(&Fields::from(pairs))
    }

    /// Whether it leaves any out.
    fn is_filtered(&self) -> bool {
        !(self.method.is_empty() && self.kind.is_empty() && self.only.is_empty())
    }

    fn wanted(&self) -> Wanted {
        let order = ORDERS.into_iter().find(|(word, _)| *word == self.order);
        Wanted {
            method: MethodId::parse(self.method).ok(),
            kind: Kind::ALL
                .into_iter()
                .find(|kind| kind.as_str() == self.kind),
            doubtful: match self.only {
                "doubtful" => Some(true),
                "plain" => Some(false),
                _ => None,
            },
            order: order.map(|(_, order)| order).unwrap_or_default(),
        }
    }
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

async fn queue(desk: Desk, fields: Fields) -> Answer {
    let asked = Asked::of(&fields);
    let found = load(&desk, &asked).await?;
    let s = desk.context();
    let (query, total) = (asked.query(), found.items.len());
    // Past the end is the last page.
    let from: usize = fields.get("from").parse().unwrap_or(0);
    let from = from.min(total.saturating_sub(1)) / ROWS * ROWS;
    let shown = found.items.iter().skip(from).take(ROWS);
    let to = |from: usize| format!("/desk?{query}&from={from}");
    let template = QueuePage {
        rows: shown
            .map(|listing| waiting(&desk, listing))
            .collect::<Result<_, _>>()?,
        total,
        is_cut: found.is_cut,
        back: (from > 0).then(|| to(from.saturating_sub(ROWS))),
        next: (from + ROWS < total).then(|| to(from + ROWS)),
        methods: methods::choices(s.lang),
        kinds: Kind::ALL
            .into_iter()
            .map(|kind| (kind.as_str(), words::kind(kind, s.lang)))
            .collect(),
        done: fields.get("done") == "1",
        asked,
        query,
        s,
    };
    desk.page(StatusCode::OK, &template)
}

fn waiting(desk: &Desk, listing: &Listing) -> Result<Waiting, crate::web::failure::Failure> {
    Ok(Waiting {
        by: desk.name_of(listing.proposed_by)?,
        age: words::age(listing.proposed_at, desk.state.now(), desk.lang()),
        row: Row::of(listing, desk.lang()),
    })
}

impl QueuePage {
    fn chosen(&self, a: &str, b: &str) -> bool {
        a == b
    }

    /// As many as are sorted at most.
    fn most(&self) -> usize {
        MOST_SORTED
    }
}
