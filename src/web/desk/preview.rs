//! An office list before it is proposed: what was understood of it, what its officer says of it, and the word to propose it.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use askama::Template;
use uuid::Uuid;

use super::{
    import::{RowView, Sum},
    imports,
    refusal::Refusal,
    request::{Desk, Form},
};
use crate::{
    access::capability::Officer,
    domain::{change::RowOutcome, identifier::Identifier, message::Lang, official},
    http::{body::SentBy, headers::see_other, office_list},
    office_list::{ColumnRole, Mapping, OfficeList, correct},
    present::{problem_code::ProblemCode, table, words},
    registry::{
        ReceiptKey, RegistryError,
        import::{ImportView, MAX_DOCUMENT, Origin, RowResult, notes, reason_text},
    },
    web::{
        failure::Failure,
        forms::{Fields, Upload},
        page_context::PageContext,
        render::Answer,
    },
};

/// Largest list, in bytes; the registry refuses larger ones too.
const MAX_FILE: usize = 10 << 20;

/// Rows shown.
const ROWS: usize = 500;

/// What fields for a column, and for the right reading of a row, are called.
const COLUMN: &str = "column-";
const FIX: &str = "fix-";

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/imports/preview", web::post().to(preview))
        .route("/imports/result", web::post().to(result))
        .route("/imports", web::post().to(propose));
}

/// A list that an officer looks at.
struct Held {
    officer: Officer,
    id: Uuid,
    bytes: Arc<Vec<u8>>,
}

/// A column as the page shows it.
struct ColumnView {
    letters: String,
    heading: String,
    samples: Vec<String>,
    /// What it was taken for.
    word: &'static str,
    asks: bool,
    /// What the officer says of it.
    said: String,
}

/// A row, and the officer's own reading of it.
struct Reading {
    row: RowView,
    written: String,
    can_be_corrected: bool,
    fix: String,
}

#[derive(Template)]
#[template(path = "desk/preview.html")]
struct PreviewPage {
    s: PageContext,
    name: String,
    document: String,
    most: usize,
    held: Uuid,
    sum: Sum,
    notes: Vec<String>,
    columns: Vec<ColumnView>,
    roles: Vec<(&'static str, &'static str)>,
    outcomes: Vec<(&'static str, &'static str)>,
    only: String,
    rows: Vec<Reading>,
    /// Readings of rows that are not shown.
    unseen: Vec<(u32, String)>,
    /// Rows beyond those shown.
    more: usize,
}

async fn preview(request: HttpRequest, desk: Desk, body: web::Payload) -> Answer {
    let officer = Officer::of(&desk.who)?;
    let sender = SentBy::Known(officer.user_id());
    let mut upload = Upload::read(&request, &mut body.into_inner(), MAX_FILE, sender).await?;
    desk.check_csrf(&upload.fields)?;
    let (state, me) = (&desk.state, desk.who.user().id);
    let (held, name) = match upload.file() {
        Some(file) => {
            let bytes = Arc::new(file.bytes);
            let id = state.held_files.hold(me, bytes.clone(), state.now());
            (Held { officer, id, bytes }, file.name)
        }
        None if upload.fields.get("held").is_empty() => {
            let missing = RegistryError::field("/file", "required");
            return imports::show(&desk, None, Some(missing.into())).await;
        }
        None => (
            held(&desk, &upload.fields)?,
            upload.fields.get("name").to_owned(),
        ),
    };
    show(&desk, &upload.fields, held, name, None).await
}

/// The page, with why the list was not proposed.
async fn show(
    desk: &Desk,
    fields: &Fields,
    held: Held,
    name: String,
    refusal: Option<Refusal>,
) -> Answer {
    let (view, wrong) = match looked_at(desk, fields, &held).await {
        Ok(read) => read,
        Err(why) => return imports::show(desk, None, Some(why)).await,
    };
    let mut s = desk.context_at("/desk/imports");
    let status = Refusal::show(refusal.or(wrong), &mut s)?;
    let only = fields.get("only");
    let wanted: Vec<&RowResult> = view
        .rows
        .iter()
        .filter(|row| only.is_empty() || row.outcome.as_str() == only)
        .collect();
    let shown = &wanted[..wanted.len().min(ROWS)];
    let fixes = fixes(fields);
    let fix_of = |line| fixes.iter().find(|(known, _)| *known == line);
    let is_shown = |line| shown.iter().any(|row| row.line == line);
    let template = PreviewPage {
        document: fields.get("document").to_owned(),
        most: MAX_DOCUMENT,
        held: held.id,
        sum: Sum::of(&view.rows),
        notes: notes(&view.rows, s.lang),
        columns: columns(&view, fields, s.lang),
        roles: ColumnRole::ALL
            .iter()
            .map(|role| (role.as_str(), words::column(*role, s.lang)))
            .collect(),
        outcomes: OUTCOMES
            .iter()
            .map(|outcome| (outcome.as_str(), words::outcome(*outcome, s.lang)))
            .collect(),
        only: only.to_owned(),
        rows: shown
            .iter()
            .map(|row| Reading {
                written: row.written.clone(),
                can_be_corrected: fix_of(row.line).is_some()
                    || matches!(row.outcome, RowOutcome::Doubtful | RowOutcome::Refused),
                fix: fix_of(row.line).map_or_else(String::new, |(_, text)| text.clone()),
                row: RowView::of(row, s.lang),
            })
            .collect(),
        unseen: fixes
            .iter()
            .filter(|(line, _)| !is_shown(*line))
            .cloned()
            .collect(),
        more: wanted.len().saturating_sub(ROWS),
        name,
        s,
    };
    desk.page(status, &template)
}

const OUTCOMES: [RowOutcome; 5] = [
    RowOutcome::Accepted,
    RowOutcome::Doubtful,
    RowOutcome::Refused,
    RowOutcome::AlreadyListed,
    RowOutcome::Skipped,
];

fn columns(view: &ImportView, fields: &Fields, lang: Lang) -> Vec<ColumnView> {
    let column = |column: &crate::office_list::Column| ColumnView {
        letters: column.letters.clone(),
        heading: column.heading.clone(),
        samples: column.samples.clone(),
        word: words::column(column.role, lang),
        asks: column.asks,
        said: fields
            .get(&format!("{COLUMN}{}", column.letters))
            .to_owned(),
    };
    view.columns.iter().map(column).collect()
}

/// What would become of a list as its officer reads it, and why some of what the officer says of it is not taken.
async fn looked_at(
    desk: &Desk,
    fields: &Fields,
    held: &Held,
) -> Result<(ImportView, Option<Refusal>), Refusal> {
    let (list, wrong, turn) = read(desk, fields, held).await?;
    let officer = held.officer.clone();
    let judged = desk.ask(move |registry, _| {
        let _turn = turn;
        registry.import_dry_run(&officer, list)
    });
    Ok((judged.await?, wrong))
}

type Read = (
    OfficeList,
    Option<Refusal>,
    crate::http::permits::InLine<Uuid>,
);

/// The list, with what its officer says of its columns and rows.
async fn read(desk: &Desk, fields: &Fields, held: &Held) -> Result<Read, Refusal> {
    let mut mapping = Mapping::default();
    for (name, word) in fields.pairs().filter(|(_, word)| !word.is_empty()) {
        if let Some(letters) = name.strip_prefix(COLUMN) {
            mapping
                .say(letters, word)
                .ok_or_else(|| RegistryError::field("/columns", "bad-columns"))?;
        }
    }
    let officer = held.officer.user_id();
    let read = office_list::read(&desk.state, officer, &mapping, &held.bytes);
    let (mut list, turn) = read.await?;
    let added = desk.state.registry.added_officials();
    let is_official = |identifier: &Identifier| {
        official::builtin(identifier).is_some() || added.contains(&identifier.key())
    };
    let mut wrong = None;
    for (line, text) in fixes(fields) {
        let row = list.rows.iter_mut().find(|row| row.line == line);
        let Some(Err(reason)) = row.map(|row| correct(row, &text, &is_official)) else {
            continue;
        };
        let lang = desk.lang();
        let where_ = lang.pick("Dòng", "Line");
        let why = reason.detail(lang.as_str());
        wrong.get_or_insert_with(|| Refusal::of_form(format!("{where_} {line}: {why}")));
    }
    Ok((list, wrong, turn))
}

/// Right readings of rows, by their lines.
fn fixes(fields: &Fields) -> Vec<(u32, String)> {
    let fix = |(name, text): (&str, &str)| {
        let line = name.strip_prefix(FIX)?.parse().ok()?;
        Some((line, text.trim().to_owned())).filter(|(_, text)| !text.is_empty())
    };
    fields.pairs().filter_map(fix).collect()
}

fn held(desk: &Desk, fields: &Fields) -> Result<Held, Failure> {
    let officer = Officer::of(&desk.who)?;
    let expired = || Failure::of(ProblemCode::FormExpired);
    let id = Uuid::try_parse(fields.get("held")).map_err(|_| expired())?;
    let (state, me) = (&desk.state, desk.who.user().id);
    let bytes = state
        .held_files
        .get(me, id, state.now())
        .ok_or_else(expired)?;
    Ok(Held { officer, id, bytes })
}

async fn propose(Form { desk, fields }: Form) -> Answer {
    let held = held(&desk, &fields)?;
    match proposed(&desk, &fields, &held).await {
        Ok(to) => Ok(see_other(&to)),
        Err(refusal) => {
            let name = fields.get("name").to_owned();
            show(&desk, &fields, held, name, Some(refusal)).await
        }
    }
}

/// Proposes the list. Where it stands then.
async fn proposed(desk: &Desk, fields: &Fields, held: &Held) -> Result<String, Refusal> {
    let origin = Origin::new(fields.get("name"), fields.get("document"))?;
    let (list, wrong, turn) = read(desk, fields, held).await?;
    if let Some(wrong) = wrong {
        return Err(wrong);
    }
    // Sent twice (a double click), it proposes once.
    let caller = held.officer.user_id().to_string();
    let receipt = ReceiptKey::new(&caller, "/desk/imports", &held.id.to_string(), &held.bytes);
    let officer = held.officer.clone();
    let made = desk.ask(move |registry, now| {
        let _turn = turn;
        registry.import(&officer, list, origin, Some(receipt), now, &mut |_, _| {})
    });
    Ok(match made.await?.import {
        Some(import) => format!("/desk/imports/{}?done=1", import.id),
        None => "/desk/imports".to_owned(),
    })
}

/// The rows with their reasons, as a table to take back to the office.
async fn result(Form { desk, fields }: Form) -> Answer {
    let held = held(&desk, &fields)?;
    let (view, _) = match looked_at(&desk, &fields, &held).await {
        Ok(read) => read,
        Err(why) => return imports::show(&desk, None, Some(why)).await,
    };
    let lang = desk.lang();
    let head = lang.pick(
        ["Dòng", "Kết quả", "Ô trong tệp", "Đọc được", "Vì sao"],
        ["Line", "Result", "Cell in the file", "Read as", "Why"],
    );
    let rows = view.rows.iter().map(|row| {
        let shown: Vec<String> = row.identifiers.iter().map(Identifier::display).collect();
        let reason = row.reason.as_deref().and_then(reason_text);
        [
            row.line.to_string(),
            words::outcome(row.outcome, lang).to_owned(),
            row.written.clone(),
            shown.join("; "),
            reason
                .map_or("", |reason| reason.detail(lang.as_str()))
                .to_owned(),
        ]
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"ket-qua.csv\"",
        ))
        .body(table::csv(head, rows)))
}
