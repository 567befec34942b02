//! What a citizen's text may not keep: receipts, card numbers and identity numbers are masked before anything is stored.
//!
//! **How a number is found.** The digits of a text, of whatever script, stand in *groups*; nothing that can't be seen parts
//! one. Groups with one to four signs between them that are no letters (blanks, line breaks, dashes, dots, strokes …; one
//! repeated counts once) stand together and may be one number. Every row of whole neighbouring groups is tried:
//!
//! | number | digits | test | shown |
//! | --- | --- | --- | --- |
//! | receipt | 25 | Damm's digit, or five groups of five, but for a digit or two | `•••••` |
//! | card | 13 to 19 | Luhn's sum, or NAPAS's 9704 | `•••• 1234` |
//! | identity | 12 | province 001–096, then a digit 0–3 for century and sex | `•••• 1234` |
//!
//! A part of a group is tried only as a card in 17 to 19 digits; 20 digits or more in one group are masked whole, so that a
//! receipt with a digit too few or too many leaks nothing.
//!
//! **What stays.** A row is left alone when it reads as something else: when a Vietnamese telephone number in its usual
//! groups, a date or a time is part of it (or begins it, in a row of twelve digits, or when it is written with `84` and no
//! `+`), or when all of it is round amounts. A row in the usual groups of a card (4-4-4-4, 4-6-5 …), an identity number
//! (3-3-3-3 …) or a receipt (5-5-5-5-5) is masked all the same. Where two rows share a group both are masked. In doubt a
//! number is masked: an account that looks like a card belongs into the field for it.

mod groups;
mod kind;
mod known;
mod rows;

use std::fmt;

pub use kind::MaskedKind;

/// A text that may be kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Masked {
    /// As it was written, but for the numbers that were masked.
    pub text: String,
    /// What they were, one for each place.
    pub masked: Vec<MaskedKind>,
}

/// The text is a citizen's.
impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Masked({:?})", self.masked)
    }
}

/// Times a text is read at most: twice in practice. A number that is gone can leave the rest to read otherwise.
const MAX_PASSES: usize = 4;

/// Masks every receipt, card number and identity number of a text, as the head of this file says. Masking twice is masking
/// once. Takes time by the length of the text alone.
pub fn mask(text: &str) -> Masked {
    let mut result = Masked {
        text: text.to_owned(),
        masked: Vec::new(),
    };
    for _ in 0..MAX_PASSES {
        let places = places(&result.text);
        if places.is_empty() {
            break;
        }
        result.text = without(&result.text, &places);
        result.masked.extend(places.iter().map(|place| place.kind));
    }
    result
}

/// Whether a text holds a receipt, or what may be one.
pub fn holds_receipt(text: &str) -> bool {
    let mut places = places(text).into_iter();
    places.any(|place| place.kind == MaskedKind::ReceiptCode)
}

fn places(text: &str) -> Vec<rows::Place> {
    groups::runs(text)
        .into_iter()
        .flat_map(rows::places)
        .collect()
}

fn without(text: &str, places: &[rows::Place]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for place in places {
        // Two groups may come from one character (`½`).
        out.push_str(text.get(end..place.start).unwrap_or_default());
        match place.kind {
            MaskedKind::ReceiptCode => out.extend([groups::MARK; 5]),
            MaskedKind::CardNumber | MaskedKind::IdentityNumber => {
                out.extend([groups::MARK; 4]);
                out.push(' ');
                out.push_str(&place.tail);
            }
        }
        end = place.end;
    }
    out.push_str(text.get(end..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests;
