//! What every handler can reach.

use std::{
    net::{IpAddr, Ipv4Addr},
    num::NonZeroU32,
    sync::Arc,
};

use actix_web::{HttpRequest, web};
use uuid::Uuid;

use super::{
    client_address::client_address,
    limits::{Buckets, Exceeded, Taken, anonymous_key},
    metrics::Metrics,
    partner_activity::PartnerActivity,
    payer::Payer,
    pending_uploads::PendingUploads,
    permits::{Line, Permits},
};
use crate::{
    access::client::ReplayGuard,
    config::{self, cidr::Cidr},
    domain::time::Time,
    present::{problem::Problem, problem_code::ProblemCode},
    registry::{Registry, keys::Issuer},
};

/// Everything a handler can reach.
pub struct State {
    pub registry: Arc<Registry>,
    pub issuer: Issuer,
    pub limits: Limits,
    pub metrics: Metrics,
    pub replay: ReplayGuard,
    pub trusted_proxies: Vec<Cidr>,
    /// The OpenAPI document, and the routes in it.
    pub openapi: super::contract::Contract,
    /// When each partner was last seen, and how its copy stands.
    pub partners_seen: PartnerActivity,
    /// Permits for hashing passwords: memory and processors are spent on few at a time.
    pub hashing: tokio::sync::Semaphore,
    /// The line for looking at pictures.
    pub pictures: Line<Payer>,
    /// The line for reading office lists.
    pub lists: Line<Uuid>,
    /// Permits for writing snapshots.
    pub snapshots: Permits,
    /// Permits for waiting for changes.
    pub long_polls: Permits,
    /// Permits for streams of events.
    pub event_streams: Permits,
    /// Becomes true when the service stops, so that long polls end.
    pub stopping: tokio::sync::watch::Receiver<bool>,
    /// Office lists between preview and proposal.
    pub held_files: PendingUploads,
    clock: fn() -> Time,
}

/// Token buckets by who asks.
pub struct Limits {
    anonymous: Buckets<IpAddr>,
    officers: Buckets<Uuid>,
    partners: Buckets<Uuid>,
    partner_checks: Buckets<Uuid>,
    sign_in: Buckets<IpAddr>,
    /// Items a partner may check each minute.
    pub checks_per_minute: u32,
    /// Cost of a check that finds nothing.
    pub cost_no_record: u32,
    /// Cost of any other check.
    pub cost_hit: u32,
}

impl Limits {
    /// Buckets of the configured sizes.
    pub fn new(limits: &config::Limits) -> Self {
        Self {
            anonymous: Buckets::new(limits.anonymous_per_minute, limits.anonymous_burst),
            officers: Buckets::new(
                limits.officer_requests_per_minute,
                limits.officer_requests_per_minute,
            ),
            partners: Buckets::new(
                limits.partner_requests_per_minute,
                limits.partner_requests_per_minute,
            ),
            // One request may hold 10,000 items.
            partner_checks: Buckets::new(
                limits.partner_checks_per_minute,
                limits.partner_checks_per_minute.max(MAX_PARTNER_ITEMS),
            ),
            sign_in: Buckets::new(limits.sign_in_per_minute, limits.sign_in_per_minute),
            checks_per_minute: limits.partner_checks_per_minute,
            cost_no_record: limits.cost_no_record,
            cost_hit: limits.cost_hit,
        }
    }

    /// Takes from an address' bucket for checks; a refusal takes one token.
    pub fn anonymous(&self, address: IpAddr, cost: u32) -> Result<Taken, Exceeded> {
        self.anonymous
            .take_or_fee(&anonymous_key(address), cost, FEE)
    }

    /// Gives an address back what its answer did not cost.
    pub fn give_back(&self, address: IpAddr, tokens: u32) {
        self.anonymous.give_back(&anonymous_key(address), tokens);
    }

    /// Tokens that an address can spend on one request: a full bucket.
    pub const fn most_at_once(&self) -> u32 {
        self.anonymous.policy().burst.get()
    }

    /// Counts an attempt to sign in.
    ///
    /// # Errors
    /// 429.
    pub fn sign_in(&self, address: IpAddr) -> Result<(), Problem> {
        self.sign_in
            .take(&anonymous_key(address), 1)
            .map(drop)
            .map_err(Problem::from)
    }

    /// Counts an officer's request.
    ///
    /// # Errors
    /// 429.
    pub fn officer(&self, user: Uuid) -> Result<(), Problem> {
        self.officers
            .take(&user, 1)
            .map(drop)
            .map_err(Problem::from)
    }

    /// Counts a partner's request.
    ///
    /// # Errors
    /// 429.
    pub fn partner(&self, partner: Uuid) -> Result<Taken, Problem> {
        self.partners.take(&partner, 1).map_err(Problem::from)
    }

    /// Counts a partner's request and takes its items from the bucket for checks.
    pub fn partner_items(&self, partner: Uuid, items: u32) -> Result<Taken, Exceeded> {
        self.partners.take(&partner, 1)?;
        self.partner_checks.take(&partner, items)
    }
}

/// What a refused check costs: asking again and again keeps the bucket empty, and nobody is kept out for long by it.
const FEE: NonZeroU32 = NonZeroU32::MIN;
/// Passwords hashed at the same time: each takes 19 MiB and a processor.
const HASHING: usize = 2;
/// Pictures looked at at the same time: each takes a processor and up to 200 MB.
const PICTURES: usize = 2;
/// Pictures that wait for a turn, each with its file of up to 5 MB: half a minute of the dearest. Those after them are told
/// to come again.
const PICTURES_WAITING: usize = 40;
/// Of one address: the dearest take three seconds together.
const PICTURES_EACH: usize = 4;
/// Office lists read at the same time: each takes up to some 250 MB.
const LISTS: usize = 2;
/// Lists that wait for a turn, each with its file of up to 10 MB; those after them are told to come again.
const LISTS_WAITING: usize = 14;
/// Of one officer; four places are left for the others.
const LISTS_EACH: usize = 12;
/// Snapshots written at the same time: each holds a thread.
const SNAPSHOTS: usize = 8;
/// Of one partner: one, and one more that goes on after a cut that the service has not noticed yet.
const SNAPSHOTS_EACH: usize = 2;
/// Partners' requests that wait for changes at the same time: each holds a connection of those there are.
const LONG_POLLS: usize = 2_000;
/// Of one partner: its machines, and some that the service has not noticed to be gone.
const LONG_POLLS_EACH: usize = 50;
/// Streams of events open at the same time: each holds a connection of those there are.
const EVENT_STREAMS: usize = 500;
/// Of one partner.
const EVENT_STREAMS_EACH: usize = 20;
/// Most items in an anonymous check.
pub const MAX_ITEMS: usize = 100;
/// Most items in a partner's check.
pub const MAX_PARTNER_ITEMS: u32 = 10_000;

impl From<Exceeded> for Problem {
    fn from(exceeded: Exceeded) -> Self {
        let headers = exceeded.headers();
        Self::new(ProblemCode::TooManyRequests)
            .header("RateLimit", headers.rate_limit)
            .header("RateLimit-Policy", headers.policy)
            .header("Retry-After", headers.retry_after.unwrap_or_default())
    }
}

impl State {
    /// Puts the parts together.
    pub fn new(
        registry: Arc<Registry>,
        config: &config::Config,
        metrics: Metrics,
        openapi: super::contract::Contract,
        stopping: tokio::sync::watch::Receiver<bool>,
        clock: fn() -> Time,
    ) -> Self {
        let partners_seen = PartnerActivity::load(&registry.contacts_path());
        Self {
            registry,
            issuer: Issuer {
                url: config.server.public_url.clone(),
            },
            limits: Limits::new(&config.limits),
            metrics,
            replay: ReplayGuard::default(),
            trusted_proxies: config.server.trusted_proxies.clone(),
            openapi,
            partners_seen,
            hashing: tokio::sync::Semaphore::new(HASHING),
            pictures: Line::new(PICTURES, PICTURES_WAITING, PICTURES_EACH),
            lists: Line::new(LISTS, LISTS_WAITING, LISTS_EACH),
            snapshots: Permits::new(SNAPSHOTS, SNAPSHOTS_EACH),
            long_polls: Permits::new(LONG_POLLS, LONG_POLLS_EACH),
            event_streams: Permits::new(EVENT_STREAMS, EVENT_STREAMS_EACH),
            stopping,
            held_files: PendingUploads::default(),
            clock,
        }
    }

    /// The state behind a request.
    ///
    /// Every application is made with one, in [`crate::server`].
    #[expect(
        clippy::expect_used,
        reason = "an application without its state answers nothing"
    )]
    pub fn of(request: &HttpRequest) -> web::Data<Self> {
        request
            .app_data::<web::Data<Self>>()
            .expect("the application is made with its state")
            .clone()
    }

    /// The one clock.
    pub fn now(&self) -> Time {
        (self.clock)()
    }

    /// Who sent a request, as far as trusted proxies tell.
    pub fn address(&self, request: &HttpRequest) -> IpAddr {
        let peer = request
            .peer_addr()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        if self.trusted_proxies.is_empty() {
            return peer;
        }
        let values = |name: &str| -> Vec<String> {
            request
                .headers()
                .get_all(name)
                .filter_map(|value| value.to_str().ok().map(str::to_owned))
                .collect()
        };
        let (forwarded, x) = (values("forwarded"), values("x-forwarded-for"));
        let forwarded: Vec<&str> = forwarded.iter().map(String::as_str).collect();
        let x: Vec<&str> = x.iter().map(String::as_str).collect();
        client_address(peer, &forwarded, &x, &self.trusted_proxies)
    }

    /// Runs blocking work (disk, password hashing) where blocking is allowed.
    ///
    /// # Errors
    /// The work's own, or 503 while shutting down.
    pub async fn blocking<T: Send + 'static, E: Into<Problem> + Send + 'static>(
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem> {
        match web::block(work).await {
            Ok(result) => result.map_err(Into::into),
            Err(_) => Err(Problem::new(ProblemCode::ShuttingDown)),
        }
    }
}
