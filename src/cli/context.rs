//! What every command is given, and what commands share.

use std::{path::PathBuf, sync::Arc, time::Duration};

use super::{ending::CliError, locale::language, means, progress};
use crate::{
    access::{address_keys::KeyDays, secret::read_private},
    config::{Config, ConfigError},
    domain::{identifier::Kind, intake::terms::Terms, listing::Validity, unit::UnitCode},
    journal::Address,
    registry::{Registry, Settings, StartError, trail::gathered::TrailSettings},
    server::descriptors,
};

/// Threads of a service beside its workers: the runtime's, those that accept, and some for what blocks.
const SERVING: usize = 8;

/// What every command is given.
pub(super) struct Context {
    pub(super) config: Config,
    pub(super) data: Option<PathBuf>,
    /// The file that the settings come from.
    pub(super) settings_file: Option<PathBuf>,
    /// Answers as JSON.
    pub(super) json: bool,
    /// The registry that is served by this process.
    pub(super) registry: Option<Arc<Registry>>,
}

impl Context {
    /// The data folder.
    pub(super) fn data(&self) -> Result<&PathBuf, CliError> {
        self.data.as_ref().ok_or(CliError::NoData)
    }

    /// The registry in the data folder.
    pub(super) fn open(&self) -> Result<Arc<Registry>, CliError> {
        if let Some(registry) = &self.registry {
            return Ok(registry.clone());
        }
        means::are_enough(0)?;
        self.open_with(settings(&self.config)?)
    }

    /// The registry in the data folder, for a service: what takes long is done while it answers.
    pub(super) fn open_to_serve(&self) -> Result<Arc<Registry>, CliError> {
        means::are_enough(descriptors::workers(&self.config.server) + SERVING)?;
        self.open_with(Settings {
            serves: true,
            ..settings(&self.config)?
        })
    }

    fn open_with(&self, settings: Settings) -> Result<Arc<Registry>, CliError> {
        let mut progress = progress::Bars::default();
        Ok(Registry::open(self.data()?, settings, &mut progress)?)
    }
}

/// What the registry is told of the configuration.
pub(super) fn settings(config: &Config) -> Result<Settings, CliError> {
    let hours = |hours: u64| i64::try_from(hours * 3600).unwrap_or(i64::MAX);
    Ok(Settings {
        validity: Validity::of(|kind| match kind {
            Kind::Phone => config.validity.phone_days,
            Kind::Account => config.validity.account_days,
            Kind::Wallet => config.validity.wallet_days,
            Kind::ShortCode => config.validity.short_code_days,
            Kind::Sender => config.validity.sender_days,
        }),
        cache_bytes: config.storage.store_cache_mib << 20,
        segment_bytes: config.storage.journal_segment_mib << 20,
        reserve_bytes: config.storage.reserve_mib << 20,
        idle_seconds: i64::try_from(config.sign_in.idle_minutes * 60).unwrap_or(i64::MAX),
        session_seconds: hours(config.sign_in.session_hours),
        invitation_seconds: hours(config.sign_in.invitation_hours),
        approval_seconds: hours(config.sign_in.approval_hours),
        oldest_changes: config.feed.oldest_changes,
        trail: TrailSettings {
            gather_seconds: i64::from(config.audit.gather_seconds),
            pulls_seconds: i64::from(config.audit.pulls_seconds),
            address_keys: address_keys(config),
        },
        terms: std::sync::Arc::new(terms(config)?),
        database: database(config)?,
        serves: false,
    })
}

/// The database that holds the journal, where there is one.
pub(super) fn database(config: &Config) -> Result<Option<Address>, CliError> {
    match config.journal.url.as_str() {
        "" => Ok(None),
        url => database_at(config, url).map(Some),
    }
}

/// A database at this address, with what the settings say of it.
pub(super) fn database_at(config: &Config, url: &str) -> Result<Address, CliError> {
    let journal = &config.journal;
    let password = journal.password_file.as_ref();
    let password = password.map(|path| read_private(path)).transpose();
    let password = password.map_err(StartError::from)?;
    let password = password.map(|bytes| String::from_utf8_lossy(&bytes).trim_end().to_owned());
    let address = Address::parse(url, password.as_deref());
    let mut address = address.map_err(|error| config.bad("journal.url", "…", error.to_string()))?;
    address.ca_file = journal.ca_file.clone();
    address.allow_asynchronous = journal.allow_asynchronous;
    Ok(address)
}

/// How long clocks run, and which units may resolve. The configuration knows the form of lengths and codes alone.
fn terms(config: &Config) -> Result<Terms, ConfigError> {
    let intake = &config.intake;
    let mut terms = Terms::default();
    let bad = |name: &str, value: &str, allowed: String| {
        config.bad(&format!("intake.{name}"), value, allowed)
    };
    for (name, text) in intake.lengths() {
        let set = terms.set(name, text);
        set.map_err(|error| bad(name, text, error.to_string()))?;
    }
    let units = |name: &str, codes: &[String]| -> Result<Vec<UnitCode>, ConfigError> {
        let parsed = codes.iter().map(|code| {
            UnitCode::parse(code)
                .map_err(|_| bad(name, code, String::from("codes of units, such as 38")))
        });
        parsed.collect()
    };
    terms.investigating = units("investigating", &intake.investigating)?;
    terms.remote = units("remote", &intake.remote)?;
    Ok(terms)
}

/// How long the keys last under which the audit trail knows addresses.
pub(super) fn address_keys(config: &Config) -> KeyDays {
    KeyDays {
        used: config.audit.address_key_days,
        kept: config.audit.address_kept_days,
    }
}

/// How long threads get that work on when the service has stopped. What they write is whole or not there.
const LINGER: Duration = Duration::from_millis(500);

/// Runs a service until it has stopped. A thread that is still busy does not keep the program.
pub(super) fn run_to_end<T>(
    service: impl Future<Output = Result<T, CliError>>,
) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|source| CliError::Io {
            what: language()
                .pick("không khởi động được", "cannot start the runtime")
                .into(),
            source,
        })?;
    let ended = runtime.block_on(service);
    runtime.shutdown_timeout(LINGER);
    ended
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(flags: &[(&str, &str)]) -> Result<Terms, String> {
        let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        let flags: Vec<_> = flags.iter().map(owned).collect();
        let config = Config::load(None, std::iter::empty(), &flags).unwrap();
        terms(&config).map_err(|error| error.to_string())
    }

    #[test]
    fn the_default_settings_are_the_default_terms() {
        assert_eq!(told(&[]), Ok(Terms::default()));
    }

    #[test]
    fn units_and_lengths_of_the_settings_reach_the_registry() {
        let terms = told(&[
            ("intake.report_urgent", "5s"),
            ("intake.investigating", "38, 01"),
            ("intake.remote", "14812"),
        ])
        .unwrap();
        let unit = |code| UnitCode::parse(code).unwrap();
        assert_eq!(terms.investigating, [unit("38"), unit("01")]);
        assert_eq!(terms.remote, [unit("14812")]);
        assert_ne!(terms, Terms::default());
        assert_eq!(
            told(&[("intake.investigating", "")]).unwrap().investigating,
            []
        );
    }

    #[test]
    fn what_no_clock_can_run_and_no_unit_is_called_is_told_by_its_setting() {
        for (path, text, allowed) in [
            ("intake.report_ack", "261wd", "from 1wd to 260wd"),
            ("intake.keep_story", "3651d", "from 1d to 3650d"),
            ("intake.remote", "14812,99999", "codes of units, such as 38"),
        ] {
            let value = text.split(',').next_back().unwrap();
            assert_eq!(
                told(&[(path, text)]).unwrap_err(),
                format!("`{path}` is `{value}` (flag {path}); allowed: {allowed}")
            );
        }
    }
}
