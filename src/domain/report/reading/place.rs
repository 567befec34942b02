//! Where it happened.

use super::field::{BadField, bad};
use crate::domain::unit::{UnitCode, locate, namesake, search};

/// Longest place, in characters.
pub const MAX_PLACE: usize = 200;

/// The unit that a code or a name of today or of before July 2025 means; none where nothing was written.
///
/// # Errors
/// `too-long`, `unknown-place`.
pub fn place(text: &str, pointer: &str) -> Result<Option<UnitCode>, BadField> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().nth(MAX_PLACE).is_some() {
        return Err(bad(pointer, "too-long"));
    }
    let only = || match search(text)[..] {
        [one] => Some(one.code),
        [] | [_, _, ..] => None,
    };
    let code = UnitCode::parse(text).ok();
    let located = code.or_else(|| exact(text));
    let place = located.or_else(only);
    place.map(Some).ok_or_else(|| bad(pointer, "unknown-place"))
}

/// The unit that words mean without doubt, or whose name they are.
pub fn exact(text: &str) -> Option<UnitCode> {
    let is_commune = |unit: &UnitCode| unit.province() != Some(*unit);
    let located = locate(text, None);
    located
        .filter(is_commune)
        .or_else(|| namesake(text))
        .or(located)
}
