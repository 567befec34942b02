//! The working calendar of Vietnam, and when a length of time that began then is over.
//!
//! Days off and worked Saturdays are `config/holidays.tsv`, as the government announces them year by year; every other
//! Saturday and Sunday is off. Rows marked `estimated` were computed before the announcement. A newer table changes no due
//! time that is written down already. The zone is Asia/Ho_Chi_Minh: seven hours ahead of UTC, without summer time.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::LazyLock,
};

use jiff::{
    SignedDuration, ToSpan,
    civil::{Date, Weekday, date},
};
use serde::{Deserialize, Serialize};

use super::length::Length;
use crate::domain::{time::Time, tsv};

/// The table of days off and worked Saturdays.
const TABLE: &str = include_str!("../../../config/holidays.tsv");

/// Milliseconds that the clocks of Vietnam are ahead of UTC.
const ZONE_MS: i64 = 7 * 3_600_000;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

const EPOCH: Date = date(1970, 1, 1);

/// The first and last day that are counted from, far from the ends of what dates can name: the years 1 and 9000.
const COUNTED: [i64; 2] = [-719_162, 2_567_655];

/// Days before a year begins by which its rows should be here.
const DAYS_AHEAD: i32 = 60;

/// A day of the Vietnamese calendar, as days since 1970-01-01. Written as `2026-08-21`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Day(i32);

impl Day {
    /// The day that an instant falls on in Vietnam. Instants before the year 1 or after the year 9000 fall on the ends.
    pub fn of(at: Time) -> Self {
        let days = at.millis().saturating_add(ZONE_MS).div_euclid(DAY_MS);
        let [first, last] = COUNTED;
        Self(i32::try_from(days.clamp(first, last)).unwrap_or_default())
    }

    /// The last day of a term that is over at an instant: a term that ends at 24:00 ends on the day before.
    pub fn last_of(due: Time) -> Self {
        Self::of(Time::from_millis(due.millis().saturating_sub(1)))
    }

    /// Its end, 24:00, which is 00:00 of the next day.
    pub fn end(self) -> Time {
        Time::from_millis((i64::from(self.0) + 1) * DAY_MS - ZONE_MS)
    }

    const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    fn parse(text: &str) -> Option<Self> {
        let days = text.parse::<Date>().ok()?.duration_since(EPOCH).as_hours() / 24;
        Some(Self(i32::try_from(days).ok()?))
    }

    fn date(self) -> Date {
        EPOCH.saturating_add(SignedDuration::from_hours(24 * i64::from(self.0)))
    }

    /// The same day so many months later, or the last day of that month (Criminal Procedure Code, art. 134).
    fn plus_months(self, months: u32) -> Self {
        let later = self.date().saturating_add(i64::from(months).months());
        let days = later.duration_since(EPOCH).as_hours() / 24;
        Self(i32::try_from(days).unwrap_or(self.0))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

/// A day that was not counted, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Skipped {
    /// The day.
    pub date: Day,
    /// The holiday's name as it stood in the calendar, `thứ bảy` or `chủ nhật`.
    pub name: String,
}

/// When a length of time is over, and how that was counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Due {
    /// The first instant at which it is over; later than this is late.
    pub at: Time,
    /// The days off on the way, in order.
    pub skipped: Vec<Skipped>,
    /// A day was looked up that is not announced yet: the date may still change.
    pub estimated: bool,
}

struct Row {
    is_off: bool,
    name: &'static str,
    estimated: bool,
}

struct Table {
    rows: BTreeMap<Day, Row>,
    years: BTreeSet<i16>,
}

static CALENDAR: LazyLock<Table> = LazyLock::new(|| {
    let rows: BTreeMap<Day, Row> = tsv::rows(TABLE)
        .filter_map(|row| {
            let kept = Row {
                is_off: row.get("kind") == "off",
                name: row.get("name"),
                estimated: !row.get("estimated").is_empty(),
            };
            Some((Day::parse(row.get("date"))?, kept))
        })
        .collect();
    let years = rows.keys().map(|day| day.date().year()).collect();
    Table { rows, years }
});

/// Why offices are closed on a day; `None` when they work.
fn off(day: Day) -> Option<&'static str> {
    match CALENDAR.rows.get(&day) {
        Some(row) if row.is_off => Some(row.name),
        Some(_) => None,
        None => match day.date().weekday() {
            Weekday::Saturday => Some("thứ bảy"),
            Weekday::Sunday => Some("chủ nhật"),
            Weekday::Monday
            | Weekday::Tuesday
            | Weekday::Wednesday
            | Weekday::Thursday
            | Weekday::Friday => None,
        },
    }
}

/// Whether offices work on a day.
pub fn is_working(day: Day) -> bool {
    off(day).is_none()
}

/// Whether the calendar has rows for a year.
pub fn has_year(year: i16) -> bool {
    CALENDAR.years.contains(&year)
}

/// The year without rows that runs, or begins within 60 days: whoever runs the registry should fetch its calendar.
pub fn missing_year_ahead(now: Time) -> Option<i16> {
    let today = Day::of(now);
    [today, today.plus(DAYS_AHEAD)]
        .map(|day| day.date().year())
        .into_iter()
        .find(|year| !has_year(*year))
}

/// Days that are looked up one after the other, and what is to be told of them.
#[derive(Default)]
struct Count {
    skipped: Vec<Skipped>,
    estimated: bool,
}

impl Count {
    /// Whether a day is a working day; one that is not is noted.
    fn counts(&mut self, day: Day) -> bool {
        let row_is_estimated = CALENDAR.rows.get(&day).is_some_and(|row| row.estimated);
        self.estimated |= row_is_estimated || !has_year(day.date().year());
        let name = off(day);
        self.skipped.extend(name.map(|name| Skipped {
            date: day,
            name: name.to_owned(),
        }));
        name.is_none()
    }

    /// The first working day from a day on.
    fn working_from(&mut self, mut day: Day) -> Day {
        while !self.counts(day) {
            day = day.plus(1);
        }
        day
    }
}

/// When a length of time that begins at `start` is over.
///
/// Seconds, minutes and hours run day and night. Of days and working days the day after the start is the first; days,
/// working days and months end at 24:00 of the last one. Days and months of which the last day is a day off end on the next
/// working day when they `roll` (Criminal Procedure Code, art. 134); otherwise they do not look at the calendar.
pub fn due(start: Time, length: Length, roll: bool) -> Due {
    let mut count = Count::default();
    let first = Day::of(start);
    let running = |seconds: u32| start.plus_seconds(i64::from(length.count()) * i64::from(seconds));
    let last = |day: Day, count: &mut Count| match roll {
        true => count.working_from(day).end(),
        false => day.end(),
    };
    let at = match length {
        Length::Seconds(_) => running(1),
        Length::Minutes(_) => running(60),
        Length::Hours(_) => running(3_600),
        Length::Days(_) => {
            let days = i32::try_from(length.count()).unwrap_or(i32::MAX);
            last(first.plus(days), &mut count)
        }
        Length::Months(_) => last(first.plus_months(length.count()), &mut count),
        Length::WorkingDays(_) => {
            let days = 0..length.count();
            days.fold(first, |day, _| count.working_from(day.plus(1)))
                .end()
        }
    };
    Due {
        // Nothing is over before it began, not even beyond the days that are counted.
        at: at.max(start),
        skipped: count.skipped,
        estimated: count.estimated,
    }
}

#[cfg(test)]
mod tests;
