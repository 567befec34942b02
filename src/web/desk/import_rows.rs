//! The rows of a list that was sent: what became of each, those of one kind alone, and all of them as a table to take away.

use std::collections::HashMap;

use actix_web::{HttpResponse, http::header, web};
use uuid::Uuid;

use super::request::Desk;
use crate::{
    access::capability::Reader,
    domain::{change::RowOutcome, identifier::Identifier, listing::Status, message::Lang},
    http::extract::Id,
    present::{problem::Problem, table, words},
    registry::import::{ImportView, RowResult, reason_text},
    web::render::Answer,
};

/// Before those of addresses that only take forms.
pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.route("/imports/{id}/result", web::get().to(result));
}

/// Where the proposals of a list stand.
pub(super) type Statuses = HashMap<Uuid, Status>;

/// Which rows of a list are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Only {
    Read(RowOutcome),
    /// Something of it waits for a decision.
    Waiting,
    /// Something of it was made public.
    Confirmed,
    /// Something of it was not accepted, or taken back.
    Rejected,
}

impl Only {
    const ALL: [Self; 8] = [
        Self::Waiting,
        Self::Confirmed,
        Self::Rejected,
        Self::Read(RowOutcome::Accepted),
        Self::Read(RowOutcome::Doubtful),
        Self::Read(RowOutcome::Refused),
        Self::Read(RowOutcome::AlreadyListed),
        Self::Read(RowOutcome::Skipped),
    ];

    /// Of an address; what is not known is all of them.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|only| only.as_str() == word)
    }

    /// The word of an address.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Read(outcome) => outcome.as_str(),
            Self::Waiting => "waiting",
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
        }
    }

    fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Read(outcome) => words::outcome(outcome, lang),
            Self::Waiting => lang.pick("còn chờ quyết định", "still waiting"),
            Self::Confirmed => lang.pick("đã xác nhận", "confirmed"),
            Self::Rejected => lang.pick("không được chấp nhận, rút lại", "rejected or taken back"),
        }
    }

    /// Each with its label.
    pub(super) fn choices(lang: Lang) -> Vec<(&'static str, &'static str)> {
        let choice = |only: Self| (only.as_str(), only.label(lang));
        Self::ALL.into_iter().map(choice).collect()
    }

    /// Whether a row is one of these.
    pub(super) fn holds(self, row: &RowResult, statuses: &Statuses) -> bool {
        let any = |fits: fn(Status) -> bool| {
            let mut found = row.listings.iter().filter_map(|id| statuses.get(id));
            found.any(|status| fits(*status))
        };
        match self {
            Self::Read(outcome) => row.outcome == outcome,
            Self::Waiting => any(|status| status == Status::Proposed),
            Self::Confirmed => any(Status::was_public),
            Self::Rejected => any(|status| status == Status::Rejected),
        }
    }
}

/// Where the proposals of a list stand now.
pub(super) async fn statuses(
    desk: &Desk,
    view: ImportView,
) -> Result<(ImportView, Statuses), Problem> {
    let reader = Reader::of(&desk.who)?;
    desk.ask(move |registry, _| {
        let statuses = registry.became(&reader, &view.rows)?;
        Ok((view, statuses))
    })
    .await
}

/// All rows with what became of each, as a table to take back to the office.
async fn result(desk: Desk, Id(id): Id) -> Answer {
    let reader = Reader::of(&desk.who)?;
    let view = desk.ask(move |registry, _| registry.get_import(&reader, id));
    let (view, statuses) = statuses(&desk, view.await?).await?;
    let lang = desk.lang();
    let head = lang.pick(
        [
            "Dòng",
            "Khi đọc",
            "Ô trong tệp",
            "Đọc được",
            "Thủ đoạn",
            "Vì sao",
            "Đến nay",
        ],
        [
            "Line",
            "When read",
            "Cell in the file",
            "Read as",
            "Method",
            "Why",
            "Since then",
        ],
    );
    let rows = view.rows.iter().map(|row| {
        let shown: Vec<String> = row.identifiers.iter().map(Identifier::display).collect();
        let reason = row.reason.as_deref().and_then(reason_text);
        [
            row.line.to_string(),
            words::outcome(row.outcome, lang).to_owned(),
            row.written.clone(),
            shown.join("; "),
            words::method(row.method, lang).to_owned(),
            reason
                .map_or("", |reason| reason.detail(lang.as_str()))
                .to_owned(),
            since(row, &statuses, lang).join("; "),
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

/// Where each proposal of a row stands, in words.
pub(super) fn since(row: &RowResult, statuses: &Statuses, lang: Lang) -> Vec<&'static str> {
    let known = row.listings.iter().map(|id| statuses.get(id));
    known
        .map(|status| status.map_or("", |status| words::listing_status(*status, lang)))
        .collect()
}
