//! Who sent a message: gateways write telephone numbers in several forms.

use crate::domain::{identifier::Identifier, intake::masking::mask, text::fold};

/// Most digits of a telephone number (ITU-T E.164).
const MAX_DIGITS: usize = 15;
/// Digits of the short numbers that carriers and services send from.
const SHORT_CODE: std::ops::RangeInclusive<usize> = 3..=8;

/// A telephone number in its one form, so that another spelling is no other sender. Nothing else sends messages: what may
/// be a card or an identity number is kept nowhere.
pub(super) fn sender(text: &str) -> Option<String> {
    let folded = fold(text);
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    let is_signs = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '.' | '-' | '+' | '(' | ')');
    if !folded.chars().all(is_signs) || digits.len() > MAX_DIGITS {
        return None;
    }
    let is_kept = folded.starts_with('+') || mask(&digits).masked.is_empty();
    // Gateways leave out the sign of a number of another country.
    let abroad = format!("+{digits}");
    let read = Identifier::phone(&folded).or_else(|_| Identifier::phone(&abroad));
    match read {
        Ok(phone) => is_kept.then(|| phone.key().to_string()),
        Err(_) => SHORT_CODE.contains(&digits.len()).then_some(digits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_a_telephone_number_in_its_one_form() {
        for text in ["0950001009", "+84 950 001 009", "84950001009"] {
            assert_eq!(
                sender(text).as_deref(),
                Some("phone:+84950001009"),
                "{text}"
            );
        }
        assert!(sender("+4915112345678").is_some() && sender("4915112345679").is_some());
        assert!(sender("156").is_some() && sender("9029").is_some());
        for text in [
            "4111111111111111",
            "+4111111111111111",
            "9704361234567890",
            "001099012345",
            "+001099012345",
            "VIETTEL",
            "abc",
            "12",
            "0950x01009",
        ] {
            assert_eq!(sender(text), None, "{text}");
        }
    }
}
