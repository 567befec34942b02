//! Figures about how an installation stands: its disk, its journal, what waits, how old its last signs of life are. No unit,
//! no person, no partner by name: who it is stands at the desk.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use prometheus::{Gauge, Histogram, HistogramOpts, IntCounterVec, IntGauge, IntGaugeVec, Registry};

use super::figure::{counters, gauge, labelled, raise};
use crate::{http::partner_activity::Copies, registry::watching::Watched};

/// Upper bounds in seconds: an fsync takes some hundred microseconds on a good disk, and half a second on one that is ill.
const DISK_BUCKETS: &[f64] = &[
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    10.0,
];

/// The figures about how an installation stands.
pub struct Standing {
    appended: Histogram,
    synced: Histogram,
    free: Gauge,
    reserve: IntGauge,
    writable: IntGauge,
    clock_held: IntGauge,
    journal_lag: IntGauge,
    journal_reached: IntGauge,
    journal_copied: IntGauge,
    journal_followed: IntGauge,
    proposals: IntGauge,
    oldest_proposal: Gauge,
    ledger_age: Gauge,
    checkpoint_age: Gauge,
    backup_age: Gauge,
    round_age: Gauge,
    partners: IntGaugeVec,
    partners_lag: IntGauge,
    partners_silence: Gauge,
    failures: IntCounterVec,
    /// When the last round of what happens by itself ended, or when the program started.
    round: Mutex<Instant>,
    /// Two readers at once would each add what is new.
    turn: Mutex<()>,
}

fn disk_times(name: &str, help: &str) -> Result<Histogram, prometheus::Error> {
    Histogram::with_opts(HistogramOpts::new(name, help).buckets(DISK_BUCKETS.to_vec()))
}

/// Seconds since something, for what may never have been.
fn age(since: Option<Duration>) -> f64 {
    since.map_or(f64::INFINITY, |since| since.as_secs_f64())
}

impl Standing {
    pub(super) fn new() -> Result<Self, prometheus::Error> {
        Ok(Self {
            appended: disk_times(
                "canhgiac_journal_append_seconds",
                "Time to append a batch of records to the journal, with its sync.",
            )?,
            synced: disk_times(
                "canhgiac_journal_fsync_seconds",
                "Time of one fdatasync of the journal.",
            )?,
            free: Gauge::new(
                "canhgiac_disk_free_bytes",
                "Bytes that the program may still write to the disk of its data folder.",
            )?,
            reserve: IntGauge::new(
                "canhgiac_disk_reserve_bytes",
                "Free bytes below which changes are refused.",
            )?,
            writable: IntGauge::new(
                "canhgiac_writable",
                "1 while changes are taken, else 0: /readyz says why in `hindrance`.",
            )?,
            clock_held: IntGauge::new(
                "canhgiac_clock_held",
                "1 while the clock of the machine is not believed and nothing expires, else 0.",
            )?,
            journal_lag: IntGauge::new(
                "canhgiac_journal_lag_records",
                "Records of a shared journal that this machine has not applied yet; 0 with a journal of its own.",
            )?,
            journal_reached: IntGauge::new(
                "canhgiac_journal_reached",
                "1 while the database of a shared journal takes appends, else 0. Always 1 with a journal of its own.",
            )?,
            journal_copied: IntGauge::new(
                "canhgiac_journal_copied",
                "0 while a shared journal acknowledges without waiting for a copy, else 1.",
            )?,
            journal_followed: IntGauge::new(
                "canhgiac_journal_followed",
                "0 when this machine applies no more records of others: it can't read one, or the database lacks what it has. Else 1.",
            )?,
            proposals: IntGauge::new(
                "canhgiac_proposals_waiting",
                "Listings that wait for a second person.",
            )?,
            oldest_proposal: Gauge::new(
                "canhgiac_proposals_oldest_age_seconds",
                "How long the oldest proposal has waited; 0 when none waits.",
            )?,
            ledger_age: Gauge::new(
                "canhgiac_ledger_leaf_age_seconds",
                "Time since the last leaf of the public ledger, to the minute: a change or, after an hour without one, a sign of life. +Inf while it has none.",
            )?,
            checkpoint_age: Gauge::new(
                "canhgiac_checkpoint_age_seconds",
                "Time since the last checkpoint of the public ledger was signed and written. +Inf when there is none.",
            )?,
            backup_age: Gauge::new(
                "canhgiac_backup_age_seconds",
                "Time since `canhgiac backup` last finished a backup of this data folder. +Inf when it never did.",
            )?,
            round_age: Gauge::new(
                "canhgiac_schedule_round_age_seconds",
                "Time since the last round of what happens by itself ended (expiries, clocks, erasures), or since the start.",
            )?,
            partners: labelled(
                "canhgiac_partners",
                "Partners that may read the feed, by how their copy stands as they last told it: current, behind, drifted or untold.",
                &["copy"],
            )?,
            partners_lag: IntGauge::new(
                "canhgiac_partners_largest_lag_leaves",
                "Leaves of the ledger that the partner who is furthest behind has not applied, as it last told.",
            )?,
            partners_silence: Gauge::new(
                "canhgiac_partners_longest_silence_seconds",
                "Time since the partner who was silent longest took something of the feed or told of its copy; 0 when none ever did.",
            )?,
            failures: counters(
                "canhgiac_sign_in_failures_total",
                "Attempts to sign in that failed, by what was wrong or refused.",
                &["reason"],
            )?,
            round: Mutex::new(Instant::now()),
            turn: Mutex::default(),
        })
    }

    pub(super) fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        registry.register(Box::new(self.appended.clone()))?;
        registry.register(Box::new(self.synced.clone()))?;
        registry.register(Box::new(self.free.clone()))?;
        registry.register(Box::new(self.reserve.clone()))?;
        registry.register(Box::new(self.writable.clone()))?;
        registry.register(Box::new(self.clock_held.clone()))?;
        registry.register(Box::new(self.journal_lag.clone()))?;
        registry.register(Box::new(self.journal_reached.clone()))?;
        registry.register(Box::new(self.journal_copied.clone()))?;
        registry.register(Box::new(self.journal_followed.clone()))?;
        registry.register(Box::new(self.proposals.clone()))?;
        registry.register(Box::new(self.oldest_proposal.clone()))?;
        registry.register(Box::new(self.ledger_age.clone()))?;
        registry.register(Box::new(self.checkpoint_age.clone()))?;
        registry.register(Box::new(self.backup_age.clone()))?;
        registry.register(Box::new(self.round_age.clone()))?;
        registry.register(Box::new(self.partners.clone()))?;
        registry.register(Box::new(self.partners_lag.clone()))?;
        registry.register(Box::new(self.partners_silence.clone()))?;
        registry.register(Box::new(self.failures.clone()))
    }

    /// Takes the time of an append to the journal.
    pub fn appended(&self) -> impl Fn(Duration) + Send + Sync + 'static {
        let times = self.appended.clone();
        move |took| times.observe(took.as_secs_f64())
    }

    /// Takes the time of a sync of the journal.
    pub fn synced(&self) -> impl Fn(Duration) + Send + Sync + 'static {
        let times = self.synced.clone();
        move |took| times.observe(took.as_secs_f64())
    }

    /// A round of what happens by itself has ended.
    pub fn round_ended(&self) {
        *self.round.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// How the installation stands now.
    pub fn set(&self, now: &Watched, copies: &Copies) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.free
            .set(now.disk_free.map_or(f64::NAN, |bytes| bytes as f64));
        self.reserve.set(gauge(now.disk_reserve));
        self.writable.set(now.is_writable.into());
        self.clock_held.set(now.is_clock_held.into());
        self.journal_lag.set(gauge(now.journal_lag));
        self.journal_reached.set(now.is_journal_reached.into());
        self.journal_copied.set(now.is_journal_copied.into());
        self.journal_followed.set(now.follows.into());
        self.proposals.set(gauge(now.proposals));
        self.oldest_proposal.set(now.oldest_proposal.as_secs_f64());
        self.ledger_age.set(age(now.ledger_age));
        self.checkpoint_age.set(age(now.checkpoint_age));
        self.backup_age.set(age(now.backup_age));
        let round = *self.round.lock().unwrap_or_else(PoisonError::into_inner);
        self.round_age.set(round.elapsed().as_secs_f64());
        for (state, count) in [
            ("current", copies.current),
            ("behind", copies.behind),
            ("drifted", copies.drifted),
            ("untold", copies.untold),
        ] {
            let partners = self.partners.with_label_values(&[state]);
            partners.set(gauge(count));
        }
        self.partners_lag.set(gauge(copies.largest_lag));
        self.partners_silence
            .set(copies.longest_silence.as_secs_f64());
        for (reason, count) in &now.sign_in_failures {
            raise(&self.failures.with_label_values(&[*reason]), *count);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Copies, Watched};
    use crate::{domain::time::Time, http::metrics::Metrics};

    fn watched() -> Watched {
        Watched {
            disk_free: Some(5 << 30),
            disk_reserve: 8 << 20,
            proposals: 3,
            oldest_proposal: Duration::from_millis(1500),
            ledger_age: None,
            checkpoint_age: Some(Duration::from_secs(60)),
            backup_age: None,
            is_writable: true,
            is_clock_held: false,
            journal_lag: 7,
            is_journal_reached: true,
            is_journal_copied: false,
            follows: true,
            sign_in_failures: vec![("sign_in", 2), ("slowed_down", 0)],
        }
    }

    #[test]
    fn what_never_was_is_infinitely_long_ago_and_failures_are_counted_once_however_often_they_are_read()
     {
        let metrics = Metrics::new(Time::from_millis(0)).unwrap();
        let copies = Copies {
            current: 2,
            drifted: 1,
            largest_lag: 12,
            ..Copies::default()
        };
        metrics.standing.set(&watched(), &copies);
        metrics.standing.set(&watched(), &copies);
        metrics.standing.appended()(Duration::from_millis(2));
        metrics.standing.synced()(Duration::from_micros(50));
        let text = metrics.encode().unwrap();
        for line in [
            "canhgiac_disk_free_bytes 5368709120",
            "canhgiac_disk_reserve_bytes 8388608",
            "canhgiac_writable 1",
            "canhgiac_clock_held 0",
            "canhgiac_journal_lag_records 7",
            "canhgiac_journal_reached 1",
            "canhgiac_journal_copied 0",
            "canhgiac_journal_followed 1",
            "canhgiac_proposals_waiting 3",
            "canhgiac_proposals_oldest_age_seconds 1.5",
            "canhgiac_ledger_leaf_age_seconds +Inf",
            "canhgiac_checkpoint_age_seconds 60",
            "canhgiac_backup_age_seconds +Inf",
            "canhgiac_partners{copy=\"current\"} 2",
            "canhgiac_partners{copy=\"drifted\"} 1",
            "canhgiac_partners{copy=\"behind\"} 0",
            "canhgiac_partners_largest_lag_leaves 12",
            "canhgiac_sign_in_failures_total{reason=\"sign_in\"} 2",
            "canhgiac_sign_in_failures_total{reason=\"slowed_down\"} 0",
            "canhgiac_journal_append_seconds_count 1",
            "canhgiac_journal_fsync_seconds_bucket{le=\"0.0001\"} 1",
        ] {
            assert!(text.contains(&format!("\n{line}\n")), "{line}\n{text}");
        }
    }

    #[test]
    fn a_round_that_ended_is_young() {
        let metrics = Metrics::new(Time::from_millis(0)).unwrap();
        let age = || {
            metrics.standing.set(&watched(), &Copies::default());
            metrics.standing.round_age.get()
        };
        let before = age();
        let waited = age();
        assert!(waited > before);
        metrics.standing.round_ended();
        assert!(age() < waited);
    }
}
