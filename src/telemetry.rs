//! The technical log: structured lines on stderr.
//!
//! One span a request with the route template and request id; never identifiers, names, tokens or bodies.
//! Libraries are kept at `warn`: their finer levels write request lines, and the query of a check is one.

use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

use crate::config::{Log, LogFormat};

/// The target of the lines that each request gets where the settings want them.
pub const ACCESS: &str = "canhgiac::access";

/// Starts writing the log. Called once by the program; further calls change nothing, so tests may call it too.
///
/// Returns whether this call started it.
pub fn init(log: &Log) -> bool {
    started(match log.format {
        LogFormat::Text => tracing_subscriber::fmt()
            .with_env_filter(filter(log))
            .with_writer(io::stderr)
            .with_ansi(false)
            .finish()
            .try_init(),
        LogFormat::Json => tracing_subscriber::fmt()
            .with_env_filter(filter(log))
            .with_writer(io::stderr)
            .json()
            .flatten_event(true)
            // The request id stands in the outermost span, not in the one an event happens in.
            .with_current_span(false)
            .with_span_list(true)
            .finish()
            .try_init(),
    })
}

/// The only failure is that a subscriber is already there.
fn started(result: Result<(), TryInitError>) -> bool {
    result.is_ok()
}

/// This program at the level asked for, and the spans of its requests; everything else at `warn`.
fn filter(log: &Log) -> EnvFilter {
    EnvFilter::new(directives(log))
}

fn directives(log: &Log) -> String {
    let level = log.level.as_str();
    let libraries = if level == "error" { "error" } else { "warn" };
    let access = if log.access { "info" } else { "off" };
    // What strangers send that is no HTTP is not this program's error.
    format!("{libraries},actix_http::h1::dispatcher=off,canhgiac={level},{ACCESS}={access}")
}

#[cfg(test)]
mod tests {
    use super::{directives, init};
    use crate::config::{Config, Log, LogFormat, LogLevel};

    #[test]
    fn starting_the_log_twice_is_harmless() {
        let log = Config::default().log;
        init(&log);
        assert!(!init(&log));
    }

    #[test]
    fn libraries_stay_at_warn_however_much_the_program_tells() {
        let log = Log {
            level: LogLevel::Trace,
            format: LogFormat::Json,
            access: false,
        };
        assert_eq!(
            directives(&log),
            "warn,actix_http::h1::dispatcher=off,canhgiac=trace,canhgiac::access=off"
        );
        let quiet = Log {
            level: LogLevel::Error,
            access: true,
            ..log
        };
        assert_eq!(
            directives(&quiet),
            "error,actix_http::h1::dispatcher=off,canhgiac=error,canhgiac::access=info"
        );
    }
}
