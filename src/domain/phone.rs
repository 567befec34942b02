//! Phone numbers: Vietnam's by the tables in `config/`, everybody else's by their country code.

use std::{collections::HashMap, fmt, panic, sync::LazyLock};

use compact_str::{CompactString, CompactStringExt as _};

use super::{reason::Reason, text::masked, tsv};

/// A phone number in E.164 form, e.g. `+84950001001`.
///
/// Vietnamese numbers follow the plan of Circular 22/2014/TT-BTTTT; mobiles of eleven digits are given the number they
/// became in 2018 (Decision 798/QD-BTTTT). A `Phone` says that the text is a number of the plan, not that it is in use.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(CompactString);

impl Phone {
    /// Takes what [`Phone::e164`] gave once, whatever the plans say today.
    pub fn stored(number: &str) -> Option<Self> {
        let digits = number.strip_prefix('+')?;
        let whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        whole.then(|| Self(number.into()))
    }

    /// The number with `+` and country code.
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// The number with country code and without `+`: digits alone.
    pub fn digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }

    /// The number as it is dialled inside Vietnam: `0950001001`, `18001091`. `None` for foreign numbers.
    pub fn national(&self) -> Option<String> {
        let subscriber = self.0.strip_prefix("+84")?;
        Some(if is_service(subscriber) {
            subscriber.to_owned()
        } else {
            ["0", subscriber].concat()
        })
    }

    /// The number in groups, as it is usually printed.
    pub fn display(&self) -> String {
        let Some(national) = self.national() else {
            let code = country_code(self.digits()).map_or(0, |(length, _)| length);
            let (code, rest) = self.0.split_at(1 + code);
            return beside_groups(code, rest, 3);
        };
        let head = match national.as_bytes() {
            [b'0', b'2', b'4' | b'8', ..] | [b'0', b'6', ..] => 3,
            _ => 4,
        };
        let whole = (national.as_str(), "");
        let (prefix, rest) = national.split_at_checked(head).unwrap_or(whole);
        beside_groups(prefix, rest, if rest.len() == 8 { 4 } else { 3 })
    }

    /// A foreign number whose length fits its country although nobody can have it there: a hint for the reader, never
    /// a refusal, since a forged caller number is exactly what gets reported. Always false for Vietnamese numbers.
    pub fn unlikely(&self) -> bool {
        !self.0.starts_with("+84") && !hint::is_valid(&self.0)
    }

    /// Reads bare digits as they would be dialled in Vietnam; `plus` when a `+` stood before them.
    pub(super) fn dialled(digits: &str, plus: bool) -> Result<Self, Reason> {
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Reason::NotANumber);
        }
        if plus {
            return match digits.strip_prefix("84") {
                Some(rest) => vietnamese_after_code(rest),
                None => foreign(digits),
            };
        }
        if let Some(rest) = digits.strip_prefix("00") {
            return match rest.strip_prefix("84") {
                Some(rest) => vietnamese_after_code(rest),
                // An account may begin with zeros too: without a `+`, only a number that exists is believed.
                None => foreign(rest).and_then(|p| {
                    if p.unlikely() {
                        Err(Reason::NotAssigned)
                    } else {
                        Ok(p)
                    }
                }),
            };
        }
        match digits.strip_prefix('0') {
            Some(subscriber) => vietnamese(subscriber),
            // A spreadsheet that took the text for a number has dropped the leading zero.
            None => vietnamese_bare(digits),
        }
    }
}

fn vietnamese_bare(digits: &str) -> Result<Phone, Reason> {
    match vietnamese(digits) {
        // Seven and eight digits that begin with 69 are too little to tell from anything else.
        Ok(phone) if !(digits.starts_with("69") && digits.len() < 9) => Ok(phone),
        _ => digits
            .strip_prefix("84")
            .map_or(Err(Reason::NotAssigned), vietnamese_after_code),
    }
}

/// After the country code the trunk zero is wrong but common: `+84 0912…`.
fn vietnamese_after_code(rest: &str) -> Result<Phone, Reason> {
    vietnamese(rest.strip_prefix('0').unwrap_or(rest))
}

/// Reads a national number without its trunk zero.
fn vietnamese(subscriber: &str) -> Result<Phone, Reason> {
    let digits = subscriber.as_bytes();
    let known = match (digits, digits.len()) {
        _ if is_service(subscriber) => true,
        ([b'6', b'9', ..], 7..=9) => true,
        ([first, ..], 9) => PLAN.mobile_first[usize::from(first - b'0')],
        // After the area code no number begins with 0 or 1: `0240 3852123` is Bắc Giang's number of before 2017.
        ([b'2', b'4' | b'8', b'0' | b'1', ..], 10) => false,
        ([b'2', ..], 10) => PLAN.area(digits),
        ([b'1', ..], 10) => {
            let new = PLAN
                .moved
                .get(&subscriber[..3])
                .ok_or(Reason::NotAssigned)?;
            return Ok(Phone(["+84", new, &subscriber[3..]].concat_compact()));
        }
        _ => false,
    };
    if known {
        Ok(Phone(["+84", subscriber].concat_compact()))
    } else {
        Err(Reason::NotAssigned)
    }
}

/// 1800 and 1900 with four to six digits more: dialled without a trunk zero.
fn is_service(subscriber: &str) -> bool {
    (subscriber.starts_with("1800") || subscriber.starts_with("1900"))
        && (8..=10).contains(&subscriber.len())
}

/// Vietnam's plan, from `config/`.
struct Plan {
    /// First digits of mobile numbers. The table names the prefixes in use; the digit before them is set aside for
    /// mobiles as a whole, and prefixes opened after the table was made must still be read.
    mobile_first: [bool; 10],
    /// Area codes without the trunk zero, as numbers: 24, 237.
    areas: Vec<u16>,
    /// `120` → `70`: mobiles of eleven digits, 2018.
    moved: HashMap<&'static str, &'static str>,
}

static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    let mut mobile_first = [false; 10];
    for row in tsv::rows(include_str!("../../config/mobile_prefixes.tsv")) {
        if let Some(digit @ b'0'..=b'9') = row.get("prefix").as_bytes().get(1) {
            mobile_first[usize::from(digit - b'0')] = true;
        }
    }
    let areas = tsv::rows(include_str!("../../config/area_codes_2017.tsv"))
        .filter_map(|row| {
            row.get("new_area_code")
                .trim_start_matches('0')
                .parse()
                .ok()
        })
        .collect();
    let moved = tsv::rows(include_str!("../../config/mobile_migration_2018.tsv"))
        .filter_map(|row| {
            Some((
                row.get("old_prefix").strip_prefix('0')?,
                row.get("new_prefix").strip_prefix('0')?,
            ))
        })
        .collect();
    Plan {
        mobile_first,
        areas,
        moved,
    }
});

impl Plan {
    fn area(&self, digits: &[u8]) -> bool {
        let value = |upto: usize| {
            digits[..upto]
                .iter()
                .fold(0_u16, |sum, b| sum * 10 + u16::from(b - b'0'))
        };
        self.areas.contains(&value(2)) || self.areas.contains(&value(3))
    }
}

/// Digits of the shortest and longest international number taken (ITU-T E.164: 15 at most).
const FOREIGN_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// What is needed of a country's plan; taken once from the metadata of `phonenumber`.
struct Country {
    /// Bit n: a national number may have n digits.
    lengths: u32,
    trunk: Option<String>,
}

impl Country {
    fn allows(&self, length: usize) -> bool {
        u32::try_from(length).is_ok_and(|n| {
            self.lengths
                .checked_shr(n)
                .is_some_and(|bits| bits & 1 == 1)
        })
    }
}

/// Only the crate's data is used here. Its parser turns letters into keypad digits, reads what is around the number and
/// compiles expressions per call; a table lookup has none of these faults, and costs the same for every country.
static COUNTRIES: LazyLock<HashMap<u16, Country>> = LazyLock::new(|| {
    let read = || {
        let mut countries: HashMap<u16, Country> = HashMap::new();
        for (code, meta) in (1..1000_u16)
            .filter_map(|code| Some((code, phonenumber::metadata::DATABASE.by_code(&code)?)))
        {
            let lengths = meta.iter().fold(0, |bits, meta| bits | lengths(meta));
            let trunk = meta
                .first()
                .and_then(|m| m.national_prefix())
                .map(str::to_owned);
            countries.insert(code, Country { lengths, trunk });
        }
        countries
    };
    // Should the embedded data not load, foreign numbers are refused; the rest works.
    panic::catch_unwind(read).unwrap_or_default()
});

/// The lengths of a region's numbers of all kinds. (The general description has none in this data.)
fn lengths(region: &phonenumber::Metadata) -> u32 {
    let kinds = region.descriptors();
    [
        kinds.fixed_line(),
        kinds.mobile(),
        kinds.toll_free(),
        kinds.premium_rate(),
        kinds.shared_cost(),
        kinds.personal_number(),
        kinds.voip(),
        kinds.pager(),
        kinds.uan(),
        kinds.voicemail(),
    ]
    .into_iter()
    .flatten()
    .flat_map(|kind| kind.possible_length())
    .filter(|length| **length < 32)
    .fold(0, |bits, length| bits | 1 << length)
}

/// The length of the country code that `digits` begin with, and its plan.
fn country_code(digits: &str) -> Option<(usize, &'static Country)> {
    (1..=3).find_map(|length| Some((length, COUNTRIES.get(&digits.get(..length)?.parse().ok()?)?)))
}

fn foreign(digits: &str) -> Result<Phone, Reason> {
    // No area of the North American plan begins with 0 or 1.
    let area = digits.strip_prefix('1');
    if area.is_some_and(|area| area.starts_with(['0', '1'])) {
        return Err(Reason::NotAssigned);
    }
    if digits.starts_with('0') || !FOREIGN_DIGITS.contains(&digits.len()) {
        return Err(Reason::NotAssigned);
    }
    let (length, country) = country_code(digits).ok_or(Reason::NotAssigned)?;
    let (code, mut rest) = digits.split_at(length);
    // `+44 (0)20 …`: the trunk digit goes when the number only fits without it. Repeated, so that what is returned
    // reads as itself.
    while let Some(shorter) = country
        .trunk
        .as_deref()
        .and_then(|trunk| rest.strip_prefix(trunk))
    {
        let written_by_mistake =
            !country.allows(rest.len()) || country.trunk.as_deref() == Some("0");
        if shorter.is_empty() || !country.allows(shorter.len()) || !written_by_mistake {
            break;
        }
        rest = shorter;
    }
    // What is left must be long enough to be read as itself.
    if !country.allows(rest.len()) || !FOREIGN_DIGITS.contains(&(code.len() + rest.len())) {
        return Err(Reason::NotAssigned);
    }
    Ok(Phone(["+", code, rest].concat_compact()))
}

/// The one question asked of the `phonenumber` code itself.
mod hint {
    use std::{panic, sync::LazyLock};

    /// Answers kept. Asked about more than about 20 countries in turn, the crate compiles its expressions again on each
    /// call (4 ms); numbers that come again, as those on a list do, are answered from here. 4,096 × 64 bytes = 256 KiB.
    const REMEMBERED: usize = 4_096;

    static ANSWERS: LazyLock<papaya::HashMap<Box<str>, bool>> = LazyLock::new(papaya::HashMap::new);

    /// Whether the crate calls the number valid in its country. A panic inside it counts as no.
    pub(super) fn is_valid(e164: &str) -> bool {
        let answers = ANSWERS.pin();
        if let Some(known) = answers.get(e164) {
            return *known;
        }
        let ask = || phonenumber::parse(None, e164).is_ok_and(|number| number.is_valid());
        let valid = panic::catch_unwind(ask).unwrap_or(false);
        if answers.len() >= REMEMBERED {
            answers.clear();
        }
        answers.insert(e164.into(), valid);
        valid
    }
}

/// What digits begin with, and the rest in groups of `size`; the last group takes what is left when it would be one digit
/// alone.
fn beside_groups(first: &str, digits: &str, size: usize) -> String {
    let mut out = String::with_capacity(first.len() + digits.len() * 2);
    out.push_str(first);
    for (index, c) in digits.chars().enumerate() {
        if index % size == 0 && (index == 0 || digits.len() - index > 1) {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", masked(&self.0))
    }
}

#[cfg(test)]
mod tests;
