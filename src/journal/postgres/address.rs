//! Where the journal's database is, and how it is to be reached.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use thiserror::Error;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// An address as `postgres://role@host:port,host:port/database`, and what goes with it.
#[derive(Clone)]
pub struct Address {
    /// One for each server, in the order in which they are tried.
    pub(super) servers: Vec<Config>,
    /// Certificates (PEM) of who signs for the servers; without it, those of the system.
    pub ca_file: Option<PathBuf>,
    /// Whether a server that waits for no copy is used.
    pub allow_asynchronous: bool,
}

/// What is wrong with an address.
#[derive(Debug, Error)]
pub enum AddressError {
    /// It does not read as one.
    #[error("not an address of a PostgreSQL database, as postgres://role@host:5432/database")]
    Malformed,
    /// Without it nobody knows which tables are meant.
    #[error("the address names no {0}")]
    Missing(&'static str),
}

impl Address {
    /// Reads an address. The password, if there is one, is better in a file of its own.
    ///
    /// # Errors
    /// [`AddressError`], which says nothing of what was read: it may hold a password.
    pub fn parse(text: &str, password: Option<&str>) -> Result<Self, AddressError> {
        let whole: Config = text.parse().map_err(|_| AddressError::Malformed)?;
        if whole.get_dbname().is_none() {
            return Err(AddressError::Missing("database"));
        }
        if whole.get_user().is_none() {
            return Err(AddressError::Missing("role"));
        }
        let mut servers = Vec::new();
        for (place, host) in whole.get_hosts().iter().enumerate() {
            let ports = whole.get_ports();
            let port = ports.get(place).or(ports.first()).copied();
            servers.push(one(&whole, host, port.unwrap_or(5432), password));
        }
        if servers.is_empty() {
            return Err(AddressError::Missing("host"));
        }
        Ok(Self {
            servers,
            ca_file: None,
            allow_asynchronous: false,
        })
    }
}

/// The address of one server alone: a server that accepts and then says nothing must not keep the next from being tried.
fn one(whole: &Config, host: &Host, port: u16, password: Option<&str>) -> Config {
    let mut server = Config::new();
    server.port(port).application_name("canhgiac");
    let is_near = match host {
        Host::Tcp(name) => {
            server.host(name);
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(path) => {
            server.host_path(path);
            true
        }
    };
    if let Some(name) = whole.get_dbname() {
        server.dbname(name);
    }
    if let Some(role) = whole.get_user() {
        server.user(role);
    }
    if let Some(password) = password.map(str::as_bytes).or(whole.get_password()) {
        server.password(password);
    }
    if let Some(options) = whole.get_options() {
        server.options(options);
    }
    // What is said to another machine is never said in the clear unless the address says so.
    let mode = whole.get_ssl_mode();
    let is_open = mode == SslMode::Prefer && !is_near;
    server.ssl_mode(if is_open { SslMode::Require } else { mode });
    server
}

/// The servers, never a role or a password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, server) in self.servers.iter().enumerate() {
            let gap = if place > 0 { "," } else { "" };
            let (host, port) = (server.get_hosts().first(), server.get_ports().first());
            let name = match host {
                Some(Host::Tcp(name)) => name.clone(),
                #[cfg(unix)]
                Some(Host::Unix(path)) => path.display().to_string(),
                None => String::new(),
            };
            write!(f, "{gap}{name}:{}", port.copied().unwrap_or_default())?;
        }
        write!(
            f,
            "/{}",
            self.servers
                .first()
                .and_then(Config::get_dbname)
                .unwrap_or_default()
        )
    }
}

/// Tells hosts, never a password.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts = self.servers.iter().map(Config::get_hosts);
        f.debug_list().entries(hosts).finish()
    }
}
