//! Clocks of reports as JSON: with the arithmetic, so that anybody can count them again.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    intake::{
        calendar::Skipped,
        clock::{Clock, ClockKind, Pause},
    },
    time::Time,
};

/// What has to be done by when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = Clock)]
pub struct ClockJson {
    #[schema(value_type = String, example = "report.ack")]
    pub kind: ClockKind,
    /// The rule behind it, as Vietnamese laws are cited.
    pub basis: &'static str,
    /// As settings have it: `15m`, `12h`, `3wd` (working days), `20d`, `2mo`.
    #[schema(example = "3wd")]
    pub length: String,
    #[schema(format = DateTime)]
    pub started_at: String,
    /// Later than this is late.
    #[schema(format = DateTime)]
    pub due_at: String,
    /// When it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub met_at: Option<String>,
    /// When it was noted that the time had passed; never taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub missed_at: Option<String>,
    /// When it ended without being met.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub stopped_at: Option<String>,
    pub late: bool,
    /// Days off that were not counted.
    pub skipped: Vec<SkippedJson>,
    /// Whether a law sets it, rather than the police for themselves.
    pub statutory: bool,
    /// It rests on days off that are not announced yet: the date may still change.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub estimated: bool,
    /// Each time that the term was made longer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub extended: Vec<ExtensionJson>,
    /// Each time that it rested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub pauses: Vec<PauseJson>,
}

/// A day that was not counted, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = SkippedDay)]
pub struct SkippedJson {
    #[schema(example = "2026-09-02")]
    pub date: String,
    pub name: String,
}

/// A term that was made longer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = ClockExtension)]
pub struct ExtensionJson {
    #[schema(format = DateTime)]
    pub at: String,
    #[schema(format = DateTime)]
    pub until: String,
}

/// A time in which it rested.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = ClockPause)]
pub struct PauseJson {
    #[schema(format = DateTime)]
    pub from: String,
    /// None while it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub until: Option<String>,
    pub reason: &'static str,
}

/// A clock as JSON.
pub fn clock(clock: &Clock, now: Time) -> ClockJson {
    let some = |at: Option<Time>| at.map(Time::rfc3339);
    ClockJson {
        kind: clock.kind,
        basis: clock.kind.basis(),
        length: clock.length.to_string(),
        started_at: clock.started_at.rfc3339(),
        due_at: clock.due_at.rfc3339(),
        met_at: some(clock.met_at),
        missed_at: some(clock.missed_at),
        stopped_at: some(clock.stopped_at),
        late: clock.is_late(now),
        skipped: clock.skipped.iter().map(skipped).collect(),
        statutory: clock.kind.is_statutory(),
        estimated: clock.estimated,
        extended: clock
            .extended
            .iter()
            .map(|extension| ExtensionJson {
                at: extension.at.rfc3339(),
                until: extension.until.rfc3339(),
            })
            .collect(),
        pauses: clock.pauses.iter().map(pause).collect(),
    }
}

fn skipped(skipped: &Skipped) -> SkippedJson {
    SkippedJson {
        date: skipped.date.to_string(),
        name: skipped.name.clone(),
    }
}

fn pause(pause: &Pause) -> PauseJson {
    PauseJson {
        from: pause.from.rfc3339(),
        until: pause.until.map(Time::rfc3339),
        reason: pause.reason.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        intake::{step::apply_step, terms::Terms},
        unit::UnitCode,
    };

    #[test]
    fn a_clock_tells_how_it_was_counted() {
        // A Friday afternoon in Vietnam: 2026-11-20 15:00.
        let start = Time::from_millis(1_795_161_600_000);
        let mut clocks = Vec::new();
        let step = Terms::default().start(ClockKind::ReportAck, UnitCode::national(), start);
        apply_step(&mut clocks, &step, start);
        let json = serde_json::to_value(clock(&clocks[0], start)).unwrap();
        assert_eq!(json["kind"], "report.ack");
        assert_eq!(json["length"], "3wd");
        assert_eq!(json["started_at"], "2026-11-20T08:00:00Z");
        // Saturday, Sunday and Tuesday, the Day of Culture, are not counted.
        assert_eq!(json["due_at"], "2026-11-26T17:00:00Z");
        let days = json["skipped"].as_array().unwrap();
        let days: Vec<_> = days.iter().map(|day| day["date"].as_str()).collect();
        assert_eq!(
            days,
            [Some("2026-11-21"), Some("2026-11-22"), Some("2026-11-24")]
        );
        assert_eq!(json["statutory"], true);
        assert_eq!(json["late"], false);
        let members = json.as_object().unwrap();
        for absent in [
            "met_at",
            "missed_at",
            "stopped_at",
            "extended",
            "pauses",
            "estimated",
        ] {
            assert!(!members.contains_key(absent), "{absent}");
        }
        let late = start.plus_days(30);
        assert!(clock(&clocks[0], late).late);
    }
}
