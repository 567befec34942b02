//! One office list: its rows, and the decision on the batch or on rows of it.

use actix_web::{http::StatusCode, web};
use askama::Template;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    decision,
    import_rows::{Only, Statuses, since, statuses},
    refusal::Refusal,
    request::{Desk, Form},
};
use crate::{
    access::capability::{Officer, Reader, Supervisor},
    domain::{
        change::{Actor, RowOutcome},
        message::Lang,
    },
    http::{extract::Id, headers::see_other},
    present::{problem::Problem, problem_code::ProblemCode, words},
    registry::{
        RegistryError,
        import::{ImportView, RowResult, notes, reason_text},
    },
    web::{failure::Failure, forms::Fields, page_context::PageContext, render::Answer},
};

/// Rows of a page.
const ROWS: usize = 200;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/imports/{id}", web::get().to(read))
        .route("/imports/{id}/{decision}", web::post().to(decide));
}

/// A row as the table shows it.
pub(super) struct RowView {
    pub(super) line: u32,
    pub(super) outcome: &'static str,
    pub(super) word: &'static str,
    pub(super) shown: Vec<String>,
    pub(super) method: &'static str,
    pub(super) reason: &'static str,
    /// Proposals of it, to be opened, and where each stands.
    pub(super) listings: Vec<(Uuid, &'static str)>,
}

impl RowView {
    pub(super) fn of(row: &RowResult, lang: Lang) -> Self {
        let outcome = match row.outcome {
            RowOutcome::Accepted => "accepted",
            RowOutcome::Doubtful => "disputed",
            RowOutcome::Refused => "rejected",
            RowOutcome::Skipped | RowOutcome::AlreadyListed => "expired",
        };
        let reason = row.reason.as_deref().and_then(reason_text);
        Self {
            line: row.line,
            outcome,
            word: words::outcome(row.outcome, lang),
            shown: row.identifiers.iter().map(|id| id.display()).collect(),
            method: words::method(row.method, lang),
            reason: reason.map_or("", |reason| lang.pick(reason.detail_vi, reason.detail_en)),
            listings: Vec::new(),
        }
    }

    /// The same, of a list that was sent.
    fn sent(row: &RowResult, statuses: &Statuses, lang: Lang) -> Self {
        let words = since(row, statuses, lang);
        Self {
            listings: row.listings.iter().copied().zip(words).collect(),
            ..Self::of(row, lang)
        }
    }
}

/// Rows of a sample: one of twenty of those that are confirmed together, three at least, as many as a person looks at closely
/// at most.
const SAMPLE_OF: usize = 20;
const MIN_SAMPLE: usize = 3;
const MAX_SAMPLE: usize = 50;

/// A row of the sample, with all that stands in its cells.
struct Sampled {
    row: RowView,
    evidence: String,
}

impl Sampled {
    fn of(row: &RowResult, lang: Lang) -> Self {
        Self {
            row: RowView::of(row, lang),
            evidence: row.evidence.clone(),
        }
    }
}

/// The rows that this person looks at before a batch is confirmed: always the same for one batch and one person, and not to
/// be known before the batch is sent.
fn sample<'v>(desk: &Desk, view: &'v ImportView) -> Vec<&'v RowResult> {
    let accepted = view.rows.iter();
    let accepted =
        accepted.filter(|row| row.outcome == RowOutcome::Accepted && !row.listings.is_empty());
    let id = view.import.as_ref().map(|import| import.id);
    let lot = |row: &&RowResult| {
        let seed = (id, desk.who.user().id, row.line, &row.listings);
        <[u8; 32]>::from(Sha256::digest(format!("{seed:?}")))
    };
    let mut rows: Vec<&RowResult> = accepted.collect();
    let count = rows.len().div_ceil(SAMPLE_OF).clamp(MIN_SAMPLE, MAX_SAMPLE);
    rows.sort_by_cached_key(lot);
    rows.truncate(count);
    rows.sort_by_key(|row| row.line);
    rows
}

/// How many rows of each outcome.
#[derive(Default)]
pub(super) struct Sum {
    pub(super) accepted: usize,
    pub(super) doubtful: usize,
    pub(super) refused: usize,
    pub(super) skipped: usize,
    pub(super) known: usize,
}

impl Sum {
    pub(super) fn of(rows: &[RowResult]) -> Self {
        let mut sum = Self::default();
        for row in rows {
            *match row.outcome {
                RowOutcome::Accepted => &mut sum.accepted,
                RowOutcome::Doubtful => &mut sum.doubtful,
                RowOutcome::Refused => &mut sum.refused,
                RowOutcome::Skipped => &mut sum.skipped,
                RowOutcome::AlreadyListed => &mut sum.known,
            } += 1;
        }
        sum
    }
}

#[derive(Template)]
#[template(path = "desk/import.html")]
struct ImportPage {
    s: PageContext,
    id: Uuid,
    file: String,
    document: String,
    version: u32,
    unit: &'static str,
    by: String,
    at: String,
    open: u32,
    sum: Sum,
    notes: Vec<String>,
    rows: Vec<RowView>,
    /// Which rows are shown; empty for all.
    only: &'static str,
    choices: Vec<(&'static str, &'static str)>,
    /// Rows that are shown, on all pages.
    total: usize,
    /// Where the pages before and after begin.
    back: Option<usize>,
    next: Option<usize>,
    decides: bool,
    /// Rows that whoever confirms looks at one by one.
    sample: Vec<Sampled>,
    withdraws: bool,
    own: bool,
    wants_code: bool,
    reason: String,
    done: bool,
}

async fn load(desk: &Desk, id: Uuid) -> Result<ImportView, Problem> {
    let reader = Reader::of(&desk.who)?;
    desk.ask(move |registry, _| registry.get_import(&reader, id))
        .await
}

async fn read(desk: Desk, Id(id): Id, fields: Fields) -> Answer {
    let view = load(&desk, id).await?;
    let template = ImportPage {
        done: fields.get("done") == "1",
        ..present(&desk, view, &fields).await?
    };
    desk.page(StatusCode::OK, &template)
}

async fn present(desk: &Desk, view: ImportView, fields: &Fields) -> Result<ImportPage, Failure> {
    let (view, statuses) = statuses(desk, view).await?;
    let import = view.import.as_ref();
    let import = import.ok_or_else(|| Failure::of(ProblemCode::NotFound))?;
    let s = desk.context_at(format!("/desk/imports/{}", import.id));
    let from: usize = fields.get("from").parse().unwrap_or(0);
    let only = Only::parse(fields.get("only"));
    let is_wanted = |row: &&RowResult| only.is_none_or(|only| only.holds(row, &statuses));
    let wanted: Vec<&RowResult> = view.rows.iter().filter(is_wanted).collect();
    let page = wanted.iter().skip(from).take(ROWS);
    let own = import.by == Actor::User(desk.who.user().id);
    let supervises = Supervisor::of(&desk.who).is_ok_and(|who| who.covers(import.unit));
    Ok(ImportPage {
        id: import.id,
        file: import
            .file
            .as_ref()
            .map_or_else(String::new, |kept| kept.text.clone()),
        document: import
            .document
            .as_ref()
            .map_or_else(String::new, |kept| kept.text.clone()),
        version: import.version,
        unit: words::unit(import.unit, s.lang),
        by: desk.name_of(import.by)?,
        at: words::moment(import.at, s.lang),
        open: import.open,
        sum: Sum::of(&view.rows),
        notes: notes(&view.rows, s.lang),
        rows: page
            .map(|row| RowView::sent(row, &statuses, s.lang))
            .collect(),
        only: only.map_or("", Only::as_str),
        choices: Only::choices(s.lang),
        total: wanted.len(),
        back: (from > 0).then(|| from.saturating_sub(ROWS)),
        next: Some(from + ROWS).filter(|next| *next < wanted.len()),
        decides: supervises && import.open > 0,
        withdraws: own && import.open > 0,
        sample: match supervises && import.open > 0 && !own {
            true => sample(desk, &view)
                .into_iter()
                .map(|row| Sampled::of(row, s.lang))
                .collect(),
            false => Vec::new(),
        },
        own,
        wants_code: Supervisor::fresh(&desk.who, desk.state.now()).is_err(),
        reason: String::new(),
        done: false,
        s,
    })
}

async fn decide(
    Form { desk, fields }: Form,
    Id(id): Id,
    path: web::Path<(String, String)>,
) -> Answer {
    let confirm = match path.1.as_str() {
        "confirm" => true,
        "reject" => false,
        "withdraw" => return withdraw(&desk, &fields, id).await,
        _ => return Err(Failure::of(ProblemCode::NotFound)),
    };
    let Err(refusal) = decided(&desk, &fields, id, confirm).await else {
        return Ok(see_other(&format!("/desk/imports/{id}?done=1")));
    };
    let view = load(&desk, id).await?;
    let mut template = present(&desk, view, &fields).await?;
    template.reason = fields.get("reason").to_owned();
    let status = Refusal::show(Some(refusal.in_form("")), &mut template.s)?;
    desk.page(status, &template)
}

/// The officer takes back what nobody has decided yet.
async fn withdraw(desk: &Desk, fields: &Fields, id: Uuid) -> Answer {
    let officer = Officer::of(&desk.who)?;
    let work = desk.ask(move |registry, now| registry.withdraw_import(&officer, id, now));
    let Err(refusal) = work.await.map_err(Refusal::from) else {
        return Ok(see_other(&format!("/desk/imports/{id}?done=1")));
    };
    let view = load(desk, id).await?;
    let mut template = present(desk, view, fields).await?;
    let status = Refusal::show(Some(refusal), &mut template.s)?;
    desk.page(status, &template)
}

async fn decided(desk: &Desk, fields: &Fields, id: Uuid, confirm: bool) -> Result<(), Refusal> {
    Supervisor::of(&desk.who)?;
    let (reason, version) = (decision::reason(fields)?, fields.version());
    let who = decision::step_up(desk, fields).await?;
    let supervisor = Supervisor::fresh(&who, desk.state.now())?;
    let lines = lines_of(fields)?;
    if confirm && lines.is_none() {
        let view = load(desk, id).await?;
        let seen: Vec<&str> = fields.all("seen").collect();
        let is_seen = |row: &&RowResult| seen.contains(&row.line.to_string().as_str());
        if !sample(desk, &view).iter().all(is_seen) {
            return Err(RegistryError::field("/seen", "sample-not-seen").into());
        }
    }
    let work = desk.ask(move |registry, now| {
        registry.decide_import(&supervisor, id, confirm, lines, version, reason, now)
    });
    work.await?;
    Ok(())
}

/// Rows that were ticked, when the reader decides on them only.
fn lines_of(fields: &Fields) -> Result<Option<Vec<u32>>, RegistryError> {
    if fields.get("which") != "ticked" {
        return Ok(None);
    }
    let lines: Vec<u32> = fields
        .all("line")
        .filter_map(|line| line.parse().ok())
        .collect();
    match lines.is_empty() {
        true => Err(RegistryError::field("/lines", "nothing-ticked")),
        false => Ok(Some(lines)),
    }
}
