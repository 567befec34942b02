//! What was typed becomes a report to be read, and what is wrong with it is told beside the field.

use std::collections::BTreeSet;

use super::{
    draft::Draft,
    numbers::{Box, Numbers},
};
use crate::domain::{
    hotline,
    identifier::Identifier,
    intake::{calendar::Day, masking::MaskedKind},
    report::{
        reading::{
            self, BadField, GivenIdentifier, NOT_REMEMBERED, RawContact, RawReport, RawTransfer,
            ReadReport,
        },
        told::{MAX_IDENTIFIERS, MIN_STORY},
        words::{IdentifierRole, ReportKind},
    },
    time::Time,
    unit::{self, UnitCode},
};

/// The last minute of a day: of a transfer without its time it is not known that it was earlier.
const END_OF_DAY: &str = "23:59";
/// Most places that are offered.
const MOST_PLACES: usize = 8;
/// The answer to which of them it is: none.
pub const NO_PLACE: &str = "none";

/// A report that was read, and what the reporter is told of it before it is sent.
#[derive(Clone)]
pub struct Typed {
    pub report: ReadReport,
    /// Lines with numbers that could not be read.
    pub unread: Vec<String>,
    /// Kinds of numbers that were masked.
    pub masked: BTreeSet<MaskedKind>,
}

/// A field that is wrong.
pub struct Fault {
    /// Its name on the page.
    pub field: &'static str,
    /// What is wrong, as a machine word.
    pub code: &'static str,
    /// What could have been meant by a place.
    pub places: Vec<UnitCode>,
}

impl Fault {
    const fn of(field: &'static str, code: &'static str) -> Self {
        Self {
            field,
            code,
            places: Vec::new(),
        }
    }
}

/// Reads what was typed.
///
/// # Errors
/// The first field that is wrong.
pub fn read(draft: &Draft, now: Time) -> Result<Typed, Fault> {
    let kind = draft.kind().ok_or(Fault::of("kind", "required"))?;
    let mut numbers = Numbers::of(draft.get("called"), Box::Called, kind);
    if kind == ReportKind::Loss {
        let paid = Numbers::of(draft.get("paid"), Box::Paid, kind);
        numbers.found.extend(paid.found);
        numbers.unread.extend(paid.unread);
        numbers.beside.extend(paid.beside);
    }
    if numbers.found.len() > MAX_IDENTIFIERS {
        return Err(Fault::of("called", "too-many"));
    }
    let place = place(draft)?;
    let is_empty = numbers.found.is_empty() && numbers.beside.is_empty();
    if is_empty && draft.get("amount").is_empty() && draft.get("story").chars().count() < MIN_STORY
    {
        return Err(Fault::of("called", "too-little-told"));
    }
    let day = day(draft, now)?;
    let time = of_loss(draft, "time");
    if !time.is_empty() && reading::moment(&format!("2000-01-01T{time}")).is_none() {
        return Err(Fault::of("time", "not-a-time"));
    }
    let raw = RawReport {
        kind: draft.get("kind").to_owned(),
        amount_vnd: of_loss(draft, "amount").to_owned(),
        transfers: transfer(draft, &numbers.found, day.as_deref(), now)
            .into_iter()
            .collect(),
        happened_at: day.unwrap_or_default(),
        story: story(draft, &numbers),
        place: place.map_or_else(String::new, |unit| unit.to_string()),
        contact: RawContact {
            name: draft.get("name").to_owned(),
            phone: draft.get("phone").to_owned(),
            how: how(draft).to_owned(),
            best_time: draft.get("best_time").to_owned(),
        },
        identifiers: numbers.found.iter().map(given).collect(),
        ..RawReport::default()
    };
    let report = reading::read(&raw, now).map_err(|wrong| fault(&wrong, draft))?;
    Ok(Typed {
        masked: report.notices.masked.clone(),
        unread: numbers.unread,
        report,
    })
}

/// How the reporter wants to be reached: a number is for calls unless something else was chosen, and without one nobody calls.
fn how(draft: &Draft) -> &str {
    match (draft.get("how"), draft.get("phone")) {
        ("" | "call", "") => "none",
        ("", _) => "call",
        (how, _) => how,
    }
}

/// A field that only a report of a loss has.
fn of_loss<'a>(draft: &'a Draft, name: &str) -> &'a str {
    match draft.is_loss() {
        true => draft.get(name),
        false => "",
    }
}

fn given((identifier, role): &(Identifier, IdentifierRole)) -> GivenIdentifier {
    GivenIdentifier {
        text: identifier.display(),
        read: Some(identifier.clone()),
        role: role.as_str().to_owned(),
    }
}

/// The story, with what else was typed and has no place of its own.
fn story(draft: &Draft, numbers: &Numbers) -> String {
    let mut lines = vec![draft.get("story").to_owned()];
    if !numbers.beside.is_empty() {
        lines.push(format!("Ghi ở ô số: {}", numbers.beside.join("; ")));
    }
    let bank = hotline::all()
        .iter()
        .find(|one| one.key == of_loss(draft, "bank"));
    if let Some(bank) = bank {
        lines.push(format!("Tiền chuyển từ: {}", bank.name));
    }
    // A transfer without its day is none, and its reference must not be lost.
    let bank_ref = of_loss(draft, "bank_ref");
    if !bank_ref.is_empty() && !has_day(draft) {
        lines.push(format!("Mã giao dịch: {bank_ref}"));
    }
    let place = of_loss(draft, "place");
    if !place.is_empty() && matches!(self::place(draft), Ok(None)) {
        lines.push(format!("Nơi ở: {place}"));
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// Which day was chosen; a date that was typed is one, whatever button was left alone.
fn chosen(draft: &Draft) -> &str {
    match of_loss(draft, "day") {
        "" if !of_loss(draft, "date").is_empty() => "other",
        chosen => chosen,
    }
}

fn has_day(draft: &Draft) -> bool {
    matches!(chosen(draft), "today" | "yesterday" | "other")
}

/// Whether it was said where money went, how much or at what time.
fn has_paid(draft: &Draft) -> bool {
    let said = ["paid", "amount", "time", "bank_ref"];
    said.iter().any(|field| !of_loss(draft, field).is_empty())
}

/// The day that money was sent on, as a date or that it is not remembered.
fn day(draft: &Draft, now: Time) -> Result<Option<String>, Fault> {
    const DAY_SECONDS: i64 = 86_400;
    let typed = draft.get("date");
    Ok(match chosen(draft) {
        "today" => Some(Day::of(now).to_string()),
        "yesterday" => Some(Day::of(now.plus_seconds(-DAY_SECONDS)).to_string()),
        "other" if typed.is_empty() => return Err(Fault::of("date", "required")),
        "other" => Some(iso(typed)),
        "unknown" => Some(NOT_REMEMBERED.to_owned()),
        // Whether a bank can still hold the money depends on it.
        _ if has_paid(draft) => return Err(Fault::of("date", "required")),
        _ => None,
    })
}

/// A date as browsers send it, also where it was typed as people write it: `21/8/2026`.
fn iso(date: &str) -> String {
    let parts: Vec<&str> = date.split(['/', '.', '-']).map(str::trim).collect();
    match parts[..] {
        [day, month, year] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => date.to_owned(),
    }
}

/// The money that was sent, where its day is known.
fn transfer(
    draft: &Draft,
    found: &[(Identifier, IdentifierRole)],
    day: Option<&str>,
    now: Time,
) -> Option<RawTransfer> {
    let day = day.filter(|_| has_day(draft))?;
    let amount = draft.get("amount");
    let typed = draft.get("time");
    let time = if typed.is_empty() { END_OF_DAY } else { typed };
    let at = format!("{day}T{time}");
    // Where only the day is known, money was sent before now at any rate.
    let read = reading::moment(&at).filter(|at| typed.is_empty() && *at > now);
    let mut paid = found
        .iter()
        .enumerate()
        .filter(|(_, (_, role))| *role == IdentifierRole::ReceivedMoney);
    let only = match (paid.next(), paid.next()) {
        (Some((nth, _)), None) => Some(nth),
        _ => None,
    };
    Some(RawTransfer {
        at: read.map_or(at, |_| now.rfc3339()),
        // How much is not always known, and that money went somewhere is what is urgent.
        amount_vnd: if amount.is_empty() { "0" } else { amount }.to_owned(),
        to: only,
        bank_ref: draft.get("bank_ref").to_owned(),
    })
}

/// Where the reporter lives: named without doubt, chosen, or left to the story.
fn place(draft: &Draft) -> Result<Option<UnitCode>, Fault> {
    let (text, chosen) = (of_loss(draft, "place"), draft.get("place_code"));
    if text.is_empty() {
        return Ok(None);
    }
    let places = places(text);
    let is_offered = |unit: &UnitCode| places.contains(unit);
    if let Some(unit) = UnitCode::parse(chosen).ok().filter(is_offered) {
        return Ok(Some(unit));
    }
    match places[..] {
        [one] => Ok(Some(one)),
        _ if chosen == NO_PLACE => Ok(None),
        _ => Err(Fault {
            code: if places.is_empty() {
                "unknown-place"
            } else {
                "several-places"
            },
            field: "place",
            places,
        }),
    }
}

/// Places that a text may mean; one that it names without doubt alone.
pub fn places(text: &str) -> Vec<UnitCode> {
    if let Some(unit) = reading::exact(text).or_else(|| UnitCode::parse(text).ok()) {
        return vec![unit];
    }
    let found = unit::search(text).into_iter().map(|unit| unit.code);
    found.take(MOST_PLACES).collect()
}

/// The field of the page that a field of a report was typed into.
fn fault(wrong: &BadField, draft: &Draft) -> Fault {
    let field = match wrong.pointer.as_str() {
        "/amount_vnd" | "/transfers/0/amount_vnd" => "amount",
        "/transfers/0/at" if draft.get("day") == "other" => "date",
        "/transfers/0/at" => "time",
        "/transfers/0/bank_ref" => "bank_ref",
        "/happened_at" => "date",
        "/place" => "place",
        "/contact/name" => "name",
        "/contact/phone" => "phone",
        "/contact/how" => "how",
        "/contact/best_time" => "best_time",
        pointer if pointer.starts_with("/identifiers") => "called",
        _ => "story",
    };
    Fault::of(field, wrong.code)
}

#[cfg(test)]
mod tests;
