//! Figures of a mirror: how fresh its copy is, and what it holds.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use prometheus::{Gauge, IntCounterVec, IntGauge, Registry};

use super::{
    figure::{counters, gauge, raise, text},
    program::Program,
};
use crate::domain::time::Time;

/// How a copy stands.
pub struct CopyFigures {
    /// Since when a signed checkpoint has not proved it fresh; `None` when none ever did.
    pub staleness: Option<Duration>,
    /// Ledger size up to which it was verified.
    pub size: u64,
    /// Listings in it.
    pub listings: u64,
    /// Following stopped for good.
    pub is_stopped: bool,
    /// The copy on the disk is not to be believed.
    pub is_damaged: bool,
    /// Messages of telephone exchanges by what they came to.
    pub exchanges: Vec<(&'static str, u64)>,
}

/// The figures of one mirror.
pub struct MirrorMetrics {
    registry: Registry,
    staleness: Gauge,
    size: IntGauge,
    listings: IntGauge,
    stopped: IntGauge,
    damaged: IntGauge,
    exchanges: IntCounterVec,
    /// The program itself.
    pub program: Program,
    /// Two readers at once would each add what is new.
    turn: Mutex<()>,
}

impl MirrorMetrics {
    /// All figures at zero, in a registry of their own, for a program that started at `now`.
    ///
    /// # Errors
    /// Two figures of one name, which a test excludes.
    pub fn new(now: Time) -> Result<Self, prometheus::Error> {
        let metrics = Self {
            registry: Registry::new(),
            staleness: Gauge::new(
                "canhgiac_mirror_staleness_seconds",
                "Time since a signed checkpoint of the registry last proved the copy fresh. +Inf before the first.",
            )?,
            size: IntGauge::new(
                "canhgiac_mirror_ledger_size",
                "Leaves of the public ledger up to which the copy was verified; 0 while there is no copy.",
            )?,
            listings: IntGauge::new("canhgiac_mirror_listings", "Listings in the copy.")?,
            stopped: IntGauge::new(
                "canhgiac_mirror_stopped",
                "1 when following stopped for good because what the registry showed does not verify, else 0.",
            )?,
            damaged: IntGauge::new(
                "canhgiac_mirror_damaged",
                "1 while the copy on the disk is damaged and not taken anew yet, else 0.",
            )?,
            exchanges: counters(
                "canhgiac_mirror_sip_messages_total",
                "SIP messages of telephone exchanges, by what they came to; all 0 where --sip-listen is not given.",
                &["outcome"],
            )?,
            program: Program::new(now)?,
            turn: Mutex::default(),
        };
        let registry = &metrics.registry;
        registry.register(Box::new(metrics.staleness.clone()))?;
        registry.register(Box::new(metrics.size.clone()))?;
        registry.register(Box::new(metrics.listings.clone()))?;
        registry.register(Box::new(metrics.stopped.clone()))?;
        registry.register(Box::new(metrics.damaged.clone()))?;
        registry.register(Box::new(metrics.exchanges.clone()))?;
        metrics.program.register(registry)?;
        Ok(metrics)
    }

    /// All figures as text, with the copy as it stands.
    ///
    /// # Errors
    /// A figure that can't be written, which a test excludes.
    pub fn told(&self, copy: &CopyFigures) -> Result<String, prometheus::Error> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let staleness = copy.staleness.map_or(f64::INFINITY, |it| it.as_secs_f64());
        self.staleness.set(staleness);
        self.size.set(gauge(copy.size));
        self.listings.set(gauge(copy.listings));
        self.stopped.set(copy.is_stopped.into());
        self.damaged.set(copy.is_damaged.into());
        for (outcome, count) in &copy.exchanges {
            raise(&self.exchanges.with_label_values(&[outcome]), *count);
        }
        self.program.look();
        text(&self.registry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_that_was_never_proved_is_infinitely_stale() {
        let metrics = MirrorMetrics::new(Time::from_millis(0)).unwrap();
        let mut copy = CopyFigures {
            staleness: None,
            size: 0,
            listings: 0,
            is_stopped: false,
            is_damaged: true,
            exchanges: vec![("listed", 0)],
        };
        let text = metrics.told(&copy).unwrap();
        assert!(text.contains("canhgiac_mirror_staleness_seconds +Inf"));
        assert!(text.contains("canhgiac_mirror_damaged 1"));
        copy.staleness = Some(Duration::from_millis(2500));
        (copy.size, copy.listings, copy.is_stopped) = (9, 7, true);
        copy.exchanges = vec![("listed", 4), ("no_record", 0)];
        let text = metrics.told(&copy).unwrap();
        for line in [
            "canhgiac_mirror_staleness_seconds 2.5",
            "canhgiac_mirror_ledger_size 9",
            "canhgiac_mirror_listings 7",
            "canhgiac_mirror_stopped 1",
            "canhgiac_mirror_sip_messages_total{outcome=\"listed\"} 4",
            "canhgiac_mirror_sip_messages_total{outcome=\"no_record\"} 0",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
}
