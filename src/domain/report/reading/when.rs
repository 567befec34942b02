//! When something happened, and how much money it was about.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};

use super::field::{BadField, bad};
use crate::domain::{
    intake::calendar::Day,
    report::told::{MAX_AMOUNT_VND, MAX_TRANSFER_YEARS, TRANSFER_LEEWAY_SECONDS},
    sms_command::amount::amount,
    text::{fold, toneless, within},
    time::Time,
};

/// What is kept when a date is not remembered.
pub const NOT_REMEMBERED: &str = "unknown";

/// Longest text that is looked at as a date or a sum, in characters.
const MAX_TEXT: usize = 40;
/// Days of a year, and of five with no leap day too few.
const YEAR_DAYS: i64 = 365;
/// Years before this one are mistyped.
const FIRST_YEAR: i16 = 1900;
/// Hours that the clocks of Vietnam are ahead of UTC.
const ZONE_HOURS: i8 = 7;

/// A sum in dong; none where nothing was written.
///
/// # Errors
/// `invalid`; `out-of-range` above [`MAX_AMOUNT_VND`].
pub fn sum(text: &str, pointer: &str) -> Result<Option<u64>, BadField> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if !within(text, MAX_TEXT) {
        return Err(bad(pointer, "too-long"));
    }
    let sum = match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.parse().unwrap_or(u64::MAX),
        false => {
            let folded = fold(text);
            let whole = amount(&folded).filter(|(_, rest)| rest.trim().is_empty());
            whole.ok_or_else(|| bad(pointer, "not-a-sum"))?.0
        }
    };
    match sum <= MAX_AMOUNT_VND {
        true => Ok(Some(sum)),
        false => Err(bad(pointer, "out-of-range")),
    }
}

/// When money was sent.
///
/// # Errors
/// `required`, `not-a-time`, `in-future`, `too-long-ago`.
pub fn sent_at(text: &str, pointer: &str, now: Time) -> Result<Time, BadField> {
    let text = text.trim();
    if text.is_empty() {
        return Err(bad(pointer, "required"));
    }
    let at = moment(text).ok_or_else(|| bad(pointer, "not-a-time"))?;
    // Five years hold one leap day at least, and may hold two.
    let years = MAX_TRANSFER_YEARS * YEAR_DAYS + 2;
    if at > now.plus_seconds(TRANSFER_LEEWAY_SECONDS) {
        return Err(bad(pointer, "in-future"));
    }
    if at < now.plus_seconds(-years * 86_400) {
        return Err(bad(pointer, "too-long-ago"));
    }
    Ok(at)
}

/// An instant: RFC 3339, or the time of day in Vietnam.
pub fn moment(text: &str) -> Option<Time> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let vietnam = || {
        // A date alone says no time.
        let is_dated = text.contains(['T', 't', ' ']);
        let read = text.parse::<DateTime>().ok().filter(|_| is_dated)?;
        TimeZone::fixed(Offset::constant(ZONE_HOURS))
            .to_timestamp(read)
            .ok()
    };
    let at = text.parse::<Timestamp>().ok().or_else(vietnam)?;
    Some(Time::from_millis(at.as_millisecond()))
}

/// When it happened, in its one form: `2026-08-21`, `2026-08` or [`NOT_REMEMBERED`]; none where nothing was written.
///
/// # Errors
/// `not-a-date`, `in-future`.
pub fn happened_at(text: &str, pointer: &str, now: Time) -> Result<Option<String>, BadField> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || bad(pointer, "not-a-date");
    if !within(text, MAX_TEXT) {
        return Err(wrong());
    }
    let words = toneless(&fold(text));
    if matches!(words.trim(), NOT_REMEMBERED | "khong nho" | "khong ro") {
        return Ok(Some(NOT_REMEMBERED.to_owned()));
    }
    let (date, is_month) = date(&words).ok_or_else(wrong)?;
    let is_future = date.to_string() > Day::of(now).to_string();
    match (is_future, is_month) {
        (true, _) => Err(bad(pointer, "in-future")),
        (false, true) => Ok(Some(format!("{:04}-{:02}", date.year(), date.month()))),
        (false, false) => Ok(Some(date.to_string())),
    }
}

/// A date, or the first day of a month: then `true`.
fn date(text: &str) -> Option<(Date, bool)> {
    let parts: Vec<&str> = text.split(['-', '/', '.']).map(str::trim).collect();
    let (year, month, day) = match parts[..] {
        [year, month, day] if year.len() == 4 => (year, month, Some(day)),
        [day, month, year] if year.len() == 4 => (year, month, Some(day)),
        [year, month] if year.len() == 4 => (year, month, None),
        [month, year] if year.len() == 4 => (year, month, None),
        _ => return None,
    };
    let year = year
        .parse::<i16>()
        .ok()
        .filter(|year| *year >= FIRST_YEAR)?;
    let day_of_month = day.map_or(Some(1), number)?;
    let date = Date::new(year, number(month)?, day_of_month).ok()?;
    Some((date, day.is_none()))
}

fn number(text: &str) -> Option<i8> {
    let is_plain = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}
