//! The technical log: structured lines on stderr.
//!
//! What is told while a request is answered bears its id; never identifiers, names, tokens or bodies.
//! Libraries are kept at `warn`: their finer levels write request lines, and the query of a check is one.

use std::{fmt, io};

use tracing::{Event, Subscriber};
use tracing_subscriber::{
    EnvFilter,
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::{self, Writer},
    },
    registry::LookupSpan,
    util::{SubscriberInitExt as _, TryInitError},
};
use uuid::Uuid;

use crate::config::{Log, LogFormat};

tokio::task_local! {
    /// The request that is being answered.
    static REQUEST: Uuid;
}

/// Answers a request: lines of the log that are written meanwhile, on its task, bear its id.
pub async fn of_request<T>(id: Uuid, answer: impl Future<Output = T>) -> T {
    REQUEST.scope(id, answer).await
}

/// The target of the lines that each request gets where the settings want them.
pub const ACCESS: &str = "canhgiac::access";

/// Starts writing the log. Called once by the program; further calls change nothing, so tests may call it too.
///
/// Returns whether this call started it.
pub fn init(log: &Log) -> bool {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter(log))
        .with_writer(io::stderr);
    started(match log.format {
        LogFormat::Text => lines.event_format(for_people()).finish().try_init(),
        LogFormat::Json => lines.event_format(for_programs()).finish().try_init(),
    })
}

/// Lines of a form, with the id of the request that they belong to. A span would do the same: it costs a check a tenth of its
/// time, line or none.
struct Named<F> {
    form: F,
    /// A line of that form with an id in it.
    with: fn(&str, Uuid) -> String,
}

/// A line for people.
fn at_the_end(line: &str, id: Uuid) -> String {
    format!("{} request_id={id}\n", line.trim_end_matches('\n'))
}

/// A line for programs: an object.
fn as_a_member(line: &str, id: Uuid) -> String {
    line.replacen('{', &format!("{{\"request_id\":\"{id}\","), 1)
}

impl<S, N, F> FormatEvent<S, N> for Named<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let Ok(id) = REQUEST.try_get() else {
            return self.form.format_event(context, writer, event);
        };
        let mut line = String::new();
        self.form
            .format_event(context, Writer::new(&mut line), event)?;
        writer.write_str(&(self.with)(&line, id))
    }
}

fn for_people() -> Named<format::Format> {
    Named {
        form: format::format().with_ansi(false),
        with: at_the_end,
    }
}

fn for_programs() -> Named<format::Format<format::Json>> {
    Named {
        form: format::format().json().flatten_event(true),
        with: as_a_member,
    }
}

/// The only failure is that a subscriber is already there.
fn started(result: Result<(), TryInitError>) -> bool {
    result.is_ok()
}

/// This program at the level asked for; everything else at `warn`.
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
    use std::sync::{Arc, Mutex};

    use tracing::subscriber::with_default;
    use tracing_subscriber::fmt::MakeWriter;
    use uuid::Uuid;

    use super::{REQUEST, directives, for_people, for_programs, init};
    use crate::config::{Config, Log, LogFormat, LogLevel};

    /// What is written to a log in memory.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Lines {
        type Writer = Self;

        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }

    impl Lines {
        fn told(self) -> Vec<String> {
            let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
            text.lines().map(str::to_owned).collect()
        }
    }

    /// Tells one thing in a request and one outside.
    fn tell(id: Uuid) {
        REQUEST.sync_scope(id, || tracing::warn!(seconds = 3, "the disk is slow"));
        tracing::warn!("stopping");
    }

    #[test]
    fn a_line_of_a_request_bears_its_id_and_another_bears_none() {
        let (id, lines) = (Uuid::from_u128(7), Lines::default());
        let fmt = tracing_subscriber::fmt().with_writer(lines.clone());
        with_default(fmt.event_format(for_people()).finish(), || {
            tell(id);
        });
        let [inside, outside] = &lines.told()[..] else {
            panic!("two lines");
        };
        assert!(
            inside.ends_with(&format!("the disk is slow seconds=3 request_id={id}")),
            "{inside}"
        );
        assert!(outside.ends_with("stopping"), "{outside}");
    }

    #[test]
    fn a_line_for_programs_is_one_object_with_the_id_in_it() {
        let (id, lines) = (Uuid::from_u128(7), Lines::default());
        let fmt = tracing_subscriber::fmt().with_writer(lines.clone());
        with_default(fmt.event_format(for_programs()).finish(), || tell(id));
        let told: Vec<serde_json::Value> = lines
            .told()
            .iter()
            .map(|line| serde_json::from_str(line).expect(line))
            .collect();
        assert_eq!(told.len(), 2);
        assert_eq!(told[0]["request_id"], id.to_string());
        assert_eq!(told[0]["message"], "the disk is slow");
        assert_eq!(told[0]["seconds"], 3);
        assert_eq!(told[1].get("request_id"), None);
    }

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
