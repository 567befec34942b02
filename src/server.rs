//! Puts the parts together: two listeners, the scheduler, a clean stop.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use actix_web::{
    App, HttpMessage, HttpRequest, HttpResponse, HttpServer, ResponseError,
    dev::ServerHandle,
    http::header,
    middleware::{Compress, from_fn},
    web,
};
use thiserror::Error;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    task::JoinHandle,
};
use tracing_actix_web::{RequestId, RootSpanBuilder, TracingLogger};
use utoipa_actix_web::AppExt;

use crate::{
    api,
    config::Config,
    domain::time::Time,
    http::{contract::Contract, finish::finish, metrics::Metrics, state::State},
    present::{problem::Problem, problem_code::ProblemCode},
    registry::Registry,
};

/// Why the service could not start or run.
#[derive(Debug, Error)]
pub enum ServerError {
    #[error("cannot listen on {address}: {source}; choose another with --listen")]
    Bind {
        address: SocketAddr,
        source: io::Error,
    },
    #[error("the service stopped: {0}")]
    Io(#[from] io::Error),
    #[error("the figures could not be set up: {0}")]
    Metrics(String),
}

/// The one clock.
pub fn now() -> Time {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Time::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// One span a request: route template and id, never a query, a body or a token.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &actix_web::dev::ServiceRequest) -> tracing::Span {
        tracing::info_span!(
            "request",
            method = %request.method(),
            route = request.match_pattern().unwrap_or_default(),
            id = %request
                .extensions()
                .get::<RequestId>()
                .map_or_else(uuid::Uuid::nil, |id| **id),
            status = tracing::field::Empty,
        )
    }

    fn on_request_end<B: actix_web::body::MessageBody>(
        span: tracing::Span,
        outcome: &Result<actix_web::dev::ServiceResponse<B>, actix_web::Error>,
    ) {
        if let Ok(response) = outcome {
            let status = response.status().as_u16();
            span.record("status", status);
            let _entered = span.enter();
            if status >= 500 {
                tracing::warn!("answered");
            } else {
                tracing::debug!("answered");
            }
        }
    }
}

/// Where this machine reaches an address that was bound: "every interface" is none to connect to.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}

/// A service that is bound and answers.
pub struct Server {
    public: ServerHandle,
    admin: ServerHandle,
    tasks: Vec<JoinHandle<io::Result<()>>>,
    scheduler: JoinHandle<()>,
    stop: watch::Sender<bool>,
    /// How long requests under way may take when stopping.
    patience: Duration,
    terminate: Signal,
    interrupt: Signal,
    address: SocketAddr,
    admin_address: SocketAddr,
}

fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServerError> {
    let error = |source| ServerError::Bind { address, source };
    let listener = TcpListener::bind(address).map_err(error)?;
    let bound = listener.local_addr().map_err(error)?;
    Ok((listener, bound))
}

impl Server {
    /// Binds both listeners and starts to answer.
    ///
    /// # Errors
    /// [`ServerError::Bind`] names the address.
    pub async fn start(registry: Arc<Registry>, config: &Config) -> Result<Self, ServerError> {
        let (listener, address) = bind(config.server.listen)?;
        let (admin_listener, admin_address) = bind(config.server.admin_listen)?;
        let mut config = config.clone();
        if config.server.public_url == Config::default().server.public_url {
            // Nobody said otherwise: people and programs use the address that was bound.
            config.server.public_url = format!("http://{address}");
        }
        let metrics = Metrics::new().map_err(|error| ServerError::Metrics(error.to_string()))?;
        let (stop, stopping) = watch::channel(false);
        let state = web::Data::new(State::new(
            registry.clone(),
            &config,
            metrics,
            Contract::new(&api::document::document(&config.server.public_url)),
            stopping.clone(),
            now,
        ));
        registry.note_address(&format!("http://{}", reachable(address)));
        let public = public_server(listener, &state, &config)?;
        let admin = admin_server(admin_listener, &state)?;
        let (public_handle, admin_handle) = (public.handle(), admin.handle());
        let scheduler = tokio::spawn(schedule(
            registry,
            Duration::from_secs(config.schedule.every_seconds),
            stopping,
        ));
        Ok(Self {
            public: public_handle,
            admin: admin_handle,
            tasks: vec![tokio::spawn(public), tokio::spawn(admin)],
            scheduler,
            stop,
            patience: Duration::from_secs(config.server.shutdown_seconds),
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            address,
            admin_address,
        })
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where the figures are.
    pub fn admin_url(&self) -> String {
        format!("http://{}", self.admin_address)
    }

    /// Serves until SIGTERM or SIGINT, then lets requests under way finish.
    ///
    /// # Errors
    /// [`ServerError::Io`] when a listener fails.
    pub async fn run(mut self) -> Result<(), ServerError> {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        self.stop().await
    }

    /// Stops cleanly: long polls end, requests under way finish as far as their time goes.
    ///
    /// What the scheduler is at is left for the next start when it takes longer: nothing of it is lost by a crash
    /// either.
    ///
    /// # Errors
    /// [`ServerError::Io`] when a listener had failed.
    pub async fn stop(self) -> Result<(), ServerError> {
        tracing::info!("stopping");
        let _ = self.stop.send(true);
        let scheduler = tokio::time::timeout(self.patience, self.scheduler);
        let (_, ended) = tokio::join!(self.public.stop(true), scheduler);
        if ended.is_err() {
            tracing::warn!("work of the schedule is left for the next start");
        }
        self.admin.stop(false).await;
        for task in self.tasks {
            if let Ok(ended) = task.await {
                ended?;
            }
        }
        Ok(())
    }
}

fn public_server(
    listener: TcpListener,
    state: &web::Data<State>,
    config: &Config,
) -> Result<actix_web::dev::Server, ServerError> {
    let state = state.clone();
    let server = HttpServer::new(move || {
        App::new()
            .into_utoipa_app()
            .configure(api::routes)
            .into_app()
            .configure(api::pages)
            .configure(crate::web::routes)
            .app_data(state.clone())
            .default_service(web::to(unmatched))
            .wrap(Compress::default())
            .wrap(from_fn(finish))
            .wrap(TracingLogger::<RequestSpan>::new())
    })
    .workers(match config.server.workers {
        0 => std::thread::available_parallelism().map_or(2, usize::from),
        workers => workers,
    })
    .max_connections(config.server.max_connections)
    .client_request_timeout(Duration::from_secs(config.server.client_timeout_seconds))
    .keep_alive(Duration::from_secs(config.server.keep_alive_seconds))
    .shutdown_timeout(config.server.shutdown_seconds)
    // Who has closed his side waits for no answer: work for him ends, and a file is read no further.
    .h1_allow_half_closed(false)
    .disable_signals()
    .listen(listener)?
    .run();
    Ok(server)
}

fn admin_server(
    listener: TcpListener,
    state: &web::Data<State>,
) -> Result<actix_web::dev::Server, ServerError> {
    let state = state.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .service(api::well_known::healthz)
            .service(api::well_known::readyz)
            .route("/metrics", web::get().to(metrics))
            .default_service(web::to(|| async {
                Problem::new(ProblemCode::NotFound).error_response()
            }))
            .wrap(from_fn(finish))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)?
    .run();
    Ok(server)
}

async fn unmatched(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    if crate::web::wants_page(&request) {
        return crate::web::no_such_page(&request);
    }
    state.openapi.unmatched(&request)
}

/// Figures for a monitoring system; nothing that identifies.
async fn metrics(state: web::Data<State>) -> HttpResponse {
    let published = state.registry.index().published();
    state
        .metrics
        .set_journal_head(state.registry.journal_position());
    state.metrics.set_index_size(published.tallies.total().live);
    state.metrics.set_ledger_size(published.ledger_size());
    match state.metrics.encode() {
        Ok(text) => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .content_type(crate::http::metrics::CONTENT_TYPE)
            .body(text),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// What happens by itself, every few seconds and at once after start-up: something may have fallen
/// due while the program was down.
async fn schedule(registry: Arc<Registry>, every: Duration, mut stopping: watch::Receiver<bool>) {
    const TIDY_EVERY: u32 = 360;
    let (looked_at, stopped) = (registry.clone(), stopping.clone());
    tokio::task::spawn_blocking(move || looked_at.check_leaves(&|| *stopped.borrow()));
    for round in 0u32.. {
        let (registry, stopped) = (registry.clone(), stopping.clone());
        let work = tokio::task::spawn_blocking(move || {
            work_of_time(&registry, round % TIDY_EVERY == 0, &|| *stopped.borrow());
        });
        let _ = work.await;
        let stop = stopping.wait_for(|stop| *stop);
        if tokio::time::timeout(every, stop).await.is_ok() {
            return;
        }
    }
}

/// One round of what happens by itself. What only time decides waits while the clock is held.
fn work_of_time(registry: &Registry, is_tidying: bool, stop: &dyn Fn() -> bool) {
    let now = now();
    let is_held = registry.look_at_clock(now);
    if !is_held {
        match registry.expire_due(now, stop) {
            Ok(0) => {}
            Ok(expired) => tracing::info!(expired, "listings expired"),
            Err(error) => tracing::warn!(%error, "expiries could not be written yet"),
        }
    }
    if !is_held && let Err(error) = registry.erase_lapsed(now) {
        tracing::warn!(%error, "what was kept until now could not be erased yet");
    }
    let alive = registry.beat_if_quiet(now);
    let erased = registry.finish_erasures(now);
    if let Err(error) = alive.and(erased) {
        tracing::warn!(%error, "a sign of life or an erasure could not be written yet");
    }
    if is_tidying
        && !is_held
        && let Err(error) = registry.tidy(now)
    {
        tracing::warn!(%error, "old receipts and sessions could not be dropped yet");
    }
    if is_tidying
        && !is_held
        && let Err(error) = registry.lapse_approvals(now)
    {
        tracing::warn!(%error, "approvals whose time is over could not be closed yet");
    }
}
