//! What a mirror answers: checks from its verified copy, read-only, for whoever can reach it.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use serde::{Deserialize, Serialize};

use super::{
    check::{count_within, read_all, read_body, results},
    check_words::{Form, name_verdict, single},
    sms::{self, asked},
    sms_shapes,
};
use crate::{
    domain::time::Time,
    http::{
        allowance::MAX_PARTNER_ITEMS,
        extract::{JsonBytes, Query, language},
        headers,
        metrics::{CopyFigures, MirrorMetrics},
        state::State,
    },
    present::{
        answer::CheckResult, json::IdentifierInput, problem::Problem, problem_code::ProblemCode,
    },
    registry::told::{self, Told},
    sync::{
        Clock,
        local_copy::{LocalCopy, MirrorState},
        sip_dip::{Outcome, SipDip},
    },
};

/// Everything a mirror's handler can reach.
pub struct Local {
    pub copy: Arc<LocalCopy>,
    pub clock: Clock,
    /// Address of the registry, where problems are explained.
    pub upstream: String,
    /// What answers telephone exchanges, if they may ask.
    pub dip: Option<Arc<SipDip>>,
}

/// What the answers hold for.
#[derive(Serialize)]
struct AsOf {
    ledger_size: u64,
    /// When a signed checkpoint last confirmed the copy.
    at: String,
    /// That was too long ago.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stale: bool,
}

#[derive(Serialize)]
struct Response {
    results: Vec<CheckResult>,
    as_of: AsOf,
}

/// Routes of a mirror.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/v1/check")
                .route(web::post().to(check_all))
                .route(web::get().to(check_one))
                .default_service(web::to(not_allowed)),
        )
        .service(
            web::resource("/v1/sms")
                .route(web::post().to(sms))
                .route(web::get().to(sms))
                .default_service(web::to(not_allowed)),
        )
        .route("/v1/mirror", web::get().to(mirror))
        .route("/healthz", web::get().to(healthz))
        .route("/readyz", web::get().to(readyz))
        .route("/metrics", web::get().to(figures))
        .default_service(web::to(|| async {
            Err::<HttpResponse, _>(Problem::new(ProblemCode::NotFound))
        }));
}

async fn not_allowed() -> Result<HttpResponse, Problem> {
    Err(Problem::new(ProblemCode::MethodNotAllowed).header("Allow", "GET, HEAD, POST"))
}

/// A copy gives no receipts and knows no other wishes: to pass over one would be to promise it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// `POST /v1/check`: one question, or up to 10,000 as `items`.
async fn check_all(
    request: HttpRequest,
    local: web::Data<Local>,
    _: Query<Nothing>,
    body: JsonBytes,
) -> Result<HttpResponse, Problem> {
    let items = read_body(body.0).await?;
    count_within(items.len(), MAX_PARTNER_ITEMS as usize)?;
    answer(&request, local, items).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneQuery {
    q: String,
}

/// `GET /v1/check?q=`
async fn check_one(
    request: HttpRequest,
    local: web::Data<Local>,
    query: Query<OneQuery>,
) -> Result<HttpResponse, Problem> {
    let item = IdentifierInput {
        q: Some(query.0.q),
        ..IdentifierInput::default()
    };
    answer(&request, local, vec![item]).await
}

async fn answer(
    request: &HttpRequest,
    local: web::Data<Local>,
    items: Vec<IdentifierInput>,
) -> Result<HttpResponse, Problem> {
    let ledger_size = local.copy.size();
    if ledger_size == 0 {
        // Without a copy everything would seem to be without a record.
        return Err(Problem::new(ProblemCode::NotReady).header("Retry-After", "5"));
    }
    let (lang, form) = (language(request), Form::of(request));
    let (now, asked) = ((local.clock)(), local.clone());
    let (verified, stale) = local.copy.freshness();
    let as_of = AsOf {
        ledger_size,
        at: verified.map_or(String::new(), Time::rfc3339),
        stale,
    };
    // Ten thousand questions are work for a thread of its own.
    let (body, verdict) = State::blocking(move || -> Result<_, Problem> {
        let read = read_all(&items)?.into_iter();
        let told: Vec<Told> = read
            .map(|read| told::tell(&*asked.copy, read, now))
            .collect();
        let whole = || Response {
            results: results(&asked.upstream, items, &told, lang),
            as_of,
        };
        Ok((form.write(&told, whole)?, single(&told)))
    })
    .await?;
    let mut response = HttpResponse::Ok();
    if stale {
        response.insert_header(("Warning", "110 - \"Response is Stale\""));
    }
    response
        .insert_header(("Cache-Control", "no-store"))
        .insert_header(("Content-Language", lang.as_str()));
    name_verdict(&mut response, verdict);
    form.name(&mut response);
    Ok(response.body(body))
}

/// `POST` and `GET /v1/sms`: a gateway's message, in every shape in which the registry takes it.
async fn sms(
    request: HttpRequest,
    local: web::Data<Local>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let (asker, message) = sms_shapes::read(&request, payload).await?;
    let findings = asked(&message.text)?;
    if local.copy.size() == 0 {
        return asker.answer(Problem::new(ProblemCode::NotReady).header("Retry-After", "5"));
    }
    let told = told::tell(&*local.copy, findings, (local.clock)());
    Ok(sms_shapes::reply(sms::answer(&told.first)))
}

#[derive(Serialize)]
struct Standing {
    #[serde(flatten)]
    copy: MirrorState,
    /// How many messages of telephone exchanges came to what since the start, where they may ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    sip: Option<BTreeMap<&'static str, u64>>,
}

/// `GET /v1/mirror`: whose copy it is and how fresh, and what exchanges were answered.
async fn mirror(local: web::Data<Local>) -> HttpResponse {
    let standing = Standing {
        copy: local.copy.state(),
        sip: local
            .dip
            .is_some()
            .then(|| came_to(&local).into_iter().collect()),
    };
    headers::private_json(StatusCode::OK, &standing)
}

/// Messages of exchanges by what they came to, all of them none where exchanges may not ask.
fn came_to(local: &Local) -> Vec<(&'static str, u64)> {
    let counts: Vec<(Outcome, u64)> = match &local.dip {
        Some(dip) => dip.counts().collect(),
        None => Outcome::ALL.map(|outcome| (outcome, 0)).into(),
    };
    let named = counts.into_iter().map(|(outcome, n)| (outcome.as_str(), n));
    named.collect()
}

/// `GET /metrics`: figures for a monitoring system; nothing that identifies.
async fn figures(local: web::Data<Local>, metrics: web::Data<MirrorMetrics>) -> HttpResponse {
    let state = local.copy.state();
    headers::figures(metrics.told(&CopyFigures {
        staleness: local.copy.staleness(),
        size: state.size,
        listings: state.count,
        is_stopped: state.stopped.is_some(),
        is_damaged: state.damage.is_some(),
        exchanges: came_to(&local),
    }))
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
    ledger_size: u64,
    stale: bool,
    /// Why following stopped for good.
    stopped: Option<String>,
    /// What went wrong in the last round.
    problem: Option<String>,
    /// What is wrong with the copy on disk, until it was taken anew.
    damage: Option<String>,
}

fn health(local: &Local) -> Health {
    let state = local.copy.state();
    Health {
        status: match (&state.stopped, state.stale) {
            (Some(_), _) => "stopped",
            (None, true) => "stale",
            (None, false) => "ok",
        },
        ledger_size: state.size,
        stale: state.stale,
        stopped: state.stopped,
        problem: state.problem,
        damage: state.damage,
    }
}

/// Whether the program lives.
async fn healthz(local: web::Data<Local>) -> HttpResponse {
    headers::private_json(StatusCode::OK, &health(&local))
}

/// Whether checks should be sent here: there is a copy, and it is fresh.
async fn readyz(local: web::Data<Local>) -> Result<HttpResponse, Problem> {
    let health = health(&local);
    if health.ledger_size == 0 {
        return Err(Problem::new(ProblemCode::NotReady).header("Retry-After", "5"));
    }
    if health.stale {
        return Err(Problem::new(ProblemCode::StaleCopy).header("Retry-After", "60"));
    }
    Ok(headers::private_json(StatusCode::OK, &health))
}
