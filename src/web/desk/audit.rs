//! `/desk/audit`: everything that happened, newest first, one sentence a change. For auditors and administrators.

mod account;
mod administration;
mod approval;
mod listing;
mod names;
mod report;
mod sentence;
mod trail;

use actix_web::{http::StatusCode, web};
use askama::Template;

use self::{
    names::{Names, Sentence},
    sentence::sentence,
};
use super::request::Desk;
use crate::{
    access::capability::{Auditor, Reader},
    present::{problem_code::ProblemCode, words},
    registry::audit::AuditEntry,
    web::{failure::Failure, forms::Fields, page_context::PageContext, render::Answer},
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
    next: Option<u64>,
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
    /// Where the one came from who did it, as a token.
    address: Option<String>,
    /// Why somebody who administers did it.
    reason: Option<String>,
    /// Changes that are not shown.
    more: usize,
}

impl Row {
    fn of(names: &mut Names<'_>, record: &AuditEntry, shown: usize) -> Self {
        let changes: Vec<_> = record.changes().collect();
        Self {
            seq: record.seq,
            at: words::moment(record.entry.at, names.lang),
            sentences: changes
                .iter()
                .take(shown)
                .map(|change| sentence(names, &record.entry, change))
                .collect(),
            more: changes.len().saturating_sub(shown),
            address: record.address().map(|token| token.to_string()),
            reason: record.reason.clone(),
        }
    }
}

/// Records before a position as rows, each with so many changes, and where the list goes on.
async fn read(
    desk: &Desk,
    before: Option<u64>,
    records: usize,
    changes: usize,
) -> Result<(Vec<Row>, Option<u64>), Failure> {
    let (auditor, reader) = (Auditor::of(&desk.who)?, Reader::of(&desk.who)?);
    let lang = desk.lang();
    let found = desk.ask(move |registry, _| {
        let (records, next) = registry.audit(&auditor, before, records)?;
        let mut names = Names::new(registry, &auditor, &reader, lang);
        let rows = records.iter();
        let rows = rows.map(|record| Row::of(&mut names, record, changes));
        Ok((rows.collect(), next))
    });
    Ok(found.await?)
}

async fn list(desk: Desk, fields: Fields) -> Answer {
    let (rows, next) = read(&desk, fields.cursor()?, RECORDS, SHOWN).await?;
    let s = desk.context();
    desk.page(StatusCode::OK, &AuditPage { s, rows, next })
}

async fn one(desk: Desk, seq: web::Path<String>) -> Answer {
    let seq: u64 = seq
        .parse()
        .map_err(|_| Failure::of(ProblemCode::NotFound))?;
    let (rows, _) = read(&desk, Some(seq.saturating_add(1)), 1, usize::MAX).await?;
    // Beyond the end of the journal the last record would stand there.
    let found = rows.into_iter().find(|row| row.seq == seq);
    let row = found.ok_or_else(|| Failure::of(ProblemCode::NotFound))?;
    let s = desk.context();
    desk.page(StatusCode::OK, &RecordPage { s, row })
}
