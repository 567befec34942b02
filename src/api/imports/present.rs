//! The JSON of imports.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::view::{self, ActorJson},
    domain::{change::RowOutcome, message::Lang},
    office_list::Column,
    present::json::{self, IdentifierJson},
    registry::import::{ImportView, RowResult, notes, reason_text},
    store::schema::Import,
};

/// Why a row is not simply accepted.
#[derive(Serialize, ToSchema)]
pub struct ReasonJson {
    pub code: String,
    pub detail: &'static str,
}

/// What became of one row.
#[derive(Serialize, ToSchema)]
pub struct RowJson {
    /// Line of the file, or row of the sheet, from 1.
    pub line: u32,
    /// `accepted`, `doubtful`, `refused`, `skipped` or `already_listed`.
    pub outcome: &'static str,
    pub keys: Vec<String>,
    pub identifiers: Vec<IdentifierJson>,
    /// Slug of the method its words were matched to.
    pub method: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<ReasonJson>,
    /// The cells that name an identifier or its bank as they stand in the file, unless erased; of a row that names none in a dry
    /// run only.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false, max_length = 200)]
    pub written: String,
    /// Proposals it made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub listings: Vec<Uuid>,
}

/// A column of the file, as it was understood.
#[derive(Serialize, ToSchema)]
pub struct ColumnJson {
    /// Its letters in a spreadsheet.
    pub column: String,
    /// The words over it.
    #[schema(max_length = 80)]
    pub heading: String,
    /// Its first cells.
    #[schema(max_items = 3)]
    pub samples: Vec<String>,
    /// `phone`, `account`, `any` or `wallet` (the suspect's), `bank`, `holder`, `method`, `amount`, `date`, `place`, `source`,
    /// `note`, `serial`, `private` (other persons' and numbers of papers: not read) or `unused`.
    pub role: &'static str,
    /// It is not clear whose its numbers are: rows that name one are doubtful. Say it with the parameter `columns`.
    pub asks: bool,
}

/// Rows counted by outcome.
#[derive(Default, Serialize, ToSchema)]
pub struct Summary {
    pub accepted: u32,
    pub doubtful: u32,
    pub refused: u32,
    pub skipped: u32,
    pub already_listed: u32,
}

/// An import with its rows.
#[derive(Serialize, ToSchema)]
pub struct ImportJson {
    /// Not there in a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    #[serde(flatten)]
    pub about: Option<ImportAbout>,
    /// What the columns were taken for: of an answer to an upload only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub columns: Vec<ColumnJson>,
    pub rows: Vec<RowJson>,
    pub summary: Summary,
    /// What was left out of the file, and how to include it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub notes: Vec<String>,
}

/// An import as a whole.
#[derive(Serialize, ToSchema)]
pub struct ImportAbout {
    /// `proposed` while proposals wait, else `decided`.
    pub status: &'static str,
    pub version: u32,
    pub unit: json::UnitRef,
    pub proposed_by: ActorJson,
    #[schema(format = DateTime)]
    pub proposed_at: String,
    /// Name of the file, for officers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub file: Option<String>,
    /// Number of the document that it came with, for officers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub document: Option<String>,
    /// Proposals that wait.
    pub open: u32,
    pub confirmed_by: Option<ActorJson>,
}

/// An import in a list.
#[derive(Serialize, ToSchema)]
pub struct ImportItem {
    pub id: Uuid,
    #[serde(flatten)]
    pub about: ImportAbout,
}

/// A page of imports, newest first.
#[derive(Serialize, ToSchema)]
pub struct ImportPage {
    pub items: Vec<ImportItem>,
    pub next_cursor: Option<String>,
}

/// An import without its rows.
pub fn about(import: &Import, lang: Lang) -> ImportAbout {
    ImportAbout {
        status: if import.open > 0 {
            "proposed"
        } else {
            "decided"
        },
        version: import.version,
        unit: json::unit(import.unit, lang),
        proposed_by: view::actor(import.by),
        proposed_at: import.at.rfc3339(),
        file: import.file.as_ref().map(|kept| kept.text.clone()),
        document: import.document.as_ref().map(|kept| kept.text.clone()),
        open: import.open,
        confirmed_by: import.confirmed_by.map(view::actor),
    }
}

fn row(row: &RowResult, lang: Lang) -> RowJson {
    RowJson {
        line: row.line,
        outcome: row.outcome.as_str(),
        keys: row
            .identifiers
            .iter()
            .map(|i| i.key().as_str().to_owned())
            .collect(),
        identifiers: row.identifiers.iter().map(json::identifier).collect(),
        method: row.method.slug(),
        written: row.written.clone(),
        reason: row.reason.as_ref().map(|code| ReasonJson {
            code: code.clone(),
            detail: reason_text(code).map_or("", |text| match lang {
                Lang::Vi => text.detail_vi,
                Lang::En => text.detail_en,
            }),
        }),
        listings: row.listings.clone(),
    }
}

fn column(column: &Column) -> ColumnJson {
    ColumnJson {
        column: column.letters.clone(),
        heading: column.heading.clone(),
        samples: column.samples.clone(),
        role: column.role.as_str(),
        asks: column.asks,
    }
}

fn summary(rows: &[RowResult]) -> Summary {
    let mut sum = Summary::default();
    for row in rows {
        *match row.outcome {
            RowOutcome::Accepted => &mut sum.accepted,
            RowOutcome::Doubtful => &mut sum.doubtful,
            RowOutcome::Refused => &mut sum.refused,
            RowOutcome::Skipped => &mut sum.skipped,
            RowOutcome::AlreadyListed => &mut sum.already_listed,
        } += 1;
    }
    sum
}

/// An import as JSON.
pub fn present(view: &ImportView, lang: Lang) -> ImportJson {
    ImportJson {
        id: view.import.as_ref().map(|import| import.id),
        about: view.import.as_ref().map(|import| about(import, lang)),
        columns: view.columns.iter().map(column).collect(),
        rows: view.rows.iter().map(|r| row(r, lang)).collect(),
        summary: summary(&view.rows),
        notes: notes(&view.rows, lang),
    }
}
