//! The receipt of a report: a secret of digits, which only its reporter has.
//!
//! Digits alone are typed on any keypad, read aloud and sent as tones. No telephone number, account or card is that long.

use std::fmt;

use super::damm;
use crate::domain::text::{fold, is_separator, within};

/// Digits of a receipt, the check digit included.
pub const DIGITS: usize = 25;
/// Digits that are drawn by chance: 10^24 of them are 79.7 bits.
const RANDOM_DIGITS: usize = DIGITS - 1;
/// How many receipts there are.
const RECEIPTS: u128 = 10_u128.pow(RANDOM_DIGITS as u32);
/// Groups that a receipt is shown in.
pub const GROUPS: usize = 5;
/// Digits of a group.
pub const GROUP: usize = DIGITS / GROUPS;
/// Longest text looked at as a receipt, in characters: four for each digit.
pub const MAX_TEXT: usize = 4 * DIGITS;

/// A receipt: 24 random digits and Damm's check digit. Whoever has it follows the report, so there is no `Display`, and
/// `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceiptCode([u8; DIGITS]);

impl fmt::Debug for ReceiptCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptCode(…)")
    }
}

impl ReceiptCode {
    /// The receipt that 32 uniform bytes stand for: the number they write, reduced modulo 10^24. Some receipts are so more
    /// likely than others, by one part in 2^256 / 10^24, more than 2^176: nobody can use that.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        // Byte by byte, so that nothing grows beyond 10^24 · 2^8 < 2^88.
        let mut number = bytes.iter().fold(0, |rest: u128, byte| {
            (rest * 256 + u128::from(*byte)) % RECEIPTS
        });
        let mut digits = [b'0'; DIGITS];
        for digit in digits[..RANDOM_DIGITS].iter_mut().rev() {
            // A remainder by ten is one byte.
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
        if let Some(check) = damm::check_digit(&digits[..RANDOM_DIGITS]) {
            digits[RANDOM_DIGITS] = check;
        }
        Self(digits)
    }

    /// Reads a receipt as people write it: blanks, dashes, dots and line breaks between the digits, digits of any script.
    /// Nothing when a digit is wrong; then [`looks_like`] tells that a receipt was meant.
    pub fn parse(text: &str) -> Option<Self> {
        digits_of(text)
            .filter(|digits| damm::is_valid(digits))
            .map(Self)
    }

    /// The 25 ASCII digits.
    pub fn digits(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Five groups of five digits, as the receipt is shown and read aloud.
    pub fn groups(&self) -> [String; GROUPS] {
        std::array::from_fn(|nth| {
            let group = &self.0[nth * GROUP..(nth + 1) * GROUP];
            group.iter().map(|digit| char::from(*digit)).collect()
        })
    }
}

/// Whether a text is 25 digits and nothing else, so that a receipt was meant, be all its digits right or not.
pub fn looks_like(text: &str) -> bool {
    digits_of(text).is_some()
}

fn digits_of(text: &str) -> Option<[u8; DIGITS]> {
    if !within(text, MAX_TEXT) {
        return None;
    }
    let folded = fold(text);
    let is_between = |c: char| is_separator(c) || c == '\n';
    let digits: String = folded.chars().filter(|c| !is_between(*c)).collect();
    let digits = <[u8; DIGITS]>::try_from(digits.into_bytes()).ok()?;
    digits.iter().all(u8::is_ascii_digit).then_some(digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any() -> ReceiptCode {
        ReceiptCode::from_bytes(&[7; 32])
    }

    #[test]
    fn bytes_are_the_number_they_write() {
        let of = |bytes: [u8; 32]| ReceiptCode::from_bytes(&bytes).digits().to_owned();
        let mut small = [0; 32];
        small[30..].copy_from_slice(&[1, 2]);
        assert_eq!(of([0; 32]), "0".repeat(25));
        assert_eq!(&of(small)[..24], "000000000000000000000258");
        // 2^256 - 1 ends with these 24 digits.
        assert_eq!(&of([0xff; 32])[..24], "039457584007913129639935");
    }

    #[test]
    fn a_receipt_is_read_as_people_write_it() {
        let receipt = any();
        let groups = receipt.groups();
        let wide: String = receipt
            .digits()
            .chars()
            .filter_map(|c| char::from_u32(u32::from(c) + 0xfee0))
            .collect();
        for text in [
            receipt.digits().to_owned(),
            groups.join(" "),
            groups.join("-"),
            groups.join(" – "),
            groups.join("."),
            groups.join("\r\n"),
            groups.join("\u{a0}\u{200b}"),
            format!("\u{feff} {}\n", groups.join("  ")),
            wide,
        ] {
            assert_eq!(ReceiptCode::parse(&text), Some(receipt.clone()), "{text}");
            assert!(looks_like(&text));
        }
    }

    #[test]
    fn what_is_no_receipt_does_not_look_like_one() {
        let digits = any().digits().to_owned();
        for text in [
            "",
            &digits[1..],
            &format!("{digits}0"),
            &format!("ma {digits}"),
            &digits.replace(&digits[..1], "O"),
            "0950 001 001",
        ] {
            assert!(!looks_like(text), "{text}");
            assert_eq!(ReceiptCode::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_is_looked_at_up_to_its_limit() {
        let digits = any().digits().to_owned();
        assert!(looks_like(&format!("{digits:>MAX_TEXT$}")));
        assert!(!looks_like(&format!("{digits:>0$}", MAX_TEXT + 1)));
    }

    #[test]
    fn nothing_of_a_receipt_is_in_its_debug_form() {
        assert_eq!(format!("{:?}", any()), "ReceiptCode(…)");
    }

    proptest! {
        #[test]
        fn every_receipt_is_read_back_and_a_wrong_digit_is_known_as_one(
            bytes: [u8; 32], at in 0..DIGITS, other in b'0'..=b'9',
        ) {
            let receipt = ReceiptCode::from_bytes(&bytes);
            let typed = receipt.groups().join(" ");
            prop_assert_eq!(ReceiptCode::parse(&typed), Some(receipt.clone()));
            let mut digits = receipt.digits().to_owned().into_bytes();
            prop_assume!(digits[at] != other);
            digits[at] = other;
            let typed = String::from_utf8(digits).unwrap();
            prop_assert_eq!(ReceiptCode::parse(&typed), None);
            prop_assert!(looks_like(&typed));
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,120}|[0-9 .\n-]{0,60}") {
            prop_assert!(ReceiptCode::parse(&text).is_none() || looks_like(&text));
        }
    }
}
