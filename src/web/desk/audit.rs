//! `/desk/audit`: everything that happened, newest first, one sentence a change. For auditors and administrators.

mod account;
mod administration;
mod listing;
mod names;
mod sentence;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use self::{
    names::{Names, Sentence},
    sentence::sentence,
};
use crate::{
    access::capability::{Auditor, Reader},
    domain::message::Lang,
    http::state::State,
    present::{problem::Problem, words},
    registry::{Registry, RegistryError, audit::AuditEntry},
    web::{
        failure::Failure,
        forms::{Desk, Fields},
        page_context::PageContext,
        render::{Page, page},
    },
};

/// Records of a page.
const RECORDS: usize = 40;
/// Changes of a record that the list shows; a record has at most 1,000, and a page of its own shows all.
const SHOWN: usize = 10;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/audit", web::get().to(list))
        .route("/audit/{seq}", web::get().to(one));
}

#[derive(Template)]
#[template(path = "desk/audit.html")]
struct AuditPage {
    s: PageContext,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "desk/audit_record.html")]
struct RecordPage {
    s: PageContext,
    row: Row,
}

/// One record of the journal.
struct Row {
    seq: u64,
    at: String,
    sentences: Vec<Sentence>,
    /// Changes that are not shown.
    more: usize,
}

impl Row {
    fn of(names: &mut Names<'_>, record: &AuditEntry, shown: usize) -> Self {
        let changes = &record.entry.changes;
        Self {
            seq: record.seq,
            at: words::moment(record.entry.at, names.lang),
            sentences: changes
                .iter()
                .take(shown)
                .map(|change| sentence(names, record.entry.by, change))
                .collect(),
            more: changes.len().saturating_sub(shown),
        }
    }
}

/// Rows and the position where the list goes on.
type Rows = (Vec<Row>, Option<u64>);

struct Asked {
    before: Option<u64>,
    records: usize,
    shown: usize,
}

fn read(
    registry: &Registry,
    (auditor, reader): (&Auditor, &Reader),
    lang: Lang,
    asked: &Asked,
) -> Result<Rows, RegistryError> {
    let (records, next) = registry.audit(auditor, asked.before, asked.records)?;
    let mut names = Names::new(registry, auditor, reader, lang);
    let rows = records
        .iter()
        .map(|record| Row::of(&mut names, record, asked.shown))
        .collect();
    Ok((rows, next))
}

async fn rows(
    state: &web::Data<State>,
    desk: &Desk,
    lang: Lang,
    asked: Asked,
) -> Result<Rows, Failure> {
    let auditor = Auditor::of(&desk.who)?;
    let reader = Reader::of(&desk.who)?;
    let registry = state.registry.clone();
    let found = State::blocking(move || read(&registry, (&auditor, &reader), lang, &asked)).await?;
    Ok(found)
}

async fn list(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    fields: Fields,
) -> Result<HttpResponse, Failure> {
    let s = desk.context(&request);
    let before = match fields.get("cursor") {
        "" => None,
        text => Some(text.parse().map_err(|_| Problem::new("cursor-invalid"))?),
    };
    let asked = Asked {
        before,
        records: RECORDS,
        shown: SHOWN,
    };
    let (rows, next) = rows(&state, &desk, s.lang, asked).await?;
    let template = AuditPage {
        rows,
        next: next.map(|seq| seq.to_string()),
        s,
    };
    page(&request, Page::Private(StatusCode::OK), &template)
}

async fn one(
    request: HttpRequest,
    state: web::Data<State>,
    desk: Desk,
    seq: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let s = desk.context(&request);
    let seq: u64 = seq.parse().map_err(|_| Failure::of("not-found"))?;
    let asked = Asked {
        before: Some(seq.saturating_add(1)),
        records: 1,
        shown: usize::MAX,
    };
    let (rows, _) = rows(&state, &desk, s.lang, asked).await?;
    // Beyond the end of the journal the last record would stand there.
    let found = rows.into_iter().find(|row| row.seq == seq);
    let row = found.ok_or_else(|| Failure::of("not-found"))?;
    page(
        &request,
        Page::Private(StatusCode::OK),
        &RecordPage { s, row },
    )
}
