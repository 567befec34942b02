//! The dates that offices write: 21/4/2026, 03.10.25, 2025-08-19, 45947, tháng 1/2026.

use jiff::civil::Date;

use crate::domain::text;

/// Years in which something on a list of today can have happened.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2099;

/// Days that a spreadsheet's count (day 60 is the 29th of February 1900, which never was) lies
/// before the first day of [`YEARS`] and after the last.
const SERIALS: std::ops::RangeInclusive<i32> = 36_526..=73_050;

/// What a cell says about time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum When {
    /// A day of the calendar.
    Day(Date),
    /// Written as a date that no calendar has.
    Impossible,
    /// A month, a span, words: nothing to object to.
    Loose,
}

/// Reads a cell under a heading for dates. Day before month, as everywhere in Vietnam.
pub(super) fn read(cell: &str) -> When {
    let folded = text::fold(cell);
    let plain = text::toneless(&folded);
    // The time of day says nothing about the day: "14h30 ngày 21/4/2026", "2026-04-21 14:30:00".
    let found = plain
        .split([' ', ',', '\n', 't', '(', ')'])
        .find_map(numbers);
    match found {
        Some(numbers) => day(&numbers),
        None => match plain.parse::<i32>() {
            Ok(serial) if SERIALS.contains(&serial) => {
                from_serial(serial).map_or(When::Loose, When::Day)
            }
            _ => When::Loose,
        },
    }
}

/// The day of a spreadsheet's serial number.
pub(super) fn from_serial(serial: i32) -> Option<Date> {
    if !SERIALS.contains(&serial) {
        return None;
    }
    let span = jiff::Span::new()
        .try_days(i64::from(serial - 25_569))
        .ok()?;
    Date::constant(1970, 1, 1).checked_add(span).ok()
}

/// The numbers of a word such as `21/4/2026`, when it is made of two or three.
fn numbers(word: &str) -> Option<Vec<&str>> {
    let word = word.trim_matches(['.', ';', ':']);
    for separator in ['/', '-', '.'] {
        let parts: Vec<&str> = word.split(separator).collect();
        let digits =
            |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        let dated = parts.len() == 3 || (parts.len() == 2 && separator == '/');
        if dated && parts.iter().all(digits) {
            return Some(parts);
        }
    }
    None
}

fn day(numbers: &[&str]) -> When {
    let value = |text: &str| text.parse::<i16>().unwrap_or(-1);
    match *numbers {
        [year, month, day] if year.len() == 4 => calendar(value(year), value(month), value(day)),
        [day, month, year] if matches!(year.len(), 2 | 4) => {
            let year = if year.len() == 2 {
                value(year) + 2000
            } else {
                value(year)
            };
            calendar(year, value(month), value(day))
        }
        // A month and a year, or a day and a month of some year.
        [first, second] => {
            let month = if second.len() == 4 {
                value(first)
            } else {
                value(second)
            };
            let possible = (1..=12).contains(&month) || (1..=12).contains(&value(first));
            if possible {
                When::Loose
            } else {
                When::Impossible
            }
        }
        _ => When::Impossible,
    }
}

fn calendar(year: i16, month: i16, day: i16) -> When {
    let small = |number: i16| i8::try_from(number).unwrap_or(-1);
    match Date::new(year, small(month), small(day)) {
        Ok(date) if YEARS.contains(&year) => When::Day(date),
        _ => When::Impossible,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_the_ways_people_write_them() {
        for (text, expected) in [
            ("21/4/2026", "2026-04-21"),
            ("03.10.25", "2025-10-03"),
            ("09-05-2026", "2026-05-09"),
            ("2025-08-19", "2025-08-19"),
            ("2025-08-19 00:00:00", "2025-08-19"),
            ("2025-08-19T10:00:00", "2025-08-19"),
            ("14h30 ngày 21/4/2026", "2026-04-21"),
            ("45947", "2025-10-17"),
            ("29/02/2024", "2024-02-29"),
        ] {
            assert_eq!(
                read(text),
                When::Day(expected.parse().expect(expected)),
                "{text}"
            );
        }
    }

    #[test]
    fn days_that_no_calendar_has_are_told() {
        for text in [
            "31/02/2026",
            "2026-02-30",
            "29.02.2025",
            "12/25/2025",
            "00/01/2026",
            "tháng 13/2025",
            "1/1/0202",
        ] {
            assert_eq!(read(text), When::Impossible, "{text}");
        }
    }

    #[test]
    fn months_and_words_are_nothing_to_object_to() {
        for text in [
            "",
            "tháng 1/2026",
            "tháng 11/2025",
            "quý I/2026",
            "không rõ",
            "năm 2025",
            "12/5",
            "1200000",
        ] {
            assert_eq!(read(text), When::Loose, "{text}");
        }
    }
}
