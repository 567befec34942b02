//! Words about clocks, for who reported: what will be done, by when, and how that day is counted.

use super::{day, follow::next, moment, report::pause_reason};
use crate::domain::{
    intake::{
        calendar::{Day, Skipped},
        clock::Clock,
        length::Length,
    },
    message::Lang,
    time::Time,
};

/// Most days off that are written out; the others are counted.
const MOST_SKIPPED: usize = 12;

/// One thing that has to be done in time, as a reporter reads it.
pub struct Step {
    /// What will be done.
    pub what: &'static str,
    /// By when.
    pub due: String,
    /// How it stands.
    pub stands: String,
    pub is_late: bool,
    /// It still has to be done.
    pub is_open: bool,
    /// How the day is counted, in lines.
    pub arithmetic: Vec<String>,
}

impl Step {
    /// What a clock says; nothing for one that reporters are not told of.
    pub fn of(clock: &Clock, now: Time, lang: Lang) -> Option<Self> {
        Some(Self {
            what: next(clock.kind, lang)?,
            due: due(clock, lang),
            stands: stands(clock, now, lang),
            is_late: clock.is_late(now),
            is_open: clock.is_open(),
            arithmetic: arithmetic(clock, lang),
        })
    }
}

/// By when: an instant, or the end of a day.
pub fn due(clock: &Clock, lang: Lang) -> String {
    let text = match clock.length {
        Length::Seconds(_) | Length::Minutes(_) | Length::Hours(_) => {
            let by = lang.pick("trước", "by");
            format!("{by} {}", moment(clock.due_at, lang))
        }
        Length::Days(_) | Length::WorkingDays(_) | Length::Months(_) => {
            let by = lang.pick("chậm nhất hết ngày", "by the end of");
            format!("{by} {}", last_day(clock.due_at, lang))
        }
    };
    match clock.estimated {
        true => format!("{text} {}", lang.pick("(dự kiến)", "(estimated)")),
        false => text,
    }
}

/// The last day of a term that is over at an instant.
fn last_day(due: Time, lang: Lang) -> String {
    day(Time::from_millis(due.millis().saturating_sub(1)), lang)
}

/// Whether it was done, and in time.
pub fn stands(clock: &Clock, now: Time, lang: Lang) -> String {
    let is_late = clock.is_late(now);
    match (clock.met_at, clock.stopped_at, is_late) {
        (Some(at), _, late) => {
            let done = format!(
                "{} {}",
                lang.pick("Đã làm lúc", "Done at"),
                moment(at, lang)
            );
            match late {
                true => format!("{done}, {}", lang.pick("trễ hạn", "late")),
                false => done,
            }
        }
        (None, Some(_), _) => lang
            .pick(
                "Đã dừng, vì việc đã đổi hướng",
                "Stopped, since the handling changed",
            )
            .to_owned(),
        (None, None, true) => lang
            .pick("Đã quá hạn mà chưa làm", "Overdue and not done")
            .to_owned(),
        (None, None, false) => lang
            .pick("Đang chờ, còn trong hạn", "Awaited, in time")
            .to_owned(),
    }
}

/// A length of time: `3 ngày làm việc`.
pub fn length(length: Length, lang: Lang) -> String {
    let (count, unit) = match length {
        Length::Seconds(count) => (count, lang.pick("giây", "seconds")),
        Length::Minutes(count) => (count, lang.pick("phút", "minutes")),
        Length::Hours(count) => (count, lang.pick("giờ", "hours")),
        Length::Days(count) => (count, lang.pick("ngày", "days")),
        Length::WorkingDays(count) => (count, lang.pick("ngày làm việc", "working days")),
        Length::Months(count) => (count, lang.pick("tháng", "months")),
    };
    format!("{count} {unit}")
}

/// How the day is counted, in lines.
pub fn arithmetic(clock: &Clock, lang: Lang) -> Vec<String> {
    let from = lang.pick("Tính từ", "Counted from");
    let counted = length(clock.length, lang);
    let mut lines = vec![
        format!("{from} {}", moment(clock.started_at, lang)),
        match clock.length {
            Length::Seconds(_) | Length::Minutes(_) | Length::Hours(_) => match lang {
                Lang::Vi => format!("Cộng {counted}, tính cả đêm và ngày nghỉ"),
                Lang::En => format!("{counted} more, nights and holidays too"),
            },
            Length::Days(_) | Length::WorkingDays(_) => match lang {
                Lang::Vi => format!("Cộng {counted}; hôm sau là ngày thứ nhất"),
                Lang::En => format!("{counted} more; the next day is the first"),
            },
            Length::Months(_) => match lang {
                Lang::Vi => format!("Cộng {counted}, đến ngày cùng số"),
                Lang::En => format!("{counted} more, to the same day of the month"),
            },
        },
    ];
    lines.extend(skipped(&clock.skipped, lang));
    for extension in &clock.extended {
        let words = lang.pick("Đã gia hạn đến hết ngày", "Prolonged to the end of");
        lines.push(format!("{words} {}", last_day(extension.until, lang)));
    }
    for pause in &clock.pauses {
        let until = pause.until.map(|until| format!(" – {}", day(until, lang)));
        lines.push(format!(
            "{} {}{}: {}",
            lang.pick("Tạm dừng từ", "Rested from"),
            day(pause.from, lang),
            until.unwrap_or_default(),
            pause_reason(pause.reason, lang)
        ));
    }
    if clock.estimated {
        let words = lang.pick(
            "Lịch nghỉ lễ năm sau chưa công bố, nên ngày này là dự kiến",
            "The holidays of that year are not announced yet, so this day is estimated",
        );
        lines.push(words.to_owned());
    }
    lines.push(format!(
        "{}: {}",
        lang.pick("Căn cứ", "Basis"),
        clock.kind.basis()
    ));
    lines
}

/// Days off that were not counted.
fn skipped(days: &[Skipped], lang: Lang) -> Option<String> {
    let shown = days.iter().take(MOST_SKIPPED);
    let shown: Vec<String> = shown
        .map(|one| format!("{} ({})", civil(one.date, lang), one.name))
        .collect();
    let more = days.len().saturating_sub(MOST_SKIPPED);
    let more = (more > 0).then(|| format!("… +{more}"));
    let all: Vec<String> = shown.into_iter().chain(more).collect();
    (!all.is_empty()).then(|| {
        let words = lang.pick("Không tính ngày nghỉ", "Days off that do not count");
        format!("{words}: {}", all.join(", "))
    })
}

/// A day of the calendar as people write it.
fn civil(date: Day, lang: Lang) -> String {
    last_day(date.end(), lang)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        intake::{clock::ClockKind, step::apply_step, terms::Terms},
        unit::UnitCode,
    };

    /// 2026-08-21T07:00:00Z, a Friday: 14:00 in Vietnam.
    const NOW: Time = Time::from_millis(1_787_295_600_000);

    fn started(kind: ClockKind) -> Clock {
        let step = Terms::default().start(kind, UnitCode::national(), NOW);
        let mut clocks = Vec::new();
        assert!(apply_step(&mut clocks, &step, NOW));
        clocks.remove(0)
    }

    #[test]
    fn a_day_is_told_with_the_days_off_that_it_was_counted_around() {
        let clock = started(ClockKind::ReportAck);
        assert_eq!(due(&clock, Lang::Vi), "chậm nhất hết ngày 25/08/2026");
        let lines = arithmetic(&clock, Lang::Vi);
        assert_eq!(lines[0], "Tính từ 14:00 ngày 21/08/2026");
        assert_eq!(lines[1], "Cộng 3 ngày làm việc; hôm sau là ngày thứ nhất");
        assert!(
            lines[2].starts_with("Không tính ngày nghỉ: 23/08/2026 (chủ nhật)"),
            "{lines:?}"
        );
        assert!(
            lines
                .last()
                .is_some_and(|line| line.starts_with("Căn cứ: Thông tư"))
        );
    }

    #[test]
    fn what_runs_by_the_clock_is_told_to_the_minute() {
        let clock = started(ClockKind::ReportUrgent);
        assert_eq!(due(&clock, Lang::Vi), "trước 14:15 ngày 21/08/2026");
        assert_eq!(stands(&clock, NOW, Lang::Vi), "Đang chờ, còn trong hạn");
        let later = NOW.plus_seconds(901);
        assert_eq!(stands(&clock, later, Lang::Vi), "Đã quá hạn mà chưa làm");
        let met = Clock {
            met_at: Some(later),
            ..clock
        };
        assert_eq!(
            stands(&met, later, Lang::Vi),
            "Đã làm lúc 14:15 ngày 21/08/2026, trễ hạn"
        );
    }
}
