//! Puts the parts together: two listeners, the scheduler, a clean stop.

mod access_line;
mod clock;
mod copies;
pub mod descriptors;
mod figures;
mod liveness;
mod schedule;
pub mod sip;

pub use access_line::note_request;
pub use clock::now;

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer, ResponseError,
    dev::ServerHandle,
    middleware::{Compress, Condition, from_fn},
    web,
};
use thiserror::Error;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    task::JoinHandle,
};
use utoipa::openapi::{Contact, ContactBuilder};
use utoipa_actix_web::AppExt;

use crate::{
    api,
    config::Config,
    domain::intake::calendar::missing_year_ahead,
    http::{
        authority::{Authority, BadLogo},
        contract::Contract,
        finish::finish,
        fresh::freshen,
        metrics::Metrics,
        state::State,
    },
    present::{problem::Problem, problem_code::ProblemCode},
    registry::Registry,
};

/// Why the service could not start or run.
#[derive(Debug, Error)]
pub enum ServerError {
    #[error("cannot listen on {address}: {source}; choose another with {flag}")]
    Bind {
        address: SocketAddr,
        /// The flag of `serve` or `mirror` that this address comes from.
        flag: &'static str,
        source: io::Error,
    },
    #[error("the service stopped: {0}")]
    Io(#[from] io::Error),
    #[error(
        "the service listens on {address} and does not answer itself ({source}): the system may give it too few files or threads; look at ulimit -n, ulimit -u and the container's limits"
    )]
    Deaf {
        address: SocketAddr,
        source: io::Error,
    },
    #[error("a listener ended by itself: the system may have taken files or threads away")]
    Ended,
    #[error(transparent)]
    Logo(#[from] BadLogo),
    #[error("the figures could not be set up: {0}")]
    Metrics(String),
}

/// Where this machine reaches an address that was bound: "every interface" is none to connect to.
pub fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, address.port())
}

/// How long what is done last may take: a stop ends within ten seconds whatever clients and disks do.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A service that is bound and answers.
pub struct Server {
    public: ServerHandle,
    admin: ServerHandle,
    tasks: [JoinHandle<io::Result<()>>; 2],
    scheduler: JoinHandle<()>,
    registry: Arc<Registry>,
    stop: watch::Sender<bool>,
    /// How long requests under way may take when stopping.
    patience: Duration,
    terminate: Signal,
    interrupt: Signal,
    address: SocketAddr,
    admin_address: SocketAddr,
}

fn bind(address: SocketAddr, flag: &'static str) -> Result<(TcpListener, SocketAddr), ServerError> {
    let error = |source| ServerError::Bind {
        address,
        flag,
        source,
    };
    let listener = TcpListener::bind(address).map_err(error)?;
    let bound = listener.local_addr().map_err(error)?;
    Ok((listener, bound))
}

/// The calendar of days off comes with the program; the government announces a year some weeks before it begins.
fn look_at_calendar() {
    if let Some(year) = missing_year_ahead(now()) {
        tracing::warn!(
            year,
            "no days off are known of this year, so what is due then is estimated: install a newer version"
        );
    }
}

/// Whom partners' engineers ask (OpenAPI, Contact Object).
fn contact(authority: &Authority) -> Contact {
    let email = (!authority.email.is_empty()).then_some(authority.email.clone());
    ContactBuilder::new()
        .name(Some(authority.name_vi.clone()))
        .email(email)
        .build()
}

impl Server {
    /// Binds both listeners and starts to answer.
    ///
    /// # Errors
    /// [`ServerError::Bind`] names the address and the flag that changes it.
    pub async fn start(registry: Arc<Registry>, config: &Config) -> Result<Self, ServerError> {
        let authority = Authority::read(&config.authority)?;
        let (listener, address) = bind(config.server.listen, "--listen")?;
        let (admin_listener, admin_address) = bind(config.server.admin_listen, "--admin-listen")?;
        let mut config = config.clone();
        let is_default = config.server.public_url == Config::default().server.public_url;
        if is_default && !registry.is_shared() {
            // Nobody said otherwise: people and programs use the address that was bound. Several machines have to name one.
            config.server.public_url = format!("http://{address}");
        }
        let metrics =
            Metrics::new(now()).map_err(|error| ServerError::Metrics(error.to_string()))?;
        registry.time_journal(metrics.standing.appended(), metrics.standing.synced());
        registry.be_told_of_backups();
        let (stop, stopping) = watch::channel(false);
        let mut document = api::document::document(&config.server.public_url);
        document.info.contact = authority.as_ref().map(contact);
        let state = web::Data::new(State::new(
            registry.clone(),
            &config,
            authority,
            metrics,
            Contract::new(&document),
            stopping.clone(),
            now,
        ));
        registry.note_address(&format!("http://{}", reachable(address)));
        let public = public_server(listener, &state, &config)?;
        let admin = admin_server(admin_listener, &state)?;
        let (public_handle, admin_handle) = (public.handle(), admin.handle());
        let tasks = [tokio::spawn(public), tokio::spawn(admin)];
        for address in [address, admin_address].map(reachable) {
            let answered = liveness::answers(address).await;
            answered.map_err(|source| ServerError::Deaf { address, source })?;
        }
        look_at_calendar();
        let times = &config.schedule;
        tokio::spawn(schedule::watch_store(
            registry.clone(),
            Duration::from_secs(times.first_check_seconds),
            Duration::from_secs(times.check_hours * 3600),
            stopping.clone(),
        ));
        let every = Duration::from_secs(times.every_seconds);
        tokio::spawn(schedule::keep_counts(
            registry.clone(),
            every,
            stopping.clone(),
        ));
        tokio::spawn(schedule::count_reports(registry.clone(), stopping.clone()));
        tokio::spawn(copies::run(state.clone(), stopping.clone()));
        let scheduler = tokio::spawn(schedule::run(state, every, stopping));
        Ok(Self {
            public: public_handle,
            admin: admin_handle,
            tasks,
            scheduler,
            registry,
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
        let [public, admin] = &mut self.tasks;
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = public => return Err(ServerError::Ended),
            _ = admin => return Err(ServerError::Ended),
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
        let registry = self.registry;
        let last = tokio::task::spawn_blocking(move || schedule::end(&registry));
        if tokio::time::timeout(LAST_WORDS, last).await.is_err() {
            tracing::warn!("the disk is slow: the next start brings the store up to the journal");
        }
        Ok(())
    }
}

fn public_server(
    listener: TcpListener,
    state: &web::Data<State>,
    config: &Config,
) -> Result<actix_web::dev::Server, ServerError> {
    let (state, access) = (state.clone(), config.log.access);
    let is_shared = state.registry.is_shared();
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
            .wrap(Condition::new(is_shared, from_fn(freshen)))
            .wrap(from_fn(finish))
            // Outermost, so that the line has its own id and no other.
            .wrap(Condition::new(access, from_fn(note_request)))
    })
    .workers(descriptors::workers(&config.server))
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
            .route("/metrics", web::get().to(figures::tell))
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
