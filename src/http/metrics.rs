//! Figures for the operator, in the text format of Prometheus, served by the admin listener only.
//!
//! Labels come from fixed lists and route templates: never an identifier, an address, a name or a raw path.

mod figure;
mod mirror;
mod program;
mod reports;
mod requests;
mod standing;

use figure::{counters, gauge, text};
use std::time::Duration;

use prometheus::{IntCounter, IntCounterVec, IntGauge, Registry};

pub use mirror::{CopyFigures, MirrorMetrics};
pub use program::Program;
pub use requests::{UNMATCHED, method_label};

use self::{reports::Reports, requests::Requests, standing::Standing};
use crate::{
    domain::time::Time,
    present::answer::VerdictWord,
    registry::report::figures::ReportFigures,
    worker::{End, Job},
};

/// A content type of the text format.
pub const CONTENT_TYPE: &str = prometheus::TEXT_FORMAT;

/// The figures of one server.
pub struct Metrics {
    registry: Registry,
    requests: Requests,
    /// In the order of [`VerdictWord::ALL`].
    checks: [IntCounter; 4],
    rate_limited: IntCounterVec,
    worker_ends: IntCounterVec,
    journal_head: IntGauge,
    index_size: IntGauge,
    ledger_size: IntGauge,
    reports: Reports,
    /// How the installation stands.
    pub standing: Standing,
    /// The program itself.
    pub program: Program,
}

impl Metrics {
    /// All figures at zero, in a registry of their own, for a program that started at `now`.
    ///
    /// # Errors
    /// Two figures of one name, which a test excludes.
    pub fn new(now: Time) -> Result<Self, prometheus::Error> {
        let checks = counters(
            "canhgiac_checks_total",
            "Identifiers checked, by verdict.",
            &["verdict"],
        )?;
        let metrics = Self {
            registry: Registry::new(),
            requests: Requests::new()?,
            checks: VerdictWord::ALL.map(|verdict| checks.with_label_values(&[verdict.as_str()])),
            rate_limited: counters(
                "canhgiac_rate_limited_total",
                "Checks refused with 429, by whose limit it was.",
                &["policy"],
            )?,
            worker_ends: counters(
                "canhgiac_worker_ends_total",
                "Processes that read a file, by job and by how they ended.",
                &["job", "end"],
            )?,
            journal_head: IntGauge::new(
                "canhgiac_journal_head",
                "Sequence number of the last record that is applied here.",
            )?,
            index_size: IntGauge::new(
                "canhgiac_index_size",
                "Identifiers in the check index of this node.",
            )?,
            ledger_size: IntGauge::new(
                "canhgiac_ledger_size",
                "Leaves in the public ledger, as this node knows it.",
            )?,
            reports: Reports::new()?,
            standing: Standing::new()?,
            program: Program::new(now)?,
        };
        metrics.registry.register(Box::new(checks))?;
        metrics.register()?;
        Ok(metrics)
    }

    fn register(&self) -> Result<(), prometheus::Error> {
        let registry = &self.registry;
        self.requests.register(registry)?;
        registry.register(Box::new(self.rate_limited.clone()))?;
        registry.register(Box::new(self.worker_ends.clone()))?;
        registry.register(Box::new(self.journal_head.clone()))?;
        registry.register(Box::new(self.index_size.clone()))?;
        registry.register(Box::new(self.ledger_size.clone()))?;
        self.reports.register(registry)?;
        self.standing.register(registry)?;
        self.program.register(registry)
    }

    /// A request was answered. `route` is the template that took it (`/v1/listings/{id}`), never the path.
    pub fn request(&self, route: Option<&str>, method: &str, status: u16, took: Duration) {
        self.requests.answered(route, method, status, took);
    }

    /// Identifiers were checked with this verdict.
    pub fn checks(&self, verdict: VerdictWord, count: u64) {
        for (known, counter) in VerdictWord::ALL.iter().zip(&self.checks) {
            if *known == verdict {
                counter.inc_by(count);
            }
        }
    }

    /// A request was refused with 429 under this policy (`anonymous`, `partner`, …).
    pub fn rate_limited(&self, policy: &'static str) {
        self.rate_limited.with_label_values(&[policy]).inc();
    }

    /// Counts how processes that read files ended.
    pub fn worker_ends(&self) -> impl Fn(Job, End) + Send + Sync + 'static {
        let ends = self.worker_ends.clone();
        move |job, end| {
            ends.with_label_values(&[job.as_str(), end.as_str()]).inc();
        }
    }

    /// The last record that is applied here.
    pub fn set_journal_head(&self, seq: u64) {
        self.journal_head.set(gauge(seq));
    }

    /// Identifiers in the check index.
    pub fn set_index_size(&self, identifiers: u64) {
        self.index_size.set(gauge(identifiers));
    }

    /// Leaves in the ledger.
    pub fn set_ledger_size(&self, leaves: u64) {
        self.ledger_size.set(gauge(leaves));
    }

    /// What is known of reports.
    pub fn set_reports(&self, figures: &ReportFigures) {
        self.reports.set(figures);
    }

    /// All figures as text, to be sent by [`super::headers::figures`].
    ///
    /// # Errors
    /// A figure that can't be written, which a test excludes.
    pub fn encode(&self) -> Result<String, prometheus::Error> {
        text(&self.registry)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Metrics, VerdictWord};
    use crate::domain::time::Time;

    fn metrics() -> Metrics {
        Metrics::new(Time::from_millis(0)).unwrap()
    }

    #[test]
    fn requests_are_counted_by_template_method_and_class() {
        let metrics = metrics();
        metrics.request(Some("/v1/check"), "POST", 200, Duration::from_micros(300));
        metrics.request(None, "BREW", 404, Duration::from_micros(300));
        let text = metrics.encode().unwrap();
        assert!(
            text.contains(
                "canhgiac_requests_total{method=\"POST\",route=\"/v1/check\",status=\"2xx\"} 1"
            ),
            "{text}"
        );
        assert!(
            text.contains(
                "canhgiac_requests_total{method=\"other\",route=\"unmatched\",status=\"4xx\"} 1"
            ),
            "{text}"
        );
        assert!(text.contains("le=\"0.0005\"} 1"), "{text}");
    }

    #[test]
    fn checks_and_sizes_are_told() {
        let metrics = metrics();
        metrics.checks(VerdictWord::NoRecord, 3);
        metrics.set_journal_head(7);
        metrics.set_index_size(1_000_000);
        metrics.set_ledger_size(5);
        metrics.rate_limited("anonymous");
        metrics.worker_ends()(crate::worker::Job::List, crate::worker::End::TimeOver);
        let text = metrics.encode().unwrap();
        for line in [
            "canhgiac_checks_total{verdict=\"no_record\"} 3",
            "canhgiac_journal_head 7",
            "canhgiac_index_size 1000000",
            "canhgiac_ledger_size 5",
            "canhgiac_rate_limited_total{policy=\"anonymous\"} 1",
            "canhgiac_worker_ends_total{end=\"time-over\",job=\"list\"} 1",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }

    #[test]
    fn two_servers_in_one_process_do_not_share_figures() {
        let (one, other) = (metrics(), metrics());
        one.set_ledger_size(9);
        assert!(other.encode().unwrap().contains("canhgiac_ledger_size 0"));
    }
}
