//! What people hide of a number, and what spreadsheets do to it.

use crate::domain::{reason::Reason, text::is_separator};

/// Characters people put for digits they don't want to show.
pub(super) fn is_masked(line: &str) -> bool {
    let mut x_run = 0;
    line.chars().any(|c| {
        x_run = if matches!(c, 'x' | 'X' | '×' | 'х' | 'Х') {
            x_run + 1
        } else {
            0
        };
        x_run > 2 || matches!(c, '*' | '•' | '●' | '■' | '█' | '▪' | '#' | '?' | '×')
    }) || line.contains("...")
}

/// `0071000920178x`: digits, and nothing else but x.
pub(super) fn ends_masked(line: &str) -> bool {
    let digits = line.chars().filter(char::is_ascii_digit).count();
    let hidden = |c: char| matches!(c, 'x' | 'X' | 'х' | 'Х');
    digits > 5
        && line.contains(hidden)
        && line
            .chars()
            .all(|c| c.is_ascii_digit() || is_separator(c) || hidden(c))
}

/// What a spreadsheet does to a long number: `1.23457E+12`, `70001.0`.
pub(in crate::domain) fn spreadsheet_damage(line: &str) -> Option<Reason> {
    let number = line.trim_start_matches(['+', '-', '\'']);
    if let Some((mantissa, exponent)) = number.split_once(['e', 'E']) {
        let power = exponent.trim_start_matches(['+', '-']);
        let cut = mantissa.contains(['.', ',']) || power.len() < exponent.len();
        let numeric = |s: &str| {
            s.bytes()
                .all(|b| b.is_ascii_digit() || b == b'.' || b == b',')
        };
        let short = power.len() <= 3 && mantissa.len() <= 20;
        if cut
            && short
            && !power.is_empty()
            && mantissa.starts_with(|c: char| c.is_ascii_digit())
            && numeric(mantissa)
            && numeric(power)
        {
            return Some(Reason::ScientificNotation);
        }
    }
    let (whole, fraction) = number.rsplit_once(['.', ','])?;
    let float = whole.len() >= 5
        && whole.bytes().all(|b| b.is_ascii_digit())
        && (1..=2).contains(&fraction.len())
        && fraction.bytes().all(|b| b == b'0');
    float.then_some(Reason::SpreadsheetNumber)
}
