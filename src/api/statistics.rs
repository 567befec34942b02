//! `GET /v1/stats`.

use std::cmp::Reverse;

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::check::{AsOf, as_of};
use crate::{
    domain::{identifier::Kind, message::Lang, unit::UnitCode},
    http::{extract::Language, headers, state::State},
    present::{
        json::{self, MethodRef, UnitRef},
        problem::{Problem, ProblemBody},
        problem_code::ProblemCode,
    },
    registry::statistics::{LEAST, Statistics, Wait},
};

/// How long counts may be kept, in seconds: they are made anew ten minutes after a change at the earliest.
const MAX_AGE: u32 = 60;

/// Counts over the listings that are or once were public. Nothing in it tells one listing from another, or of proposals.
#[derive(Serialize, ToSchema)]
#[schema(as = Statistics)]
pub struct StatisticsJson {
    /// Listings in force.
    pub total: u64,
    /// Of them, those against which an appeal is open.
    pub disputed: u64,
    /// Listings that were ever confirmed: those in force, expired and delisted.
    pub ever: u64,
    /// Listings whose time ran out.
    pub expired: u64,
    /// Listings taken off by a decision.
    pub delisted: u64,
    pub by_kind: Vec<KindCount>,
    /// Most in force first; only methods that ever had any.
    pub by_method: Vec<MethodCount>,
    /// The last twelve months, the oldest first.
    pub by_month: Vec<MonthCount>,
    /// Listings in force, most first; only provinces that have five or more. `VN` is what was listed for the whole country.
    pub by_province: Vec<ProvinceCount>,
    /// Listings in force of all provinces that are not in `by_province`: those with fewer than five, and as many of the
    /// smallest others as it takes that nobody can compute their numbers. Null where these are fewer than five.
    pub by_province_elsewhere: Option<u64>,
    /// Listings in force by the unit that answers for them, most first; only units that have five or more, in provinces that
    /// are in `by_province`.
    pub by_ward: Vec<WardCount>,
    /// Listings in force of all units that are not in `by_ward`, as with provinces.
    pub by_ward_elsewhere: Option<u64>,
    pub confirmation: ConfirmationTimes,
    pub as_of: AsOf,
}

/// Listings of a kind of identifier.
#[derive(Serialize, ToSchema)]
pub struct KindCount {
    pub kind: Kind,
    /// Those in force.
    pub count: u64,
    /// Those ever confirmed.
    pub ever: u64,
}

/// Listings of a method.
#[derive(Serialize, ToSchema)]
pub struct MethodCount {
    pub method: MethodRef,
    /// Those in force.
    pub count: u64,
    /// Those ever confirmed.
    pub ever: u64,
}

/// What happened in a month.
#[derive(Serialize, ToSchema)]
pub struct MonthCount {
    /// Year and month in Vietnam.
    #[schema(example = "2026-01")]
    pub month: String,
    /// Listings made in it that are still in force.
    pub count: u64,
    /// All listings made in it.
    pub ever: u64,
    /// Listings whose time ran out in it, whenever they were made.
    pub expired: u64,
    /// Listings taken off in it by a decision, whenever they were made.
    pub delisted: u64,
}

/// Listings of a province's units.
#[derive(Serialize, ToSchema)]
pub struct ProvinceCount {
    pub unit: UnitRef,
    pub count: u64,
}

/// Listings of a unit: mostly a ward or commune, but also a province's own or the country's.
#[derive(Serialize, ToSchema)]
pub struct WardCount {
    pub unit: UnitRef,
    pub count: u64,
}

/// How long the second person took, over listings made in the last twelve months.
#[derive(Serialize, ToSchema)]
pub struct ConfirmationTimes {
    /// Of listings that were proposed one by one.
    pub single: ConfirmationTime,
    /// Of listings that came in office lists.
    pub lists: ConfirmationTime,
}

/// From proposal to confirmation.
#[derive(Serialize, ToSchema)]
pub struct ConfirmationTime {
    /// Listings that it is over.
    pub listings: u64,
    /// Half of them were confirmed within so many seconds: whole minutes below an hour, whole hours below a day, then whole
    /// days. Null for fewer than five listings.
    pub median_seconds: Option<u64>,
}

/// What was listed and what became of it, counted at most an hour ago, and ten minutes where something changed.
#[utoipa::path(
    operation_id = "get_statistics",
    tag = "catalogue",
    params(("Accept-Language" = Option<String>, Header, description = "`vi` (default) or `en`")),
    responses(
        (status = 200, body = StatisticsJson, headers(("ETag"))),
        (status = 304),
        (status = 503, body = ProblemBody, content_type = "application/problem+json", description = "Nothing is counted yet: the service has just started"),
    ),
)]
#[get("/v1/stats")]
pub async fn statistics(
    request: HttpRequest,
    state: web::Data<State>,
    lang: Language,
) -> Result<HttpResponse, Problem> {
    let counts = state.registry.statistics().ok_or_else(Problem::busy)?;
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
    let place = |(unit, count): &(UnitCode, u64)| (json::unit(*unit, lang), *count);
    let provinces = counts.places.provinces.places.iter().map(place);
    let wards = counts.places.wards.places.iter().map(place);
    StatisticsJson {
        total: counts.total.in_force,
        disputed: counts.disputed,
        ever: counts.total.ever(),
        expired: counts.total.expired,
        delisted: counts.total.delisted,
        by_kind: counts
            .by_kind
            .iter()
            .map(|(kind, fates)| KindCount {
                kind: *kind,
                count: fates.in_force,
                ever: fates.ever(),
            })
            .collect(),
        by_method: methods(counts, lang),
        by_month: months(counts),
        by_province: provinces
            .map(|(unit, count)| ProvinceCount { unit, count })
            .collect(),
        by_province_elsewhere: counts.places.provinces.elsewhere(),
        by_ward: wards
            .map(|(unit, count)| WardCount { unit, count })
            .collect(),
        by_ward_elsewhere: counts.places.wards.elsewhere(),
        confirmation: ConfirmationTimes {
            single: time(counts.single),
            lists: time(counts.lists),
        },
        as_of: as_of(counts.ledger_size, counts.at),
    }
}

fn methods(counts: &Statistics, lang: Lang) -> Vec<MethodCount> {
    let methods = counts.by_method.iter();
    let mut methods: Vec<_> = methods
        .map(|(method, fates)| MethodCount {
            method: json::method(*method, lang),
            count: fates.in_force,
            ever: fates.ever(),
        })
        .collect();
    methods.sort_by_key(|method| Reverse(method.count));
    methods
}

fn months(counts: &Statistics) -> Vec<MonthCount> {
    let months = counts.by_month.iter();
    months
        .map(|(at, deeds)| MonthCount {
            month: format!("{:04}-{:02}", at.year, at.month),
            count: deeds.in_force,
            ever: deeds.confirmed,
            expired: deeds.expired,
            delisted: deeds.delisted,
        })
        .collect()
}

fn time(wait: Wait) -> ConfirmationTime {
    ConfirmationTime {
        listings: wait.listings,
        median_seconds: (wait.listings >= LEAST).then_some(wait.median),
    }
}
