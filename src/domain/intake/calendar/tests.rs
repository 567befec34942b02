//! Deadlines as the law counts them, and the same counted day by day with another library's calendar.

use std::collections::HashMap;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use proptest::prelude::*;

use super::*;

/// An instant of Vietnam's wall clock.
fn at(text: &str) -> Time {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    instant(local)
}

fn instant(local: NaiveDateTime) -> Time {
    Time::from_millis((local - TimeDelta::hours(7)).and_utc().timestamp_millis())
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// The last day, the days skipped, and whether it is estimated.
fn counted(start: &str, length: &str, roll: bool) -> (String, Vec<String>, bool) {
    let due = due(at(start), Length::parse(length).unwrap(), roll);
    let last = Day::last_of(due.at);
    assert_eq!(due.at, last.end(), "ends at 24:00");
    let skipped = due.skipped.iter();
    let skipped = skipped.map(|one| format!("{} {}", one.date, one.name));
    (last.to_string(), skipped.collect(), due.estimated)
}

#[test]
fn three_working_days_from_a_friday_count_a_worked_saturday() {
    assert_eq!(
        counted("2026-08-21 18:00", "3wd", false),
        (
            "2026-08-25".into(),
            vec!["2026-08-23 chủ nhật".into()],
            false
        )
    );
    let due = due(at("2026-08-21 18:00"), Length::WorkingDays(3), false);
    assert_eq!(due.at.rfc3339(), "2026-08-25T17:00:00Z");
}

#[test]
fn days_off_are_skipped_by_name() {
    let national_day = [
        "2026-08-29 thứ bảy",
        "2026-08-30 chủ nhật",
        "2026-08-31 Ngày nghỉ (thay cho ngày 22/08/2026)",
        "2026-09-01 Quốc khánh",
        "2026-09-02 Quốc khánh",
    ];
    let names = |from: usize| national_day[from..].iter().map(ToString::to_string);
    let (last, skipped, estimated) = counted("2026-08-28 09:00", "2wd", false);
    assert_eq!((last.as_str(), estimated), ("2026-09-04", false));
    assert_eq!(skipped, names(0).collect::<Vec<_>>());
    // 20 days end on Sunday 2026-08-30: only what the roll skips is named.
    let (last, skipped, _) = counted("2026-08-10 09:00", "20d", true);
    assert_eq!(last, "2026-09-03");
    assert_eq!(skipped, names(1).collect::<Vec<_>>());
}

#[test]
fn days_and_months_end_as_article_134_says() {
    for (start, length, roll, last, skipped) in [
        // A Saturday rolls, a worked one does not, a working day does not, and without the rule none does.
        ("2026-05-31 23:59", "20d", true, "2026-06-22", 2),
        ("2026-05-31 00:00", "20d", false, "2026-06-20", 0),
        ("2026-08-02 12:00", "20d", true, "2026-08-22", 0),
        ("2026-06-01 12:00", "20d", true, "2026-06-22", 1),
        ("2026-06-02 12:00", "20d", true, "2026-06-22", 0),
        // The day after the start is the first, from the first to the last minute of that day.
        ("2026-06-01 00:00", "1d", false, "2026-06-02", 0),
        ("2026-06-01 23:59", "1d", false, "2026-06-02", 0),
        ("2026-06-02 00:00", "1d", false, "2026-06-03", 0),
        // The same day of the month, or its last.
        ("2026-12-31 10:00", "2mo", false, "2027-02-28", 0),
        ("2026-12-31 10:00", "2mo", true, "2027-03-01", 1),
        ("2028-01-31 10:00", "1mo", false, "2028-02-29", 0),
        ("2026-06-15 10:00", "1mo", true, "2026-07-15", 0),
        ("2026-08-31 10:00", "1mo", true, "2026-09-30", 0),
        // Tết: Friday to the Monday after next.
        ("2026-02-13 16:00", "1wd", false, "2026-02-23", 9),
        ("2026-02-01 16:00", "15d", true, "2026-02-23", 7),
    ] {
        let (found, names, estimated) = counted(start, length, roll);
        assert_eq!(
            (found.as_str(), names.len()),
            (last, skipped),
            "{start} {length}"
        );
        assert!(!estimated, "{start} {length}");
    }
}

#[test]
fn seconds_minutes_and_hours_run_day_and_night() {
    for (start, length, end) in [
        ("2026-02-17 23:50", "15m", "2026-02-18 00:05"),
        ("2026-02-14 20:00", "12h", "2026-02-15 08:00"),
        ("2026-12-31 23:59", "60s", "2027-01-01 00:00"),
    ] {
        let due = due(at(start), Length::parse(length).unwrap(), true);
        assert_eq!(due.at, at(end), "{length}");
        assert!(due.skipped.is_empty() && !due.estimated, "{length}");
    }
    let start = at("2026-02-17 23:50");
    let due = due(start, Length::Seconds(5), false);
    assert_eq!(due.at, start.plus_seconds(5));
}

#[test]
fn what_rests_on_days_that_nobody_has_announced_is_estimated() {
    for (start, length, roll, last, estimated) in [
        ("2027-02-03 10:00", "1wd", false, "2027-02-11", true),
        // 1 January 2027 is announced.
        ("2026-12-31 10:00", "1wd", false, "2027-01-04", false),
        // No year after 2028 has rows, and none before 2026.
        ("2028-12-29 10:00", "1wd", false, "2029-01-01", true),
        ("2028-12-28 10:00", "1wd", false, "2028-12-29", false),
        ("2029-06-01 10:00", "20d", true, "2029-06-21", true),
        ("2029-06-01 10:00", "20d", false, "2029-06-21", false),
        ("2025-12-31 10:00", "2d", true, "2026-01-02", false),
        ("2025-12-29 10:00", "1wd", true, "2025-12-30", true),
    ] {
        let (found, _, told) = counted(start, length, roll);
        assert_eq!(
            (found.as_str(), told),
            (last, estimated),
            "{start} {length}"
        );
    }
}

#[test]
fn a_missing_year_is_told_sixty_days_before_it_begins_and_while_it_runs() {
    for (now, missing) in [
        ("2026-11-24 10:00", None),
        ("2028-11-01 23:59", None),
        ("2028-11-02 00:00", Some(2029)),
        ("2029-03-01 10:00", Some(2029)),
        ("2025-12-31 23:59", Some(2025)),
    ] {
        assert_eq!(missing_year_ahead(at(now)), missing, "{now}");
    }
}

#[test]
fn the_calendar_knows_worked_saturdays_and_days_off() {
    for (text, working) in [
        ("2026-08-21", true),
        ("2026-08-22", true),
        ("2026-08-23", false),
        ("2026-08-29", false),
        ("2026-08-31", false),
        ("2026-11-24", false),
        ("2030-11-24", false),
        ("2030-11-25", true),
    ] {
        assert_eq!(is_working(day(text)), working, "{text}");
        assert_eq!(day(text).to_string(), text);
    }
    let years: Vec<i16> = (2020..2035).filter(|year| has_year(*year)).collect();
    assert_eq!(years, [2026, 2027, 2028]);
}

#[test]
fn every_row_of_the_table_is_read() {
    let lines: Vec<&str> = TABLE.lines().skip(1).collect();
    assert_eq!(CALENDAR.rows.len(), lines.len());
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let row = &CALENDAR.rows[&day(cells[0])];
        assert!(["off", "work"].contains(&cells[1]), "{line}");
        assert!(["", "yes"].contains(&cells[3]), "{line}");
        assert_eq!(row.is_off, cells[1] == "off", "{line}");
        assert_eq!((row.name, row.estimated), (cells[2], cells[3] == "yes"));
        assert!(
            unicode_normalization::is_nfc(row.name) && !row.name.is_empty(),
            "{line}"
        );
    }
}

/// The table and the days of the week, as the other library has them.
struct Other(HashMap<NaiveDate, (bool, &'static str, bool)>);

impl Other {
    fn read() -> Self {
        let row = |line: &'static str| {
            let cells: Vec<&str> = line.split('\t').collect();
            let date = NaiveDate::parse_from_str(cells[0], "%Y-%m-%d").unwrap();
            (date, (cells[1] == "off", cells[2], cells[3] == "yes"))
        };
        Self(TABLE.lines().skip(1).map(row).collect())
    }

    fn why_off(&self, date: NaiveDate) -> Option<&'static str> {
        if let Some((is_off, name, _)) = self.0.get(&date) {
            return is_off.then_some(name);
        }
        (date.weekday() == Weekday::Sat)
            .then_some("thứ bảy")
            .or((date.weekday() == Weekday::Sun).then_some("chủ nhật"))
    }

    fn is_unsure(&self, date: NaiveDate) -> bool {
        let has_rows = self.0.keys().any(|known| known.year() == date.year());
        !has_rows || self.0.get(&date).is_some_and(|row| row.2)
    }

    fn due(&self, start: NaiveDateTime, length: Length, roll: bool) -> Due {
        let (mut day, mut left, looks) = match length {
            Length::Seconds(n) => return running(start, TimeDelta::seconds(n.into())),
            Length::Minutes(n) => return running(start, TimeDelta::minutes(n.into())),
            Length::Hours(n) => return running(start, TimeDelta::hours(n.into())),
            Length::Days(n) => (start.date() + Days::new(u64::from(n)), 0, roll),
            Length::Months(n) => (start.date() + Months::new(n), 0, roll),
            Length::WorkingDays(n) => (start.date() + Days::new(1), n - 1, true),
        };
        let (mut skipped, mut estimated) = (Vec::new(), false);
        loop {
            estimated |= looks && self.is_unsure(day);
            match (self.why_off(day), left) {
                _ if !looks => break,
                (Some(name), _) => skipped.push(Skipped {
                    date: super::Day::parse(&day.to_string()).unwrap(),
                    name: name.to_owned(),
                }),
                (None, 0) => break,
                (None, _) => left -= 1,
            }
            day = day.succ_opt().unwrap();
        }
        Due {
            at: instant(day.succ_opt().unwrap().and_hms_opt(0, 0, 0).unwrap()),
            skipped,
            estimated,
        }
    }
}

fn running(start: NaiveDateTime, long: TimeDelta) -> Due {
    Due {
        at: instant(start + long),
        skipped: Vec::new(),
        estimated: false,
    }
}

fn lengths() -> impl Strategy<Value = Length> {
    prop_oneof![
        (1..=10_000_000_u32).prop_map(Length::Seconds),
        (1..=100_000_u32).prop_map(Length::Minutes),
        (1..=10_000_u32).prop_map(Length::Hours),
        (1..=400_u32).prop_map(Length::Days),
        (1..=60_u32).prop_map(Length::WorkingDays),
        (1..=24_u32).prop_map(Length::Months),
    ]
}

/// Any that could stand in stored bytes.
fn stored() -> impl Strategy<Value = Length> {
    (any::<u32>(), 0..6_usize).prop_map(|(count, unit)| {
        [
            Length::Seconds,
            Length::Minutes,
            Length::Hours,
            Length::Days,
            Length::WorkingDays,
            Length::Months,
        ][unit](count)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// From 2025 to 2031, the years with rows and those around them.
    #[test]
    fn every_deadline_is_what_another_calendar_counts_day_by_day(
        minutes in 0..7 * 366 * 1_440_i64, length in lengths(), roll in any::<bool>(),
    ) {
        let start = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap()
            + TimeDelta::minutes(minutes);
        prop_assert_eq!(due(instant(start), length, roll), Other::read().due(start, length, roll));
    }

    #[test]
    fn no_start_and_no_stored_length_is_too_far_to_be_counted(
        millis in any::<i64>(), length in stored(), roll in any::<bool>(),
    ) {
        let start = Time::from_millis(millis);
        let due = due(start, length, roll);
        prop_assert!(due.at >= start);
        prop_assert!(due.skipped.len() < 200);
        let _ = (missing_year_ahead(start), Day::last_of(due.at).to_string());
    }

    #[test]
    fn any_stored_day_is_written(days in any::<i32>()) {
        let _ = (Day(days).to_string(), Day(days).end(), is_working(Day(days)));
    }

    #[test]
    fn a_day_is_read_as_it_is_written(millis in -2_000_000_000_000..4_000_000_000_000_i64) {
        let day = Day::of(Time::from_millis(millis));
        prop_assert_eq!(Day::parse(&day.to_string()), Some(day));
        prop_assert_eq!(Day::last_of(day.end()), day);
    }
}

#[test]
fn the_ends_of_time_are_no_panic() {
    for millis in [i64::MIN, -1, 0, i64::MAX] {
        for length in [
            Length::Seconds(u32::MAX),
            Length::Days(3650),
            Length::WorkingDays(260),
            Length::Months(120),
        ] {
            let start = Time::from_millis(millis);
            assert!(due(start, length, true).at >= start);
        }
    }
    let [first, last] = COUNTED.map(|days| Day(i32::try_from(days).unwrap()).to_string());
    assert_eq!(
        [first.as_str(), last.as_str()],
        ["0001-01-01", "9000-01-01"]
    );
    assert_eq!(Day::of(Time::from_millis(i64::MIN)).to_string(), first);
    assert_eq!(Day::of(Time::from_millis(i64::MAX)).to_string(), last);
}
