//! How much time a clock leaves, and how its due time was counted.

use crate::domain::{
    intake::{calendar::Day, clock::Clock, length::Length},
    message::Lang,
    time::Time,
};

use super::{age, moment};

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

/// A length as people say it: `3 ngày làm việc`.
pub fn length(length: Length, lang: Lang) -> String {
    let (count, vi, one, many) = match length {
        Length::Seconds(count) => (count, "giây", "second", "seconds"),
        Length::Minutes(count) => (count, "phút", "minute", "minutes"),
        Length::Hours(count) => (count, "giờ", "hour", "hours"),
        Length::Days(count) => (count, "ngày", "day", "days"),
        Length::WorkingDays(count) => (count, "ngày làm việc", "working day", "working days"),
        Length::Months(count) => (count, "tháng", "month", "months"),
    };
    let en = if count == 1 { one } else { many };
    format!("{count} {}", lang.pick(vi, en))
}

/// When it is due. A term that ends at 24:00 ends on the day before midnight.
pub fn due_at(due: Time, lang: Lang) -> String {
    let day = Day::last_of(due);
    match day.end() == due {
        true => format!(
            "{} {}",
            lang.pick("24 giờ ngày", "24:00 on"),
            super::day(Time::from_millis(due.millis() - 1), lang)
        ),
        false => moment(due, lang),
    }
}

/// How the due time was counted: start, length, days that were not counted, extensions.
pub fn arithmetic(clock: &Clock, lang: Lang) -> String {
    let start = moment(clock.started_at, lang);
    let length = length(clock.length, lang);
    let mut words = match lang {
        Lang::Vi => format!("Tính từ {start}, trong {length}"),
        Lang::En => format!("From {start}, within {length}"),
    };
    if !clock.skipped.is_empty() {
        let days: Vec<String> = clock
            .skipped
            .iter()
            .map(|day| skipped(day.date, &day.name, lang))
            .collect();
        let without = lang.pick("không tính", "not counting");
        words.push_str(&format!(", {without} {}", days.join(", ")));
    }
    for extension in &clock.extended {
        let until = due_at(extension.until, lang);
        let extended = lang.pick("gia hạn đến", "prolonged until");
        words.push_str(&format!(", {extended} {until}"));
    }
    let due = due_at(clock.due_at, lang);
    words.push_str(&format!("; {} {due}", lang.pick("hạn là", "due")));
    if clock.estimated {
        words.push_str(lang.pick(
            " (dự kiến: lịch nghỉ năm đó chưa công bố)",
            " (estimated: the days off of that year are not announced)",
        ));
    }
    words + "."
}

fn skipped(date: Day, name: &str, lang: Lang) -> String {
    let at = Time::from_millis(date.end().millis() - 1);
    format!("{} ({name})", super::day(at, lang))
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

    #[test]
    fn the_arithmetic_names_the_days_that_were_not_counted() {
        let words = arithmetic(&clock(ClockKind::ReportAck), Lang::Vi);
        assert!(words.contains("3 ngày làm việc"), "{words}");
        assert!(words.contains("(chủ nhật)"), "{words}");
        assert!(words.contains("hạn là 24 giờ ngày"), "{words}");
    }
}
