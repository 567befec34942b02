//! Figures of the program itself, whether it serves a registry or a mirror: what it is, what it takes, what it answered.
//!
//! The names of `process_…` are those that Prometheus' own libraries use. Few lines read them: the feature of the library
//! would bring another version of `rustix`, and `/proc/stat`, which the sample of a unit keeps out of sight.

use std::{
    fs,
    sync::{Mutex, OnceLock, PoisonError},
};

use prometheus::{Counter, Gauge, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Registry};
use rustix::{
    process::{Resource, getrlimit},
    time::{ClockId, clock_gettime},
};

use super::figure::{counters, gauge, labelled};
use crate::domain::time::Time;

/// The first status code, and how many there can be (RFC 9110 §15).
const FIRST_CODE: u16 = 100;
const CODES: usize = 500;

/// What every program of this name tells.
pub struct Program {
    answered: IntCounterVec,
    /// The counter of each status code, once it was answered.
    codes: Box<[OnceLock<IntCounter>]>,
    build: IntGaugeVec,
    cpu: Counter,
    resident: IntGauge,
    memory: IntGauge,
    threads: IntGauge,
    open_files: IntGauge,
    most_files: IntGauge,
    started: Gauge,
    /// Two readers at once would each add what is new.
    turn: Mutex<()>,
}

impl Program {
    /// Of this process, which started at `now`.
    ///
    /// # Errors
    /// Figures that can't be made, which a test excludes.
    pub fn new(now: Time) -> Result<Self, prometheus::Error> {
        let program = Self {
            answered: counters(
                "canhgiac_http_responses_total",
                "Answers given, by status code.",
                &["code"],
            )?,
            codes: (0..CODES).map(|_| OnceLock::new()).collect(),
            build: labelled(
                "canhgiac_build_info",
                "1, with the version of the program and the commit that it was built from.",
                &["version", "commit"],
            )?,
            cpu: Counter::new(
                "process_cpu_seconds_total",
                "Processor time that the program has taken, user and system, in seconds.",
            )?,
            resident: IntGauge::new(
                "process_resident_memory_bytes",
                "Memory of the program that is in RAM, in bytes.",
            )?,
            memory: IntGauge::new(
                "process_virtual_memory_bytes",
                "Memory that the program has addresses for, in bytes.",
            )?,
            threads: IntGauge::new("process_threads", "Threads of the program.")?,
            open_files: IntGauge::new(
                "process_open_fds",
                "Files and connections that the program has open.",
            )?,
            most_files: IntGauge::new(
                "process_max_fds",
                "Files and connections that the system lets the program have open.",
            )?,
            started: Gauge::new(
                "process_start_time_seconds",
                "When the program started, in seconds since 1970.",
            )?,
            turn: Mutex::default(),
        };
        program.started.set(now.millis() as f64 / 1000.0);
        let what = [env!("CARGO_PKG_VERSION"), env!("CANHGIAC_COMMIT")];
        program.build.with_label_values(&what).set(1);
        Ok(program)
    }

    /// Has them told by a registry of figures.
    ///
    /// # Errors
    /// Two figures of one name, which a test excludes.
    pub fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        registry.register(Box::new(self.answered.clone()))?;
        registry.register(Box::new(self.build.clone()))?;
        registry.register(Box::new(self.cpu.clone()))?;
        registry.register(Box::new(self.resident.clone()))?;
        registry.register(Box::new(self.memory.clone()))?;
        registry.register(Box::new(self.threads.clone()))?;
        registry.register(Box::new(self.open_files.clone()))?;
        registry.register(Box::new(self.most_files.clone()))?;
        registry.register(Box::new(self.started.clone()))
    }

    /// A request was answered with this status code.
    pub fn answered(&self, code: u16) {
        let place = code.checked_sub(FIRST_CODE).map(usize::from);
        // None of the program's answers has a code that HTTP does not know.
        let Some(known) = place.and_then(|place| self.codes.get(place)) else {
            return;
        };
        known
            .get_or_init(|| self.answered.with_label_values(&[&code.to_string()]))
            .inc();
    }

    /// Looks at what the system says of the process now. What it does not say stays as it was.
    pub fn look(&self) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = clock_gettime(ClockId::ProcessCPUTime);
        let seconds = taken.tv_sec as f64 + taken.tv_nsec as f64 / 1e9;
        self.cpu.inc_by((seconds - self.cpu.get()).max(0.0));
        if let Ok(status) = fs::read_to_string("/proc/self/status") {
            let told = |name| field(&status, name);
            for (figure, bytes) in [
                (&self.resident, told("VmRSS:").map(|kib| kib << 10)),
                (&self.memory, told("VmSize:").map(|kib| kib << 10)),
                (&self.threads, told("Threads:")),
            ] {
                if let Some(value) = bytes {
                    figure.set(gauge(value));
                }
            }
        }
        if let Ok(open) = fs::read_dir("/proc/self/fd") {
            // One of them is the folder that is read here.
            self.open_files
                .set(gauge((open.count() as u64).saturating_sub(1)));
        }
        let most = getrlimit(Resource::Nofile).current;
        self.most_files.set(gauge(most.unwrap_or(u64::MAX)));
    }
}

/// The number behind a name in `/proc/self/status` (proc_pid_status(5)).
fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use prometheus::{Encoder, Registry, TextEncoder};

    use super::{Program, Time, field};

    fn told(program: &Program) -> String {
        let (registry, mut out) = (Registry::new(), Vec::new());
        program.register(&registry).unwrap();
        program.look();
        TextEncoder::new()
            .encode(&registry.gather(), &mut out)
            .unwrap();
        String::from_utf8(out).unwrap()
    }

    fn value(text: &str, name: &str) -> f64 {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name} ")));
        line.unwrap_or_else(|| panic!("{name}\n{text}"))
            .parse()
            .unwrap()
    }

    #[test]
    fn answers_are_counted_by_their_status_code_itself() {
        let program = Program::new(Time::from_millis(0)).unwrap();
        for code in [200, 404, 404, 599, 100, 99, 600, 0, u16::MAX] {
            program.answered(code);
        }
        let text = told(&program);
        for line in [
            "canhgiac_http_responses_total{code=\"100\"} 1",
            "canhgiac_http_responses_total{code=\"200\"} 1",
            "canhgiac_http_responses_total{code=\"404\"} 2",
            "canhgiac_http_responses_total{code=\"599\"} 1",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert_eq!(text.matches("responses_total{").count(), 4, "{text}");
    }

    #[test]
    fn the_process_is_told_as_the_system_sees_it() {
        let program = Program::new(Time::from_millis(1_800_000_000_500)).unwrap();
        let text = told(&program);
        assert!((value(&text, "process_start_time_seconds") - 1_800_000_000.5).abs() < 0.001);
        assert!(value(&text, "process_resident_memory_bytes") > 1e6);
        assert!(value(&text, "process_threads") >= 1.0);
        let open = value(&text, "process_open_fds");
        assert!((3.0..value(&text, "process_max_fds")).contains(&open));
        let before = value(&text, "process_cpu_seconds_total");
        assert!(value(&told(&program), "process_cpu_seconds_total") > before);
        let version = env!("CARGO_PKG_VERSION");
        assert!(
            text.contains(&format!("version=\"{version}\"}} 1")),
            "{text}"
        );
    }

    #[test]
    fn a_field_is_the_number_behind_its_name() {
        let status = "Name:\tx\nVmRSS:\t  1234 kB\nThreads:\t7\n";
        assert_eq!(field(status, "VmRSS:"), Some(1234));
        assert_eq!(field(status, "Threads:"), Some(7));
        assert_eq!(field(status, "VmSize:"), None);
        assert_eq!(field("VmSize: many", "VmSize:"), None);
    }
}
