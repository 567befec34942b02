//! Integers as JSON Schema has them: a number without a fraction, however it is written (validation §6.1.1). Clients whose
//! language has one kind of number write 1 as `1.0` or `1e0`.

/// Most digits of an integer that is written plainly: those of the largest that is read (`u64`).
const MAX_DIGITS: usize = 20;

/// A number as RFC 8259 §6 writes it.
struct Number<'a> {
    is_negative: bool,
    integer: &'a str,
    fraction: &'a str,
    exponent: &'a str,
}

impl<'a> Number<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (is_negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (rest, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
        let (integer, fraction) = rest.split_once('.').unwrap_or((rest, "0"));
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let has_no_zeros_before = integer == "0" || !integer.starts_with('0');
        let is_one = [integer, fraction, digits].into_iter().all(are_digits) && has_no_zeros_before;
        is_one.then_some(Self {
            is_negative,
            integer,
            fraction,
            exponent,
        })
    }

    /// The integer that it is, written plainly.
    fn plain(&self) -> Option<String> {
        let fraction = self.fraction.trim_end_matches('0');
        let digits = [self.integer, fraction].concat();
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Some("0".to_owned());
        }
        let zeros: i64 = self.exponent.parse().ok()?;
        let zeros = zeros.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        let count = usize::try_from(zeros.unsigned_abs()).ok()?;
        let whole = match zeros < 0 {
            true => {
                let (whole, rest) = digits.split_at_checked(digits.len().checked_sub(count)?)?;
                let is_whole = !whole.is_empty() && rest.bytes().all(|b| b == b'0');
                is_whole.then(|| whole.to_owned())?
            }
            false if count > MAX_DIGITS => return None,
            false => digits.to_owned() + &"0".repeat(count),
        };
        let sign = if self.is_negative { "-" } else { "" };
        (whole.len() <= MAX_DIGITS).then(|| sign.to_owned() + &whole)
    }
}

/// An integer written plainly; nothing where a text is none, or is written plainly already.
pub fn plain(text: &str) -> Option<String> {
    let plain = Number::read(text)?.plain()?;
    (plain != text).then_some(plain)
}

/// A JSON text with its integers written plainly; nothing where all of them are. What is no JSON does not become any.
pub fn plain_json(json: &str) -> Option<String> {
    let is_of_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
    let mut written = String::new();
    let (mut rest, mut is_changed) = (json, false);
    while let Some(at) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        let (before, after) = rest.split_at(at);
        written.push_str(before);
        let length = match after.starts_with('"') {
            true => string_length(after),
            false => after.find(|c| !is_of_number(c)).unwrap_or(after.len()),
        };
        let (token, after) = after.split_at(length);
        let plain = plain(token);
        is_changed |= plain.is_some();
        written.push_str(plain.as_deref().unwrap_or(token));
        rest = after;
    }
    written.push_str(rest);
    is_changed.then_some(written)
}

/// Bytes of the string that a text begins with, both quotes with it; all of them where it does not end.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;

    use super::*;

    #[test]
    fn a_number_without_a_fraction_is_an_integer() {
        for (written, integer) in [
            ("0.0", "0"),
            ("-0", "0"),
            ("0e999", "0"),
            ("1.0", "1"),
            ("1e0", "1"),
            ("-2.00", "-2"),
            ("1.5e1", "15"),
            ("1500E-2", "15"),
            ("12e+3", "12000"),
            ("18446744073709551615.0", "18446744073709551615"),
            ("1e19", "10000000000000000000"),
        ] {
            assert_eq!(plain(written).as_deref(), Some(integer), "{written}");
        }
    }

    #[test]
    fn what_has_a_fraction_or_is_too_large_or_is_no_number_stays_as_it_is() {
        for text in [
            "0.5",
            "1e-1",
            "15e-1",
            "1.05e1",
            "1e20",
            "1e999999999999999999999",
            "1e-9223372036854775808",
            "100000000000000000000.0",
            "1",
            "0",
            "-7",
            "",
            "-",
            ".0",
            "1.",
            "01.0",
            "1e",
            "1.0.0",
            "1e1e1",
            "+1.0",
            "--1.0",
            "1.0e1.0",
            "0x1",
            "1_0.0",
        ] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn only_numbers_of_a_json_text_are_written_plainly() {
        let json =
            r#"{"a":1.0,"b":["2.0",-0.0,{"3.0":4e0}],"c\"5.0":"\\","d":6.0,"e":0.5,"f":true}"#;
        let plain = r#"{"a":1,"b":["2.0",0,{"3.0":4}],"c\"5.0":"\\","d":6,"e":0.5,"f":true}"#;
        assert_eq!(plain_json(json).as_deref(), Some(plain));
        for json in [plain, "", "\"1.0", "\"1.0\\", "\"\\\"1.0\""] {
            assert_eq!(plain_json(json), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn what_is_no_json_does_not_become_any(json in r#"[0-9eE.+\-"\\\[\],é ]{0,24}"#) {
            let is_json = |text: &str| serde_json::from_str::<IgnoredAny>(text).is_ok();
            if let Some(plain) = plain_json(&json) {
                prop_assert_eq!(is_json(&plain), is_json(&json));
            }
        }

        #[test]
        fn an_integer_is_the_same_however_it_is_written(number: i64, zeros in 1_usize..30) {
            prop_assume!(number != 0);
            let (text, zeros_after) = (number.to_string(), "0".repeat(zeros));
            prop_assert_eq!(plain(&format!("{number}.{zeros_after}")), Some(text.clone()));
            prop_assert_eq!(plain(&format!("{number}{zeros_after}e-{zeros}")), Some(text));
        }
    }
}
