//! `GET /v1/stats`.

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::check::{AsOf, as_of};
use crate::{
    domain::{identifier::Kind, message::Lang},
    http::{extract::Language, headers, state::State},
    present::{
        json::{self, MethodRef, UnitRef},
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::statistics::Statistics,
};

/// How long counts may be kept, in seconds: they are made anew every five minutes.
const MAX_AGE: u32 = 60;

/// Counts over the listings in force. Nothing in it tells one listing from another.
#[derive(Serialize, ToSchema)]
#[schema(as = Statistics)]
pub struct StatisticsJson {
    /// Listings in force.
    pub total: u64,
    /// Of them, those against which an appeal is open.
    pub disputed: u64,
    pub by_kind: Vec<KindCount>,
    /// Most first; only methods that have any.
    pub by_method: Vec<MethodCount>,
    /// The last twelve months by when a listing was made, the oldest first.
    pub by_month: Vec<MonthCount>,
    /// Most first; only provinces that have any. `VN` is what was listed for the whole country.
    pub by_province: Vec<ProvinceCount>,
    pub as_of: AsOf,
}

/// Listings of a kind of identifier.
#[derive(Serialize, ToSchema)]
pub struct KindCount {
    pub kind: Kind,
    pub count: u64,
}

/// Listings of a method.
#[derive(Serialize, ToSchema)]
pub struct MethodCount {
    pub method: MethodRef,
    pub count: u64,
}

/// Listings made in a month.
#[derive(Serialize, ToSchema)]
pub struct MonthCount {
    /// Year and month in Vietnam.
    #[schema(example = "2026-01")]
    pub month: String,
    pub count: u64,
}

/// Listings of a province's units.
#[derive(Serialize, ToSchema)]
pub struct ProvinceCount {
    pub unit: UnitRef,
    pub count: u64,
}

/// What the listings in force add up to, counted at most five minutes ago.
#[utoipa::path(
    operation_id = "get_statistics",
    tag = "catalogue",
    params(("Accept-Language" = Option<String>, Header, description = "`vi` (default) or `en`")),
    responses(
        (status = 200, body = StatisticsJson, headers(("ETag"))),
        (status = 304),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
#[get("/v1/stats")]
pub async fn statistics(
    request: HttpRequest,
    state: web::Data<State>,
    lang: Language,
) -> Result<HttpResponse, Problem> {
    let (now, inner) = (state.now(), state.clone());
    let counts = web::block(move || inner.registry.statistics(now)).await;
    let counts = counts.map_err(|_| Problem::new(ProblemCode::ShuttingDown))?;
    let bytes = serde_json::to_vec(&present(&counts, lang.0));
    let bytes = bytes.map_err(|_| Problem::new(ProblemCode::Internal))?;
    Ok(headers::cached(
        &request,
        "application/json",
        bytes,
        MAX_AGE,
    ))
}

fn present(counts: &Statistics, lang: Lang) -> StatisticsJson {
    let kinds = counts.by_kind.iter();
    let methods = counts.by_method.iter();
    let months = counts.by_month.iter();
    let provinces = counts.by_province.iter();
    StatisticsJson {
        total: counts.total,
        disputed: counts.disputed,
        by_kind: kinds
            .map(|&(kind, count)| KindCount { kind, count })
            .collect(),
        by_method: methods
            .map(|&(method, count)| MethodCount {
                method: json::method(method, lang),
                count,
            })
            .collect(),
        by_month: months
            .map(|&(at, count)| MonthCount {
                month: format!("{:04}-{:02}", at.year, at.month),
                count,
            })
            .collect(),
        by_province: provinces
            .map(|&(unit, count)| ProvinceCount {
                unit: json::unit(unit, lang),
                count,
            })
            .collect(),
        as_of: as_of(counts.ledger_size, counts.at),
    }
}
