//! What every handler can reach.

use std::{net::IpAddr, sync::Arc};

use actix_web::{HttpRequest, web};
use uuid::Uuid;

use super::{
    allowance::Limits,
    authority::Authority,
    client_address,
    hashing::Hashing,
    limits::anonymous_key,
    metrics::Metrics,
    partner_activity::PartnerActivity,
    payer::{Payer, SenderKeys},
    pending_uploads::PendingUploads,
    permits::{Line, Permits},
    turns::Turns,
    unbelieved::Unbelieved,
};
use crate::{
    access::client::ReplayGuard,
    config::{self, cidr::Cidr},
    domain::{time::Time, trail::AddressToken},
    present::{problem::Problem, problem_code::ProblemCode},
    registry::{Registry, keys::Issuer},
    worker::Readers,
};

/// Everything a handler can reach.
pub struct State {
    pub registry: Arc<Registry>,
    pub issuer: Issuer,
    /// Who runs this registry; nobody for a trial.
    pub authority: Option<Arc<Authority>>,
    pub limits: Limits,
    pub metrics: Metrics,
    pub replay: ReplayGuard,
    pub trusted_proxies: Vec<Cidr>,
    /// The OpenAPI document, and the routes in it.
    pub openapi: super::contract::Contract,
    /// When each partner was last seen, and how its copy stands.
    pub partners_seen: PartnerActivity,
    /// The lines for hashing passwords.
    pub hashing: Hashing,
    /// Under which numbers of SMS' senders are counted.
    pub sender_keys: SenderKeys,
    /// Whether forwarding headers come from somebody who is not believed.
    pub unbelieved: Unbelieved,
    /// The lines for large bodies.
    pub bodies: Turns,
    /// Who has files read, each in a process of its own.
    pub readers: Readers,
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
    /// Permits for writing the audit trail out.
    pub audit_exports: Permits,
    /// Permits for counting boards and writing registers.
    pub boards: Permits,
    /// Becomes true when the service stops, so that long polls end.
    pub stopping: tokio::sync::watch::Receiver<bool>,
    /// Office lists between preview and proposal.
    pub held_files: PendingUploads,
    clock: fn() -> Time,
}

/// Pictures that wait for a turn, each with its file of up to 5 MB: half a minute of the dearest. Those after them are told
/// to come again.
const PICTURES_WAITING: usize = 40;
/// Of one address: the dearest take three seconds together.
const PICTURES_EACH: usize = 4;
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
/// Audit trails written out at the same time: each holds a thread, and some megabytes while its
/// client is slow.
const AUDIT_EXPORTS: usize = 4;
/// Of one person.
const AUDIT_EXPORTS_EACH: usize = 2;
/// Boards and registers that are made at the same time: each walks over the reports, a second of a thread for a hundred
/// thousand.
const BOARDS: usize = 4;
/// Of one person: one, and one more that goes on after its reader has left.
const BOARDS_EACH: usize = 2;
/// Most items in an anonymous check.
pub const MAX_ITEMS: usize = 100;

impl State {
    /// Whether the registry's public address opens on this machine alone: nobody can use it on paper or in a message.
    pub fn is_local(&self) -> bool {
        config::is_loopback(&self.issuer.url)
    }

    /// Puts the parts together.
    pub fn new(
        registry: Arc<Registry>,
        config: &config::Config,
        authority: Option<Authority>,
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
            authority: authority.map(Arc::new),
            limits: Limits::new(&config.limits),
            replay: ReplayGuard::default(),
            trusted_proxies: config.server.trusted_proxies.clone(),
            openapi,
            partners_seen,
            hashing: Hashing::default(),
            sender_keys: SenderKeys::default(),
            unbelieved: Unbelieved::default(),
            pictures: Line::new(config.limits.files_at_once, PICTURES_WAITING, PICTURES_EACH),
            lists: Line::new(config.limits.files_at_once, LISTS_WAITING, LISTS_EACH),
            bodies: Turns::default(),
            readers: Readers::new(metrics.worker_ends()),
            metrics,
            snapshots: Permits::new(SNAPSHOTS, SNAPSHOTS_EACH),
            long_polls: Permits::new(LONG_POLLS, LONG_POLLS_EACH),
            event_streams: Permits::new(EVENT_STREAMS, EVENT_STREAMS_EACH),
            audit_exports: Permits::new(AUDIT_EXPORTS, AUDIT_EXPORTS_EACH),
            boards: Permits::new(BOARDS, BOARDS_EACH),
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
        client_address::of(request, &self.trusted_proxies)
    }

    /// What the audit trail knows the address of a request by.
    pub fn address_token(&self, request: &HttpRequest) -> Option<AddressToken> {
        let client = anonymous_key(self.address(request));
        self.registry.address_token(client, self.now())
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
