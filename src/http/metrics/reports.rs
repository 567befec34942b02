//! Figures about reports: how many there are and how they fare. No unit and no person: few reports of a place would be told
//! apart.

use std::sync::{Mutex, PoisonError};

use prometheus::{IntCounter, IntCounterVec, IntGauge, Registry};

use super::figure::{counters, gauge, raise};
use crate::registry::report::figures::ReportFigures;

/// The figures about reports.
pub(super) struct Reports {
    received: IntCounterVec,
    refused: IntCounterVec,
    swept: IntCounter,
    open: IntGauge,
    urgent_waiting: IntGauge,
    late: IntGauge,
    copies_waiting: IntGauge,
    /// Two readers at once would each add what is new.
    turn: Mutex<()>,
}

impl Reports {
    pub(super) fn new() -> Result<Self, prometheus::Error> {
        Ok(Self {
            received: counters(
                "canhgiac_reports_received_total",
                "Reports that came, by kind and channel.",
                &["kind", "channel"],
            )?,
            refused: counters(
                "canhgiac_files_refused_total",
                "Files of reports that were not taken, by reason.",
                &["reason"],
            )?,
            swept: IntCounter::new(
                "canhgiac_files_swept_total",
                "Sealed files that were removed because no report names them.",
            )?,
            open: IntGauge::new("canhgiac_reports_open", "Reports without an outcome.")?,
            urgent_waiting: IntGauge::new(
                "canhgiac_reports_urgent_waiting",
                "Urgent reports whose bank nobody called yet, nor said why not.",
            )?,
            late: IntGauge::new(
                "canhgiac_reports_late",
                "Open reports with something that is late and still to be done.",
            )?,
            copies_waiting: IntGauge::new(
                "canhgiac_copies_waiting",
                "Reports with files that wait for their safe copy.",
            )?,
            turn: Mutex::default(),
        })
    }

    pub(super) fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        registry.register(Box::new(self.received.clone()))?;
        registry.register(Box::new(self.refused.clone()))?;
        registry.register(Box::new(self.swept.clone()))?;
        registry.register(Box::new(self.open.clone()))?;
        registry.register(Box::new(self.urgent_waiting.clone()))?;
        registry.register(Box::new(self.late.clone()))?;
        registry.register(Box::new(self.copies_waiting.clone()))
    }

    pub(super) fn set(&self, figures: &ReportFigures) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        for ((kind, channel), count) in &figures.received {
            let labels = [kind.as_str(), channel.as_str()];
            raise(&self.received.with_label_values(&labels), *count);
        }
        for (reason, count) in &figures.refused {
            raise(&self.refused.with_label_values(&[*reason]), *count);
        }
        raise(&self.swept, figures.swept);
        self.open.set(gauge(figures.open));
        self.urgent_waiting
            .set(gauge(figures.standing.urgent_waiting));
        self.late.set(gauge(figures.standing.late));
        self.copies_waiting
            .set(gauge(figures.standing.copies_waiting));
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::{
            report::words::{Channel, ReportKind},
            time::Time,
        },
        http::metrics::Metrics,
        registry::report::figures::{ReportFigures, Standing},
    };

    #[test]
    fn reports_are_told_by_kind_and_channel_and_counted_once_however_often_they_are_read() {
        let metrics = Metrics::new(Time::from_millis(0)).unwrap();
        let figures = ReportFigures {
            received: vec![((ReportKind::Loss, Channel::Sms), 2)],
            refused: vec![("svg", 3)],
            swept: 1,
            open: 7,
            standing: Standing {
                urgent_waiting: 1,
                late: 4,
                copies_waiting: 5,
            },
        };
        metrics.set_reports(&figures);
        metrics.set_reports(&figures);
        let text = metrics.encode().unwrap();
        for line in [
            "canhgiac_reports_received_total{channel=\"sms\",kind=\"loss\"} 2",
            "canhgiac_files_refused_total{reason=\"svg\"} 3",
            "canhgiac_files_swept_total 1",
            "canhgiac_reports_open 7",
            "canhgiac_reports_urgent_waiting 1",
            "canhgiac_reports_late 4",
            "canhgiac_copies_waiting 5",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
}
