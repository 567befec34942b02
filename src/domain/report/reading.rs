//! A report as it was written becomes what is kept of it, within its limits; or the first field that is wrong is named.
//!
//! Nothing that may not be kept leaves here: numbers of the reporter (`mine`) are counted and forgotten, also where a text
//! repeats them; receipts, cards and identity numbers are masked. What can't be read as an identifier is kept in the story.

mod field;
mod identifiers;
mod own;
mod place;
mod raw;
mod texts;
mod when;

pub use self::{
    field::{BadField, bad},
    place::{MAX_PLACE, exact},
    raw::{GivenIdentifier, RawContact, RawReport, RawTransfer},
    when::{NOT_REMEMBERED, moment, sent_at},
};

use std::collections::BTreeSet;

use self::{
    identifiers::{Given, identifiers},
    raw::MAX_UNREADABLE,
    texts::{Masking, line},
};
use crate::domain::{
    intake::masking::{MaskedKind, mask},
    method::MethodId,
    report::{
        told::{
            Contact, MAX_BANK_REF, MAX_BEST_TIME, MAX_CONTACT_NAME, MAX_CONTACT_PHONE,
            MAX_CURRENCY, MAX_STORY, MAX_TRANSFERS, MIN_STORY, ReachBy, Told, ToldIdentifier,
            Transfer,
        },
        words::ReportKind,
    },
    time::Time,
    unit::UnitCode,
};

/// What stands in the story before a text that is no identifier.
const UNREADABLE: &str = "Số đọc không được: ";
/// Digits of a telephone number (ITU-T E.164 has at most 15; Vietnamese ones at least 8).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// A report that was read.
#[derive(Clone)]
pub struct ReadReport {
    pub kind: ReportKind,
    pub method: Option<MethodId>,
    /// The unit that the reporter wants.
    pub unit: Option<UnitCode>,
    pub told: Told,
    pub contact: Contact,
    pub keep_original: bool,
    pub notices: Notices,
}

/// What the reporter should know about what became of the texts.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Notices {
    /// Kinds of numbers that were masked.
    pub masked: BTreeSet<MaskedKind>,
    /// A number of the reporter was masked.
    pub has_own_masked: bool,
    /// How many given identifiers could not be read, and stand in the story.
    pub unreadable: usize,
}

/// Reads a report.
///
/// # Errors
/// The first field that is wrong.
pub fn read(raw: &RawReport, now: Time) -> Result<ReadReport, BadField> {
    let kind = kind(&raw.kind)?;
    let given = identifiers(&raw.identifiers)?;
    let mut masking = Masking::of(&given.own);
    let method = method(&raw.method)?;
    let amount_vnd = when::sum(&raw.amount_vnd, "/amount_vnd")?;
    let currency = masking.line(&raw.currency, "/currency", MAX_CURRENCY)?;
    let transfers = transfers(&raw.transfers, &given, &mut masking, now)?;
    let happened_at = when::happened_at(&raw.happened_at, "/happened_at", now)?;
    let story = masking.text(&raw.story, "/story", MAX_STORY)?;
    let says_enough = !given.told.is_empty()
        || !given.unreadable.is_empty()
        || story.chars().count() >= MIN_STORY;
    if kind == ReportKind::Attempt && !says_enough {
        return Err(bad("/story", "too-little-told"));
    }
    let place = place::place(&raw.place, "/place")?;
    let unit = unit(&raw.unit)?;
    let contact = contact(&raw.contact, &mut masking)?;
    let story = with_unreadable(story, &given.unreadable, &mut masking);
    Ok(ReadReport {
        kind,
        method,
        unit,
        keep_original: raw.keep_original.unwrap_or(!contact.is_empty()),
        contact,
        notices: Notices {
            masked: masking.kinds,
            has_own_masked: masking.has_own,
            unreadable: given.unreadable.len(),
        },
        told: Told {
            own_given: given.own_given,
            amount_vnd,
            currency: (!currency.is_empty()).then_some(currency),
            transfers,
            happened_at,
            story,
            place,
            masked: u8::try_from(masking.count).unwrap_or(u8::MAX),
            identifiers: given.told,
        },
    })
}

/// What a reporter writes later, as it may be kept; it may be empty.
///
/// # Errors
/// `too-long`, `control-character`.
pub fn later_words(text: &str, pointer: &str, max: usize) -> Result<(String, Notices), BadField> {
    let mut masking = Masking::of(&[]);
    let text = masking.text(text, pointer, max)?;
    let notices = Notices {
        masked: masking.kinds,
        ..Notices::default()
    };
    Ok((text, notices))
}

/// Reads identifiers anew, as an officer corrects what a reporter told: what was masked before stays as it is.
///
/// # Errors
/// The first field that is wrong.
pub fn reclassified(told: &Told, raw: &[GivenIdentifier]) -> Result<Told, BadField> {
    let given = identifiers(raw)?;
    if let Some(nth) = raw.iter().position(|given| given.read.is_none()) {
        return Err(bad(format!("/identifiers/{nth}"), "unreadable"));
    }
    let mut masking = Masking::of(&given.own);
    let place_of = |to: u8| {
        let told = told.identifiers.get(usize::from(to))?;
        let same = |one: &ToldIdentifier| one.identifier == told.identifier;
        u8::try_from(given.told.iter().position(same)?).ok()
    };
    let transfers = told.transfers.iter().map(|transfer| Transfer {
        to: transfer.to.and_then(place_of),
        ..transfer.clone()
    });
    Ok(Told {
        transfers: transfers.collect(),
        story: masking.mask(&told.story),
        own_given: told.own_given.saturating_add(given.own_given),
        masked: told
            .masked
            .saturating_add(u8::try_from(masking.count).unwrap_or(u8::MAX)),
        identifiers: given.told,
        ..told.clone()
    })
}

fn kind(text: &str) -> Result<ReportKind, BadField> {
    match text.trim() {
        "" => Err(bad("/kind", "required")),
        text => ReportKind::parse(text).ok_or_else(|| bad("/kind", "invalid")),
    }
}

fn method(text: &str) -> Result<Option<MethodId>, BadField> {
    match text.trim() {
        "" => Ok(None),
        text => MethodId::parse(text)
            .map(Some)
            .map_err(|_| bad("/method", "unknown-method")),
    }
}

fn unit(text: &str) -> Result<Option<UnitCode>, BadField> {
    match text.trim() {
        "" => Ok(None),
        text => UnitCode::parse(text)
            .map(Some)
            .map_err(|_| bad("/unit", "unknown-unit")),
    }
}

fn transfers(
    raw: &[RawTransfer],
    given: &Given,
    masking: &mut Masking<'_>,
    now: Time,
) -> Result<Vec<Transfer>, BadField> {
    if raw.len() > MAX_TRANSFERS {
        return Err(bad("/transfers", "too-many"));
    }
    let mut transfers = Vec::with_capacity(raw.len());
    for (nth, raw) in raw.iter().enumerate().filter(|(_, raw)| !raw.is_empty()) {
        let pointer = |field: &str| format!("/transfers/{nth}/{field}");
        let amount = when::sum(&raw.amount_vnd, &pointer("amount_vnd"))?;
        transfers.push(Transfer {
            at: when::sent_at(&raw.at, &pointer("at"), now)?,
            amount_vnd: amount.ok_or_else(|| bad(pointer("amount_vnd"), "required"))?,
            to: given.place(raw.to, &pointer("to"))?,
            bank_ref: bank_ref(&raw.bank_ref, &pointer("bank_ref"), masking)?,
        });
    }
    Ok(transfers)
}

fn bank_ref(
    text: &str,
    pointer: &str,
    masking: &mut Masking<'_>,
) -> Result<Option<String>, BadField> {
    let text = text.trim();
    if text.chars().nth(MAX_BANK_REF).is_some() {
        return Err(bad(pointer, "too-long"));
    }
    let is_of_a_bank = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '-');
    if !text.chars().all(is_of_a_bank) {
        return Err(bad(pointer, "not-a-bank-reference"));
    }
    Ok((!text.is_empty()).then(|| masking.mask(text)))
}

fn contact(raw: &RawContact, masking: &mut Masking<'_>) -> Result<Contact, BadField> {
    let how = match raw.how.trim() {
        "" | "none" => ReachBy::None,
        "call" => ReachBy::Call,
        "sms" => ReachBy::Sms,
        "zalo" => ReachBy::Zalo,
        _ => return Err(bad("/contact/how", "invalid")),
    };
    let name = masking.line(&raw.name, "/contact/name", MAX_CONTACT_NAME)?;
    let phone = line(&raw.phone, "/contact/phone", MAX_CONTACT_PHONE)?;
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let is_dialled = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '.' | '-' | '+' | '(' | ')');
    let is_phone = PHONE_DIGITS.contains(&digits)
        && phone.chars().all(is_dialled)
        && mask(&phone).masked.is_empty();
    match (phone.is_empty(), how) {
        (true, ReachBy::None) => {}
        (true, ReachBy::Call | ReachBy::Sms | ReachBy::Zalo) => {
            return Err(bad("/contact/phone", "required"));
        }
        (false, _) if !is_phone => return Err(bad("/contact/phone", "not-a-phone")),
        (false, _) => {}
    }
    Ok(Contact {
        name,
        phone,
        how,
        best_time: masking.line(&raw.best_time, "/contact/best_time", MAX_BEST_TIME)?,
    })
}

/// The story, and below it what was given as an identifier and is none.
fn with_unreadable(story: String, unreadable: &[String], masking: &mut Masking<'_>) -> String {
    let texts = unreadable.iter().map(|text| {
        let text: String = text.chars().take(MAX_UNREADABLE).collect();
        format!("{UNREADABLE}{}", masking.mask(&text))
    });
    let lines: Vec<String> = [story]
        .into_iter()
        .filter(|story| !story.is_empty())
        .chain(texts)
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests;
