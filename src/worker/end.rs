//! How a child ended.

use std::{os::unix::process::ExitStatusExt, process::ExitStatus};

/// How a child ended, as figures and the log tell it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// It answered.
    Answered,
    /// It took longer than its time and was killed.
    TimeOver,
    /// It took more of the processor than it may.
    ProcessorOver,
    /// It gave up: the memory it may take was not enough, or it met a fault.
    Aborted,
    /// Something else ended it: the system, or a person.
    Killed,
    /// What it said was no answer.
    Nonsense,
    /// Nobody waited for its answer any more, and it was killed.
    Left,
    /// It did not come to read the file. That is no fault of the file.
    NotStarted,
}

impl End {
    /// The word in figures and the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::TimeOver => "time-over",
            Self::ProcessorOver => "processor-over",
            Self::Aborted => "aborted",
            Self::Killed => "killed",
            Self::Nonsense => "nonsense",
            Self::Left => "left",
            Self::NotStarted => "not-started",
        }
    }

    /// Whether the file may be at fault, and not this machine.
    pub const fn is_of_file(self) -> bool {
        !matches!(self, Self::NotStarted | Self::Left)
    }

    /// What an exit status says; [`Self::Answered`] only when there may be an answer.
    pub(super) fn of(status: ExitStatus) -> Self {
        // Signal numbers of Linux, the same on every machine that this runs on (signal(7)).
        const ABORT: i32 = 6;
        const PROCESSOR: i32 = 24;
        match (status.code(), status.signal()) {
            (Some(0), _) => Self::Answered,
            (Some(code), _) if code == i32::from(super::child::NO_CAGE) => Self::NotStarted,
            (Some(_), _) => Self::Nonsense,
            (None, Some(ABORT)) => Self::Aborted,
            (None, Some(PROCESSOR)) => Self::ProcessorOver,
            (None, _) => Self::Killed,
        }
    }
}
