//! Requests that were answered: how many, and how long each took.

use std::time::Duration;

use papaya::HashMap;
use prometheus::{Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Registry};

use super::figure::counters;

/// Upper bounds in seconds: a check takes microseconds, a commit an fsync, a long poll up to 55 s.
const BUCKETS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0,
];

/// Methods that get a label of their own; whatever else a client invents is `other`.
const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// The label of requests that no route took.
const UNMATCHED: &str = "unmatched";

/// Figures of one route by method and class of status.
type Series = HashMap<(&'static str, &'static str), (IntCounter, Histogram)>;

/// Requests by route template, method and class of status.
pub(super) struct Requests {
    total: IntCounterVec,
    seconds: HistogramVec,
    /// Those that were there once, found by the template alone: putting labels together takes as long as looking a number
    /// up. As many as there are routes.
    known: HashMap<String, Series>,
}

impl Requests {
    pub fn new() -> Result<Self, prometheus::Error> {
        let labels = &["route", "method", "status"];
        let seconds = HistogramOpts::new(
            "canhgiac_request_seconds",
            "Time to answer a request, by route template, method and class of status.",
        );
        Ok(Self {
            total: counters(
                "canhgiac_requests_total",
                "Requests answered, by route template, method and class of status.",
                labels,
            )?,
            seconds: HistogramVec::new(seconds.buckets(BUCKETS.to_vec()), labels)?,
            known: HashMap::new(),
        })
    }

    pub fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        registry.register(Box::new(self.total.clone()))?;
        registry.register(Box::new(self.seconds.clone()))
    }

    /// A request was answered. `route` is the template that took it, never the path.
    pub fn answered(&self, route: Option<&str>, method: &str, status: u16, took: Duration) {
        let route = route.unwrap_or(UNMATCHED);
        let (method, class) = (method_label(method), class(status));
        let known = self.known.pin();
        let series = match known.get(route) {
            Some(series) => series,
            None => known.get_or_insert_with(route.to_owned(), Series::new),
        };
        let series = series.pin();
        let (total, seconds) = series.get_or_insert_with((method, class), || {
            let labels = [route, method, class];
            let total = self.total.with_label_values(&labels);
            (total, self.seconds.with_label_values(&labels))
        });
        total.inc();
        seconds.observe(took.as_secs_f64());
    }
}

/// A method's name. Any other word is `other`: a stranger chose it, and it may be a number.
pub fn method_label(method: &str) -> &'static str {
    METHODS
        .iter()
        .find(|known| **known == method)
        .copied()
        .unwrap_or("other")
}

const fn class(status: u16) -> &'static str {
    match status {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        500..=599 => "5xx",
        _ => "other",
    }
}
