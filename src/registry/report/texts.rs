//! What officers write about reports: bounded, not empty where something has to be said, and without numbers that may not be
//! kept: receipts, cards and identity numbers are masked here as they are in what citizens write.

use crate::{
    domain::{
        intake::masking::mask,
        report::MAX_DOCUMENT,
        text::{LineError, clean_line, fold},
        written::{WrittenError, written},
    },
    registry::RegistryError,
};

/// A text of several lines that may be empty.
///
/// # Errors
/// [`RegistryError::field`]: `too-long`, `control-character`.
pub fn some_words(pointer: &'static str, text: &str, most: usize) -> Result<String, RegistryError> {
    let text = written(text, most).map_err(|error| {
        let code = match error {
            WrittenError::TooLong => "too-long",
            WrittenError::Control => "control-character",
        };
        RegistryError::field(pointer, code)
    })?;
    Ok(mask(&text).text)
}

/// A text of several lines that says something.
///
/// # Errors
/// As [`some_words`]; `required`.
pub fn words(pointer: &'static str, text: &str, most: usize) -> Result<String, RegistryError> {
    let text = some_words(pointer, text, most)?;
    // Marks and invisible characters alone say nothing; some of these count as letters.
    match fold(&text).chars().any(char::is_alphanumeric) {
        true => Ok(text),
        false => Err(RegistryError::field(pointer, "required")),
    }
}

/// The number of a document, on one line; empty where none was given.
///
/// # Errors
/// [`RegistryError::field`] of `/document_no`: `too-long`, `control-character`.
pub fn document_number(text: &str) -> Result<String, RegistryError> {
    let code = match clean_line(text, MAX_DOCUMENT) {
        Ok(line) => return Ok(mask(&line).text),
        Err(LineError::Empty) => return Ok(String::new()),
        Err(LineError::TooLong) => "too-long",
        Err(LineError::Control) => "control-character",
    };
    Err(RegistryError::field("/document_no", code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::report::{MAX_MESSAGE, MAX_REASON},
        state::refused::Refused,
    };

    fn code(read: Result<String, RegistryError>) -> &'static str {
        match read {
            Ok(_) => "taken",
            Err(RegistryError::Refused(Refused::Field { code, .. })) => code,
            Err(_) => "another",
        }
    }

    #[test]
    fn a_text_says_something_within_its_limit() {
        for most in [MAX_MESSAGE, MAX_REASON] {
            let long = "ă".repeat(most);
            assert_eq!(code(words("/reason", &long, most)), "taken");
            assert_eq!(
                code(words("/reason", &format!("{long}ă"), most)),
                "too-long"
            );
        }
        for text in ["", "  \n", "…", "\u{200b}", "\u{3164}", "\u{115f} \u{ffa0}"] {
            assert_eq!(
                code(words("/reason", text, MAX_REASON)),
                "required",
                "{text:?}"
            );
        }
        assert_eq!(
            code(words("/reason", "a\u{7}", MAX_REASON)),
            "control-character"
        );
        assert_eq!(code(some_words("/words", "", MAX_REASON)), "taken");
    }

    #[test]
    fn numbers_that_may_not_be_kept_are_masked() {
        for (text, kept) in [
            ("Thẻ 4111 1111 1111 1111.", "Thẻ •••• 1111."),
            ("CCCD 001099012345", "CCCD •••• 2345"),
            (
                "gọi 0950 001 001, 4821-7735-6",
                "gọi 0950 001 001, 4821-7735-6",
            ),
        ] {
            assert_eq!(words("/reason", text, MAX_REASON).unwrap(), kept);
            assert_eq!(some_words("/note", text, MAX_REASON).unwrap(), kept);
        }
        assert_eq!(document_number("001099012345").unwrap(), "•••• 2345");
    }

    #[test]
    fn a_document_number_is_one_line() {
        assert_eq!(document_number(" 12/QĐ-CSĐT ").unwrap(), "12/QĐ-CSĐT");
        assert_eq!(document_number("").unwrap(), "");
        assert_eq!(code(document_number(&"1".repeat(MAX_DOCUMENT))), "taken");
        assert_eq!(
            code(document_number(&"1".repeat(MAX_DOCUMENT + 1))),
            "too-long"
        );
        assert_eq!(code(document_number("1\n2")), "control-character");
    }
}
