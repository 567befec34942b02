//! How much time a clock leaves, as officers read it.

use super::age;
use crate::domain::{intake::clock::Clock, message::Lang, time::Time};

/// A clock as people read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Left {
    /// `còn 2 giờ`, `quá hạn 1 ngày`, `đã xong`.
    pub words: String,
    /// It was not met in time.
    pub is_late: bool,
}

/// How much time is left, by how much it is late, or that it is over.
pub fn left(clock: &Clock, now: Time, lang: Lang) -> Left {
    let is_late = clock.is_late(now);
    let done = clock.met_at.or(clock.stopped_at);
    let words = match (done, clock.pause()) {
        (Some(at), _) if at > clock.due_at => {
            let late = age(clock.due_at, at, lang);
            format!("{} {late}", lang.pick("xong, muộn", "done, late by"))
        }
        (Some(_), _) if clock.met_at.is_none() => lang
            .pick("không còn phải làm", "no longer to be done")
            .to_owned(),
        (Some(_), _) => lang.pick("đã xong", "done").to_owned(),
        (None, Some(_)) => lang.pick("tạm dừng", "resting").to_owned(),
        (None, None) if clock.due_at < now => {
            let late = age(clock.due_at, now, lang);
            format!("{} {late}", lang.pick("quá hạn", "late by"))
        }
        (None, None) => {
            let left = age(now, clock.due_at, lang);
            match lang {
                Lang::Vi => format!("còn {left}"),
                Lang::En => format!("{left} left"),
            }
        }
    };
    Left { words, is_late }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        intake::{
            clock::ClockKind,
            step::{ClockStep, apply_step},
            terms::Terms,
        },
        unit::UnitCode,
    };

    /// 2026-08-20 09:00 in Vietnam, a Thursday.
    fn start() -> Time {
        Time::from_millis(1_787_191_200_000)
    }

    fn clock(kind: ClockKind) -> Clock {
        let step = Terms::default().start(kind, UnitCode::national(), start());
        let mut clocks = Vec::new();
        apply_step(&mut clocks, &step, start());
        clocks.remove(0)
    }

    #[test]
    fn a_clock_says_how_much_time_it_leaves() {
        let urgent = clock(ClockKind::ReportUrgent);
        let at = |seconds| left(&urgent, start().plus_seconds(seconds), Lang::Vi);
        assert_eq!(at(60).words, "còn 14 phút");
        assert!(!at(60).is_late);
        assert_eq!(at(900 + 3 * 3600).words, "quá hạn 3 giờ");
        assert!(at(901).is_late);
        let en = left(&urgent, start(), Lang::En);
        assert_eq!(en.words, "15 minutes left");
    }

    #[test]
    fn what_was_done_says_so_and_that_it_was_late() {
        let mut clocks = vec![clock(ClockKind::ReportUrgent)];
        let kind = ClockKind::ReportUrgent;
        let step = ClockStep::Met { kind };
        apply_step(&mut clocks, &step, start().plus_seconds(7_200));
        let told = left(&clocks[0], start().plus_days(9), Lang::Vi);
        assert_eq!(told.words, "xong, muộn 1 giờ");
        assert!(told.is_late);
    }
}
