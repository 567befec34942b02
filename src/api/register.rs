//! `GET /v1/register`: the register of reports that the law wants.

use actix_web::{
    HttpResponse, get,
    http::{StatusCode, header},
    web,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::listings::read_unit;
use crate::{
    access::capability::IntakeReader,
    domain::{
        message::Lang,
        report::{
            reading::moment,
            words::{Channel, Outcome, ReportKind, ReportState},
        },
        time::Time,
    },
    http::{
        extract::{Language, Person, Query},
        headers,
        state::State,
    },
    present::{
        json::{self, UnitRef},
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
        register::{headings, row_texts},
        table,
    },
    registry::report::register::{
        MAX_REGISTER_DAYS, MAX_REGISTER_ROWS, RegisterMark, RegisterPage, RegisterPeriod,
        RegisterRow,
    },
};

/// Rows of one answer when nothing is said.
const ROWS: usize = 1_000;

/// The form of the answer.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegisterForm {
    #[default]
    Json,
    Csv,
}

/// Which part of the register.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegisterQuery {
    /// This unit and those below it; the own when not given.
    unit: Option<String>,
    /// First day, in Vietnam.
    #[param(example = "2026-11-01", format = Date)]
    from: String,
    /// Last day, in Vietnam; at most 400 days.
    #[param(example = "2026-11-30", format = Date)]
    to: String,
    #[serde(default)]
    #[param(inline)]
    format: RegisterForm,
    #[param(minimum = 1, maximum = 5_000, default = 1_000)]
    limit: Option<usize>,
    cursor: Option<String>,
}

/// The beginning of a day in Vietnam.
fn day(name: &str, text: &str) -> Result<Time, Problem> {
    let is_day = text.len() == 10;
    let begins = moment(&format!("{text}T00:00:00")).filter(|_| is_day);
    begins.ok_or_else(|| Problem::new(ProblemCode::BadQuery).field(name, "invalid", "2026-11-01"))
}

impl RegisterQuery {
    fn period(&self) -> Result<(RegisterPeriod, usize), Problem> {
        let wrong = |name, words| Problem::new(ProblemCode::BadQuery).field(name, "invalid", words);
        let (from, last) = (day("from", &self.from)?, day("to", &self.to)?);
        let until = last.plus_days(1);
        let days = (until.seconds() - from.seconds()) / 86_400;
        if !(1..=MAX_REGISTER_DAYS).contains(&days) {
            return Err(wrong("to", "1–400 ngày / 1–400 days"));
        }
        let limit = self.limit.unwrap_or(ROWS);
        if !(1..=MAX_REGISTER_ROWS).contains(&limit) {
            return Err(wrong("limit", "1–5000"));
        }
        let after = self.cursor.as_deref().map(|text| {
            RegisterMark::parse(text).ok_or_else(|| Problem::new(ProblemCode::CursorInvalid))
        });
        let period = RegisterPeriod {
            unit: read_unit(self.unit.as_deref())?,
            from,
            until,
            after: after.transpose()?,
        };
        Ok((period, limit))
    }
}

/// A row of the register: no names, no words.
#[derive(Serialize, ToSchema)]
#[schema(as = RegisterRow)]
pub struct RegisterRowJson {
    /// From 1, in the order in which reports came in the period.
    pub number: u64,
    pub reference: String,
    #[schema(format = DateTime)]
    pub received_at: String,
    pub channel: Channel,
    pub kind: ReportKind,
    pub state: ReportState,
    pub unit: UnitRef,
    pub competent_unit: Option<UnitRef>,
    #[schema(format = DateTime)]
    pub acknowledged_at: Option<String>,
    /// By when it has an outcome.
    #[schema(format = DateTime)]
    pub due_at: Option<String>,
    pub outcome: Option<Outcome>,
    #[schema(format = DateTime)]
    pub decided_at: Option<String>,
    pub document_no: Option<String>,
    pub document_date: Option<String>,
    /// When the reporter was told.
    #[schema(format = DateTime)]
    pub told_at: Option<String>,
    /// A term of the law was missed once.
    pub late: bool,
}

/// Part of the register, the oldest first.
#[derive(Serialize, ToSchema)]
pub struct Register {
    pub items: Vec<RegisterRowJson>,
    pub next_cursor: Option<String>,
}

fn row_json(row: &RegisterRow, lang: Lang) -> RegisterRowJson {
    let time = |at: Option<Time>| at.map(Time::rfc3339);
    RegisterRowJson {
        number: row.number,
        reference: row.reference.clone(),
        received_at: row.received_at.rfc3339(),
        channel: row.channel,
        kind: row.kind,
        state: row.state,
        unit: json::unit(row.unit, lang),
        competent_unit: row.competent_unit.map(|unit| json::unit(unit, lang)),
        acknowledged_at: time(row.acknowledged_at),
        due_at: time(row.due_at),
        outcome: row.outcome,
        decided_at: time(row.decided_at),
        document_no: row.document_no.clone(),
        document_date: row.document_date.clone(),
        told_at: time(row.told_at),
        late: row.late,
    }
}

fn csv(page: &RegisterPage, lang: Lang) -> HttpResponse {
    let rows = page.rows.iter().map(|row| row_texts(row, lang));
    let mut response = HttpResponse::Ok();
    if let Some(next) = page.next {
        response.insert_header(("Next-Cursor", next.to_string()));
    }
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"so-tiep-nhan.csv\"",
        ))
        .content_type("text/csv; charset=utf-8")
        .body(table::csv(headings(lang), rows))
}

/// The register of reports (sổ tiếp nhận tin báo) of a period, the oldest first: what came, who has it, what became of it.
/// Of a table that goes on, the header `Next-Cursor` says where.
#[utoipa::path(
    operation_id = "get_register",
    tag = "intake",
    params(RegisterQuery),
    responses(
        (status = 200, headers(("Next-Cursor")), content(
            (Register = "application/json"),
            (String = "text/csv"),
        )),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("officer" = [])),
)]
#[get("/v1/register")]
pub async fn get(
    state: web::Data<State>,
    person: Person,
    lang: Language,
    query: Query<RegisterQuery>,
) -> Result<HttpResponse, Problem> {
    let reader = IntakeReader::of(&person.0)?;
    let (period, limit) = query.0.period()?;
    let permit = state
        .boards
        .take(reader.user_id())
        .ok_or_else(Problem::busy)?;
    let (registry, now) = (state.registry.clone(), state.now());
    let page = State::blocking(move || {
        let _permit = permit;
        registry.register(&reader, &period, limit, now)
    })
    .await?;
    Ok(match query.0.format {
        RegisterForm::Csv => csv(&page, lang.0),
        RegisterForm::Json => {
            let body = Register {
                items: page.rows.iter().map(|row| row_json(row, lang.0)).collect(),
                next_cursor: page.next.map(|mark| mark.to_string()),
            };
            headers::private_json(StatusCode::OK, &body)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(from: &str, to: &str, limit: Option<usize>) -> Result<usize, Problem> {
        let query = RegisterQuery {
            unit: None,
            from: from.into(),
            to: to.into(),
            format: RegisterForm::Csv,
            limit,
            cursor: None,
        };
        query.period().map(|(_, limit)| limit)
    }

    #[test]
    fn a_period_has_a_day_to_four_hundred_and_an_answer_up_to_five_thousand_rows() {
        assert_eq!(query("2026-11-01", "2026-11-01", None).ok(), Some(ROWS));
        assert!(query("2026-11-02", "2026-11-01", None).is_err());
        assert!(query("2026-01-01", "2027-02-04", None).is_ok(), "400 days");
        assert!(query("2026-01-01", "2027-02-05", None).is_err(), "401 days");
        let limited = |limit| query("2026-11-01", "2026-11-30", Some(limit)).is_ok();
        assert!(limited(1) && limited(MAX_REGISTER_ROWS));
        assert!(!limited(0) && !limited(MAX_REGISTER_ROWS + 1));
        for day in [
            "",
            "2026-11",
            "01/11/2026",
            "2026-02-30",
            "2026-11-01T00:00:00Z",
        ] {
            assert!(query(day, "2026-11-30", None).is_err(), "{day}");
        }
    }
}
