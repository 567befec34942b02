//! Dates and times of day in a line of text: their digits are nobody's number.
//!
//! `09-03-2026 10:11` has the ten digits of a phone number, and so has `2026-03-09 10:11`. Read before numbers are, they
//! are taken out wherever they stand.

use super::text::{MAX_INPUT, fold, within};

/// Stands where a date or a time stood. Folded text has no control characters, so it can't come from outside.
pub(super) const MARK: char = '\u{1}';

/// Years of dates. Hotlines begin with 1900.
const YEARS: std::ops::RangeInclusive<u16> = 1910..=2099;

/// Words between a date and its time: `10:11 ngày 09/03/2026`, `09-03-2026 lúc 10h11`.
const BETWEEN: [&str; 9] = [
    "lúc", "luc", "vào", "vao", "ngày", "ngay", "at", "on", "hồi",
];

/// The line with a [`MARK`] for each date and each time of day. One pass: what is looked at around a place is bounded.
pub(super) fn without_moments(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        let end = match c.is_ascii_digit() && starts_a_group(line, at) {
            true => moment(line, at),
            false => None,
        };
        match end {
            Some(end) => {
                out.push(MARK);
                at = end;
            }
            None => {
                out.push(c);
                at += c.len_utf8();
            }
        }
    }
    out
}

/// Whether a text is dates and times of day and no other number; words may stand around them.
pub fn is_moment(text: &str) -> bool {
    /// Digits that may be left over, such as a row's number.
    const MOST_LEFT: usize = 2;
    if !within(text, MAX_INPUT) || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let rest = without_moments(&fold(text));
    let left = rest.bytes().filter(u8::is_ascii_digit).count();
    rest.contains(MARK) && left <= MOST_LEFT
}

fn starts_a_group(line: &str, at: usize) -> bool {
    !line[..at]
        .chars()
        .next_back()
        .is_some_and(|c| c.is_alphanumeric() || c == '+')
}

/// A date that was found.
struct Date {
    end: usize,
    sign: u8,
    /// With a year of four digits and signs between, or with strokes: a date whatever stands beside it.
    certain: bool,
}

fn moment(line: &str, at: usize) -> Option<usize> {
    if let Some(date) = date(line, at) {
        let next = between(line, date.end);
        let signed = date.sign != b' ';
        let time = next.and_then(|next| {
            time(line, next, true).or_else(|| signed.then(|| loose(line, next))?)
        });
        if time.is_some() {
            return time;
        }
        let goes_on = continues(line, date.end, date.sign) || came_before(line, at, date.sign);
        return (date.certain && !goes_on).then_some(date.end);
    }
    let end = time(line, at, true)?;
    if let Some(date) = between(line, end).and_then(|next| date(line, next))
        && !continues(line, date.end, date.sign)
    {
        return Some(date.end);
    }
    // `10h` alone is an hour or an amount, as the words around it say.
    time(line, at, false)
}

/// `…-01`: digits go on behind the same sign, as those of a phone number do.
fn continues(line: &str, end: usize, sign: u8) -> bool {
    let rest = &line.as_bytes()[end..];
    // `…-0950001001`: a whole number behind a date.
    let run = rest
        .iter()
        .skip(1)
        .take_while(|b| b.is_ascii_digit())
        .count();
    rest.first() == Some(&sign) && (1..WHOLE).contains(&run)
}

/// Digits that are a number by themselves, whatever stands before them.
const WHOLE: usize = 8;

/// `09-…`: digits came before, with the same sign.
fn came_before(line: &str, at: usize, sign: u8) -> bool {
    matches!(&line.as_bytes()[..at], [.., digit, before] if *before == sign && digit.is_ascii_digit())
}

/// Digits from a place on, at most five of them: more are no part of a date.
fn digits(line: &str, at: usize) -> Option<(u16, usize)> {
    let run = line.as_bytes().get(at..)?;
    let length = run
        .iter()
        .take(5)
        .take_while(|b| b.is_ascii_digit())
        .count();
    (1..=4)
        .contains(&length)
        .then(|| Some((line[at..at + length].parse().ok()?, length)))?
}

/// The sign between two parts of a date, with a blank on either side at most: the sign and where the next part begins.
fn sign(line: &str, at: usize) -> Option<(u8, usize)> {
    let bytes = line.as_bytes();
    let blank = |at: usize| usize::from(bytes.get(at) == Some(&b' '));
    let place = at + blank(at);
    match bytes.get(place)? {
        sign @ (b'-' | b'.' | b'/' | b'_' | b'\'') => Some((*sign, place + 1 + blank(place + 1))),
        _ if place > at => Some((b' ', place)),
        _ => None,
    }
}

fn date(line: &str, at: usize) -> Option<Date> {
    let (first, first_length) = digits(line, at)?;
    let (between, second_at) = sign(line, at + first_length)?;
    let (second, second_length) = digits(line, second_at)?;
    let (again, third_at) = sign(line, second_at + second_length)?;
    let (third, third_length) = digits(line, third_at)?;
    let (day, month, year) = match (first_length, second_length, third_length) {
        (4, 1..=2, 1..=2) => (third, second, Some(first)),
        (1..=2, 1..=2, 4) => (first, second, Some(third)),
        (1..=2, 1..=2, 2) => (first, second, None),
        _ => return None,
    };
    // The month may come first.
    let in_a_year = (1..=31).contains(&day)
        && (1..=31).contains(&month)
        && day.min(month) <= 12
        && year.is_none_or(|year| YEARS.contains(&year));
    let end = third_at + third_length;
    let mut after = line[end..].chars();
    let ends = match (after.next(), after.next()) {
        (Some('T' | 't'), Some(next)) => next.is_ascii_digit(),
        (Some(next), _) => !next.is_alphanumeric(),
        (None, _) => true,
    };
    (between == again && in_a_year && ends).then_some(Date {
        end,
        sign: between,
        certain: year.is_some() && between != b' ' || between == b'/',
    })
}

/// A time of day: `10:11`, `10:11:12.5`; beside a date also `10h`, `10h11`, `10 giờ 11 phút`.
fn time(line: &str, at: usize, beside_a_date: bool) -> Option<usize> {
    const HOURS: [&str; 8] = ["h", "H", "g", "G", "giờ", "gio", "Giờ", "GIỜ"];
    const MINUTES: [&str; 5] = ["'", "phút", "phut", "p", "m"];
    let two = |at: usize| match digits(line, at)? {
        (value, 2) if value < 60 => Some(at + 2),
        _ => None,
    };
    let blank = |at: usize| at + usize::from(line[at..].starts_with(' '));
    let word = |at: usize, words: &[&str]| {
        let mut longest = words.iter().filter(|word| line[at..].starts_with(**word));
        Some(at + longest.by_ref().map(|word| word.len()).max()?)
    };
    let (hour, length) = digits(line, at)?;
    if length > 2 || hour > 24 {
        return None;
    }
    let unit = at + length;
    let parted = line[unit..].starts_with(':') || line[unit..].starts_with(" : ");
    let end = if parted {
        let minutes = two(blank(blank(unit) + 1))?;
        let seconds = line[minutes..].starts_with([':', '.']);
        let seconds = seconds.then(|| two(minutes + 1)).flatten();
        seconds.map_or(minutes, |seconds| fraction(line, seconds))
    } else if beside_a_date {
        let hours = word(blank(unit), &HOURS)?;
        let minutes = two(blank(hours));
        minutes.map_or(hours, |end| word(blank(end), &MINUTES).unwrap_or(end))
    } else {
        return None;
    };
    let next = line[end..].chars().next();
    let ends = next.is_none_or(|c| !c.is_alphanumeric() || "ZhpaPAsm".contains(c));
    ends.then(|| zone(line, end).unwrap_or(end))
}

/// A time of day that only the date before it makes one: `10.11`, `10-11`, `1011`.
fn loose(line: &str, at: usize) -> Option<usize> {
    let two = |at: usize| digits(line, at).filter(|(_, length)| *length == 2);
    let (end, hour, minute) = match digits(line, at)? {
        (both, 4) => (at + 4, both / 100, both % 100),
        (hour, 2) if line[at + 2..].starts_with(['.', '-']) => (at + 5, hour, two(at + 3)?.0),
        _ => return None,
    };
    let goes_on = line[end..].starts_with(|c: char| c.is_alphanumeric() || "-.".contains(c));
    (line[..at].ends_with(' ') && hour <= 24 && minute < 60 && !goes_on).then_some(end)
}

/// The end of the time zone behind a time: `+07:00`, `(GMT+7)`, ` UTC +7`. Its `+` is no country's.
fn zone(line: &str, at: usize) -> Option<usize> {
    let blank = |at: usize| at + usize::from(line[at..].starts_with(' '));
    let open = blank(at) + usize::from(line[blank(at)..].starts_with('('));
    let named = ["GMT", "UTC", "gmt", "utc"];
    let named = named.iter().find(|name| line[open..].starts_with(**name));
    let sign = blank(open + named.map_or(0, |name| name.len()));
    if !line[sign..].starts_with(['+', '-']) || (named.is_none() && line[sign..].starts_with('-')) {
        return named.map(|name| open + name.len());
    }
    let (hours, length) = digits(line, sign + 1)?;
    let end = sign + 1 + length;
    let minutes = line[end..].starts_with(':').then(|| digits(line, end + 1));
    let end = minutes
        .flatten()
        .map_or(end, |(_, length)| end + 1 + length);
    let ends = !line[end..].starts_with(|c: char| c.is_alphanumeric());
    let in_the_world = hours <= 14 && length <= 2 || length == 4;
    (in_the_world && ends).then(|| end + usize::from(line[end..].starts_with(')')))
}

/// The end of seconds with their fraction, `12.345678`.
fn fraction(line: &str, at: usize) -> usize {
    /// Microseconds.
    const MOST: usize = 6;
    let Some(rest) = line[at..].strip_prefix('.') else {
        return at;
    };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    match length {
        1..=MOST => at + 1 + length,
        _ => at,
    }
}

/// Where a time after a date, or a date after a time, begins: behind signs, blanks and a word or two.
fn between(line: &str, at: usize) -> Option<usize> {
    /// `, vào lúc `
    const MOST: usize = 5;
    let mut place = at;
    for _ in 0..MOST {
        let rest = &line[place..];
        let word = BETWEEN.iter().find(|word| rest.starts_with(**word));
        place += match (rest.as_bytes().first()?, word) {
            (b'0'..=b'9', _) => return (place > at).then_some(place),
            (_, Some(word)) => word.len(),
            (b' ' | b',' | b';' | b'-' | b'|' | b'T' | b't' | b'(', None) => 1,
            _ => return None,
        };
    }
    None
}

#[cfg(test)]
mod tests;
