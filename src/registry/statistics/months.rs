//! The last twelve months, as the calendar in Vietnam has them.

use jiff::{
    civil::{self, Date},
    tz::Offset,
};

use crate::domain::time::Time;

/// Months that are counted, the present one included.
const MONTHS: usize = 12;
/// Vietnam's time, which has no summer time.
const VIETNAM: Offset = Offset::constant(7);

/// A month of the calendar, in Vietnam.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Month {
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

/// The last twelve months, from old to new.
pub(super) struct Months {
    all: Vec<Month>,
    /// When each began, in milliseconds; the next month's beginning is last.
    begins: Vec<i64>,
}

impl Months {
    pub(super) fn before(now: Time) -> Self {
        let firsts = firsts(now);
        let months = firsts.iter().take(MONTHS).map(|first| Month {
            year: first.year(),
            month: first.month(),
        });
        Self {
            all: months.collect(),
            begins: firsts.iter().map(|first| millis(*first)).collect(),
        }
    }

    pub(super) fn all(&self) -> &[Month] {
        &self.all
    }

    /// The place of the month that an instant is in, if it is one of them.
    pub(super) fn place(&self, at: Time) -> Option<usize> {
        let begun = self.begins.partition_point(|begin| *begin <= at.millis());
        begun.checked_sub(1).filter(|place| *place < self.all.len())
    }
}

/// The first days of the last twelve months in Vietnam, and of the next one.
fn firsts(now: Time) -> Vec<Date> {
    let today = jiff::Timestamp::from_millisecond(now.millis())
        .map_or(civil::date(1970, 1, 1), |at| VIETNAM.to_datetime(at).date());
    let this = i32::from(today.year()) * 12 + i32::from(today.month()) - 1;
    (0..=MONTHS)
        .filter_map(|at| {
            let month = this + 1 - MONTHS as i32 + at as i32;
            let year = i16::try_from(month.div_euclid(12)).ok()?;
            Date::new(year, month.rem_euclid(12) as i8 + 1, 1).ok()
        })
        .collect()
}

fn millis(day: Date) -> i64 {
    VIETNAM
        .to_timestamp(day.at(0, 0, 0, 0))
        .map_or(i64::MAX, jiff::Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        let time: jiff::Timestamp = text.parse().expect(text);
        Time::from_millis(time.as_millisecond())
    }

    #[test]
    fn a_month_begins_at_midnight_in_vietnam_and_twelve_are_told_apart() {
        let months = Months::before(at("2026-01-15T03:00:00Z"));
        let ends = (months.all().first(), months.all().last());
        let month = |year, month| Month { year, month };
        assert_eq!(ends, (Some(&month(2025, 2)), Some(&month(2026, 1))));
        assert_eq!(months.all().len(), 12);
        for (text, place) in [
            ("2025-01-31T16:59:59Z", None),
            ("2025-01-31T17:00:00Z", Some(0)),
            // 31 December in London, 1 January in Vietnam.
            ("2025-12-31T16:59:59Z", Some(10)),
            ("2025-12-31T17:00:00Z", Some(11)),
            ("2026-01-31T16:59:59Z", Some(11)),
            ("2026-01-31T17:00:00Z", None),
        ] {
            assert_eq!(months.place(at(text)), place, "{text}");
        }
    }
}
