//! The settings of the program: one tree with a default for everything.
//!
//! Four layers, the later one wins: `config/default.toml` (embedded) < a file < the environment
//! (`CANHGIAC_<SECTION>__<KEY>`) < flags. Every value is held against [`rule`](mod@rule), whichever
//! layer it came from, so an error names the key, the value, what is allowed and where it was written.
//! There is no secret among the settings but, if it is not in a file of its own, the password in `journal.url`, which is never
//! shown; keys are files in the data folder.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use cidr::Cidr;

pub mod cidr;
pub mod effective;
mod error;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
pub mod intake;
mod layer;
pub mod rule;
mod together;

pub use error::{ConfigError, Origin};
pub use rule::is_loopback;

/// The effective configuration.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Addresses, proxies and connections.
    pub server: Server,
    /// Who runs it.
    pub authority: Authority,
    /// The data folder and what it may use.
    pub storage: Storage,
    /// A journal that several machines share.
    pub journal: Journal,
    /// Requests and checks per address, partner and officer.
    pub limits: Limits,
    /// How long a listing is in force.
    pub validity: Validity,
    /// Work that is done again and again.
    pub schedule: Schedule,
    /// What is written to stderr.
    pub log: Log,
    /// Sessions and invitations.
    pub sign_in: SignIn,
    /// The partners' feed.
    pub feed: Feed,
    /// The audit trail.
    pub audit: Audit,
    /// Reports: how long everything may take and is kept.
    pub intake: intake::Intake,
    /// Where each key's value came from, by dotted path.
    #[serde(skip)]
    origins: BTreeMap<String, Origin>,
}

/// Addresses, proxies and connections.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// The public service; port 0 takes any free port.
    pub listen: SocketAddr,
    /// `/metrics` only.
    pub admin_listen: SocketAddr,
    /// Issuer of tokens, base of problem types and links; no slash at the end.
    pub public_url: String,
    /// Proxies whose forwarding header is believed.
    pub trusted_proxies: Vec<Cidr>,
    /// Threads that serve requests; 0: one for each processor.
    pub workers: usize,
    /// Open connections for each worker.
    pub max_connections: usize,
    /// Seconds for the head of a request.
    pub client_timeout_seconds: u64,
    /// Seconds an idle connection is kept.
    pub keep_alive_seconds: u64,
    /// Seconds that requests under way get when stopping.
    pub shutdown_seconds: u64,
}

/// Who runs this registry, for everybody to see. Without a name it is a trial.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Vietnamese.
    pub name: String,
    pub name_en: String,
    pub address: String,
    /// As people write it.
    pub phone: String,
    pub email: String,
    /// The decision by which it runs this registry.
    pub decision: String,
    #[serde(with = "layer::empty_is_none")]
    pub logo: Option<PathBuf>,
}

/// The data folder and what it may use.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// The data folder; `None` when only `--data` names it (written as an empty text).
    #[serde(with = "layer::empty_is_none")]
    pub data: Option<PathBuf>,
    /// MiB at which the journal starts its next segment file.
    pub journal_segment_mib: u64,
    /// MiB of cache for the store.
    pub store_cache_mib: u64,
    /// MiB of free space below which writes are refused.
    pub reserve_mib: u64,
}

/// A journal that several machines share.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// Its PostgreSQL database; empty: the data folder has a journal of its own.
    pub url: String,
    /// A file with the role's password.
    #[serde(with = "layer::empty_is_none")]
    pub password_file: Option<PathBuf>,
    /// Certificates (PEM) of who signs for the servers.
    #[serde(with = "layer::empty_is_none")]
    pub ca_file: Option<PathBuf>,
    /// Whether a database is used that waits for no copy.
    pub allow_asynchronous: bool,
}

/// Requests and checks per address, partner and officer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Tokens in a full anonymous bucket.
    pub anonymous_burst: u32,
    /// Tokens that come back to an anonymous bucket each minute.
    pub anonymous_per_minute: u32,
    /// Tokens for a check without a finding.
    pub cost_no_record: u32,
    /// Tokens for any other check.
    pub cost_hit: u32,
    /// Items a partner may check each minute.
    pub partner_checks_per_minute: u32,
    /// Requests of a partner each minute.
    pub partner_requests_per_minute: u32,
    /// Requests of one officer each minute.
    pub officer_requests_per_minute: u32,
    /// Attempts to sign in from one address, or on one known device, each minute.
    pub sign_in_per_minute: u32,
    /// Refresh tokens exchanged from one address each minute.
    pub refresh_per_minute: u32,
    /// Partners' tokens asked for from one address each minute.
    pub tokens_per_minute: u32,
    /// Steps of enrolment from one address each minute.
    pub enrolment_per_minute: u32,
    /// Reports from one address each hour.
    pub reports_per_hour: u32,
    /// How many times the bucket of one address all addresses of an IPv6 /48 have.
    pub ipv6_48_times: u32,
    /// How many times the bucket of one address all addresses of an IPv6 /32 have.
    pub ipv6_32_times: u32,
    /// Tokens in the full bucket of an SMS' sender.
    pub sms_sender_burst: u32,
    /// Tokens that come back to an SMS' sender each minute.
    pub sms_sender_per_minute: u32,
    /// Pictures, and office lists, that are read at the same time.
    pub files_at_once: usize,
}

/// Days a listing is in force without new evidence, by kind of identifier.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validity {
    /// A phone number.
    pub phone_days: u32,
    /// An account at a bank.
    pub account_days: u32,
    /// A wallet at a provider.
    pub wallet_days: u32,
    /// A short code.
    pub short_code_days: u32,
    /// An SMS sender name.
    pub sender_days: u32,
}

/// Work that is done again and again.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Seconds between two rounds.
    pub every_seconds: u64,
    /// Seconds until every row of the store is looked at for the first time.
    pub first_check_seconds: u64,
    /// Hours between two such looks.
    pub check_hours: u64,
}

/// What is written to stderr.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The finest level of this program that is written.
    pub level: LogLevel,
    /// How a line looks.
    pub format: LogFormat,
    /// Whether each request gets a line of its own.
    pub access: bool,
}

/// The finest level that is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Only what failed.
    Error,
    /// And what looks wrong.
    Warn,
    /// And one line a request.
    Info,
    /// And the steps in between.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    /// The word in configuration and filters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// How a line of the log looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Sessions and invitations.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Minutes without use after which a session is over.
    pub idle_minutes: u64,
    /// Hours after which a session is over, however it is used.
    pub session_hours: u64,
    /// Hours an enrolment code is valid.
    pub invitation_hours: u64,
    /// Hours that an act waits for a second person.
    pub approval_hours: u64,
}

/// The partners' feed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// Leaves behind the ledger from which a partner is sent to the snapshot.
    pub oldest_changes: u64,
}

/// The audit trail.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// Seconds for which refused attempts and reads of officers' texts are gathered.
    pub gather_seconds: u32,
    /// Seconds for which partners' pulls are gathered.
    pub pulls_seconds: u32,
    /// Days for which one key makes the tokens of addresses.
    pub address_key_days: u32,
    /// Days after its first one when such a key is thrown away.
    pub address_kept_days: u32,
}

impl Config {
    /// The effective configuration of a file (if any), environment variables and flags.
    ///
    /// `env` may hold any variables; those that don't start with `CANHGIAC_` are not looked at. `flags`
    /// are pairs of a dotted path (`server.listen`) and a value written as in the environment.
    ///
    /// # Errors
    /// A file that can't be read or isn't TOML, an unknown key or variable, a value that isn't allowed.
    pub fn load(
        file: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
        flags: &[(String, String)],
    ) -> Result<Self, ConfigError> {
        let mut layers = layer::Layers::defaults()?;
        if let Some(path) = file {
            layers.add_file(path)?;
        }
        layers.add_environment(env)?;
        layers.add_flags(flags)?;
        Self::of(layers)
    }

    fn of(layers: layer::Layers) -> Result<Self, ConfigError> {
        let (table, origins) = layers.into_parts();
        let mut config: Self = table.try_into().map_err(ConfigError::shape)?;
        config.origins = origins;
        config.check_together()?;
        Ok(config)
    }

    /// Where the value of a dotted path came from.
    pub fn origin(&self, path: &str) -> &Origin {
        self.origins.get(path).unwrap_or(&Origin::Default)
    }

    /// The effective configuration as TOML; each line tells in a comment where its value came from.
    pub fn effective_toml(&self) -> String {
        let table = toml::Table::try_from(self).unwrap_or_default();
        effective::render(&table, |path| self.origin(path).to_string())
    }

    /// What another configuration has otherwise.
    pub fn differences(&self, other: &Self) -> Vec<effective::Difference> {
        let [here, there] = [self, other].map(toml::Table::try_from);
        effective::differences(&here.unwrap_or_default(), &there.unwrap_or_default())
    }
}

impl Default for Config {
    /// The embedded defaults alone.
    #[expect(
        clippy::expect_used,
        reason = "the embedded text is fixed when the program is built, and a test loads it"
    )]
    fn default() -> Self {
        Self::load(None, std::iter::empty(), &[]).expect("config/default.toml is valid")
    }
}

#[cfg(test)]
mod tests;
