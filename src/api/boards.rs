//! `GET /v1/boards/{unit}`: how a unit and those below it deal with reports.

use actix_web::{HttpResponse, get, http::StatusCode, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    access::capability::IntakeReader,
    domain::{intake::month::Month, message::Lang, unit::UnitCode},
    http::{
        extract::{Language, Person, Query},
        headers,
        state::State,
    },
    present::{
        json::{self, UnitRef},
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::{
        RegistryError,
        report::board::{Board, BoardMonth, ERASURE_DAYS},
    },
};

/// Milliseconds of a minute and of a day.
const MINUTE: f64 = 60_000.0;
const DAY: f64 = 86_400_000.0;

/// Which month.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BoardQuery {
    /// The present one when not given.
    #[param(example = "2026-11", pattern = "^[0-9]{4}-[0-9]{2}$")]
    month: Option<String>,
}

/// How a unit and those below it deal with reports. A month is told of the reports that came in it, whatever was done to them
/// later.
#[derive(Serialize, ToSchema)]
#[schema(as = Board)]
pub struct BoardJson {
    pub unit: UnitRef,
    #[schema(example = "2026-11")]
    pub month: String,
    /// When it was counted.
    #[schema(format = DateTime)]
    pub as_of: String,
    pub open: OpenJson,
    pub reports: BoardMonthJson,
    /// The own six months before it, the oldest first.
    pub before: Vec<BoardMonthJson>,
    pub erasures: ErasuresJson,
    /// A year that runs, or begins within 60 days, without its days off: dates in it are not certain.
    pub missing_calendar: Option<i16>,
    /// There are more reports than can be looked at: the oldest are left out.
    pub cut: bool,
}

/// Reports without an outcome, now.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardOpen)]
pub struct OpenJson {
    pub total: u64,
    /// By whole days since they came.
    pub by_age: Vec<AgeJson>,
    pub late: u64,
    pub ever_late: u64,
    /// A term of the law is missed.
    pub escalated: u64,
    /// Twice a term of the law has passed.
    pub to_decide: u64,
}

/// Reports of an age.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardAge)]
pub struct AgeJson {
    /// `0-3`, `4-20`, `21-60` or `61-`.
    pub days: &'static str,
    pub count: u64,
}

/// Something with its number.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardCount)]
pub struct CountJson {
    pub name: &'static str,
    pub count: u64,
}

/// The reports that came in a month.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardMonth)]
pub struct BoardMonthJson {
    pub month: String,
    pub received: u64,
    pub by_kind: Vec<CountJson>,
    pub by_channel: Vec<CountJson>,
    /// What became of them so far.
    pub outcomes: Vec<CountJson>,
    /// Those that still run.
    pub open: u64,
    /// Those of which something was late once.
    pub ever_late: u64,
    /// Days in which half of them, and nine of ten, have an outcome, with those that still run counted as running (Kaplan and
    /// Meier); null while too many run.
    pub median_days: Option<f64>,
    pub p90_days: Option<f64>,
    pub told: ToldInTimeJson,
    /// Those that were taken up again.
    pub reopened: u64,
    /// Transfers that a unit sent back.
    pub returned: u64,
    /// Listings that were confirmed from them.
    pub listings: u64,
    pub urgent: UrgentJson,
}

/// Outcomes that were to be told.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardTold)]
pub struct ToldInTimeJson {
    pub due: u64,
    pub in_time: u64,
    /// Null where none was due.
    pub share: Option<f64>,
}

/// Urgent reports.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardUrgent)]
pub struct UrgentJson {
    pub count: u64,
    /// Minutes in which an officer acted on half of them; null while on too many nobody did.
    pub median_minutes: Option<f64>,
}

/// What is erased soon.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardErasures)]
pub struct ErasuresJson {
    /// Within so many days.
    pub days: u32,
    /// The next first, at most 200.
    pub items: Vec<ErasureJson>,
}

/// Something of a report that is erased unless it is held.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardErasure)]
pub struct ErasureJson {
    pub id: Uuid,
    pub reference: String,
    #[schema(format = DateTime)]
    pub at: String,
    /// `contact`, or `all` that was said.
    pub part: &'static str,
}

/// A quotient with two digits behind the point.
#[expect(
    clippy::cast_precision_loss,
    reason = "a span of years in milliseconds is exact"
)]
fn quotient(of: u64, by: f64) -> f64 {
    (of as f64 / by * 100.0).round() / 100.0
}

fn month(told: &BoardMonth) -> BoardMonthJson {
    let count = |name, count: u64| CountJson { name, count };
    #[expect(clippy::cast_precision_loss, reason = "counts of reports are small")]
    let share = (told.to_tell > 0).then(|| quotient(told.told_in_time, told.to_tell as f64));
    BoardMonthJson {
        month: told.month.to_string(),
        received: told.received,
        by_kind: told
            .kinds
            .iter()
            .map(|(it, n)| count(it.as_str(), *n))
            .collect(),
        by_channel: told
            .channels
            .iter()
            .map(|(it, n)| count(it.as_str(), *n))
            .collect(),
        outcomes: told
            .outcomes
            .iter()
            .map(|(it, n)| count(it.as_str(), *n))
            .collect(),
        open: told.open,
        ever_late: told.ever_late,
        median_days: told.median.map(|millis| quotient(millis, DAY)),
        p90_days: told.p90.map(|millis| quotient(millis, DAY)),
        told: ToldInTimeJson {
            due: told.to_tell,
            in_time: told.told_in_time,
            share,
        },
        reopened: told.reopened,
        returned: told.returned,
        listings: told.listings,
        urgent: UrgentJson {
            count: told.urgent,
            median_minutes: told.urgent_median.map(|millis| quotient(millis, MINUTE)),
        },
    }
}

fn present(board: &Board, lang: Lang) -> Option<BoardJson> {
    let (told, before) = board.months.split_last()?;
    let open = &board.open;
    let bands = ["0-3", "4-20", "21-60", "61-"].into_iter().zip(open.ages);
    Some(BoardJson {
        unit: json::unit(board.unit, lang),
        month: told.month.to_string(),
        as_of: board.at.rfc3339(),
        open: OpenJson {
            total: open.ages.iter().sum(),
            by_age: bands.map(|(days, count)| AgeJson { days, count }).collect(),
            late: open.late,
            ever_late: open.ever_late,
            escalated: open.escalated,
            to_decide: open.to_decide,
        },
        reports: month(told),
        before: before.iter().map(month).collect(),
        erasures: ErasuresJson {
            days: ERASURE_DAYS,
            items: board
                .erasures
                .iter()
                .map(|(ahead, reference)| ErasureJson {
                    id: ahead.report,
                    reference: reference.clone(),
                    at: ahead.at.rfc3339(),
                    part: if ahead.words { "all" } else { "contact" },
                })
                .collect(),
        },
        missing_calendar: board.missing_calendar,
        cut: board.is_cut,
    })
}

/// The board of a unit and those below it for a month, beside its own six months before. Units are not ranked.
#[utoipa::path(
    operation_id = "get_board",
    tag = "intake",
    params(("unit" = String, Path, description = "code of a unit"), BoardQuery),
    responses(
        (status = 200, body = BoardJson),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/boards/{unit}")]
pub async fn get(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    unit: web::Path<String>,
    query: Query<BoardQuery>,
) -> Result<HttpResponse, Problem> {
    let reader = IntakeReader::of(&person.0)?;
    let unit = UnitCode::parse(&unit).ok();
    let unit = unit.filter(|unit| reader.sees(*unit));
    let unit = unit.ok_or(RegistryError::NOT_FOUND)?;
    let now = state.now();
    let asked = match query.0.month.as_deref() {
        None => Month::of(now),
        Some(text) => Month::parse(text).ok_or_else(|| {
            Problem::new(ProblemCode::BadQuery).field("month", "invalid", "2026-11")
        })?,
    };
    let permit = state
        .boards
        .take(reader.user_id())
        .ok_or_else(Problem::busy)?;
    let registry = state.registry.clone();
    let board = State::blocking(move || {
        let _permit = permit;
        registry.board(&reader, unit, asked, now)
    })
    .await?;
    let body = present(&board, lang.0).ok_or_else(|| Problem::new(ProblemCode::Internal))?;
    Ok(headers::private_json(StatusCode::OK, &body))
}
