//! What happens to the clocks of an item, as records have it.
//!
//! Nothing takes a miss back: whatever is done to a clock of which the time has passed notes the miss first.

use serde::{Deserialize, Serialize};

use super::{
    calendar::Skipped,
    clock::{Clock, ClockKind, Correction, Extension, Pause, PauseReason},
    length::Length,
};
use crate::domain::time::Time;

/// Most clocks of one item. A report starts seven, and each time that it is taken up again or handed on adds one or two.
pub const MOST_CLOCKS: usize = 64;

/// Most extensions, pauses and corrections that one clock keeps, of each.
pub const MOST_ENTRIES: usize = 16;

/// One thing that happened to the clock of its kind that was started last. Stands in records: only appended to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ClockStep {
    /// A clock of this kind began to run. None of the kind may be open.
    Started {
        kind: ClockKind,
        length: Length,
        due_at: Time,
        skipped: Vec<Skipped>,
        estimated: bool,
    },
    /// It was done.
    Met { kind: ClockKind },
    /// The time has passed.
    Missed { kind: ClockKind },
    /// The term was made longer: never shorter, and not while it rests.
    Extended {
        kind: ClockKind,
        until: Time,
        skipped: Vec<Skipped>,
        estimated: bool,
    },
    /// It rests.
    Paused {
        kind: ClockKind,
        reason: PauseReason,
    },
    /// It runs again and is due then, never earlier than before.
    Resumed { kind: ClockKind, due_at: Time },
    /// A corrected calendar moves the due time, or makes an estimated one certain.
    Corrected {
        kind: ClockKind,
        old: Time,
        new: Time,
        skipped: Vec<Skipped>,
        estimated: bool,
    },
    /// It ends without being met.
    Stopped { kind: ClockKind },
}

impl ClockStep {
    /// The kind of clock that it happens to.
    pub const fn kind(&self) -> ClockKind {
        match self {
            Self::Started { kind, .. }
            | Self::Met { kind }
            | Self::Missed { kind }
            | Self::Extended { kind, .. }
            | Self::Paused { kind, .. }
            | Self::Resumed { kind, .. }
            | Self::Corrected { kind, .. }
            | Self::Stopped { kind } => *kind,
        }
    }
}

/// Applies what happened at a time to an item's clocks. A step that fits nothing changes nothing and answers `false`.
pub fn apply_step(clocks: &mut Vec<Clock>, step: &ClockStep, at: Time) -> bool {
    let kind = step.kind();
    let latest = clocks.iter().rposition(|clock| clock.kind == kind);
    let open = latest.and_then(|place| clocks.get_mut(place).filter(|clock| clock.is_open()));
    if let Some(clock) = open {
        // A second one of the kind would leave this one open for ever, since steps name the latest.
        let changed = changed(clock, step, at);
        return changed.map(|changed| *clock = changed).is_some();
    }
    let started = started(step, at).filter(|_| clocks.len() < MOST_CLOCKS);
    let is_started = started.is_some();
    clocks.extend(started);
    is_started
}

/// The clock that a step starts, if it starts one.
fn started(step: &ClockStep, at: Time) -> Option<Clock> {
    let ClockStep::Started {
        kind,
        length,
        due_at,
        skipped,
        estimated,
    } = step
    else {
        return None;
    };
    Some(Clock {
        skipped: skipped.clone(),
        estimated: *estimated,
        ..Clock::start(*kind, *length, at, *due_at)
    })
}

/// An open clock after a step, if the step fits it.
fn changed(clock: &Clock, step: &ClockStep, at: Time) -> Option<Clock> {
    let mut after = clock.clone();
    let rests = clock.pause().is_some();
    after.missed_at = clock.missed_at.or(clock.is_late(at).then_some(at));
    let fits = match step {
        ClockStep::Started { .. } => false,
        ClockStep::Met { .. } => {
            end_pause(&mut after, at);
            after.met_at = Some(at);
            true
        }
        ClockStep::Stopped { .. } => {
            end_pause(&mut after, at);
            after.stopped_at = Some(at);
            true
        }
        ClockStep::Missed { .. } => {
            after.missed_at = clock.missed_at.or(Some(at));
            !rests && clock.missed_at.is_none()
        }
        ClockStep::Extended {
            until,
            skipped,
            estimated,
            ..
        } => {
            after.extended.push(Extension { at, until: *until });
            count_anew(&mut after, *until, skipped, *estimated);
            !rests && *until > clock.due_at && clock.extended.len() < MOST_ENTRIES
        }
        ClockStep::Paused { reason, .. } => {
            after.pauses.push(Pause {
                from: at,
                until: None,
                reason: *reason,
            });
            !rests && clock.pauses.len() < MOST_ENTRIES
        }
        ClockStep::Resumed { due_at, .. } => {
            end_pause(&mut after, at);
            after.due_at = clock.due_at.max(*due_at);
            rests
        }
        ClockStep::Corrected {
            old,
            new,
            skipped,
            estimated,
            ..
        } => {
            let (old, new) = (*old, *new);
            after.corrected.push(Correction { at, old, new });
            count_anew(&mut after, new, skipped, *estimated);
            old == clock.due_at && clock.corrected.len() < MOST_ENTRIES
        }
    };
    fits.then_some(after)
}

fn end_pause(clock: &mut Clock, at: Time) {
    if let Some(pause) = clock.pauses.last_mut() {
        pause.until = pause.until.or(Some(at));
    }
}

fn count_anew(clock: &mut Clock, due_at: Time, skipped: &[Skipped], estimated: bool) {
    clock.due_at = due_at;
    clock.skipped = skipped.to_vec();
    clock.estimated = estimated;
}

/// What the schedule has to write down now: the misses that nobody has noted yet.
pub fn due_steps(clocks: &[Clock], now: Time) -> Vec<ClockStep> {
    let passed = clocks
        .iter()
        .filter(|clock| clock.is_running() && clock.missed_at.is_none() && now > clock.due_at);
    passed
        .map(|clock| ClockStep::Missed { kind: clock.kind })
        .collect()
}

#[cfg(test)]
mod tests;
