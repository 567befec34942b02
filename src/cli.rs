//! The command line. Data goes to stdout, the rest to stderr. Exit codes: 0 done, 1 the answer is no,
//! 2 could not.

mod administer;
mod args;
mod check;
mod demo;
mod lists;
mod maintain;
mod mirror;
mod progress;

use std::{error::Error, io::Write, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use clap::Parser;
use thiserror::Error;

use crate::{
    config::{Config, ConfigError},
    domain::listing::Validity,
    registry::{Registry, RegistryError, Settings, startup::StartError},
    server::{Server, ServerError},
    sync::error::SyncError,
    telemetry,
};
use args::{Cli, Command};

/// Why a command could not do it.
#[derive(Debug, Error)]
pub enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error(transparent)]
    Sync(#[from] SyncError),
    #[error("name the data folder with --data DIR")]
    NoData,
    #[error("{0}")]
    Usage(String),
    #[error("{what}")]
    Io {
        what: String,
        #[source]
        source: std::io::Error,
    },
}

/// How a command ended when it could do its work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 1: the answer is no.
    No,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        Err(error) => {
            let mut line = format!("canhgiac: {error}");
            let mut cause = error.source();
            while let Some(inner) = cause {
                line.push_str(&format!(": {inner}"));
                cause = inner.source();
            }
            let _ = writeln!(std::io::stderr(), "{line}");
            ExitCode::from(2)
        }
    }
}

/// What every command is given.
struct Context {
    config: Config,
    data: Option<PathBuf>,
    json: bool,
}

impl Context {
    fn data(&self) -> Result<&PathBuf, CliError> {
        self.data.as_ref().ok_or(CliError::NoData)
    }

    fn open(&self) -> Result<Arc<Registry>, CliError> {
        let mut progress = progress::Bars::default();
        Ok(Registry::open(
            self.data()?,
            settings(&self.config),
            &mut progress,
        )?)
    }
}

/// What the registry is told of the configuration.
pub fn settings(config: &Config) -> Settings {
    let hours = |hours: u64| i64::try_from(hours * 3600).unwrap_or(i64::MAX);
    Settings {
        validity: Validity {
            phone_days: config.validity.phone_days,
            account_days: config.validity.account_days,
            wallet_days: config.validity.wallet_days,
            short_code_days: config.validity.short_code_days,
            sender_days: config.validity.sender_days,
        },
        cache_bytes: config.storage.store_cache_mib << 20,
        segment_bytes: config.storage.journal_segment_mib << 20,
        reserve_bytes: config.storage.reserve_mib << 20,
        session_seconds: hours(config.sign_in.refresh_hours),
        invitation_seconds: hours(config.sign_in.invitation_hours),
        oldest_changes: config.feed.oldest_changes,
    }
}

fn run(cli: Cli) -> Result<Outcome, CliError> {
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let in_data = cli.data.as_ref().map(|data| data.join("config.toml"));
    let file = cli.config.clone().or(in_data.filter(|path| path.is_file()));
    let config = Config::load(file.as_deref(), environment, &cli.command.overrides())?;
    telemetry::init(&config.log);
    let context = Context {
        data: cli.data.or_else(|| config.storage.data.clone()),
        config,
        json: cli.json,
    };
    match cli.command {
        Command::Init { admin, origin } => administer::init(&context, &admin, origin.as_deref()),
        Command::Serve { .. } => serve(&context),
        Command::Demo { listings, .. } => demo::run(&context, listings),
        Command::Check { text, lang } => check::run(&context, &text.join(" "), lang),
        Command::Import {
            file,
            user,
            dry_run,
        } => lists::import(&context, &file, &user, dry_run),
        Command::Export { format, output } => lists::export(&context, format, output.as_deref()),
        Command::User { what } => administer::user(&context, what),
        Command::Partner { what } => administer::partner(&context, what),
        Command::Unit { what } => administer::unit(&context, what),
        Command::Key { what } => administer::key(&context, what),
        Command::Clock { what } => administer::clock(&context, what),
        Command::Backup { to } => maintain::backup(&context, &to),
        Command::Restore {
            from,
            checkpoint,
            nothing_newer,
        } => maintain::restore(&context, &from, &checkpoint, nothing_newer),
        Command::Verify => maintain::verify(&context),
        Command::Rebuild => maintain::rebuild(&context),
        Command::Mirror(args) => mirror::run(&context, args),
        Command::Config => {
            say(&context.config.effective_toml());
            Ok(Outcome::Done)
        }
    }
}

/// Writes data to stdout. A reader that went away is no fault of ours.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{}", text.trim_end());
    let _ = out.flush();
}

fn serve(context: &Context) -> Result<Outcome, CliError> {
    let registry = context.open()?;
    run_to_end(async {
        let server = Server::start(registry, &context.config).await?;
        say(&format!(
            "listening on {}\nadmin on {}",
            server.url(),
            server.admin_url()
        ));
        server.run().await?;
        Ok(Outcome::Done)
    })
}

/// How long threads get that work on when the service has stopped. What they write is whole or not there.
const LINGER: Duration = Duration::from_millis(500);

/// Runs a service until it has stopped. A thread that is still busy does not keep the program.
fn run_to_end<T>(service: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|source| CliError::Io {
            what: "cannot start the runtime".into(),
            source,
        })?;
    let ended = runtime.block_on(service);
    runtime.shutdown_timeout(LINGER);
    ended
}
