//! Finding listings: by status, method and unit, or by a number.

use actix_web::{http::StatusCode, web};
use askama::Template;
use uuid::Uuid;

use super::{
    listing_row::Row,
    request::{Desk, Form},
};
use crate::{
    access::capability::Reader,
    domain::{
        change::Actor, identifier::Identifier, listing::Status, message::Lang, method::MethodId,
        unit::UnitCode,
    },
    present::{page_problems::Place, problem::Problem, problem_code::ProblemCode, words},
    registry::{
        Registry,
        listing::{Filter, Listed},
    },
    web::{forms::Fields, methods, page_context::PageContext, render::Answer},
};

/// Rows of a page.
const ROWS: usize = 50;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/listings", web::get().to(find))
        .route("/listings/find", web::post().to(find_number));
}

#[derive(Template)]
#[template(path = "desk/listings.html")]
struct ListingsPage {
    s: PageContext,
    rows: Vec<Row>,
    next: Option<String>,
    /// What was asked for: a number only when it was sent in a body.
    asked: Asked,
    statuses: Vec<(Status, &'static str)>,
    methods: Vec<(&'static str, &'static str)>,
}

struct Asked {
    number: String,
    status: String,
    method: String,
    unit: String,
    /// Only what the reader proposed.
    is_mine: bool,
}

/// By status, method and unit: nothing of that tells whom it is about, so it may stand in an address.
async fn find(desk: Desk, fields: Fields) -> Answer {
    let asked = Asked {
        number: String::new(),
        ..Asked::of(&fields)
    };
    show(&desk, asked, fields.cursor()?).await
}

/// By a number, in any spelling.
async fn find_number(Form { desk, fields }: Form) -> Answer {
    show(&desk, Asked::of(&fields), None).await
}

impl Asked {
    fn of(fields: &Fields) -> Self {
        let text = |name| fields.get(name).to_owned();
        Self {
            number: text("number"),
            status: text("status"),
            method: text("method"),
            unit: text("unit"),
            is_mine: fields.get("by") == "me",
        }
    }

    /// What to look for, or in words why it can't be looked for.
    fn filter(&self, me: Actor, lang: Lang) -> Result<Filter, String> {
        let wanted = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Ok(Filter {
            by: self.is_mine.then_some(me),
            status: wanted(&self.status).and_then(|word| Status::parse(&word)),
            method: wanted(&self.method).and_then(|slug| MethodId::parse(&slug).ok()),
            unit: wanted(&self.unit)
                .map(|code| UnitCode::parse(&code))
                .transpose()
                .map_err(|_| Problem::new(ProblemCode::UnknownUnit).told(Place::Desk, lang))?,
            key: wanted(&self.number)
                .map(|text| Identifier::parse(&text).map(|found| found.key()))
                .transpose()
                .map_err(|unreadable| words::checked::reason(&unreadable, lang).to_owned())?,
        })
    }
}

async fn show(desk: &Desk, asked: Asked, before: Option<Uuid>) -> Answer {
    let mut s = desk.context();
    let reader = Reader::of(&desk.who)?;
    let me = Actor::User(desk.who.user().id);
    let found = match asked.filter(me, s.lang) {
        Ok(filter) => {
            let work =
                move |registry: &Registry, _| registry.listings(&reader, &filter, before, ROWS);
            desk.ask(work).await?
        }
        Err(words) => {
            s.error = Some(words);
            Listed {
                items: Vec::new(),
                next: None,
            }
        }
    };
    let statuses = Status::ALL.into_iter();
    let template = ListingsPage {
        rows: Row::all(&found.items, s.lang),
        next: found.next.map(|id| {
            let by = if asked.is_mine { "&by=me" } else { "" };
            format!(
                "/desk/listings?cursor={id}&status={}&method={}&unit={}{by}",
                asked.status, asked.method, asked.unit
            )
        }),
        statuses: statuses
            .map(|status| (status, words::listing_status(status, s.lang)))
            .collect(),
        methods: methods::choices(s.lang),
        asked,
        s,
    };
    desk.page(StatusCode::OK, &template)
}

impl ListingsPage {
    fn chosen(&self, a: &str, b: &str) -> bool {
        a == b
    }
}
